"""The few writes that actions are made of, and how they are taken back.

Plain Core statements: capture is the connection's business, not ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.declare import Kind
from channeldesk.model.entities import entity as declaration
from channeldesk.model.local import NEW, outbox
from channeldesk.model.notice import Problem
from channeldesk.model.tables import laptop
from channeldesk.rules.field_limits import refuse_row
from channeldesk.rules.rights import ROLES, Role

Row = dict[str, Any]


def read(tx: Tx, entity: str, row_id: bytes) -> Row | None:
    """The row as it is now, or None."""
    table = laptop.tables[entity]
    found = tx.connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().first()
    return None if found is None else dict(found)


def existing(tx: Tx, entity: str, row_id: bytes) -> Row:
    """The row as it is now. Raises Problem when it is gone."""
    found = read(tx, entity, row_id)
    if found is None:
        raise Problem.of("action.gone", remedy="remedy.refresh")
    return found


def insert(tx: Tx, entity: str, values: Mapping[str, Any]) -> bytes:
    """A new row by this person, now; its id unless ``values`` brings one. Raises Problem where the role may
    not do that, and for a value beyond its limits.
    """
    _check_role(tx, entity, "insert")
    _check_limits(entity, values)
    row_id: bytes = values.get("id") or tx.new_id()
    made = {"id": row_id, "created_at": tx.now_ms(), "created_by": tx.user_id}
    tx.connection.execute(sa.insert(laptop.tables[entity]).values({**made, **values, "id": row_id}))
    return row_id


def insert_many(tx: Tx, entity: str, rows: list[Row]) -> None:
    """Several new rows with their ids. Raises Problem as :func:`insert` does."""
    if rows:
        _check_role(tx, entity, "insert")
    for row in rows:
        _check_limits(entity, row)
    if rows:
        made = {"created_at": tx.now_ms(), "created_by": tx.user_id}
        tx.connection.execute(sa.insert(laptop.tables[entity]), [{**made, **row} for row in rows])


def patch(tx: Tx, entity: str, row_id: bytes, values: Mapping[str, Any]) -> Row:
    """Changes a row; answers what the changed fields were before. Raises Problem when the row is gone,
    where the role may not do that, and for a new value beyond its limits.
    """
    before = existing(tx, entity, row_id)
    changed = {name: value for name, value in values.items() if before[name] != value}
    if changed:
        _check_role(tx, entity, "patch")
    _check_limits(entity, changed, str(before.get("currency") or ""))
    if changed:
        table = laptop.tables[entity]
        tx.connection.execute(sa.update(table).where(table.c.id == row_id).values(changed))
    return {name: before[name] for name in changed}


def remove(tx: Tx, entity: str, row_id: bytes) -> Row:
    """Deletes a row; answers it as it was, for undo. Raises Problem where the role may not do that; what
    headquarters does not have is the person's own.
    """
    before = existing(tx, entity, row_id)
    if before["rv"] > 0:
        _check_role(tx, entity, "delete")
    table = laptop.tables[entity]
    tx.connection.execute(sa.delete(table).where(table.c.id == row_id))
    return before


def restore(tx: Tx, entity: str, row: Row) -> bytes:
    """Puts a deleted row back as it was; its id.

    Where headquarters has been told of the deletion, the old id stays dead and the row comes back under
    a new one.
    """
    if read(tx, entity, row["id"]) is not None:  # headquarters did not carry the deletion out
        return bytes(row["id"])
    deleted = (outbox.c.entity == entity) & (outbox.c.row_id == row["id"]) & (outbox.c.op == "delete")
    waiting = tx.connection.execute(sa.select(outbox.c.mid).where(deleted)).all()
    told = row["rv"] > 0 and not any(one.mid is None for one in waiting)
    again = {**row, "id": tx.new_id(), "rv": 0} if told else row
    tx.connection.execute(sa.insert(laptop.tables[entity]).values(again))
    return bytes(again["id"])


def withdraw(tx: Tx, entity: str, row_ids: list[bytes]) -> None:
    """Takes back rows that this laptop made and has not sent: they and their outbox entries go.

    Raises Problem when a part was sent meanwhile; then only another request can change it.
    """
    if not unsent(tx, entity, row_ids):
        raise Problem.of("undo.too_late")
    table = laptop.tables[entity]
    tx.connection.execute(sa.delete(table).where(table.c.id.in_(row_ids)))
    here = (outbox.c.entity == entity) & outbox.c.row_id.in_(row_ids)
    tx.connection.execute(sa.delete(outbox).where(here))


def unsent(tx: Tx, entity: str, row_ids: list[bytes]) -> bool:
    """Whether all these rows were made here and none has been sent, under whatever number or by a copy."""
    here = (outbox.c.entity == entity) & outbox.c.row_id.in_(row_ids)
    waiting = sa.select(sa.func.count(outbox.c.row_id.distinct())).where(here, outbox.c.op == "insert")
    told = outbox.c.mid.is_not(None) | (outbox.c.sent != NEW)
    sent = sa.select(sa.func.count()).select_from(outbox).where(here, told)
    made = tx.connection.execute(waiting).scalar_one() == len(set(row_ids))
    return bool(made) and not tx.connection.execute(sent).scalar_one()


@dataclass(frozen=True)
class Standing:
    """Rows by entity as they stand, and what waits of them to be sent."""

    rows: Mapping[str, list[Row]]
    waiting: list[Row]


def stand(tx: Tx, rows: Mapping[str, list[Row]]) -> Standing:
    """How these rows stand now, for :func:`stand_again`."""
    found = [tx.connection.execute(sa.select(outbox).where(_of(entity, rows[entity]))) for entity in rows]
    return Standing(rows, [dict(one) for answer in found for one in answer.mappings()])


def stand_again(tx: Tx, before: Standing) -> None:
    """Puts rows that headquarters does not have back as they stood, with what waited of them. It is no edit:
    nothing new waits for it. What waits of them now must be unsent.
    """
    for entity, rows in before.rows.items():
        table = laptop.tables[entity]
        for row in rows:
            if (
                tx.connection.execute(sa.update(table).where(table.c.id == row["id"]).values(row)).rowcount
                == 0
            ):
                tx.connection.execute(sa.insert(table).values(row))
        tx.connection.execute(sa.delete(outbox).where(_of(entity, rows)))
    if before.waiting:
        tx.connection.execute(sa.insert(outbox), before.waiting)


def _check_role(tx: Tx, entity: str, operation: str) -> None:
    """Headquarters would send it back, and the window offers it to nobody else."""
    role = str(tx.profile.role)
    if operation not in ROLES.get(role, Role(role)).writes(declaration(entity)):
        raise Problem.of("sync.not_allowed")


def _check_limits(entity: str, values: Mapping[str, Any], currency: str = "") -> None:
    """As headquarters does. Of reference data the form that makes a draft asks."""
    declared = declaration(entity)
    if declared.kind is Kind.REFERENCE:
        return
    known = {name: value for name, value in values.items() if name in declared.fields}
    wrong = refuse_row(declared, known, str(values.get("currency") or currency))
    if wrong is not None:
        raise Problem(wrong)


def _of(entity: str, rows: list[Row]) -> sa.ColumnElement[bool]:
    return (outbox.c.entity == entity) & outbox.c.row_id.in_([row["id"] for row in rows])
