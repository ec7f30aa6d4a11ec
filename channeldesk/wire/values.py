"""Storage values to wire values and back. See the table in ``docs/sync-protocol.md``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from channeldesk.model.declare import Entity, Field, Type
from channeldesk.model.entities import entity as declaration

_IDS = (Type.ID, Type.REF)


def to_json(value: Any) -> str:
    """Compact JSON text that can be stored whatever a document holds, halves of characters too."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() or _is_text(text) else json.dumps(value, separators=(",", ":"))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def field_of(entity: type[Entity], name: str) -> Field | None:
    """The declared field a wire name belongs to; ``custom.key`` belongs to its document. None if unknown."""
    field = entity.fields.get(name)
    if field is None and "." in name:
        parent = entity.fields.get(name.split(".", 1)[0])
        if parent is not None and parent.type is Type.DOCUMENT:
            return parent
    return field


def to_wire(field: Field, value: Any) -> Any:
    """One storage value as it travels."""
    if value is not None and field.type in _IDS:
        return bytes(value).hex()
    return value


def from_wire(field: Field, value: Any) -> Any:
    """One travelled value as it is stored. Raises ValueError for a malformed id."""
    if value is not None and field.type in _IDS:
        return bytes.fromhex(value)
    return value


def row_to_wire(entity: type[Entity], row: Mapping[str, Any]) -> dict[str, Any]:
    """A storage row as wire fields, documents unfolded to ``document.key``; other columns are left out."""
    wire: dict[str, Any] = {}
    for name, field in entity.fields.items():
        if name not in row:
            continue
        if field.type is Type.DOCUMENT:
            wire |= {f"{name}.{key}": value for key, value in json.loads(row[name] or "{}").items()}
        else:
            wire[name] = to_wire(field, row[name])
    return wire


def row_from_wire(
    entity: type[Entity], wire: Mapping[str, Any], current: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Storage columns for the wire fields given; documents are folded over those of the ``current`` row.

    A key of a document set to null is removed from it.
    """
    row: dict[str, Any] = {}
    documents: dict[str, dict[str, Any]] = {}
    for name, value in wire.items():
        field = field_of(entity, name)
        if field is None:
            continue
        if field.type is Type.DOCUMENT and "." in name:
            document, key = name.split(".", 1)
            if document not in documents:
                stored = (current or {}).get(document) or "{}"
                documents[document] = json.loads(stored)
            if value is None:
                documents[document].pop(key, None)
            else:
                documents[document][key] = value
        else:
            row[name] = from_wire(field, value)
    for document, content in documents.items():
        row[document] = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return row


def unfold(
    entity: str, base: Mapping[str, Any], changes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Replaces documents by those of their keys that differ, so that each key merges by itself."""
    new_base, new_changes = dict(base), dict(changes)
    for name in _documents(entity):
        if name not in new_base and name not in new_changes:
            continue
        before = json.loads(new_base.pop(name, None) or "{}")
        after_text = new_changes.pop(name, None)
        after = before if after_text is None and name not in changes else json.loads(after_text or "{}")
        for key in sorted(before.keys() | after.keys()):
            if not changes or not _same(before.get(key), after.get(key)):
                if name in base:
                    new_base[f"{name}.{key}"] = before.get(key)
                if name in changes:
                    new_changes[f"{name}.{key}"] = after.get(key)
    return new_base, new_changes


def _same(one: Any, other: Any) -> bool:
    """As JSON, where 1 is not true."""
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@cache
def _documents(entity: str) -> tuple[str, ...]:
    return tuple(f.name for f in declaration(entity).fields.values() if f.type is Type.DOCUMENT)
