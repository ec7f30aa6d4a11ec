"""What warehouses have that is free to be sent: on a laptop as far as it knows, at headquarters the whole.

Both sides ask here, with their own tables: what a laptop tells before it sends is what headquarters judges.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import holdings, marks
from channeldesk.queries.holdings import alive
from channeldesk.queries.once import once
from channeldesk.rules.order_routes import GONE, Available, Kept, Part, Status, promised
from channeldesk.rules.shipping import LEFT, SHIPPABLE
from channeldesk.rules.stock_places import holding, known_at

Key = tuple[bytes, bytes]
"""Warehouse and product."""


@dataclass(frozen=True, slots=True)
class Level:
    """``quantity`` (scale 3) as reported, with what moved since; ``until``: the moment of the report (ms
    UTC).
    """

    quantity: int
    until: int


@dataclass(frozen=True, slots=True)
class Warehouse:
    """``local``: the name in the local script; ``path``: of the territory where it delivers; "": everywhere,
    None: one that this side does not have.
    """

    id: bytes
    code: str
    name: str
    local: str | None
    partner_id: bytes | None
    path: str | None
    pickup: bool
    currency: str
    order_cost: int
    unit_cost: int
    lead_days: int

    def serves(self, path: str | None, currency: str) -> bool:
        """Whether it delivers to a partner in the territory of that path. A laptop lacks the territories
        above its person's: then only another currency speaks against it, and headquarters decides.
        """
        if self.path is None or path is None:
            return self.currency == currency
        return path.startswith(self.path)


@once
def warehouses(connection: sa.Connection, tables: sa.MetaData) -> list[Warehouse]:
    """Those in use, the company's own and those of partners, by code."""
    one, area = tables.tables["warehouse"], tables.tables["territory"]
    query = (
        sa.select(one, area.c.path.label("delivers_"))
        .outerjoin(area, sa.and_(area.c.id == one.c.territory_id, *alive(area)))
        .where(one.c.active == 1, *alive(one))
        .order_by(one.c.code)
    )
    return [
        Warehouse(
            row["id"],
            row["code"],
            row["name"],
            row["name_local"],
            row["partner_id"],
            "" if row["territory_id"] is None else row["delivers_"],
            bool(row["pickup"]),
            row["currency"],
            row["order_cost"],
            row["unit_cost"],
            row["lead_days"],
        )
        for row in connection.execute(query).mappings()
    ]


def serving(
    connection: sa.Connection, tables: sa.MetaData, partner_id: bytes, currency: str
) -> list[Warehouse]:
    """Those that may send something to a partner, in an order in that currency. Nobody is sent its own
    goods.
    """
    partner, area = tables.tables["partner"], tables.tables["territory"]
    query = (
        sa.select(area.c.path)
        .join(partner, partner.c.territory_id == area.c.id)
        .where(partner.c.id == partner_id, *alive(area))
    )
    path = connection.scalar(query)
    return [
        one
        for one in warehouses(connection, tables)
        if one.partner_id != partner_id and one.serves(path, currency)
    ]


def held(
    connection: sa.Connection,
    tables: sa.MetaData,
    sites: Sequence[Warehouse],
    products: Collection[bytes],
    today: str,
    now: int,
) -> dict[Key, Level]:
    """What lies there of the products; of lots those that have not expired. ``now`` in ms UTC."""
    own = [one.id for one in sites if one.partner_id is None]
    found = _own(connection, tables, own, products, today)
    theirs = [one for one in sites if one.partner_id is not None]
    return found | (_theirs(connection, tables, theirs, products, today, now) if theirs else {})


def held_back(
    connection: sa.Connection,
    tables: sa.MetaData,
    stock: Mapping[Key, Level],
    products: Collection[bytes],
    apart: Collection[bytes] = (),
) -> dict[Key, int]:
    """What confirmed routes of orders have promised of that stock; without the orders ``apart``."""
    route, part = tables.tables["order_route"], tables.tables["order_route_line"]
    order, line = tables.tables["sales_order"], tables.tables["order_line"]
    oldest = min((one.until for one in stock.values()), default=0)
    waits = order.c.status.in_(SHIPPABLE)
    just_left = sa.and_(order.c.status.in_(GONE), order.c.shipped_at > oldest)
    query = (
        sa.select(
            part.c.order_line_id,
            part.c.product_id,
            part.c.warehouse_id,
            part.c.quantity,
            line.c.quantity.label("ordered"),
            order.c.status,
        )
        .join(route, route.c.id == part.c.route_id)
        .join(order, order.c.id == route.c.order_id)
        .join(line, line.c.id == part.c.order_line_id)
        .where(route.c.status == Status.CONFIRMED.value, sa.or_(waits, just_left))
        .where(part.c.product_id.in_(sorted(products)), order.c.id.not_in(sorted(apart)))
        .where(*_counted(route), *alive(part, order, line))
        .order_by(part.c.order_line_id, part.c.warehouse_id.is_(None), part.c.id)
    )
    lines = defaultdict[bytes, list[Any]](list)
    for row in connection.execute(query):
        lines[row.order_line_id].append(row)
    left = _left(connection, tables, lines)
    taken = defaultdict[Key, int](int)
    for line_id, parts in lines.items():
        places = [(row.warehouse_id, row.product_id) for row in parts]
        kept = [
            Kept(row.quantity, stock[place].until if place in stock else None)
            for row, place in zip(parts, places, strict=True)
        ]
        first = parts[0]
        for place, quantity in zip(
            places, promised(kept, first.ordered, first.status, left.get(line_id, ())), strict=True
        ):
            taken[place] += quantity
    return dict(taken)


def free(
    connection: sa.Connection,
    tables: sa.MetaData,
    sites: Sequence[Warehouse],
    products: Collection[bytes],
    today: str,
    now: int,
    apart: Collection[bytes] = (),
) -> dict[Key, int]:
    """What lies there less what is promised, never below zero."""
    stock = held(connection, tables, sites, products, today, now)
    taken = held_back(connection, tables, stock, products, apart)
    return {key: max(0, level.quantity - taken.get(key, 0)) for key, level in stock.items()}


def free_for(
    connection: sa.Connection,
    tables: sa.MetaData,
    parts: Collection[Part],
    today: str,
    now: int,
    apart: Collection[bytes],
) -> Available:
    """What is free of what these parts of routes want; they are of the orders ``apart``."""
    named, products = {part.site for part in parts}, {part.product for part in parts}
    places = [one for one in warehouses(connection, tables) if one.id in named]
    return free(connection, tables, places, products, today, now, apart)


def _own(
    connection: sa.Connection,
    tables: sa.MetaData,
    sites: Sequence[bytes],
    products: Collection[bytes],
    today: str,
) -> dict[Key, Level]:
    """A lot that a later report does not name is gone."""
    table = tables.tables["warehouse_level"]
    columns = (table.c.warehouse_id, table.c.product_id, table.c.as_of, table.c.quantity, table.c.expires_on)
    query = sa.select(*columns).where(
        table.c.warehouse_id.in_(sites), table.c.product_id.in_(sorted(products)), *alive(table)
    )
    found = dict[Key, Level]()
    for row in connection.execute(query.order_by(table.c.as_of)):
        key = (row.warehouse_id, row.product_id)
        before = found.get(key)
        so_far = before.quantity if before is not None and before.until == row.as_of else 0
        good = row.expires_on is None or row.expires_on >= today
        found[key] = Level(so_far + (row.quantity if good else 0), row.as_of)
    return found


def _theirs(
    connection: sa.Connection,
    tables: sa.MetaData,
    sites: Sequence[Warehouse],
    products: Collection[bytes],
    today: str,
    now: int,
) -> dict[Key, Level]:
    """By all that is known of the partner's stock, whatever of its warehouses is asked for."""
    partners = Counter(one.partner_id for one in warehouses(connection, tables))
    partner, product = tables.tables["partner"], tables.tables["product"]
    known = (
        sa.select(partner.c.id.label("partner_id"), product.c.id.label("product_id"))
        .join_from(partner, product, sa.true())
        .where(partner.c.id.in_(sorted({one.partner_id for one in sites if one.partner_id is not None})))
        .where(product.c.id.in_(sorted(products)))
        .subquery("p")
    )
    anchors = holdings.anchors(connection, known, tables, today)
    since = min((at for one in anchors.values() for many in one.values() for at, _ in many), default=now)
    moved = holdings.movements(connection, known, since, now + 1, tables)
    found = dict[Key, Level]()
    stocks = {pair: holding(one, moved.get(pair, {})) for pair, one in anchors.items()}
    for (partner_id, product_id), stock in stocks.items():
        for site in sites:
            if site.partner_id == partner_id:
                there = known_at(stock, site.id, now, partners[partner_id] == 1)
                if there is not None:
                    found[site.id, product_id] = Level(there[1], there[0])
    return found


def _left(
    connection: sa.Connection, tables: sa.MetaData, lines: Iterable[bytes]
) -> dict[bytes, list[tuple[int | None, int]]]:
    """By line of an order, what left: when, and how many."""
    parcel, part = tables.tables["shipment"], tables.tables["shipment_line"]
    query = (
        sa.select(part.c.order_line_id, parcel.c.sent_at, part.c.quantity)
        .join(parcel, parcel.c.id == part.c.shipment_id)
        .where(part.c.order_line_id.in_(sorted(lines)), parcel.c.status.in_([str(one) for one in LEFT]))
        .where(*_counted(parcel), *alive(part))
        .order_by(part.c.id)
    )
    found = defaultdict[bytes, list[tuple[int | None, int]]](list)
    for row in connection.execute(query):
        found[row.order_line_id].append((row.sent_at, row.quantity))
    return dict(found)


def _counted(table: sa.Table) -> list[Any]:
    """Without what is deleted at headquarters; on a laptop, without what headquarters refused."""
    return alive(table) or [sa.text(marks.counts(table.name, table.name))]
