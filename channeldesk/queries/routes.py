"""Routes of orders as they are kept: what was proposed, what was decided, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import marks, shipments
from channeldesk.rules.order_routes import STANDING, Open, Part, Status, to_ship
from channeldesk.rules.shipping import still_open


@dataclass(frozen=True)
class RoutePart:
    """Of a line of the order; ``warehouse_id`` None: nobody sends it. ``cost`` in minor units, of the goods.
    ``owner``: the partner whose warehouse it is.
    """

    order_line_id: bytes
    line_number: int
    product_id: bytes
    sku: str
    product: str
    product_local: str | None
    unit: str
    warehouse_id: bytes | None
    warehouse: str
    warehouse_local: str | None
    owner: str | None
    quantity: int
    pickup: bool
    days: int | None
    cost: int
    reasons: tuple[Notice, ...]

    @property
    def part(self) -> Part:
        """As the rules look at it."""
        return Part(self.order_line_id, self.product_id, self.warehouse_id, self.quantity)


@dataclass(frozen=True)
class Route:
    """``cost`` of sending, in minor units of ``currency``; ``fits``: it holds exactly what was open when the
    shipments that left since are not counted; ``author`` and ``decider`` are names.
    """

    id: bytes
    status: str
    replaces_id: bytes | None
    solver: str
    currency: str
    cost: int
    gap: int | None
    note: str | None
    created_at: int | None
    created_by: bytes | None
    author: str | None
    decided_at: int | None
    decider: str | None
    provisional: bool
    rejected: bool
    parts: tuple[RoutePart, ...] = ()

    @property
    def unmet(self) -> tuple[RoutePart, ...]:
        return tuple(one for one in self.parts if one.warehouse_id is None)


_ROUTES = f"""
SELECT r.id, r.status, r.replaces_id, r.solver, r.currency, r.cost, r.gap, r.note, r.created_at,
       r.created_by, a.name AS author, r.decided_at, d.name AS decider,
       {marks.provisional("order_route", "r")} AS provisional,
       {marks.rejected("order_route", "r")} AS rejected
FROM order_route r LEFT JOIN app_user a ON a.id = r.created_by LEFT JOIN app_user d ON d.id = r.decided_by
WHERE r.order_id = :order ORDER BY r.rv = 0 DESC, r.created_at DESC, r.id DESC
"""
_PARTS = """
SELECT b.route_id, b.order_line_id, coalesce(l.line_number, 0) AS line_number, b.product_id,
       coalesce(p.sku, '') AS sku, coalesce(p.name, '') AS product, p.name_local AS product_local,
       coalesce(p.base_unit, '') AS unit, b.warehouse_id, coalesce(w.name, '') AS warehouse,
       w.name_local AS warehouse_local, o.name AS owner, b.quantity, b.pickup, b.days, b.cost, b.reasons
FROM order_route r JOIN order_route_line b ON b.route_id = r.id
LEFT JOIN order_line l ON l.id = b.order_line_id LEFT JOIN product p ON p.id = b.product_id
LEFT JOIN warehouse w ON w.id = b.warehouse_id LEFT JOIN partner o ON o.id = w.partner_id
WHERE r.order_id = :order ORDER BY line_number, b.warehouse_id IS NULL, b.id
"""


def of_order(connection: sa.Connection, order_id: bytes) -> tuple[Route, ...]:
    """Every route that the order ever had, the newest first; what headquarters refused is marked."""
    binds, parts = {"order": order_id}, dict[bytes, list[RoutePart]]()
    for row in connection.execute(sa.text(_PARTS), binds):
        values = row._asdict()
        known = parts.setdefault(values.pop("route_id"), [])
        told = json.loads(values["reasons"] or "[]")
        values |= {"pickup": bool(row.pickup), "reasons": tuple(Notice.from_wire(one) for one in told)}
        known.append(RoutePart(**values))
    return tuple(
        Route(
            **row._asdict() | {"provisional": bool(row.provisional), "rejected": bool(row.rejected)},
            parts=tuple(parts.get(row.id, ())),
        )
        for row in connection.execute(sa.text(_ROUTES), binds)
    )


def standing(found: tuple[Route, ...]) -> Route | None:
    """The one of an order's routes that stands, proposed or confirmed."""
    return next((one for one in found if one.status in STANDING and not one.rejected), None)


def open_lines(connection: sa.Connection, order_id: bytes) -> dict[bytes, Open]:
    """By line, what no shipment holds yet."""
    ordered = shipments.ordered(connection, order_id)
    rest = still_open(ordered, shipments.parcels(shipments.of_order(connection, order_id)))
    return {one.line: Open(one.product, rest[one.line]) for one in ordered if one.line in rest}


def leaves(route: Route | None, ordered: Mapping[bytes, int], held: Mapping[bytes, int]) -> tuple[Part, ...]:
    """What is still to leave by a confirmed route, of what is ordered and what shipments hold, by line."""
    if route is None or route.status != Status.CONFIRMED:
        return ()
    return tuple(
        part
        for line, quantity in ordered.items()
        for part in to_ship(
            [one.part for one in route.parts if one.order_line_id == line], held.get(line, 0), quantity
        )
    )


_WAITING = f"""
SELECT s.id FROM sales_order s
WHERE s.status IN ('accepted', 'partly_shipped') AND s.order_kind = 'order' AND s.number IS NOT NULL
  AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = s.id AND l.quantity > coalesce((
    SELECT sum(b.quantity) FROM shipment_line b JOIN shipment h ON h.id = b.shipment_id
    WHERE b.order_line_id = l.id AND h.status <> 'cancelled'
      AND NOT {marks.rejected("shipment", "h")}), 0))
  AND NOT EXISTS (SELECT 1 FROM order_route r WHERE r.order_id = s.id AND +r.status = 'confirmed'
                  AND NOT {marks.rejected("order_route", "r")})
ORDER BY s.requested_on IS NULL, s.requested_on, s.order_date, s.id LIMIT :most
"""


def waiting(connection: sa.Connection, most: int) -> tuple[bytes, ...]:
    """Orders of which something is to leave and no route is confirmed, those wanted first."""
    return tuple(connection.execute(sa.text(_WAITING), {"most": most}).scalars())
