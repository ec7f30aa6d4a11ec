"""Everything about the stock of one product at one partner: places, lots, movements, past and days ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from channeldesk.queries import clock, demand, marks, shipments
from channeldesk.queries.order_entry import LEAD_DAYS
from channeldesk.queries.stock_risk import ListPrices
from channeldesk.rules.counts import HOLDS_NOT, Status
from channeldesk.rules.stock import Anchor
from channeldesk.rules.stock_ahead import Ahead, ahead
from channeldesk.rules.stock_layers import Age, age
from channeldesk.rules.stock_places import Event, Holding, Warehouse, held, holding, levels
from channeldesk.rules.stock_risk import Danger, Excess, Held, danger, excess, turnover

PAST_DAYS, AHEAD_DAYS = 60, 30


@dataclass(frozen=True, slots=True)
class Place:
    """What lies in one warehouse, or in the partner's one stock (``name`` None)."""

    name: str | None
    name_local: str | None
    quantity: int
    as_of: int | None
    source: str
    reporter: str | None
    waits: bool = False
    """The count that it rests on waits for an approval."""


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot as it was reported; ``days`` until it expires, below zero where it has."""

    lot: str
    expires_on: str | None
    days: int | None
    quantity: int
    as_of: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """``kind``: that of a movement, ``sell_out`` for what a partner reported sold, ``count`` for a count,
    whose ``status`` says whether it holds.
    """

    kind: str
    day: str
    quantity: int
    reference: str | None
    status: str = ""


@dataclass(frozen=True)
class StockDetail:
    """``past`` by day to today, ``marks`` on the days of a count or report, ``to_come`` the days after."""

    partner_id: bytes
    product_id: bytes
    product: str
    product_local: str | None
    unit: str
    on_hand: int
    daily: int
    today: str
    past: tuple[int, ...]
    marks: dict[str, int]
    to_come: tuple[Ahead, ...]
    danger: Danger
    excess: Excess
    age: Age
    turns: int | None
    in_transit: int
    currency: str
    places: tuple[Place, ...]
    lots: tuple[LotRow, ...]
    movements: tuple[MovementRow, ...]
    as_of: int | None

    @property
    def days(self) -> list[str]:
        """Of the past and of what is to come."""
        last = date.fromisoformat(self.today)
        first = -len(self.past) + 1
        return [(last + timedelta(days=at)).isoformat() for at in range(first, len(self.to_come) + 1)]


_HEAD = """
SELECT d.name AS product, d.name_local AS product_local, d.base_unit AS unit, p.currency, p.tier_id,
  coalesce((SELECT quantity FROM stock_position WHERE partner_id = p.id AND product_id = d.id), 0) AS on_hand
FROM partner p JOIN product d ON d.id = :product WHERE p.id = :partner
"""
_LEVELS = """
SELECT l.id, l.warehouse_id, l.quantity, l.as_of, l.source, l.lot, l.expires_on
FROM stock_level l WHERE l.partner_id = :partner AND l.product_id = :product
"""
_COUNTS = f"""
SELECT l.id, c.warehouse_id, l.counted AS quantity, c.counted_at AS as_of, c.counted_on AS day,
  CASE WHEN {marks.rejected("stock_count", "c")} THEN '{Status.REFUSED.value}' ELSE c.status END AS status
FROM stock_count_line l JOIN stock_count c ON c.id = l.stock_count_id
WHERE l.partner_id = :partner AND l.product_id = :product
"""
_MOVED = f"""
SELECT m.warehouse_id, m.movement_kind AS kind, m.quantity, m.happened_at, m.happened_on AS day,
  coalesce(m.reference, (SELECT coalesce(o.number, o.provisional_number) FROM sales_order o
    WHERE o.id = m.order_id)) AS reference
FROM stock_movement m WHERE m.partner_id = :partner AND m.product_id = :product AND NOT {demand.REPORTED}
UNION ALL
SELECT NULL, 'sell_out', -quantity, happened_at, last_on, NULL FROM sell_out o
WHERE partner_id = :partner AND product_id = :product AND NOT {marks.rejected("sell_out", "o")}
"""
_WAREHOUSES = "SELECT id, name, name_local FROM warehouse WHERE partner_id = :partner"


def stock_detail(
    connection: sa.Connection, partner_id: bytes, product_id: bytes, today: str | None = None
) -> StockDetail | None:
    """None where partner or product are not here (any more)."""
    pair = {"partner": partner_id, "product": product_id}
    head = connection.execute(sa.text(_HEAD), pair).first()
    if head is None:
        return None
    day = today or clock.today(connection)
    reported = connection.execute(sa.text(_LEVELS), pair).all()
    counted = connection.execute(sa.text(_COUNTS), pair).all()
    moved = connection.execute(sa.text(_MOVED), pair).all()
    known = _anchors(reported, [row for row in counted if row.status not in HOLDS_NOT])
    stock = _holding(known, moved)
    daily = demand.daily(connection, [(partner_id, product_id)], day).get((partner_id, product_id), 0)
    price = ListPrices(connection, day, (product_id,)).of(product_id, head.currency, head.tier_id)
    coming = shipments.in_transit(connection, partner_id).get(product_id, 0)
    offered = Held(head.on_hand, daily, LEAD_DAYS, price, head.currency, demand.DAYS, coming)
    zone = ZoneInfo(clock.zone(connection))
    last = date.fromisoformat(day)
    days = [last - timedelta(days=at) for at in reversed(range(demand.DAYS + 1))]
    ends = [_midnight(one + timedelta(days=1), zone) - 1 for one in days]
    past = held(stock, ends)
    return StockDetail(
        partner_id,
        product_id,
        head.product,
        head.product_local,
        head.unit,
        head.on_hand,
        daily,
        day,
        (*past[-PAST_DAYS - 1 : -1], head.on_hand),
        _marks(known, past, days, zone),
        tuple(ahead(head.on_hand, daily, _incoming(connection, pair, last))),
        danger(offered),
        excess(offered),
        age(
            head.on_hand,
            ((date.fromisoformat(row.day), row.quantity) for row in moved if row.quantity > 0),
            last,
        ),
        turnover(daily * demand.DAYS, demand.DAYS, past),
        coming,
        head.currency,
        _places(connection, partner_id, known, stock, reported, counted),
        _lots(reported, last),
        _movements(moved, counted),
        clock.as_of(connection),
    )


Known = dict[Warehouse, list[Anchor]]


def _anchors(reported: Sequence[Any], counted: Sequence[Any]) -> Known:
    """By warehouse, in the order in which they hold; lots of one moment add up to one report."""
    sums: dict[tuple[Warehouse, int], tuple[bytes, int]] = {}
    for row in reported:
        before = sums.get((row.warehouse_id, row.as_of), (row.id, 0))
        sums[row.warehouse_id, row.as_of] = max(row.id, before[0]), before[1] + row.quantity
    found: Known = {}
    for (warehouse, as_of), (row_id, quantity) in sums.items():
        found.setdefault(warehouse, []).append(Anchor(row_id, as_of, quantity, "report"))
    for row in counted:
        found.setdefault(row.warehouse_id, []).append(Anchor(row.id, row.as_of, row.quantity, "count"))
    for many in found.values():
        many.sort(key=lambda one: (one.as_of, one.source == "count", one.id))
    return found


def _holding(known: Known, moved: Sequence[Any]) -> Holding:
    moves: dict[Warehouse, list[Event]] = {}
    for row in moved:
        moves.setdefault(row.warehouse_id, []).append((row.happened_at, row.quantity))
    anchors = {where: [(one.as_of, one.quantity) for one in many] for where, many in known.items()}
    return holding(anchors, moves)


def _marks(known: Known, past: Sequence[int], days: Sequence[date], zone: ZoneInfo) -> dict[str, int]:
    """Days on which somebody counted or reported, with the level at their end."""
    told = {datetime.fromtimestamp(one.as_of / 1000, zone).date() for many in known.values() for one in many}
    return {day.isoformat(): level for day, level in zip(days, past, strict=True) if day in told}


def _places(
    connection: sa.Connection,
    partner: bytes,
    known: Known,
    stock: Holding,
    reported: Sequence[Any],
    counted: Sequence[Any],
) -> tuple[Place, ...]:
    names = {row.id: row for row in connection.execute(sa.text(_WAREHOUSES), {"partner": partner})}
    reporter = {row.id: row.source for row in reported}
    waiting = {row.id for row in counted if row.status == Status.WAITING}
    read = stock.read(_NOW)
    found = []
    for warehouse, place in read.items():
        (level,) = levels(place, [_NOW])
        newest = known[warehouse][-1] if place.anchors and known.get(warehouse) else None
        if warehouse is None and len(read) > 1:
            newest = None  # what moved and nobody said where
            if not level:
                continue
        named = names.get(warehouse) if warehouse is not None else None
        found.append(
            Place(
                named.name if named else None,
                named.name_local if named else None,
                level,
                newest.as_of if newest else None,
                "movements" if newest is None else _SOURCE[newest.source],
                reporter.get(newest.id) if newest else None,
                newest is not None and newest.id in waiting,
            )
        )
    return tuple(sorted(found, key=lambda one: one.name or ""))


_NOW = 2**62
"""Later than any moment."""
_SOURCE = {"count": "count", "report": "reported"}


def _lots(reported: Sequence[Any], today: date) -> tuple[LotRow, ...]:
    """Of the newest report of each place, what expires first at the top."""
    newest: dict[bytes | None, int] = {}
    for row in reported:
        newest[row.warehouse_id] = max(row.as_of, newest.get(row.warehouse_id, 0))
    found = [
        LotRow(
            row.lot,
            row.expires_on,
            (date.fromisoformat(row.expires_on) - today).days if row.expires_on else None,
            row.quantity,
            row.as_of,
        )
        for row in reported
        if row.lot and row.as_of == newest[row.warehouse_id]
    ]
    return tuple(sorted(found, key=lambda one: (one.expires_on or "9999", one.lot)))


def _movements(moved: Sequence[Any], counted: Sequence[Any]) -> tuple[MovementRow, ...]:
    found = [(row.happened_at, MovementRow(row.kind, row.day, row.quantity, row.reference)) for row in moved]
    found += [(row.as_of, MovementRow("count", row.day, row.quantity, None, row.status)) for row in counted]
    return tuple(one for _, one in sorted(found, key=lambda one: one[0], reverse=True))


def _incoming(connection: sa.Connection, pair: dict[str, bytes], today: date) -> list[int]:
    """What is on its way, on the day on which it is expected, or tomorrow where that day has passed."""
    found = [0] * AHEAD_DAYS
    for day, quantity in shipments.arriving(connection, **pair):
        ahead_by = (date.fromisoformat(day) - today).days if day is not None else 1
        if ahead_by <= AHEAD_DAYS:
            found[max(1, ahead_by) - 1] += quantity
    return found


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
