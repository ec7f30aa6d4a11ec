"""Shipments of orders: what left, what is still to come, what is on its way to a partner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import clock, credit, marks
from channeldesk.rules.credit_blocks import refuse_leaving
from channeldesk.rules.rights import PARTNER
from channeldesk.rules.shipping import Item, Parcel

_SENT = f"""
JOIN shipment h ON h.id = b.shipment_id WHERE h.status = 'sent' AND NOT {marks.rejected("shipment", "h")}"""
IN_TRANSIT = f"""(SELECT coalesce(sum(b.quantity), 0) FROM shipment_line b {_SENT}
AND b.partner_id = s.partner_id AND b.product_id = s.product_id)"""
"""Of the product of a row ``s`` on its way to its partner."""

LEFT = f"""
SELECT b.order_line_id, sum(b.quantity) AS quantity FROM shipment_line b
JOIN shipment h ON h.id = b.shipment_id
WHERE b.partner_id = :partner AND h.status IN ('sent', 'arrived') AND NOT {marks.rejected("shipment", "h")}
GROUP BY 1"""
"""By line of an order of ``:partner``, how many left."""


@dataclass(frozen=True)
class ShippedLine:
    """How many of a line of the order a shipment holds."""

    order_line_id: bytes
    product_id: bytes
    sku: str
    name: str
    name_local: str | None
    unit: str
    quantity: int


@dataclass(frozen=True)
class Shipment:
    """Days in ISO; ``receipt``: what the receiver said. ``number`` is None until headquarters gave one."""

    id: bytes
    number: str | None
    status: str
    carrier: str | None
    tracking: str | None
    sent_on: str | None
    expected_on: str | None
    arrived_on: str | None
    arrived_at: int | None
    sent_at: int | None
    note: str | None
    receipt: str | None
    provisional: bool
    rejected: bool
    lines: tuple[ShippedLine, ...] = ()


_SHIPMENTS = f"""
SELECT h.id, h.number, h.status, h.carrier, h.tracking, h.sent_on, h.expected_on, h.arrived_on, h.arrived_at,
       h.sent_at, h.note, h.receipt, {marks.provisional("shipment", "h")} AS provisional,
       {marks.rejected("shipment", "h")} AS rejected
FROM shipment h WHERE h.order_id = :order ORDER BY h.rv = 0, coalesce(h.sent_at, h.created_at), h.id
"""
_LINES = """
SELECT b.shipment_id, b.order_line_id, b.product_id, coalesce(d.sku, '') AS sku,
       coalesce(d.name, '') AS name, d.name_local, coalesce(d.base_unit, '') AS unit, b.quantity
FROM shipment h JOIN shipment_line b ON b.shipment_id = h.id
JOIN order_line l ON l.id = b.order_line_id LEFT JOIN product d ON d.id = b.product_id
WHERE h.order_id = :order ORDER BY l.line_number
"""
_HELD = f"""
SELECT b.order_line_id, sum(b.quantity) AS quantity FROM shipment h
JOIN shipment_line b ON b.shipment_id = h.id
WHERE h.order_id = :order AND h.status <> 'cancelled' AND NOT {marks.rejected("shipment", "h")} GROUP BY 1
"""
_ORDERED = "SELECT id, product_id, quantity FROM order_line WHERE order_id = :order ORDER BY line_number"


def of_order(connection: sa.Connection, order_id: bytes) -> tuple[Shipment, ...]:
    """The shipments of an order, the first to leave first; what headquarters refused is marked."""
    binds, lines = {"order": order_id}, dict[bytes, list[ShippedLine]]()
    for row in connection.execute(sa.text(_LINES), binds):
        values = row._asdict()
        lines.setdefault(values.pop("shipment_id"), []).append(ShippedLine(**values))
    return tuple(
        Shipment(
            **row._asdict() | {"provisional": bool(row.provisional), "rejected": bool(row.rejected)},
            lines=tuple(lines.get(row.id, ())),
        )
        for row in connection.execute(sa.text(_SHIPMENTS), binds)
    )


def parcels(shipments: tuple[Shipment, ...]) -> list[Parcel]:
    """As the rules look at them: without those that headquarters refused."""
    return [
        Parcel(
            one.status,
            one.expected_on,
            tuple(Item(line.order_line_id, line.product_id, line.quantity) for line in one.lines),
            one.sent_at,
        )
        for one in shipments
        if not one.rejected
    ]


def ordered(connection: sa.Connection, order_id: bytes) -> list[Item]:
    """The lines of an order as the rules look at them."""
    rows = connection.execute(sa.text(_ORDERED), {"order": order_id})
    return [Item(row.id, row.product_id, row.quantity) for row in rows]


_SET_ASIDE = """
SELECT a.reasons FROM sales_order s JOIN approval a ON a.order_id IN (s.id, s.split_from_id)
WHERE s.id = :order AND a.approval_kind = 'order' AND a.status = 'approved' AND a.reasons IS NOT NULL
"""


def kept_back(connection: sa.Connection, order_id: bytes, partner_id: bytes) -> Notice | None:
    """Why nothing leaves for an order now: its partner is blocked, and nobody let the order through. None for
    the people of partners, who see no requests.
    """
    if clock.state(connection, "role") == PARTNER:
        return None
    found = connection.execute(sa.text(_SET_ASIDE), {"order": order_id}).scalars()
    set_aside = [Notice.from_wire(one) for reasons in found for one in json.loads(reasons)]
    return refuse_leaving(credit.blocked_on(connection, partner_id), set_aside)


_ARRIVING = f"""
SELECT h.expected_on, sum(b.quantity) FROM shipment_line b {_SENT}
AND b.partner_id = :partner AND b.product_id = :product GROUP BY 1
"""


def arriving(connection: sa.Connection, partner: bytes, product: bytes) -> Iterator[tuple[str | None, int]]:
    """Of a product on its way to a partner: the expected day (ISO) and how many."""
    for row in connection.execute(sa.text(_ARRIVING), {"partner": partner, "product": product}):
        yield row[0], row[1]


def held(connection: sa.Connection, order_id: bytes) -> dict[bytes, int]:
    """By line of an order, what its shipments hold, planned ones too."""
    rows = connection.execute(sa.text(_HELD), {"order": order_id})
    return {row.order_line_id: row.quantity for row in rows}


def in_transit(connection: sa.Connection, partner_id: bytes) -> dict[bytes, int]:
    """By product, what left for a partner and has not arrived."""
    sql = f"SELECT b.product_id, sum(b.quantity) AS quantity FROM shipment_line b {_SENT}"
    found = connection.execute(
        sa.text(f"{sql} AND b.partner_id = :partner GROUP BY 1"), {"partner": partner_id}
    )
    return {row.product_id: row.quantity for row in found}
