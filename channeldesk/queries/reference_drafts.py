"""Drafts of reference data: what they would change, and for whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import entity as declaration
from channeldesk.queries.reference_data import LABELS, NAMED, fields

_DRAFTS = """
SELECT txn, entity, row_id, op, base, changes, recorded_at FROM outbox WHERE draft = 1 ORDER BY seq
"""


@dataclass(frozen=True)
class DraftChange:
    """A field; ``before`` and ``after`` as they are stored, references by what they are called."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DraftRow:
    """What one draft does to one row: ``op`` is insert, patch or delete. ``currency`` of its amounts."""

    entity: str
    op: str
    label: str
    changes: tuple[DraftChange, ...]
    currency: str


@dataclass(frozen=True)
class Draft:
    """One thing that the person did; the rows it touched, the first one first."""

    txn: bytes
    recorded_at: int
    rows: tuple[DraftRow, ...]


@dataclass(frozen=True)
class Drafts:
    """``people``: active users to whom published data goes; ``partners``: on this laptop."""

    drafts: tuple[Draft, ...]
    people: int
    partners: int

    @property
    def by_entity(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for draft in self.drafts:
            name = draft.rows[0].entity
            found[name] = found.get(name, 0) + 1
        return found


def drafts(connection: sa.Connection) -> Drafts:
    found: dict[bytes, list[DraftRow]] = {}
    since: dict[bytes, int] = {}
    for row in connection.execute(sa.text(_DRAFTS)):
        txn = bytes(row.txn)
        since.setdefault(txn, row.recorded_at)
        told = _row(connection, row)
        if told.op != "patch" or told.changes or txn not in found:  # a path that follows tells nothing
            found.setdefault(txn, []).append(told)
    people = connection.execute(sa.text("SELECT count(*) FROM app_user WHERE active = 1")).scalar_one()
    partners = connection.execute(sa.text("SELECT count(*) FROM partner")).scalar_one()
    made = (Draft(txn, since[txn], tuple(rows)) for txn, rows in found.items())
    return Drafts(tuple(made), people, partners)


def count(connection: sa.Connection) -> int:
    return int(
        connection.execute(sa.text("SELECT count(DISTINCT txn) FROM outbox WHERE draft = 1")).scalar_one()
    )


def _row(connection: sa.Connection, row: sa.Row[Any]) -> DraftRow:
    base, changes = json.loads(row.base), json.loads(row.changes)
    told = []
    for field in fields(row.entity):
        before, after = base.get(field.name), changes.get(field.name)
        if not field.stamped and before != after and (row.op != "patch" or field.name in changes):
            sides = (_said(connection, row.entity, field.name, one) for one in (before, after))
            told.append(DraftChange(field.name, *sides))
    now = connection.execute(
        sa.text(f'SELECT {LABELS[row.entity]} AS label FROM "{row.entity}" WHERE id = :id'),
        {"id": row.row_id},
    ).scalar()
    known = {**base, **changes}
    label = now or known.get("name") or known.get("code") or ""
    return DraftRow(row.entity, row.op, str(label), tuple(told), str(known.get("currency") or ""))


def _said(connection: sa.Connection, entity: str, name: str, value: Any) -> Any:
    field = declaration(entity).fields[name]
    if value is None or field.type not in NAMED:
        return value
    target = str(field.target)
    sql = sa.text(f'SELECT {LABELS[target]} FROM "{target}" WHERE id = :id')
    return connection.execute(sql, {"id": bytes.fromhex(value)}).scalar() or value
