"""Rows as the model keeps them, the same whichever database they came from."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

Key = tuple[str, str]
"""Entity and row id (hex)."""

STAMPS = frozenset({"id", "rv", "deleted", "created_at", "created_by", "updated_at", "updated_by"})


def plain(value: Any) -> Any:
    """A stored value as JSON has it: ids as hex, days as ISO text."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, date):
        return value.isoformat()
    return value


def fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """What people edit of a row: without stamps, keys of ``custom`` as fields of their own."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name in STAMPS:
            continue
        if name == "custom":
            found |= {f"custom.{key}": one for key, one in json.loads(value or "{}").items()}
        else:
            found[name] = plain(value)
    return found
