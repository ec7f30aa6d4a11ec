"""Makes entries of the outbox again from the rows, where the entries themselves cannot be read any more.

What a person did stands in the database twice: as an entry of the outbox, and as the difference between the
row and headquarters' image of it (a row that headquarters does not know has none). :mod:`rescue` uses the
one where the other is damaged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import SYSTEM_FIELDS, Entity, Field, Kind, Type, replicated
from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import inbox, outbox, shadow
from channeldesk.model.tables import laptop
from channeldesk.store.outbox import Mutation, load, of_row
from channeldesk.wire.values import row_from_wire, to_wire

_SYSTEM = {one.name for one in SYSTEM_FIELDS}
_NOTHING = "{}"


@dataclass
class _Entry:
    """An entry to be made, and what ties it to others of its transaction."""

    entity: str
    row_id: bytes
    op: str
    base_rv: int = 0
    base: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    increments: dict[str, int] = field(default_factory=dict)


def make_again(
    connection: sa.Connection,
    read_whole: Callable[[str], bool],
    *,
    new_id: Callable[[], bytes],
    now_ms: Callable[[], int],
) -> int:
    """Adds what the outbox lacks; returns how many entries that were.

    ``read_whole(entity)``: whether every row of the entity could be read, so that one which is not there was
    deleted. Needs a transaction without capture.
    """
    entries = [*_born(connection), *_edited(connection, read_whole)]
    txns = _transactions(connection, entries, new_id)
    for entry in entries:
        values = {
            "uuid": new_id(),
            "txn": txns[entry.entity, entry.row_id],
            "entity": entry.entity,
            "row_id": entry.row_id,
            "op": entry.op,
            "base_rv": entry.base_rv,
            "base": _text(entry.base),
            "changes": _text(entry.changes),
            "increments": _text(entry.increments),
            "recorded_at": now_ms(),
            "draft": int(ENTITIES[entry.entity].kind is Kind.REFERENCE),  # unpublished, for all that is known
        }
        connection.execute(sa.insert(outbox).values(values))
    if entries:
        order(connection, set(txns.values()))
    return len(entries)


def order(connection: sa.Connection, mended: set[bytes]) -> None:
    """Numbers the outbox anew: a transaction stays together, behind those whose rows it points at."""
    groups: dict[bytes, list[Mutation]] = {}
    for one in load(connection):
        groups.setdefault(one.txn, []).append(one)
    born = {one.row_id: txn for txn, group in groups.items() for one in group if one.op == "insert"}
    ordered: list[Mutation] = []
    seen: set[bytes] = set()

    def put(txn: bytes) -> None:
        if txn in seen:
            return
        seen.add(txn)
        group = groups[txn]
        for one in group:
            for row_id in sorted(one.references()):
                if row_id in born:
                    put(born[row_id])
        ranked = sorted(group, key=_parents_first) if txn in mended else group
        ordered.extend(ranked)

    for txn in groups:
        put(txn)
    first = max(one.seq for one in ordered) + 1
    for number, one in enumerate(ordered, start=first):
        connection.execute(sa.update(outbox).where(outbox.c.seq == one.seq).values(seq=number))


def _parents_first(mutation: Mutation) -> tuple[bool, int]:
    return mutation.op != "insert", ENTITIES[mutation.entity].rank if mutation.op == "insert" else 0


def _born(connection: sa.Connection) -> Iterator[_Entry]:
    """Rows that headquarters does not know and nobody announces; rejected ones wait for their person."""
    refused = set()
    query = sa.select(inbox.c.mutations).where(inbox.c.kind == "rejection", inbox.c.state == "open")
    for text in connection.execute(query).scalars():
        refused |= {bytes.fromhex(one["id"]) for one in json.loads(text) if one["op"] == "insert"}
    for declaration in replicated():
        name = declaration.__entity__
        table = laptop.tables[name]
        for found in connection.execute(sa.select(table).where(table.c.rv == 0)).mappings().all():
            row = dict(found)
            row_id = bytes(row["id"])
            known = of_row(connection, name, row_id)
            if row_id in refused or any(one.op == "insert" for one in known):
                continue
            if known:  # edits after an insert that is lost: the row has them
                here = (outbox.c.entity == name) & (outbox.c.row_id == row_id)
                connection.execute(sa.delete(outbox).where(here))
            yield _Entry(name, row_id, "insert", changes=_wire(declaration, row))


def _edited(connection: sa.Connection, read_whole: Callable[[str], bool]) -> Iterator[_Entry]:
    """Rows that differ from headquarters' image by more than the outbox says."""
    for entity, row_id, rv, text in connection.execute(sa.select(shadow)).all():
        if entity not in ENTITIES or text is None:
            continue
        declaration, row_id = ENTITIES[entity], bytes(row_id)
        image = row_from_wire(declaration, json.loads(text))
        known = of_row(connection, entity, row_id)
        expected = replay(declaration, image, known)
        table = laptop.tables[entity]
        found = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
        if found is None:
            if expected is not None and read_whole(entity):
                yield _Entry(entity, row_id, "delete", rv, base=_wire(declaration, image))
            continue
        entry = _difference(declaration, expected or image, dict(found), rv)
        if entry is not None:
            yield entry
        elif not known:
            here = (shadow.c.entity == entity) & (shadow.c.row_id == row_id)
            connection.execute(sa.delete(shadow).where(here))


def replay(
    declaration: type[Entity], row: Mapping[str, Any] | None, mutations: list[Mutation]
) -> dict[str, Any] | None:
    """The row (columns as stored) with these edits on top; None when it is deleted, or never was."""
    now = None if row is None else dict(row)
    for one in mutations:
        if one.op == "delete":
            now = None
        elif one.op == "insert":
            now = row_from_wire(declaration, one.changes)
        elif now is not None:
            now |= row_from_wire(declaration, one.changes, now)
            now |= {name: (now.get(name) or 0) + step for name, step in one.increments.items()}
    return now


def _difference(
    declaration: type[Entity], before: Mapping[str, Any], row: Mapping[str, Any], rv: int
) -> _Entry | None:
    own = [one for name, one in declaration.fields.items() if name not in _SYSTEM and name in before]
    moved = {one.name for one in own if row[one.name] != before[one.name]}
    if not moved:
        return None
    seen = moved | {name for group in declaration.groups if moved & set(group) for name in group}
    plain = [one for one in own if one.type is not Type.COUNTER]
    return _Entry(
        declaration.__entity__,
        bytes(row["id"]),
        "patch",
        rv,
        base={one.name: to_wire(one, before[one.name]) for one in plain if one.name in seen},
        changes={one.name: to_wire(one, row[one.name]) for one in plain if one.name in moved},
        increments={
            one.name: (row[one.name] or 0) - (before[one.name] or 0)
            for one in own
            if one.type is Type.COUNTER and one.name in moved
        },
    )


def _transactions(
    connection: sa.Connection, entries: list[_Entry], new_id: Callable[[], bytes]
) -> dict[tuple[str, bytes], bytes]:
    """One for rows that point at each other, as an order and its lines; with a survivor, the survivor's."""
    made = {entry.row_id: entry for entry in entries if entry.op == "insert"}
    survivors = load(connection, outbox.c.op == "insert")
    known = {one.row_id: one.txn for one in survivors}
    of_children = {_parent(one): one.txn for one in survivors}
    found: dict[tuple[str, bytes], bytes] = {}

    def of(entry: _Entry) -> bytes:
        own = (entry.entity, entry.row_id)
        if own not in found:
            parent = _parent(entry)
            if parent in known:
                found[own] = known[parent]
            elif parent in made:
                found[own] = of(made[parent])
            elif entry.row_id in of_children:
                found[own] = of_children[entry.row_id]
            else:
                found[own] = new_id()
        return found[own]

    for entry in entries:
        of(entry)
    return found


def _parent(entry: _Entry | Mutation) -> bytes | None:
    """The row that this one was made together with: an order's line's order, a count's line's count."""
    name = ENTITIES[entry.entity].parent
    value = entry.changes.get(name) if name is not None and entry.op == "insert" else None
    return bytes.fromhex(value) if value else None


def _wire(declaration: type[Entity], row: Mapping[str, Any]) -> dict[str, Any]:
    fields: list[Field] = [one for name, one in declaration.fields.items() if name != "id" and name in row]
    return {one.name: to_wire(one, row[one.name]) for one in fields}


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) if values else _NOTHING
