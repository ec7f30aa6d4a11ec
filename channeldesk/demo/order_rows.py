"""Orders and lines as rows, a few thousand orders at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from channeldesk.demo.organisation import Organisation, zone_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.sales import CANCELLED, PLACED, REJECTED, STATUSES, TAX, Sales
from channeldesk.demo.shipments import Delivery, delivery, shipment_batches
from channeldesk.demo.world import Batch, World, moment

CHUNK = 4_000
ORDER_COLUMNS = (
    "id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "number",
    "provisional_number",
    "partner_id",
    "salesperson_id",
    "source",
    "order_kind",
    "status",
    "order_date",
    "placed_at",
    "received_at",
    "currency",
    "net",
    "tax",
    "total",
    "requested_on",
    "accepted_at",
    "sent_at",
    "shipped_at",
    "closed_at",
    "expected_on",
)
LINE_COLUMNS = (
    "id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "order_id",
    "partner_id",
    "line_number",
    "product_id",
    "quantity",
    "list_price",
    "unit_price",
    "tax_rate",
    "discount",
    "net",
    "tax",
    "cost",
)


def order_batches(
    world: World,
    organisation: Organisation,
    partners: list[Partner],
    catalogue: Catalogue,
    sales: Sales,
    days: list[date],
    order_ids: list[bytes],
) -> Iterator[Batch]:
    """Chunks of orders, each followed by its lines. ``order_ids`` is filled as orders are made."""
    counters: dict[str, int] = {}
    for start in range(0, sales.partner.size, CHUNK):
        stop = min(start + CHUNK, sales.partner.size)
        orders = [
            _order(world, organisation, partners, sales, days, counters, place)
            for place in range(start, stop)
        ]
        order_ids += [row[0] for row in orders]
        yield Batch("sales_order", ORDER_COLUMNS, orders)
        lines = _lines(world, partners, catalogue, sales, orders, start, stop)
        yield Batch("order_line", LINE_COLUMNS, lines)
        yield from _shipments(world, partners, sales, days, orders, lines, start)


def _order(
    world: World,
    organisation: Organisation,
    partners: list[Partner],
    sales: Sales,
    days: list[date],
    counters: dict[str, int],
    place: int,
) -> tuple[Any, ...]:
    partner, day = partners[int(sales.partner[place])], days[int(sales.day[place])]
    placed = moment(day, int(sales.minute[place]), zone_of(partner.territory))
    person = organisation.managers[partner.territory]
    status, field = int(sales.status[place]), bool(sales.in_field[place])
    judged = placed + (45 * 60_000 if field else 2_000)
    kind = "return" if sales.is_return[place] else "order"
    number = None
    if status not in (PLACED, REJECTED):
        number = _next(counters, f"{'RT' if kind == 'return' else 'SO'}-{day.year}-", 6)
    net, tax = int(sales.net[place]), int(sales.tax[place])
    found, zone = _delivery(sales, days, place), zone_of(partner.territory)
    began = _left(found.sent, zone)
    provisional = (
        _next(counters, f"D{list(organisation.users.values()).index(person)}-", 5) if field else None
    )
    return (
        world.id("sales_order", placed),
        placed,
        person if field else None,
        judged,
        None,
        number,
        provisional,
        partner.id,
        person,
        "field" if field else "portal",
        kind,
        STATUSES[status],
        day.isoformat(),
        placed,
        judged,
        partner.currency,
        net,
        tax,
        net + tax,
        found.requested_on and found.requested_on.isoformat(),
        None if number is None or status == CANCELLED else judged,
        began,
        _left(found.shipped, zone),
        None if found.closed is None else moment(found.closed, 11 * 60, zone),
        found.expected_on and found.expected_on.isoformat(),
    )


def _left(day: date | None, zone: str) -> int | None:
    return None if day is None else moment(day, 16 * 60, zone)


def _delivery(sales: Sales, days: list[date], place: int) -> Delivery:
    status = CANCELLED if sales.is_return[place] else int(sales.status[place])
    return delivery(place, status, days[int(sales.day[place])], days[-1])


def _shipments(
    world: World,
    partners: list[Partner],
    sales: Sales,
    days: list[date],
    orders: list[tuple[Any, ...]],
    lines: list[tuple[Any, ...]],
    start: int,
) -> Iterator[Batch]:
    sent = []
    for at, row in enumerate(orders):
        found = _delivery(sales, days, start + at)
        if found.parts:
            order = dict(zip(ORDER_COLUMNS, row, strict=True))
            sent.append((partners[int(sales.partner[start + at])], order, found))
    if sent:
        wanted, of_order = {order["id"] for _, order, _ in sent}, defaultdict[bytes, list[Any]](list)
        places = [LINE_COLUMNS.index(name) for name in ("order_id", "id", "product_id", "quantity")]
        for line in lines:
            order_id, *values = (line[place] for place in places)
            if order_id in wanted:
                of_order[order_id].append(values)
        yield from shipment_batches(world, sent, of_order)


def _next(counters: dict[str, int], prefix: str, width: int) -> str:
    counters[prefix] = counters.get(prefix, 0) + 1
    return f"{prefix}{counters[prefix]:0{width}d}"


def _lines(
    world: World,
    partners: list[Partner],
    catalogue: Catalogue,
    sales: Sales,
    orders: list[tuple[Any, ...]],
    start: int,
    stop: int,
) -> list[tuple[Any, ...]]:
    first, last = int(sales.first_line[start]), int(sales.first_line[stop])
    rates = [TAX[partners[who].country] for who in sales.partner[start:stop].tolist()]
    number, before = 0, -1
    rows = []
    part = slice(first, last)
    for order, product, quantity, listed, price, off, net, tax, cost in zip(
        sales.line_order[part].tolist(),
        sales.product[part].tolist(),
        sales.quantity[part].tolist(),
        sales.list_price[part].tolist(),
        sales.unit_price[part].tolist(),
        sales.line_discount[part].tolist(),
        sales.line_net[part].tolist(),
        sales.line_tax[part].tolist(),
        sales.line_cost[part].tolist(),
        strict=True,
    ):
        number = number + 1 if order == before else 1
        before = order
        head = orders[order - start]
        rows.append(
            (
                world.id("order_line", head[1]),
                head[1],
                head[2],
                head[3],
                None,
                head[0],
                head[7],
                number,
                catalogue.ids[product],
                quantity,
                listed,
                price,
                rates[order - start],
                off,
                net,
                tax,
                cost,
            )
        )
    return rows
