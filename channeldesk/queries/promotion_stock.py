"""Stock of what a promotion holds: what ran out while it ran, and what it would take before it begins."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock, demand, holdings, marks, pending
from channeldesk.queries.buyers import buyers
from channeldesk.queries.demand import Pair
from channeldesk.queries.promotion_effect import HOLDS
from channeldesk.queries.promotion_orders import meant_for
from channeldesk.queries.stock import instant_of
from channeldesk.rules.calendar import business_date
from channeldesk.rules.promotions.need import Check, Held, check
from channeldesk.rules.promotions.stock_outs import History, StockOut, stock_outs
from channeldesk.rules.promotions.terms import Promotion
from channeldesk.rules.stock_places import holding

_OPEN, _LONGEST = 28, 366
"""Days of a promotion without an end; one that goes on for longer than a year has none either."""


@dataclass(frozen=True, slots=True)
class OutRow:
    """A product that ran out at a partner, named."""

    found: StockOut
    partner: str
    partner_local: str | None
    sku: str
    product: str
    product_local: str | None


@dataclass(frozen=True)
class RanOut:
    """``looked_at``: pairs of product and partner whose stock over these days is known."""

    outs: tuple[OutRow, ...]
    looked_at: int


_ABOUT = f"""x.partner_id IN (SELECT unhex(value) FROM json_each(:partners))
  AND ({HOLDS.format(product="x.product_id")})"""
"""Of anything about a product at a partner: the promotion concerns it."""
_KNOWN = f"SELECT x.partner_id, x.product_id FROM stock_position x WHERE x.as_of > 0 AND {_ABOUT}"
_PARTNERS = "SELECT id, name, name_local FROM partner WHERE id IN (SELECT unhex(value) FROM json_each(:ids))"
_PRODUCTS = """
SELECT id, sku, name, name_local, base_unit FROM product
WHERE id IN (SELECT unhex(value) FROM json_each(:ids))
"""


def ran_out(connection: sa.Connection, promotion: Promotion, now: int | None = None) -> RanOut:
    """At partners that it is for, from its first day to its last, or until now."""
    begin, end = _moments(connection, promotion, now or clock.now_ms())
    known = histories(connection, promotion, begin, end)
    found = stock_outs(known, begin, end) if begin < end else []
    return RanOut(_named(connection, found), len(known))


def histories(connection: sa.Connection, promotion: Promotion, begin: int, end: int) -> list[History]:
    """Of all pairs that it concerns and whose stock is known, as far as the time between needs it."""
    binds = {"id": promotion.id, "partners": _listed(meant_for(connection, promotion))}
    pairs = holdings.pairs(_KNOWN, binds)
    known = holdings.anchors(connection, pairs)
    every = [[at for at, _ in anchors] for places in known.values() for anchors in places.values()]
    starts = (max((at for at in anchors if at <= begin), default=begin) for anchors in every)
    since, latest = min(starts, default=begin), max((at for anchors in every for at in anchors), default=end)
    moved = holdings.movements(connection, pairs, since, max(end, latest + 1))
    return [History(*pair, holding(places, moved.get(pair, {}))) for pair, places in known.items()]


def _moments(connection: sa.Connection, promotion: Promotion, now: int) -> tuple[int, int]:
    """From the first moment of its first day to its end, or until now."""
    zone = clock.zone(connection)
    begin = instant_of(promotion.valid_from, zone) if promotion.valid_from is not None else 0
    if promotion.valid_to is None or promotion.valid_to >= business_date(now, zone):
        return begin, now
    return begin, instant_of(promotion.valid_to + timedelta(days=1), zone)


def _named(connection: sa.Connection, found: list[StockOut]) -> tuple[OutRow, ...]:
    partners = {
        row.id: row
        for row in connection.execute(sa.text(_PARTNERS), {"ids": _listed({one.partner for one in found})})
    }
    products = _products(connection, {one.product for one in found})
    return tuple(
        OutRow(
            one,
            partners[one.partner].name,
            partners[one.partner].name_local,
            products[one.product].sku,
            products[one.product].name,
            products[one.product].name_local,
        )
        for one in found
        if one.partner in partners and one.product in products
    )


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A product that the promotion would take more of than is there; quantities at scale 3. ``ours``: what
    the company's warehouses that deliver to these partners hold, None where none of them reported anything.
    """

    sku: str
    product: str
    product_local: str | None
    unit: str
    expected: int
    stock: int
    short: int
    lacking: int
    ours: int | None


@dataclass(frozen=True)
class Demand:
    """``rows``: what lacks most first, of ``check.needs``. ``pairs``: products at partners that were looked
    at; ``partners``: those it is for.
    """

    check: Check
    rows: tuple[NeedRow, ...]
    pairs: int
    partners: int

    @property
    def beyond(self) -> int | None:
        """Products of which more lacks than the company's warehouses hold; None where that is not known."""
        known = [(row.short, row.ours) for row in self.rows if row.ours is not None]
        return sum(short > ours for short, ours in known) if known or not self.rows else None


_SOLD = (
    f"""
    SELECT partner_id, product_id, sum(sold) AS sold FROM (
        SELECT m.partner_id, m.product_id, -m.quantity AS sold
        FROM (SELECT x.partner_id, x.product_id FROM stock_position x WHERE {_ABOUT}) p
        JOIN stock_movement m ON m.partner_id = p.partner_id AND m.product_id = p.product_id
        WHERE {demand.MOVED}
        UNION ALL
        SELECT x.partner_id, x.product_id, x.quantity FROM sell_out x
        WHERE x.last_on > :first AND x.last_on <= :today AND {_ABOUT}
          AND NOT {marks.rejected("sell_out", "x")})
    GROUP BY 1, 2
    """,
    f"""
    SELECT s.partner_id, l.product_id, sum(l.quantity) AS sold
    FROM sales_order s CROSS JOIN order_line l ON l.order_id = s.id
    WHERE s.order_date > :first AND s.order_date <= :today AND {pending.BOOKED}
      AND s.partner_id IN (SELECT unhex(value) FROM json_each(:partners))
      AND ({HOLDS.format(product="l.product_id")}) GROUP BY 1, 2
    """,
)
"""What left a partner's stock, and what it bought: for where its sales are unknown."""
_STOCK = f"""
SELECT x.partner_id, x.product_id, x.quantity AS sold FROM stock_position x WHERE {_ABOUT}
"""


_OURS = """
SELECT v.product_id, sum(v.quantity) FILTER (WHERE coalesce(v.expires_on, :today) >= :today) AS quantity
FROM warehouse w JOIN warehouse_level v ON v.warehouse_id = w.id
WHERE w.partner_id IS NULL AND w.active = 1
  AND (w.territory_id IS NULL OR w.territory_id IN (SELECT unhex(value) FROM json_each(:territories)))
GROUP BY 1
"""


def needed(connection: sa.Connection, promotion: Promotion, uplift: int, today: str | None = None) -> Demand:
    """What its days would sell at the partners that it is for, by the pace of the last ``demand.DAYS`` days,
    and what of it is not there. ``uplift`` in basis points.
    """
    day = date.fromisoformat(today or clock.today(connection))
    meant = meant_for(connection, promotion)
    binds = {
        "id": promotion.id,
        "partners": _listed(meant),
        "today": day.isoformat(),
        "first": (day - timedelta(days=demand.DAYS)).isoformat(),
    }
    left, bought = (_by_pair(connection, sql, binds) for sql in _SOLD)
    sold = {pair: quantity for found in (bought, left) for pair, quantity in found.items() if quantity > 0}
    stock = _by_pair(connection, _STOCK, binds)
    held = [Held(*pair, quantity, stock.get(pair)) for pair, quantity in sold.items()]
    made = check(held, demand.DAYS, days_to_come(promotion, day), uplift)
    products = _products(connection, {one.product for one in made.short})
    ours = _ours(connection, meant, day) if made.short else {}
    rows = tuple(
        NeedRow(
            products[one.product].sku,
            products[one.product].name,
            products[one.product].name_local,
            products[one.product].base_unit,
            one.expected,
            one.stock,
            one.short,
            one.lacking,
            ours.get(one.product, 0) if ours else None,
        )
        for one in made.short
        if one.product in products
    )
    return Demand(made, rows, len(held), len(meant))


def _ours(connection: sa.Connection, meant: Collection[bytes], day: date) -> dict[bytes, int]:
    """By product, at the company's warehouses that deliver to any of these partners."""
    lines = (one.buyer.territories for one in buyers(connection) if one.buyer.partner in meant)
    binds = {"territories": _listed({area for line in lines for area in line}), "today": day.isoformat()}
    return {row.product_id: row.quantity or 0 for row in connection.execute(sa.text(_OURS), binds)}


def _by_pair(connection: sa.Connection, sql: str, binds: Mapping[str, Any]) -> dict[Pair, int]:
    """Quantities by partner and product. A partner's come as one text: fetched one by one, each would take
    the lock that the window's thread needs.
    """
    packed = f"SELECT partner_id, json_group_object(hex(product_id), sold) FROM ({sql}) GROUP BY 1"
    return {
        (partner, bytes.fromhex(product)): quantity
        for partner, several in connection.execute(sa.text(packed), binds).all()
        for product, quantity in json.loads(several).items()
    }


def days_to_come(promotion: Promotion, today: date) -> int:
    """Days of the promotion from today on, both ends included; four weeks where no end is in sight."""
    first = max(promotion.valid_from or today, today)
    if promotion.valid_to is None or (promotion.valid_to - first).days > _LONGEST:
        return _OPEN
    return max(0, (promotion.valid_to - first).days + 1)


def _products(connection: sa.Connection, ids: Collection[bytes]) -> dict[bytes, sa.Row[tuple[object, ...]]]:
    return {row.id: row for row in connection.execute(sa.text(_PRODUCTS), {"ids": _listed(ids)})}


def _listed(ids: Collection[bytes]) -> str:
    return json.dumps(sorted(one.hex() for one in ids))
