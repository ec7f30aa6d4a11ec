"""Editing reference data, by headquarters' staff: every change is a draft until it is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.partners import check
from channeldesk.actions.reference_rules import children, judge, refuse_deletion
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.declare import SYSTEM_FIELDS
from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice, Problem, Term
from channeldesk.model.tables import laptop
from channeldesk.rules.administration import GRANTED, HEADQUARTERS, KEPT, KINDS, Node, paths
from channeldesk.rules.field_words import entity_name
from channeldesk.sync import drafts

_SYSTEM = {field.name for field in SYSTEM_FIELDS}


def add(tx: Tx, entity: str, values: Mapping[str, Any]) -> Done[bytes]:
    """A new row; the value is its id. Raises Problem, with the field at fault among its parameters."""
    _staff(tx, entity)
    row = _defaults(entity) | _checked(entity, values)
    row_id = tx.new_id()
    for name, field in declaration(entity).fields.items():
        if field.required and row.get(name) is None and name not in _SYSTEM and not field.stamped:
            raise Problem.of("edit.field_required", field=name)
    judge(tx, entity, row_id, row)
    if entity == "territory":
        row["path"] = f"{row['code']}/"
    write.insert(tx, entity, {**row, "id": row_id})
    _place(tx, entity)
    return _drafted(tx, entity, "draft.added", row_id)


def edit(tx: Tx, entity: str, row_id: bytes, values: Mapping[str, Any]) -> Done[bytes]:
    """Change fields of a row. Raises Problem, with the field at fault among its parameters."""
    _staff(tx, entity)
    if entity in GRANTED:
        raise Problem.of("staff.grants_are_given")
    checked = _checked(entity, values)
    judge(tx, entity, row_id, write.existing(tx, entity, row_id) | checked)
    write.patch(tx, entity, row_id, checked)
    _place(tx, entity)
    return _drafted(tx, entity, "draft.edited", row_id)


def remove(tx: Tx, entity: str, row_id: bytes) -> Done[bytes]:
    """Delete a row and what is only a part of it. Raises Problem while others point at it."""
    _staff(tx, entity)
    if entity in KEPT:
        raise Problem.of("staff.people_stay")
    going = {entity: [write.existing(tx, entity, row_id)]}
    refuse_deletion(tx, entity, row_id)
    for child, field in children(entity):
        table = laptop.tables[child]
        found = tx.connection.execute(sa.select(table).where(table.c[field] == row_id)).mappings()
        going[child] = [dict(one) for one in found]
    own = {name: [row for row in rows if row["rv"] == 0] for name, rows in going.items()}
    before = write.stand(tx, own)
    for name, rows in reversed(going.items()):
        for row in rows:
            write.remove(tx, name, row["id"])
    return _drafted(tx, entity, "draft.removed", row_id, before)


def take_back(tx: Tx, txns: Collection[bytes]) -> Done[int]:
    """Give up drafts, and those that build on them; how many that were."""
    _staff(tx)
    topics = _topics(tx)
    count, kept = drafts.take_back(tx.connection, txns, tx.now_ms())

    def back(tx: Tx) -> Done[None]:
        drafts.restore(tx.connection, kept, tx.now_ms())
        return Done(None, topics)

    undo = Undo(Notice("undo.drafts_discarded", {"count": count}), back)
    return Done(count, topics, Notice("draft.discarded", {"count": count}), undo)


def discard_all(tx: Tx) -> Done[int]:
    """Give up every draft."""
    found = {one.txn for one in drafts.found(tx.connection)}
    if not found:
        raise Problem.of("draft.none")
    return take_back(tx, found)


def publish(tx: Tx) -> Done[int]:
    """Send every draft with the next round: headquarters takes all of them, or none and says why."""
    _staff(tx)
    topics = _topics(tx)
    done = drafts.publish(tx.connection, tx.now_ms())
    if not done.count:
        raise Problem.of("draft.none")

    def back(tx: Tx) -> Done[None]:
        drafts.withdraw(tx.connection, done, tx.now_ms())
        return Done(None, topics)

    undo = Undo(Notice("undo.drafts_published", {"count": done.count}), back)
    return Done(done.count, topics, Notice("draft.published", {"count": done.count}), undo)


def _drafted(
    tx: Tx, entity: str, code: str, row_id: bytes, unpublished: write.Standing | None = None
) -> Done[bytes]:
    """``unpublished``: rows that went and that headquarters never had, as they stood."""
    changes: Changes = frozenset({declaration(entity).topic, Topic.SYNC})
    txn = drafts.hold(tx.connection)
    if txn is None:
        return Done(row_id)

    def back(tx: Tx) -> Done[None]:
        drafts.take_back(tx.connection, {txn}, tx.now_ms())
        if unpublished is not None:
            write.stand_again(tx, unpublished)
        return Done(None, changes)

    what = Term(entity_name(entity))
    undo = Undo(Notice("undo.draft", {"what": what}), back)
    return Done(row_id, changes, Notice(code, {"what": what}), undo)


def _topics(tx: Tx) -> Changes:
    return frozenset({declaration(one.entity).topic for one in drafts.found(tx.connection)} | {Topic.SYNC})


def _staff(tx: Tx, entity: str = KINDS[0]) -> None:
    if tx.profile.role != HEADQUARTERS or entity not in KINDS:
        raise Problem.of("staff.not_yours")


def _checked(entity: str, values: Mapping[str, Any]) -> dict[str, Any]:
    fixed = _SYSTEM | {name for name, field in declaration(entity).fields.items() if field.stamped}
    return check(entity, values, fixed)


def _defaults(entity: str) -> dict[str, Any]:
    return {name: field.default for name, field in declaration(entity).fields.items() if name not in _SYSTEM}


def _place(tx: Tx, entity: str) -> None:
    """Paths follow codes and parents, as headquarters will derive them."""
    if entity != "territory":
        return
    table = laptop.tables["territory"]
    rows = tx.connection.execute(sa.select(table.c.id, table.c.code, table.c.parent_id, table.c.path)).all()
    derived = paths({bytes(row.id): Node(row.code, row.parent_id) for row in rows})
    for row in rows:
        path = derived.get(bytes(row.id), row.path)
        if path != row.path:
            tx.connection.execute(sa.update(table).where(table.c.id == row.id).values(path=path))
