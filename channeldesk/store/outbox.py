"""What the person did and headquarters has not answered yet.

Capture writes one row per changed row (``store.capture``). Before the first sending, rows are coalesced,
given their ``mid`` and thereby frozen: a frozen mutation is sent again exactly as it was, until it is
answered.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Type, Unit
from channeldesk.model.entities import entity as declaration
from channeldesk.model.local import COPIED, NEW, SENT, inbox, outbox, shadow
from channeldesk.rules.waiting import Waiting
from channeldesk.store.shortening import coalesce
from channeldesk.wire import SCHEMA
from channeldesk.wire.values import to_json, unfold


@dataclass(frozen=True)
class Mutation:
    """One change of one row, in wire fields: documents unfolded to ``document.key``, ids as hex."""

    seq: int
    uuid: bytes
    txn: bytes
    entity: str
    row_id: bytes
    op: str
    base_rv: int
    base: Mapping[str, Any]
    changes: Mapping[str, Any]
    increments: Mapping[str, int]
    deps: tuple[str, ...] = ()
    mid: int | None = None
    recorded_at: int = 0
    sent: int = NEW
    draft: bool = False
    """It goes nowhere until its person publishes it."""

    @property
    def row(self) -> tuple[str, bytes]:
        return self.entity, self.row_id

    def references(self) -> set[bytes]:
        """Ids of rows that this mutation points at."""
        fields = declaration(self.entity).fields
        found = {self.row_id}
        for name, value in self.changes.items():
            field = fields.get(name)
            if value is not None and field is not None and field.type is Type.REF:
                found.add(bytes.fromhex(value))
        return found

    def version_of(self, name: str) -> int:
        """Of the wire's schema that brought the field."""
        field = declaration(self.entity).fields.get(name.split(".")[0])
        return 1 if field is None else field.since

    def newest_field(self) -> int:
        """The version of the wire's schema that this mutation needs."""
        return max(map(self.version_of, (*self.changes, *self.increments)), default=1)

    def trimmed(self, schema: int) -> Mutation:
        """A new row without fields that headquarters, at version ``schema``, does not know yet and that say
        no more than their absence.
        """
        if self.op != "insert" or self.newest_field() <= schema:
            return self
        of, since = declaration(self.entity).fields, self.version_of
        told = (n for n, v in self.changes.items() if since(n) <= schema or v not in (None, of[n].default))
        return replace(self, changes={name: self.changes[name] for name in told})

    def alone(self) -> Mutation:
        """A row that its author alone sees, as a transaction of its own: a draft that ended with its order
        has ended also where headquarters refuses the order. What was sent before stands as it was sent. Not
        for one that points at what comes after it: alone, it would be there first.
        """
        if self.sent == SENT or declaration(self.entity).unit is not Unit.PRIVATE:
            return self
        return replace(self, txn=self.uuid)

    def to_wire(self) -> dict[str, Any]:
        return {
            "mid": self.mid,
            "uuid": self.uuid.hex(),
            "txn": self.txn.hex(),
            "deps": list(self.deps),
            "entity": self.entity,
            "id": self.row_id.hex(),
            "op": self.op,
            "base_rv": self.base_rv,
            "base": dict(self.base),
            "set": dict(self.changes),
            "inc": dict(self.increments),
        }


def read_entry(row: Any) -> Mutation:
    """Of a row of the table. Raises ValueError, KeyError or TypeError for what no capture wrote."""
    base, changes = unfold(row.entity, json.loads(row.base), json.loads(row.changes))
    return Mutation(
        row.seq,
        bytes(row.uuid),
        bytes(row.txn),
        row.entity,
        bytes(row.row_id),
        row.op,
        row.base_rv,
        base,
        changes,
        json.loads(row.increments) if row.increments != "{}" else {},
        tuple(json.loads(row.deps)) if row.deps != "[]" else (),
        row.mid,
        row.recorded_at,
        row.sent,
        bool(row.draft),
    )


def load(connection: sa.Connection, condition: sa.ColumnElement[bool] | None = None) -> list[Mutation]:
    """Mutations in the order in which they were recorded."""
    query = sa.select(outbox).order_by(outbox.c.seq)
    return [
        read_entry(row) for row in connection.execute(query if condition is None else query.where(condition))
    ]


def of_row(connection: sa.Connection, entity: str, row_id: bytes) -> list[Mutation]:
    return load(connection, sa.and_(outbox.c.entity == entity, outbox.c.row_id == row_id))


def pending_rows(connection: sa.Connection, entity: str) -> set[bytes]:
    """Rows of an entity with edits that headquarters has not answered."""
    query = sa.select(outbox.c.row_id).where(outbox.c.entity == entity).distinct()
    return {bytes(row_id) for row_id in connection.execute(query).scalars()}


def count(connection: sa.Connection) -> int:
    """What headquarters does not have, drafts too."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one())


def to_send(connection: sa.Connection) -> bool:
    """Whether anything but drafts waits."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM outbox WHERE draft = 0)").scalar())


def _standing(connection: sa.Connection) -> set[tuple[str, bytes]]:
    """Edited rows that headquarters has."""
    there = sa.select(shadow.c.entity, shadow.c.row_id).where(shadow.c.image.is_not(None))
    return {(entity, bytes(row_id)) for entity, row_id in connection.execute(there)}


def freeze(connection: sa.Connection, last_mid: int, schema: int = SCHEMA) -> int:
    """Coalesces what waits, gives each mutation its ``mid`` after ``last_mid``; returns the last one given.

    Transactions that touch, or point at, a row whose creation was rejected stay behind until the person has
    decided about it; so do drafts until they are published, those with fields that headquarters, at version
    ``schema``, does not know yet, and what builds on an edit that stays behind. Needs a write transaction.
    """
    waiting = [m.trimmed(schema) for m in load(connection, outbox.c.mid.is_(None))]
    if not waiting:
        return last_mid
    made = {m.row_id: m.seq for m in waiting if m.op == "insert"}
    waiting = [m if any(made.get(ref, 0) > m.seq for ref in m.references()) else m.alone() for m in waiting]
    staying = {m.txn for m in waiting if m.draft or m.newest_field() > schema}
    held = _held(connection)
    barred = Waiting(waiting).on(held, staying) if held or staying else set()
    free = [m for m in waiting if m.txn not in barred]
    as_sent = [m for m in free if m.sent == SENT]
    standing = _standing(connection)
    beside = [*as_sent, *(m for m in waiting if m.txn in barred)]
    joined = coalesce([m for m in free if m.sent != SENT], standing, beside)
    short = _whole(sorted((*joined, *as_sent), key=_by_seq))
    kept = {m.seq for m in short}
    gone = [{"seq_": m.seq} for m in free if m.seq not in kept]
    if gone:
        connection.execute(sa.delete(outbox).where(outbox.c.seq == sa.bindparam("seq_")), gone)
    deps = _deps(load(connection, outbox.c.mid.is_not(None)), short)
    updates = []
    for mid, mutation in enumerate(short, start=last_mid + 1):
        updates.append(
            (
                mutation.uuid,
                mutation.txn,
                mutation.op,
                mutation.base_rv,
                _dump(mutation.base),
                _dump(mutation.changes),
                _dump(mutation.increments),
                json.dumps(deps[mutation.seq]),
                mid,
                mutation.seq,
            )
        )
    if updates:
        connection.exec_driver_sql(_FREEZE, updates)
    return last_mid + len(updates)


_FREEZE = (
    "UPDATE outbox SET uuid = ?, txn = ?, op = ?, base_rv = ?, base = ?, changes = ?, increments = ?, "
    "deps = ?, mid = ? WHERE seq = ?"
)


def _deps(frozen: Sequence[Mutation], short: Sequence[Mutation]) -> dict[int, list[str]]:
    """By ``seq``, the uuids without which a mutation must not be judged: of the edits that made the rows it
    points at, and of what it builds on where that depends on another transaction itself.
    """
    found = {m.seq: list(m.deps) for m in (*frozen, *short)}
    unsure = {m.txn for m in frozen if m.deps}
    born: dict[bytes, Mutation] = {}
    wrote: dict[tuple[tuple[str, bytes], str | None], Mutation] = {}

    def behind(mutation: Mutation) -> list[str]:
        makers = (born.get(row_id) for row_id in sorted(mutation.references()))
        names = (None, *sorted(mutation.base.keys() | mutation.changes.keys()))
        writers = (wrote.get((mutation.row, name)) for name in names)
        needed = (*makers, *(m for m in writers if m is not None and m.txn in unsure))
        return list(dict.fromkeys(m.uuid.hex() for m in needed if m is not None and m.txn != mutation.txn))

    def written(mutation: Mutation) -> None:
        if mutation.op == "insert":
            born[mutation.row_id] = mutation
        for name in (None,) if mutation.op == "delete" else mutation.changes:
            wrote[mutation.row, name] = mutation

    for mutation in frozen:
        written(mutation)
    for _, group in groupby(short, key=lambda m: m.txn):
        together = list(group)
        for mutation in together:
            if mutation.sent != SENT:
                found[mutation.seq] = behind(mutation)
        if any(found[m.seq] for m in together):
            unsure.add(together[0].txn)
        for mutation in together:
            written(mutation)
    return found


def _whole(mutations: Iterable[Mutation]) -> list[Mutation]:
    """Each transaction in one piece, where it starts: what travels alone may stand within another."""
    groups: dict[bytes, list[Mutation]] = {}
    for mutation in mutations:
        groups.setdefault(mutation.txn, []).append(mutation)
    return [mutation for group in groups.values() for mutation in group]


def _by_seq(mutation: Mutation) -> int:
    return mutation.seq


def unfreeze(connection: sa.Connection) -> None:
    """Takes every number back: they are given anew, for another device or after what headquarters forgot.

    What was frozen keeps its uuid and its content, so headquarters recognises what it has.
    """
    connection.execute(sa.update(outbox).where(outbox.c.mid.is_not(None)).values(mid=None, sent=SENT))


def keep_apart(connection: sa.Connection) -> None:
    """Lets every new row that waits be sent by itself: another copy of this profile may have sent it."""
    connection.execute(sa.update(outbox).where(outbox.c.sent == NEW).values(sent=COPIED))


def relabel(connection: sa.Connection, uuid: bytes, new_uuid: bytes) -> None:
    """Makes a mutation one that headquarters has not seen: its uuid belongs to another copy's."""
    values = {"uuid": new_uuid, "deps": "[]"}
    connection.execute(sa.update(outbox).where(outbox.c.uuid == uuid).values(values))


def put_behind(connection: sa.Connection, rows: Collection[bytes]) -> None:
    """Has what waits for ``rows``, which were just recorded once more, sent after them, in the old order."""
    unsent = load(connection, outbox.c.mid.is_(None))
    own = {m.txn for m in unsent if m.op == "insert" and m.row_id in rows}
    later = Waiting(unsent).on(rows) - own
    put_last(connection, [m for m in unsent if m.txn in later])


def put_last(connection: sa.Connection, mutations: Iterable[Mutation]) -> None:
    """Has these sent after everything that was recorded so far, in this order."""
    last = connection.execute(sa.select(sa.func.max(outbox.c.seq))).scalar() or 0
    for number, one in enumerate(mutations, start=last + 1):
        connection.execute(sa.update(outbox).where(outbox.c.seq == one.seq).values(seq=number))


def lowest_mid(connection: sa.Connection) -> int | None:
    """The first number that headquarters has not answered."""
    lowest: int | None = connection.exec_driver_sql("SELECT min(mid) FROM outbox").scalar()
    return lowest


def batch(connection: sa.Connection, limit: int, most_bytes: int) -> list[Mutation]:
    """The next frozen mutations in order of ``mid``: whole transactions, at least one.

    At most ``limit`` of them, and about ``most_bytes`` of JSON.
    """
    query = sa.select(outbox).where(outbox.c.mid.is_not(None)).order_by(outbox.c.mid).limit(limit + 1)
    found: list[Mutation] = []
    size = 0
    for row in connection.execute(query):
        size += _ENVELOPE + sum(len(text.encode()) for text in (row.base, row.changes, row.deps))
        found.append(read_entry(row))
        if size > most_bytes:
            break
    if len(found) <= limit and size <= most_bytes:
        return found
    whole = [m for m in found if m.txn != found[-1].txn]
    return whole or load(connection, sa.and_(outbox.c.mid.is_not(None), outbox.c.txn == found[0].txn))


_ENVELOPE = 400
"""Bytes of a mutation beside its values, at most."""


def _held(connection: sa.Connection) -> set[bytes]:
    """Rows whose creation headquarters rejected and about which the person has not decided."""
    rows: set[bytes] = set()
    query = sa.select(inbox.c.mutations).where(inbox.c.kind == "rejection", inbox.c.state == "open")
    for text in connection.execute(query).scalars():
        rows |= {bytes.fromhex(m["id"]) for m in json.loads(text) if m["op"] == "insert"}
    return rows


def _dump(value: Mapping[str, Any]) -> str:
    return to_json(dict(value)) if value else "{}"
