"""Who changed what and when. Every write of headquarters' own code passes here; entries are never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.tables import audit_entry

_SILENT = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by"})
_SECRET = frozenset({"password_hash"})


@dataclass(frozen=True)
class Actor:
    """Who writes: a user on a device, or the operator at the server's console (both null)."""

    user_id: bytes | None = None
    device_id: bytes | None = None


CONSOLE = Actor()


@dataclass(frozen=True)
class Entry:
    action: str
    entity: str | None = None
    row_id: bytes | None = None
    diff: Mapping[str, Any] | None = None


def record(connection: sa.Connection, actor: Actor, entries: Sequence[Entry], now: int) -> None:
    """Appends entries, in the transaction of the writes they tell of. ``now`` in ms UTC."""
    if not entries:
        return
    rows = [
        {
            "at": now,
            "user_id": actor.user_id,
            "device_id": actor.device_id,
            "action": entry.action,
            "entity": entry.entity,
            "row_id": entry.row_id,
            "diff": orjson.dumps(entry.diff or {}, default=_text).decode(),
        }
        for entry in entries
    ]
    bulk.insert(connection, audit_entry, rows)


def diff(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field to [before, after] for what differs. Secrets are named, not shown."""
    changed: dict[str, list[Any]] = {}
    for name, value in after.items():
        old = None if before is None else before.get(name)
        if name in _SILENT or old == value:
            continue
        changed[name] = ["…", "…"] if name in _SECRET else [old, value]
    return changed


def _text(value: Any) -> str:
    return bytes(value).hex()
