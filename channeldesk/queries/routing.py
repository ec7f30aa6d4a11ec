"""What order routing is asked, made of what the laptop holds: orders, sites that may send them, stock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import gcd

import sqlalchemy as sa

from channeldesk.model.tables import laptop
from channeldesk.model.values import round_half_up
from channeldesk.queries import clock, currency, routes, shipments, sites
from channeldesk.queries.currency import Rates
from channeldesk.queries.sites import Warehouse
from channeldesk.rules.routing.terms import Lane, Line, Order, Request, Site, SiteKind, Stock, Terms
from channeldesk.rules.shipping import SHIPPABLE

SECONDS = 5.0
"""The longest that the window searches."""
MOST_ORDERS = 100
_PIECE = 1_000


@dataclass(frozen=True)
class OrderLine:
    """``open``: what is still to leave and no shipment holds, of ``quantity`` ordered (scale 3)."""

    id: bytes
    number: int
    product_id: bytes
    sku: str
    name: str
    name_local: str | None
    unit: str
    quantity: int
    open: int
    net: int


@dataclass(frozen=True)
class RoutedOrder:
    """An order that is routed. ``route``: the one that stands, if there is one."""

    id: bytes
    number: str
    partner_id: bytes
    partner: str
    partner_local: str | None
    status: str
    currency: str
    requested_on: str | None
    today: str
    lines: tuple[OrderLine, ...]
    route: routes.Route | None


@dataclass(frozen=True)
class Routing:
    """``sites``: those of the request; ``owners``: names of the partners whose they are. ``left_out``: sites
    whose costs cannot be compared, for want of a rate.
    """

    orders: tuple[RoutedOrder, ...]
    request: Request
    sites: Mapping[bytes, Warehouse]
    owners: Mapping[bytes, str]
    left_out: tuple[str, ...]
    pickup: bool
    as_of: int | None


_ORDERS = """
SELECT s.id, coalesce(s.number, s.provisional_number, '') AS number, s.partner_id, p.name AS partner,
       p.name_local AS partner_local, s.status, s.currency, s.requested_on
FROM sales_order s JOIN partner p ON p.id = s.partner_id
WHERE s.id = :id AND s.order_kind = 'order'
"""
_LINES = """
SELECT l.id, l.line_number, l.product_id, coalesce(d.sku, '') AS sku, coalesce(d.name, '') AS name,
       d.name_local, coalesce(d.base_unit, '') AS unit, l.quantity, l.net
FROM order_line l LEFT JOIN product d ON d.id = l.product_id WHERE l.order_id = :id ORDER BY l.line_number
"""
_OWNERS = "SELECT id, name, name_local FROM partner WHERE id = :id"


def asked(
    connection: sa.Connection,
    orders: Sequence[bytes],
    *,
    pickup: bool = False,
    local: bool = False,
    now: int | None = None,
) -> Routing:
    """Everything needed to route the orders together. ``pickup``: where goods may be fetched they are, which
    spares their shipment and its days. ``local``: sites by their names in the local script, as reasons tell
    them. Orders that are gone are left out. ``now`` in ms UTC.
    """
    now = clock.now_ms() if now is None else now
    made: list[RoutedOrder] = []
    for one in dict.fromkeys(orders):
        row = connection.execute(sa.text(_ORDERS), {"id": one}).first()
        if row is not None:
            made.append(_order(connection, row))
    target = made[0].currency if len({one.currency for one in made}) == 1 else currency.reporting(connection)
    day = made[0].today if made else clock.today(connection)
    rates = currency.rates(connection, target, day)
    ways: dict[Warehouse, set[bytes]] = {}
    for order in made:
        for place in sites.serving(connection, laptop, order.partner_id, order.currency):
            ways.setdefault(place, set()).add(order.id)
    places = sorted(ways, key=lambda one: one.code)
    known = [one for one in places if rates.convert(one.order_cost + one.unit_cost, one.currency) is not None]
    asked_for = [line for one in made for line in one.lines if line.open]
    products = {line.product_id for line in asked_for}
    apart = [one.id for one in made]
    there = sites.free(connection, laptop, known, products, day, now, apart)
    grain = _grains(asked_for)
    request = Request(
        tuple(_wanted(one, rates) for one in made if any(line.open for line in one.lines)),
        tuple(_site(one, there, grain, ways[one], made, rates, pickup, local) for one in known),
        Terms(target, late_cost=_late(known, rates), seconds=SECONDS),
    )
    owners = {one.partner_id: "" for one in known if one.partner_id is not None}
    for partner_id in owners:
        name = connection.execute(sa.text(_OWNERS), {"id": partner_id}).first()
        owners[partner_id] = "" if name is None else name.name
    return Routing(
        tuple(made),
        request,
        {one.id: one for one in known},
        owners,
        tuple(one.name for one in places if one not in known),
        pickup,
        clock.as_of(connection),
    )


def _order(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> RoutedOrder:
    taken = shipments.held(connection, row.id)
    lines = []
    for line in connection.execute(sa.text(_LINES), {"id": row.id}):
        rest = max(0, line.quantity - taken.get(line.id, 0)) if row.status in SHIPPABLE else 0
        lines.append(
            OrderLine(
                line.id,
                line.line_number,
                line.product_id,
                line.sku,
                line.name,
                line.name_local,
                line.unit,
                line.quantity,
                rest,
                line.net,
            )
        )
    return RoutedOrder(
        row.id,
        row.number,
        row.partner_id,
        row.partner,
        row.partner_local,
        row.status,
        row.currency,
        row.requested_on,
        clock.today_of(connection, row.partner_id),
        tuple(lines),
        routes.standing(routes.of_order(connection, row.id)),
    )


def _wanted(order: RoutedOrder, rates: Rates) -> Order:
    lines = tuple(
        Line(
            line.number,
            line.product_id,
            line.open,
            round_half_up(
                max(0, rates.convert(line.net, order.currency) or 0) * line.open, max(1, line.quantity)
            ),
        )
        for line in order.lines
        if line.open
    )
    within = None
    if order.requested_on is not None:
        within = max(0, (date.fromisoformat(order.requested_on) - date.fromisoformat(order.today)).days)
    return Order(order.id, lines, within)


def _grains(lines: Iterable[OrderLine]) -> dict[bytes, int]:
    """By product, what it leaves in: pieces, or smaller where parts of one are ordered."""
    found = dict[bytes, int]()
    for line in lines:
        found[line.product_id] = gcd(found.get(line.product_id, _PIECE), line.open)
    return found


def _site(
    place: Warehouse,
    there: Mapping[tuple[bytes, bytes], int],
    grains: Mapping[bytes, int],
    serves: Collection[bytes],
    orders: Sequence[RoutedOrder],
    rates: Rates,
    pickup: bool,
    local: bool,
) -> Site:
    fetched = pickup and place.pickup
    stock = {}
    for product, grain in grains.items():
        free = there.get((place.id, product), 0)
        if free > 0:
            cost = _up(Fraction((rates.convert(place.unit_cost, place.currency) or 0) * grain, _PIECE))
            stock[product] = Stock(free, grain, cost)
    kind = SiteKind.WAREHOUSE if place.partner_id is None else SiteKind.PARTNER
    lane = Lane(rates.convert(place.order_cost, place.currency) or 0, place.lead_days)
    return Site(
        place.id,
        place.code,
        (place.local if local else None) or place.name,
        SiteKind.PICKUP if fetched else kind,
        stock,
        Lane() if fetched else lane,
        {one.id: None for one in orders if one.id not in serves},
    )


def _late(places: Sequence[Warehouse], rates: Rates) -> int:
    """A day late counts as much as the dearest shipment."""
    return max((rates.convert(one.order_cost, one.currency) or 0 for one in places), default=0)


def _up(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
