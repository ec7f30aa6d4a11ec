"""Orders: the list, and one order with its lines and what happened to it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import clock, marks, resemblance, routes, shipments
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.returns import RETURNED
from channeldesk.queries.routes import Route
from channeldesk.queries.shipments import Shipment
from channeldesk.queries.views import (
    ALL,
    Column,
    ColumnType,
    ListSpec,
    ListView,
    entry_of,
    ordered_keys,
    page,
)
from channeldesk.rules.order_routes import Part
from channeldesk.rules.order_times import stages
from channeldesk.rules.resemblance import Alike
from channeldesk.rules.shipping import held

STATUS = f"CASE WHEN {marks.rejected('sales_order', 's')} THEN 'rejected' ELSE s.status END"
"""The status to show: what headquarters refused is rejected here, until the person decides."""

_PARTNER = ("p",)
_UNSURE = marks.provisional_among("sales_order", "s")
SPEC = ListSpec(
    key="s.rowid",
    source="sales_order s",
    default_sort="date",
    default_descending=True,
    search="(instr(lower(s.number), {word}) > 0 OR instr(lower(s.provisional_number), {word}) > 0 OR "
    + entry_of("partner", "s.partner_id")
    + ")",
    tie="s.rowid",
    joins={
        "p": "LEFT JOIN partner p ON p.id = s.partner_id",
        "u": "LEFT JOIN app_user u ON u.id = s.salesperson_id",
    },
    columns={
        "number": Column("coalesce(s.number, s.provisional_number)", code=True),
        "partner": Column("p.name", needs=_PARTNER, also="p.name_local"),
        "partner_code": Column("p.code", needs=_PARTNER, code=True),
        "date": Column("s.order_date", ColumnType.DAY, required=True),
        "requested": Column("s.requested_on", ColumnType.DAY),
        "expected": Column("s.expected_on", ColumnType.DAY),
        "status": Column(STATUS, ColumnType.CHOICE, required=True),
        "kind": Column("s.order_kind", ColumnType.CHOICE, required=True),
        "source": Column("s.source", ColumnType.CHOICE, required=True),
        "salesperson": Column("u.name", needs=("u",)),
        "net": Column("s.net", ColumnType.MONEY, "s.currency", required=True, unsure=_UNSURE),
        "total": Column("s.total", ColumnType.MONEY, "s.currency", required=True, unsure=_UNSURE),
        "currency": Column("s.currency", ColumnType.CHOICE, required=True),
        "reference": Column("s.reference", code=True),
        "provisional": Column(_UNSURE, ColumnType.FLAG),
        "rejected": Column(marks.rejected("sales_order", "s"), ColumnType.FLAG),
    },
)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order; ``number`` is headquarters' or, until it has one, the laptop's provisional number."""

    key: int
    id: bytes
    number: str
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    date: str
    requested_on: str | None
    status: str
    kind: str
    salesperson: str | None
    net: int
    total: int
    currency: str
    lines: int
    reference: str | None
    provisional: bool
    rejected: bool
    expected_on: str | None = None
    """The next day on which goods of it should arrive."""


def keys(
    connection: sa.Connection, view: ListView = ALL, partner_id: bytes | None = None, today: str | None = None
) -> array[int]:
    """Row numbers of the orders to show, newest first unless the view says otherwise."""
    where, params = (
        ("s.partner_id = :partner", {"partner": partner_id}) if partner_id is not None else ("", {})
    )
    return ordered_keys(connection, SPEC, view, where=where, params=params, today=today)


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the orders of ``keys``."""
    return column_figures(connection, SPEC, keys, columns)


@dataclass(frozen=True)
class Counts:
    """How many orders there are, wait for headquarters, were rejected, are to be delivered, are late (goods
    should have arrived before ``today``), are returns.
    """

    every: int
    waiting: int
    rejected: int
    coming: int
    late: int
    returns: int
    today: str


_COUNTS = f"""
SELECT (SELECT count(*) FROM sales_order) AS every,
 (SELECT count(*) FROM sales_order s WHERE s.status = 'placed'
  AND NOT {marks.rejected("sales_order", "s")}) AS waiting,
 (SELECT count(*) FROM sales_order s WHERE s.status = 'rejected' OR s.id IN (SELECT row_id FROM inbox
  WHERE entity = 'sales_order' AND state = 'open' AND kind = 'rejection')) AS rejected,
 (SELECT count(*) FROM sales_order WHERE status IN ('accepted', 'partly_shipped', 'shipped')) AS coming,
 (SELECT count(*) FROM sales_order WHERE expected_on < :today) AS late,
 (SELECT count(*) FROM sales_order WHERE order_kind = 'return') AS returns
"""


def counts(connection: sa.Connection) -> Counts:
    """For the tabs over the list."""
    today = clock.today(connection)
    return Counts(**connection.execute(sa.text(_COUNTS), {"today": today}).one()._asdict(), today=today)


_ROW = f"""
SELECT s.rowid AS key, s.id, coalesce(s.number, s.provisional_number, '') AS number, s.partner_id,
       p.name AS partner, p.name_local AS partner_local, s.order_date AS date, s.requested_on,
       {STATUS} AS status, s.order_kind AS kind, u.name AS salesperson, s.net, s.total, s.currency,
       (SELECT count(*) FROM order_line l WHERE l.order_id = s.id) AS lines, s.reference,
       {marks.provisional("sales_order", "s")} AS provisional,
       {marks.rejected("sales_order", "s")} AS rejected, s.expected_on
"""
_JOINS = """
LEFT JOIN partner p ON p.id = s.partner_id
LEFT JOIN app_user u ON u.id = s.salesperson_id
"""
_PAGE = f"{_ROW} FROM json_each(:keys) k CROSS JOIN sales_order s ON s.rowid = k.value {_JOINS}"


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[OrderRow]:
    """The orders of ``keys``, in their order."""
    return [_row(row) for row in page(connection, _PAGE, keys)]


def _row(row: sa.Row[Any]) -> OrderRow:
    values = row._asdict()
    return OrderRow(**values | {"provisional": bool(row.provisional), "rejected": bool(row.rejected)})


@dataclass(frozen=True)
class OrderLine:
    """A line as ordered; ``cost`` is None where the role may not see it or the source does not know it.
    ``returned`` of ``quantity`` comes back by returns that name the line.
    """

    id: bytes
    line_number: int
    product_id: bytes
    sku: str
    name: str
    name_local: str | None
    unit: str
    quantity: int
    list_price: int | None
    unit_price: int
    tax_rate: int
    net: int
    tax: int
    cost: int | None
    discount: int = 0
    return_reason: str | None = None
    condition: str | None = None
    disposition: str | None = None
    returned: int = 0
    held: int = 0
    """What its shipments hold of it."""


@dataclass(frozen=True)
class OrderEvent:
    """A step in an order's life: ``kind`` is recorded, received, rejected, decided, accepted, sent, arrived,
    shipped (all of it) or closed; ``took``: ms since the state before; ``number``: of a shipment.
    """

    kind: str
    at: int
    notice: Notice | None = None
    took: int | None = None
    number: str = ""


@dataclass(frozen=True)
class OrderDetail:
    """Everything about one order. ``inbox_item`` is the open rejection, if any, with its reasons."""

    order: OrderRow
    provisional_number: str | None
    source: str
    note: str | None
    tax: int
    lines: tuple[OrderLine, ...]
    history: tuple[OrderEvent, ...]
    inbox_item: bytes | None
    reasons: tuple[Notice, ...]
    sent: bool
    """Part of a sending that headquarters has not answered: it can no longer be taken back silently."""
    as_of: int | None
    promotions: tuple[tuple[str, int], ...] = ()
    """What each takes off the order, by code."""
    asked: str | None = None
    """The kind of a request about the order that is not decided."""
    decision: str | None = None
    """What was said when the last request was refused; None where none was."""
    shipments: tuple[Shipment, ...] = ()
    routes: tuple[Route, ...] = ()
    """Every one that it had, the newest first."""
    split_from: tuple[bytes, str] | None = None
    """The order that this one was split off: id and number."""
    split_into: tuple[tuple[bytes, str], ...] = ()

    kept_back: Notice | None = None
    """Why nothing leaves for it now."""

    alike: tuple[Alike, ...] = ()
    """Orders that it may repeat, while it is not too late to notice."""

    @property
    def leaves(self) -> tuple[Part, ...]:
        """What is still to leave by the confirmed route."""
        ordered = {line.id: line.quantity for line in self.lines}
        held = {line.id: line.held for line in self.lines}
        return routes.leaves(routes.standing(self.routes), ordered, held)

    @property
    def still_open(self) -> tuple[OrderLine, ...]:
        """Lines of which no shipment holds all."""
        return tuple(line for line in self.lines if line.held < line.quantity)


_LINES = f"""
SELECT l.id, l.line_number, l.product_id, coalesce(d.sku, '') AS sku, coalesce(d.name, '') AS name,
       d.name_local, coalesce(d.base_unit, '') AS unit, l.quantity, l.list_price, l.unit_price, l.tax_rate,
       l.net, l.tax, l.cost, l.discount, l.return_reason, l.condition, l.disposition,
       max(0, min(l.quantity, ({RETURNED}))) AS returned
FROM order_line l LEFT JOIN product d ON d.id = l.product_id
WHERE l.order_id = :id ORDER BY l.line_number
"""
_PROMOTIONS = """
SELECT coalesce(m.code, '–') AS code, sum(d.amount) AS amount
FROM order_discount d LEFT JOIN promotion m ON m.id = d.promotion_id WHERE d.order_id = :id GROUP BY 1
"""
_ASKED = "SELECT approval_kind FROM approval WHERE order_id = :id AND status = 'asked' LIMIT 1"
_REFUSED = """
SELECT coalesce(decision, '') FROM approval WHERE order_id = :id AND status = 'refused'
ORDER BY decided_at DESC, rowid DESC LIMIT 1
"""
_EXTRA = """
SELECT provisional_number, source, note, tax, placed_at, created_at, received_at, accepted_at, sent_at,
       shipped_at, closed_at, split_from_id
FROM sales_order WHERE id = :id
"""
_RELATED = """
SELECT id, coalesce(number, provisional_number, '') AS number, 1 AS origin FROM sales_order WHERE id = :origin
UNION ALL
SELECT id, coalesce(number, provisional_number, ''), 0 FROM sales_order
WHERE partner_id = :partner AND order_date = :date AND split_from_id = :id ORDER BY number
"""
"""What is split off keeps partner and date."""
_INBOX = """
SELECT id, state, notice, recorded_at, decided_at FROM inbox
WHERE entity = 'sales_order' AND row_id = :id ORDER BY recorded_at
"""
_SENT = "SELECT 1 FROM outbox WHERE entity = 'sales_order' AND row_id = :id AND (mid IS NOT NULL OR sent = 1)"


def detail(connection: sa.Connection, order_id: bytes) -> OrderDetail | None:
    """One order with its lines, or None when it is no longer here."""
    found = connection.execute(
        sa.text(f"{_ROW} FROM sales_order s {_JOINS} WHERE s.id = :id"), {"id": order_id}
    ).first()
    if found is None:
        return None
    this = {"id": order_id}
    extra = connection.execute(sa.text(_EXTRA), this).one()
    items = connection.execute(sa.text(_INBOX), this).all()
    sent = shipments.of_order(connection, order_id)
    events = _events(extra, sent)
    still_open = [item for item in items if item.state == "open"]
    for item in items:
        events.append(OrderEvent("rejected", item.recorded_at, Notice.from_wire(json.loads(item.notice))))
        if item.decided_at:
            events.append(OrderEvent("decided", item.decided_at))
    taken = held(shipments.parcels(sent))
    splits = {"id": order_id, "origin": extra.split_from_id, "partner": found.partner_id, "date": found.date}
    related = connection.execute(sa.text(_RELATED), splits).all()
    return OrderDetail(
        order=_row(found),
        provisional_number=extra.provisional_number,
        source=extra.source,
        note=extra.note,
        tax=extra.tax,
        lines=tuple(
            OrderLine(**row._asdict(), held=taken.get(row.id, 0))
            for row in connection.execute(sa.text(_LINES), this)
        ),
        history=tuple(sorted((one for one in events if one.at), key=lambda one: one.at, reverse=True)),
        inbox_item=still_open[-1].id if still_open else None,
        reasons=tuple(Notice.from_wire(json.loads(item.notice)) for item in still_open),
        sent=connection.execute(sa.text(_SENT), this).first() is not None,
        as_of=clock.as_of(connection),
        asked=connection.execute(sa.text(_ASKED), this).scalar(),
        decision=connection.execute(sa.text(_REFUSED), this).scalar(),
        shipments=sent,
        kept_back=shipments.kept_back(connection, order_id, found.partner_id),
        routes=routes.of_order(connection, order_id),
        split_from=next(((one.id, one.number) for one in related if one.origin), None),
        split_into=tuple((one.id, one.number) for one in related if not one.origin),
        alike=resemblance.of_order(connection, order_id) if found.status in resemblance.WATCHED else (),
        promotions=tuple((one.code, one.amount) for one in connection.execute(sa.text(_PROMOTIONS), this)),
    )


def _events(row: sa.Row[Any], sent: tuple[Shipment, ...]) -> list[OrderEvent]:
    """The states that an order passed, each with the time since the one before, and its shipments."""
    moments = {
        "placed": row.placed_at or row.created_at or 0,
        "received": None if row.received_at == row.accepted_at else row.received_at,
        "accepted": row.accepted_at,
        "sent": row.sent_at,
        "shipped": None if row.shipped_at == row.sent_at else row.shipped_at,
        "closed": row.closed_at,
    }
    passed = {one.name: one for one in stages(moments)}
    first = passed.pop("sent", None)
    events = [
        OrderEvent("recorded" if name == "placed" else name, one.at, took=one.took)
        for name, one in passed.items()
    ]
    for one in sent:
        number = one.number or ""
        if one.sent_at:
            took = first.took if first is not None and first.at == one.sent_at else None
            events.append(OrderEvent("sent", one.sent_at, took=took, number=number))
        if one.status == "arrived" and one.arrived_at:
            events.append(OrderEvent("arrived", one.arrived_at, number=number))
    return events


def by_number(connection: sa.Connection, number: str) -> bytes | None:
    """The order with this number, headquarters' or provisional."""
    found = connection.execute(
        sa.text("SELECT id FROM sales_order WHERE number = :number OR provisional_number = :number LIMIT 1"),
        {"number": number},
    ).scalar()
    return None if found is None else bytes(found)
