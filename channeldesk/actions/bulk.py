"""Keeping an edit of many rows as one batch of drafts: one undo takes all of it back, and so can single rows
be until the batch is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.declare import SYSTEM_FIELDS
from channeldesk.model.entities import ENTITIES
from channeldesk.model.entities import entity as declaration
from channeldesk.model.local import outbox, state
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.queries.reference_drafts import BATCH
from channeldesk.rules.administration import HEADQUARTERS
from channeldesk.rules.bulk.edits import Edit, Made
from channeldesk.sync import drafts

_AT_ONCE = 500
"""Ids asked for in one statement."""
_SYSTEM = {field.name for field in SYSTEM_FIELDS}
_LONGEST = 200
"""Characters of the name of a batch."""


def keep(tx: Tx, edits: Sequence[Edit], name: str = "") -> Done[bytes | None]:
    """Writes the edits as one batch of drafts; its id. Raises Problem, having kept nothing, where rows are no
    longer what the edits were looked at with, or a key is taken meanwhile.
    """
    staff(tx)
    if not edits:
        raise Problem.of("bulk.nothing")
    _refuse_moved(tx, edits)
    _refuse_taken(tx, edits)
    before = _unpublished(tx, [one for one in edits if one.op == "delete"])
    _insert(tx, [one for one in edits if one.op == "insert"])
    _patch(tx, [one for one in edits if one.op == "patch"])
    _delete(tx, [one for one in edits if one.op == "delete"])
    topics: Changes = frozenset({declaration(one.entity).topic for one in edits} | {Topic.SYNC})
    txn = drafts.hold(tx.connection)
    if txn is None:
        return Done(None)
    call(tx, txn, name)
    count = len(edits)

    def back(tx: Tx) -> Done[None]:
        drafts.take_back(tx.connection, {txn}, tx.now_ms())
        if before is not None:
            write.stand_again(tx, before)
        forget(tx, txn)
        return Done(None, topics)

    undo = Undo(Notice("undo.bulk", {"count": count}), back)
    return Done(txn, topics, Notice("bulk.drafted", {"count": count}), undo)


def take_back_rows(tx: Tx, txn: bytes, rows: Collection[tuple[str, bytes]]) -> Done[int]:
    """Gives up what a batch does to these rows, and what builds on that; the rest stays. How many drafts that
    were.
    """
    staff(tx)
    apart = tx.new_id()
    for entity, row_id in rows:
        mine = (outbox.c.txn == txn) & (outbox.c.entity == entity) & (outbox.c.row_id == row_id)
        tx.connection.execute(sa.update(outbox).where(mine, outbox.c.draft == 1).values(txn=apart))
    topics: Changes = frozenset({declaration(entity).topic for entity, _ in rows} | {Topic.SYNC})
    count, kept = drafts.take_back(tx.connection, {apart}, tx.now_ms())

    def back(tx: Tx) -> Done[None]:
        drafts.restore(tx.connection, kept, tx.now_ms())
        again = sa.update(outbox).where(outbox.c.txn == apart, outbox.c.draft == 1)
        tx.connection.execute(again.values(txn=txn))
        return Done(None, topics)

    undo = Undo(Notice("undo.drafts_discarded", {"count": count}), back)
    return Done(count, topics, Notice("draft.discarded", {"count": count}), undo)


def staff(tx: Tx) -> None:
    """Raises Problem for whoever may not maintain reference data."""
    if tx.profile.role != HEADQUARTERS:
        raise Problem.of("staff.not_yours")


def _unpublished(tx: Tx, edits: Sequence[Edit]) -> write.Standing | None:
    """Rows that are about to go and that headquarters never had, as they stand."""
    going: dict[str, list[write.Row]] = defaultdict(list)
    for one in edits:
        row = write.existing(tx, one.entity, one.row_id or b"")
        if row["rv"] == 0:
            going[one.entity].append(row)
    return write.stand(tx, going) if going else None


def _refuse_moved(tx: Tx, edits: Iterable[Edit]) -> None:
    looked: dict[str, dict[bytes, Mapping[str, Any]]] = defaultdict(dict)
    for one in edits:
        if one.row_id is not None:
            looked[one.entity][one.row_id] = one.base
    moved = 0
    for entity, bases in looked.items():
        table, left = laptop.tables[entity], set(bases)
        ids = list(bases)
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            found = tx.connection.execute(sa.select(table).where(table.c.id.in_(some))).mappings()
            for row in found:
                base = bases[bytes(row["id"])]
                left.discard(bytes(row["id"]))
                moved += any(row[name] != value for name, value in base.items())
        moved += len(left)
    if moved:
        raise Problem.of("bulk.moved", count=moved)


def _refuse_taken(tx: Tx, edits: Sequence[Edit]) -> None:
    """Two rows with one business key."""
    for entity in {one.entity for one in edits if one.op == "insert"}:
        key = declaration(entity).key
        if not key:
            continue
        going = {one.row_id for one in edits if one.entity == entity and one.op == "delete"}
        table = laptop.tables[entity]
        found = tx.connection.execute(sa.select(table.c.id, *(table.c[name] for name in key)))
        there = {tuple(row[1:]) for row in found if bytes(row[0]) not in going}
        defaults = {name: declaration(entity).fields[name].default for name in key}
        for one in edits:
            values = {**defaults, **(one.values or {})}
            if one.entity == entity and one.op == "insert" and tuple(values[name] for name in key) in there:
                raise Problem.of("bulk.moved", count=1)


def _insert(tx: Tx, edits: Sequence[Edit]) -> None:
    ids = {Made(one.number): tx.new_id() for one in edits if one.number}
    for entity in (name for name in ENTITIES if any(one.entity == name for one in edits)):
        fields = declaration(entity).fields
        defaults = {name: field.default for name, field in fields.items() if name not in _SYSTEM}
        rows = []
        for one in (one for one in edits if one.entity == entity):
            told = (one.values or {}).items()
            values = {name: ids[value] if isinstance(value, Made) else value for name, value in told}
            own = {"id": ids[Made(one.number)] if one.number else tx.new_id()}
            known = {name: value for name, value in values.items() if name in fields}
            rows.append({**defaults, **known, **own})
        write.insert_many(tx, entity, rows)


def _patch(tx: Tx, edits: Iterable[Edit]) -> None:
    alike: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
    for one in edits:
        values = one.values or {}
        alike[one.entity, tuple(sorted(values))].append({**values, "id_": one.row_id})
    for (entity, names), rows in alike.items():
        table = laptop.tables[entity]
        statement = sa.update(table).where(table.c.id == sa.bindparam("id_"))
        tx.connection.execute(statement.values({name: sa.bindparam(name) for name in names}), rows)


def _delete(tx: Tx, edits: Iterable[Edit]) -> None:
    for entity in ENTITIES:
        ids = [{"id_": one.row_id} for one in edits if one.entity == entity]
        if ids:
            table = laptop.tables[entity]
            tx.connection.execute(sa.delete(table).where(table.c.id == sa.bindparam("id_")), ids)


def call(tx: Tx, txn: bytes, name: str) -> None:
    """Notes what the batch is called; names of batches that are gone go."""
    told = sa.select(state.c.key).where(state.c.key.startswith(BATCH, autoescape=True))
    waiting = {bytes(one).hex() for one in tx.connection.scalars(sa.select(outbox.c.txn).distinct())}
    for key in tx.connection.scalars(told).all():
        if key.removeprefix(BATCH) not in waiting:
            tx.connection.execute(sa.delete(state).where(state.c.key == key))
    if name.strip():
        value = name.strip()[:_LONGEST]
        tx.connection.execute(sa.insert(state).values(key=BATCH + txn.hex(), value=value))


def forget(tx: Tx, txn: bytes) -> None:
    """The name of a batch that is not one any more."""
    tx.connection.execute(sa.delete(state).where(state.c.key == BATCH + txn.hex()))
