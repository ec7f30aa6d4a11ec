"""What needs the person: conflicts with base, mine and theirs, rejections with their reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Field, Type
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Notice
from channeldesk.queries import clock
from channeldesk.wire.values import field_of

_PARTNER = "p.name, p.id, p.name_local"
_OF_PARTNER = "LEFT JOIN partner p ON p.id = x.partner_id WHERE x.id = :id"
_TITLES = {
    "partner": "SELECT name, name_local, id, NULL FROM partner WHERE id = :id",
    **{
        entity: f"SELECT {title}, {_PARTNER} FROM {entity} x {_OF_PARTNER}"
        for entity, title in (
            ("contact", "x.name"),
            ("sales_order", "coalesce(x.number, x.provisional_number)"),
            ("promise", "x.promised"),
            ("visit_plan", "x.planned_on"),
            ("visit", "x.visited_on"),
            ("stock_count", "x.counted_on"),
        )
    },
}


@dataclass(frozen=True)
class InboxRow:
    """One item of the list. ``title`` names the row, ``subtitle`` its partner (of a partner: its local name);
    ``fields`` are those that differ (conflicts).
    """

    id: bytes
    kind: str
    state: str
    entity: str
    row_id: bytes
    title: str
    subtitle: str | None
    partner_id: bytes | None
    notice: Notice
    fields: tuple[str, ...]
    amount: int | None
    currency: str | None
    recorded_at: int
    decided_at: int | None
    partner_local: str | None = None


@dataclass(frozen=True)
class ConflictField:
    """One field in its three versions, in storage values; ``shown`` of a reference is the name behind the id.

    ``group`` numbers the merge group: fields of one group are one decision. ``stands`` is the side that
    stands until the person decides.
    """

    name: str
    type: str
    group: int
    base: Any
    mine: Any
    theirs: Any
    shown: Mapping[str, str]
    differs: bool
    stands: str
    policy: str


@dataclass(frozen=True)
class Mutation:
    """What was sent: for a rejection, the row as it was asked for."""

    entity: str
    row_id: bytes
    op: str
    base: Mapping[str, Any]
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class InboxItem:
    """An item with everything needed to decide it. ``current`` is the row now; None: deleted meanwhile.

    ``merged`` are fields of the same edit that merged by themselves: nothing to decide about them.
    ``changed_by`` and ``changed_at``: who wrote the row last at headquarters; ``code`` is its business key.
    """

    row: InboxRow
    fields: tuple[ConflictField, ...]
    merged: tuple[str, ...]
    mutations: tuple[Mutation, ...]
    current: Mapping[str, Any] | None
    decision: Mapping[str, Any] | None
    currency: str | None
    changed_by: str | None = None
    changed_at: int | None = None
    code: str | None = None


@dataclass(frozen=True)
class Inbox:
    """What needs the person, and what was decided lately."""

    open: tuple[InboxRow, ...]
    decided: tuple[InboxRow, ...]
    as_of: int | None


def inbox(connection: sa.Connection, decided: int = 20) -> Inbox:
    """Everything the page lists; at most ``decided`` decided items, the newest first."""
    sql = sa.text("SELECT * FROM inbox WHERE state = 'decided' ORDER BY decided_at DESC LIMIT :limit")
    rows = connection.execute(sql, {"limit": decided}).all()
    return Inbox(items(connection), tuple(_row(connection, row) for row in rows), clock.as_of(connection))


def items(connection: sa.Connection, state: str | None = "open") -> tuple[InboxRow, ...]:
    """Items in a state (None: all): rejections first, then conflicts, the newest first."""
    order = "kind = 'rejection' DESC, recorded_at DESC"
    sql = sa.text(f"SELECT * FROM inbox WHERE :state IS NULL OR state = :state ORDER BY {order}")
    return tuple(_row(connection, row) for row in connection.execute(sql, {"state": state}).all())


def item(connection: sa.Connection, item_id: bytes) -> InboxItem | None:
    """One item, or None when it is gone."""
    found = connection.execute(sa.text("SELECT * FROM inbox WHERE id = :id"), {"id": item_id}).first()
    if found is None:
        return None
    row = _row(connection, found)
    conflicts = json.loads(found.fields)
    mutations = tuple(_mutation(one) for one in json.loads(found.mutations) if isinstance(one, dict))
    fields = tuple(
        _conflict(connection, found.entity, name, at, conflict)
        for at, conflict in enumerate(conflicts)
        for name in conflict["fields"]
    )
    contested = {one.name for one in fields}
    sent = {name for one in mutations for name in one.changes if one.op == "patch"}
    current = connection.execute(
        sa.text(f'SELECT * FROM "{found.entity}" WHERE id = :id'), {"id": found.row_id}
    ).first()
    return InboxItem(
        row,
        fields,
        tuple(sorted(sent - contested)) if found.kind == "conflict" else (),
        mutations,
        None if current is None else dict(current._mapping),
        json.loads(found.decision) if found.decision else None,
        None if current is None else current._mapping.get("currency"),
        *_person(connection, current),
        None if current is None else current._mapping.get("code"),
    )


def _person(connection: sa.Connection, row: sa.Row[Any] | None) -> tuple[str | None, int | None]:
    """Who wrote the row last at headquarters and when; nobody if it was this person's own edit."""
    if row is None or row._mapping.get("updated_by") is None:
        return None, None
    if row._mapping["updated_by"].hex() == clock.state(connection, "user_id"):
        return None, None
    sql = sa.text("SELECT name FROM app_user WHERE id = :id")
    found = connection.execute(sql, {"id": row._mapping["updated_by"]}).scalar()
    return (None if found is None else str(found)), row._mapping.get("updated_at")


def _row(connection: sa.Connection, row: sa.Row[Any]) -> InboxRow:
    title, subtitle, partner_id, local = _title(connection, row.entity, row.row_id)
    amount = currency = None
    if row.entity == "sales_order":
        order = connection.execute(
            sa.text("SELECT total, currency FROM sales_order WHERE id = :id"), {"id": row.row_id}
        ).first()
        amount, currency = (order.total, order.currency) if order else (None, None)
    names = tuple(name for conflict in json.loads(row.fields) for name in conflict["fields"])
    return InboxRow(
        row.id,
        row.kind,
        row.state,
        row.entity,
        row.row_id,
        title,
        subtitle,
        partner_id,
        Notice.from_wire(json.loads(row.notice)),
        names,
        amount,
        currency,
        row.recorded_at,
        row.decided_at,
        local,
    )


def _title(
    connection: sa.Connection, entity: str, row_id: bytes
) -> tuple[str, str | None, bytes | None, str | None]:
    sql = _TITLES.get(entity)
    found = connection.execute(sa.text(sql), {"id": row_id}).first() if sql else None
    if found is None:
        return row_id.hex()[-8:], None, None, None
    return str(found[0] or ""), found[1], found[2], found[3]


def _conflict(
    connection: sa.Connection, entity: str, name: str, group: int, conflict: Mapping[str, Any]
) -> ConflictField:
    field = field_of(ENTITIES[entity], name)
    sides = {side: conflict[side].get(name) for side in ("base", "mine", "theirs")}
    shown = {side: _name_of(connection, field, value) for side, value in sides.items()}
    return ConflictField(
        name,
        field.type.value if field is not None else Type.TEXT.value,
        group,
        **sides,
        shown={side: text for side, text in shown.items() if text is not None},
        differs=sides["mine"] != sides["theirs"],
        stands=conflict.get("result") or "theirs",
        policy=conflict.get("policy") or "ask",
    )


def _name_of(connection: sa.Connection, field: Field | None, value: Any) -> str | None:
    """The name of the row that a reference points at."""
    if field is None or field.type is not Type.REF or value is None or field.target in (None, "*"):
        return None
    target = ENTITIES[str(field.target)]
    column = next((one for one in ("name", "code", "number") if one in target.fields), None)
    if column is None:
        return None
    sql = sa.text(f'SELECT "{column}" FROM "{field.target}" WHERE id = :id')
    found = connection.execute(sql, {"id": bytes.fromhex(value)}).scalar()
    return None if found is None else str(found)


def _mutation(sent: Mapping[str, Any]) -> Mutation:
    return Mutation(sent["entity"], bytes.fromhex(sent["id"]), sent["op"], sent["base"], sent["set"])
