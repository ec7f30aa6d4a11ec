"""What rows of the inbox are called, also where they are not on this laptop (any more)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Type
from channeldesk.model.entities import ENTITIES

_NAMED_BY = ("name", "promised", "planned_on", "visited_on", "counted_on", "happened_on", "file_name", "code")
_NUMBERED_BY = ("number", "provisional_number", "sku")


@dataclass(frozen=True)
class Named:
    """A row by name and by its name in its own script, with the partner it belongs to."""

    title: str
    local: str | None = None
    partner_id: bytes | None = None
    partner: str | None = None
    partner_local: str | None = None


def named(
    connection: sa.Connection, entity: str, row_id: bytes, known: Mapping[str, Any] | None = None
) -> Named:
    """The row as it is here, else as ``known`` (wire fields of what was sent) tells."""
    row = stored(connection, entity, row_id)
    if row is None:
        row = storage(entity, known or {})
    title = next((str(row[name]) for name in (*_NUMBERED_BY, *_NAMED_BY) if row.get(name)), "")
    if entity == "partner":
        return Named(title or _short(row_id), row.get("name_local"), row_id, row.get("name") or None, None)
    partner_id = row.get("partner_id")
    found = None
    if partner_id is not None:
        sql = sa.text("SELECT name, name_local FROM partner WHERE id = :id")
        found = connection.execute(sql, {"id": partner_id}).first()
    own = row.get("name_local")
    if not title:
        title, own = _by_reference(connection, entity, row) or ("" if found else _short(row_id), None)
    name, local = (found.name, found.name_local) if found is not None else (None, None)
    return Named(title, own, partner_id if found is not None else None, name, local)


def stored(connection: sa.Connection, entity: str, row_id: bytes) -> dict[str, Any] | None:
    """The row as it is on this laptop."""
    if entity not in ENTITIES:
        return None
    sql = sa.text(f'SELECT * FROM "{entity}" WHERE id = :id')
    row = connection.execute(sql, {"id": row_id}).first()
    return None if row is None else dict(row._mapping)


def storage(entity: str, wire: Mapping[str, Any]) -> dict[str, Any]:
    """Wire fields with ids as they are stored; what is malformed is left out."""
    fields = ENTITIES[entity].fields if entity in ENTITIES else {}
    found: dict[str, Any] = {}
    for name, value in wire.items():
        field = fields.get(name)
        if field is None or field.type not in (Type.REF, Type.ID) or value is None:
            found[name] = value
        elif (row_id := _bytes(value)) is not None:
            found[name] = row_id
    return found


def _by_reference(
    connection: sa.Connection, entity: str, row: Mapping[str, Any]
) -> tuple[str, str | None] | None:
    """A row without a name of its own goes by the product, or the order, that it is about."""
    for name in ("product_id", "order_id"):
        if row.get(name) is not None and entity in ENTITIES:
            target = str(ENTITIES[entity].fields[name].target)
            names = references(connection, [(target, row[name])])
            if names:
                return next(iter(names.values()))
    return None


def references(
    connection: sa.Connection, wanted: Iterable[tuple[str, bytes]]
) -> dict[str, tuple[str, str | None]]:
    """Id in hexadecimal to (name, name in its own script) of rows that are on this laptop."""
    found: dict[str, tuple[str, str | None]] = {}
    for target, row_id in dict.fromkeys(wanted):
        fields = ENTITIES[target].fields if target in ENTITIES else {}
        names = [one for one in (*_NUMBERED_BY[:2], *_NAMED_BY, "sku") if one in fields]
        if not names:
            continue
        local = "name_local" if "name_local" in fields else "NULL"
        told = ", ".join(f'"{one}"' for one in names)
        sql = sa.text(f'SELECT coalesce({told}, NULL) AS name, {local} AS own FROM "{target}" WHERE id = :id')
        row = connection.execute(sql, {"id": row_id}).first()
        if row is not None and row.name is not None:
            found[row_id.hex()] = (str(row.name), row.own)
    return found


def pointed_at(entity: str, fields: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """The rows that wire fields name."""
    declared = ENTITIES[entity].fields if entity in ENTITIES else {}
    found = []
    for name, value in fields.items():
        field = declared.get(name)
        if field is None or field.type is not Type.REF or field.target in (None, "*") or value is None:
            continue
        row_id = bytes(value) if isinstance(value, bytes) else _bytes(value)
        if row_id is not None:
            found.append((str(field.target), row_id))
    return found


def known_of(mutations: str) -> Mapping[str, Any]:
    """What the first mutation of an item tells of its row, as wire fields."""
    sent = json.loads(mutations)
    first = sent[0] if sent and isinstance(sent[0], dict) else {}
    return {**first.get("row", {}), **first.get("base", {}), **first.get("set", {})}


def _short(row_id: bytes) -> str:
    return row_id.hex()[-8:]


def _bytes(value: Any) -> bytes | None:
    try:
        return bytes.fromhex(value) if len(value) == 32 else None
    except (TypeError, ValueError):
        return None
