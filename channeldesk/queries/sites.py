"""What warehouses have that is free to be sent: on a laptop as far as it knows, at headquarters the whole.

Both sides ask here, with their own tables: what a laptop tells before it sends is what headquarters judges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.queries.once import once
from channeldesk.rules.order_routes import GONE, Kept, Status, promised
from channeldesk.rules.shipping import LEFT, SHIPPABLE
from channeldesk.rules.stock_places import Place, levels

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
        .outerjoin(area, sa.and_(area.c.id == one.c.territory_id, *_alive(area)))
        .where(one.c.active == 1, *_alive(one))
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
        .where(partner.c.id == partner_id, *_alive(area))
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
    by_partner = defaultdict[bytes, list[bytes]](list)
    for one in sites:
        if one.partner_id is not None:
            by_partner[one.partner_id].append(one.id)
    return found | _theirs(connection, tables, by_partner, products, today, now)


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
        .where(*_counted(route), *_alive(part, order, line))
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
        table.c.warehouse_id.in_(sites), table.c.product_id.in_(sorted(products)), *_alive(table)
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
    partners: Mapping[bytes, Sequence[bytes]],
    products: Collection[bytes],
    today: str,
    now: int,
) -> dict[Key, Level]:
    """Reports, counts and movements that name a warehouse; those that name none speak of it where the partner
    has one alone.
    """
    level, move = tables.tables["stock_level"], tables.tables["stock_movement"]
    count, line = tables.tables["stock_count"], tables.tables["stock_count_line"]

    def about(table: sa.Table) -> list[Any]:
        mine = table.c.partner_id.in_(sorted(partners)), table.c.product_id.in_(sorted(products))
        return [*mine, *_alive(table)]

    reported = sa.select(
        level.c.partner_id, level.c.product_id, level.c.warehouse_id, level.c.as_of, level.c.quantity
    ).add_columns(level.c.expires_on)
    counted = (
        sa.select(line.c.partner_id, line.c.product_id, count.c.warehouse_id, count.c.counted_at)
        .add_columns(line.c.counted)
        .join(count, count.c.id == line.c.stock_count_id)
    )
    moved = sa.select(
        move.c.partner_id, move.c.product_id, move.c.warehouse_id, move.c.happened_at, move.c.quantity
    )
    anchors = defaultdict[Key, dict[int, int]](lambda: defaultdict(int))
    for row in connection.execute(reported.where(*about(level))):
        place = _place(partners, row.partner_id, row.warehouse_id)
        if place is not None and row.as_of <= now:
            good = row.expires_on is None or row.expires_on >= today
            anchors[place, row.product_id][row.as_of] += row.quantity if good else 0
    for row in connection.execute(counted.where(*about(line)).order_by(line.c.id)):
        place = _place(partners, row.partner_id, row.warehouse_id)
        if place is not None and row.counted_at <= now:
            anchors[place, row.product_id][row.counted_at] = row.counted
    movements = defaultdict[Key, list[tuple[int, int]]](list)
    for row in connection.execute(moved.where(*about(move)).order_by(move.c.happened_at)):
        place = _place(partners, row.partner_id, row.warehouse_id)
        if place is not None:
            movements[place, row.product_id].append((row.happened_at, row.quantity))
    return {
        key: Level(levels(Place(sorted(known.items()), movements.get(key, ())), [now])[0], max(known))
        for key, known in anchors.items()
    }


def _place(
    partners: Mapping[bytes, Sequence[bytes]], partner: bytes, warehouse: bytes | None
) -> bytes | None:
    theirs = partners.get(partner, ())
    if warehouse is None and len(theirs) == 1:
        return theirs[0]
    return warehouse if warehouse in theirs else None


def _left(
    connection: sa.Connection, tables: sa.MetaData, lines: Iterable[bytes]
) -> dict[bytes, list[tuple[int | None, int]]]:
    """By line of an order, what left: when, and how many."""
    parcel, part = tables.tables["shipment"], tables.tables["shipment_line"]
    query = (
        sa.select(part.c.order_line_id, parcel.c.sent_at, part.c.quantity)
        .join(parcel, parcel.c.id == part.c.shipment_id)
        .where(part.c.order_line_id.in_(sorted(lines)), parcel.c.status.in_([str(one) for one in LEFT]))
        .where(*_counted(parcel), *_alive(part))
        .order_by(part.c.id)
    )
    found = defaultdict[bytes, list[tuple[int | None, int]]](list)
    for row in connection.execute(query):
        found[row.order_line_id].append((row.sent_at, row.quantity))
    return dict(found)


def _alive(*tables: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [table.c.deleted == 0 for table in tables if "deleted" in table.c]


def _counted(table: sa.Table) -> list[Any]:
    """Without what is deleted at headquarters; on a laptop, without what headquarters refused."""
    return _alive(table) or [sa.text(marks.counts(table.name, table.name))]
