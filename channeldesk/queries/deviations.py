"""The same product at different prices: what ``rules.deviation`` looks at, over the orders of some time.

Net after promotions by product, currency and channel type; returns are left out, they carry the price of
another time.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from channeldesk.model.values import PRICE_SCALE, QUANTITY_SCALE, minor_units
from channeldesk.queries import clock, currency, order_lines, pending
from channeldesk.queries.buyers import buyers
from channeldesk.queries.order_lines import LineSums
from channeldesk.queries.prices import lists_of
from channeldesk.queries.settings import settings
from channeldesk.queries.views import ListSpec, ListView, ordered_keys, summed
from channeldesk.rules.deviation import BelowFloor, Deviation, Line, Sold, below_floor, deviation
from channeldesk.rules.pricing import PriceItem

DAYS = 90
"""Of the time looked at, unless somebody asks for another."""


@dataclass(frozen=True)
class Channel:
    """A channel type, named."""

    name: str
    name_local: str | None


@dataclass(frozen=True)
class DeviationRow:
    """A product in a currency. ``stake``: the money at stake in the currency of the report, None without an
    exchange rate.
    """

    product_id: bytes
    sku: str
    name: str
    name_local: str | None
    category: str | None
    unit: str
    currency: str
    found: Deviation
    stake: int | None

    @property
    def lines(self) -> int:
        return sum(one.lines for one in self.found.channels)


@dataclass(frozen=True)
class Report:
    """``rows``: the most money at stake first, then the widest apart. Dates are business dates, both
    included; ``allowed`` in basis points; ``lines``: how many were looked at.
    """

    first: str
    last: str
    allowed: int
    currency: str
    rows: tuple[DeviationRow, ...]
    channels: dict[bytes, Channel]
    lines: int
    as_of: int | None


_SOLD_LINES = f"""
s.order_date >= :first AND s.order_date <= :last AND s.order_kind = 'order' AND {pending.BOOKED}
AND l.quantity > 0
"""
_SOLD = f"""
SELECT x.currency, x.product_id, min(x.least) AS least, min(x.least_net) AS least_net,
       json_group_array(json_array(hex(x.channel), x.quantity, x.net, x.lines)) AS parts
FROM (SELECT s.currency, l.product_id, p.channel_type_id AS channel, sum(l.quantity) AS quantity,
             sum(l.net) AS net, count(*) AS lines, min(l.unit_price) AS least,
             min(CASE WHEN l.discount > 0 THEN l.net * 1.0 / l.quantity END) AS least_net
      FROM sales_order s CROSS JOIN order_line l ON l.order_id = s.id
      LEFT JOIN partner p ON p.id = s.partner_id WHERE {_SOLD_LINES} GROUP BY 1, 2, 3) x
GROUP BY 1, 2
"""
_LINES = f"""
SELECT l.id, l.product_id, s.partner_id, s.order_date, s.currency, l.quantity, l.unit_price, l.net
FROM sales_order s CROSS JOIN order_line l ON l.order_id = s.id
WHERE {_SOLD_LINES} AND l.product_id IN (SELECT unhex(value) FROM json_each(:products))
"""
_FLOORS = """
SELECT l.currency, i.product_id, max(i.floor) AS floor FROM price_list l JOIN price_item i
ON i.price_list_id = l.id WHERE i.floor IS NOT NULL GROUP BY 1, 2
"""
_ITEMS = """
SELECT i.product_id, i.price_list_id, i.min_quantity, i.price, i.floor
FROM json_each(:products) k CROSS JOIN price_item i ON i.product_id = unhex(k.value)
"""
_PRODUCTS = "SELECT id, sku, name, name_local, category, base_unit FROM product"
_CHANNELS = "SELECT id, name, name_local FROM channel_type"


def report(connection: sa.Connection, days: int = DAYS, today: str | None = None) -> Report:
    """All products that were sold in the last ``days`` days, today included."""
    last = today or clock.today(connection)
    first = (date.fromisoformat(last) - timedelta(days=days - 1)).isoformat()
    binds = {"first": first, "last": last}
    allowed = int(settings(connection)["price_spread"]) * 100
    sold = connection.execute(sa.text(_SOLD), binds).all()
    below = _below(connection, sold, binds)
    rates = currency.rates(connection, currency.reporting(connection), last)
    names = {row.id: row for row in connection.execute(sa.text(_PRODUCTS))}
    rows = []
    for row in sold:
        code, product = row.currency, row.product_id
        cells = [Sold(bytes.fromhex(channel) or None, *sums) for channel, *sums in json.loads(row.parts)]
        found = deviation(cells, below.get((code, product), ()), allowed, code)
        named = names.get(product)
        rows.append(
            DeviationRow(
                product,
                named.sku if named is not None else "–",
                named.name if named is not None else "–",
                named.name_local if named is not None else None,
                named.category if named is not None else None,
                named.base_unit if named is not None else "",
                code,
                found,
                rates.convert(found.at_stake, code),
            )
        )
    rows.sort(key=lambda one: (-(one.stake or 0), -(one.found.spread or 0), one.sku, one.currency))
    return Report(
        first,
        last,
        allowed,
        rates.target,
        tuple(rows),
        {row.id: Channel(row.name, row.name_local) for row in connection.execute(sa.text(_CHANNELS))},
        sum(one.lines for one in rows),
        clock.as_of(connection),
    )


def _below(
    connection: sa.Connection, sold: Sequence[sa.Row[Any]], binds: dict[str, str]
) -> dict[tuple[str, bytes], list[BelowFloor]]:
    """Lines below their floor, by currency and product. Only those of products are read that were sold below
    the highest floor of any list.
    """
    highest = {(row.currency, row.product_id): row.floor for row in connection.execute(sa.text(_FLOORS))}
    suspect = set()
    for row in sold:
        floor = highest.get((row.currency, row.product_id))
        scale = 10 ** (PRICE_SCALE + QUANTITY_SCALE - minor_units(row.currency))
        after = row.least if row.least_net is None else row.least_net * scale
        if floor is not None and min(row.least, after) < floor:
            suspect.add(row.product_id)
    if not suspect:
        return {}
    wanted = {**binds, "products": _listed(suspect)}
    known = {one.buyer.partner: one.buyer for one in buyers(connection)}
    lines = [
        Line(
            row.id,
            row.product_id,
            known[row.partner_id],
            date.fromisoformat(row.order_date),
            row.currency,
            row.quantity,
            row.unit_price,
            row.net,
        )
        for row in connection.execute(sa.text(_LINES), wanted)
        if row.partner_id in known
    ]
    items = defaultdict[bytes, list[PriceItem]](list)
    for row in connection.execute(sa.text(_ITEMS), wanted):
        items[row.product_id].append(PriceItem(row.price_list_id, row.min_quantity, row.price, row.floor))
    lists = [one for code in sorted({line.currency for line in lines}) for one in lists_of(connection, code)]
    found = defaultdict[tuple[str, bytes], list[BelowFloor]](list)
    for one in below_floor(lines, lists, items):
        found[one.line.currency, one.line.product].append(one)
    return found


def _listed(products: Collection[bytes]) -> str:
    return json.dumps(sorted(one.hex() for one in products))


@dataclass(frozen=True, slots=True)
class Behind:
    """The order lines behind a row of the report. ``channel``: only those of its partners, b"" of partners
    without one; ``only``: these (below the floor), by id.
    """

    product_id: bytes
    currency: str
    first: str
    last: str
    channel: bytes | None = None
    only: tuple[bytes, ...] = ()


def line_keys(connection: sa.Connection, view: ListView, asked: Behind) -> array[int]:
    """Row numbers of these lines."""
    spec, condition, binds = _subject(asked)
    return ordered_keys(connection, spec, view, where=condition, params=binds)


def line_sums(connection: sa.Connection, view: ListView, asked: Behind) -> LineSums:
    """What the lines that a view lets through add up to."""
    spec, condition, binds = _subject(asked)
    net = summed(connection, spec, view, "net", where=condition, params=binds)
    return LineSums(len(line_keys(connection, view, asked)), net)


def _subject(asked: Behind) -> tuple[ListSpec, str, dict[str, Any]]:
    binds: dict[str, Any] = {
        "first": asked.first,
        "last": asked.last,
        "product": asked.product_id,
        "currency": asked.currency,
    }
    conditions = [
        "l.product_id = :product AND s.currency = :currency AND l.quantity > 0",
        f"s.order_date >= :first AND s.order_date <= :last AND s.order_kind = 'order' AND {pending.BOOKED}",
    ]
    if asked.channel is not None:
        conditions.append("p.channel_type_id IS :channel")
        binds["channel"] = asked.channel or None
    if asked.only:
        conditions.append("l.id IN (SELECT unhex(value) FROM json_each(:only))")
        binds["only"] = _listed(asked.only)
    spec = replace(
        order_lines.SPEC,
        source="partner p CROSS JOIN order_line l ON l.partner_id = p.id AND l.product_id = :product "
        "CROSS JOIN sales_order s ON s.id = l.order_id",
        joins={"d": order_lines.SPEC.joins["d"]},
        columns={
            **order_lines.SPEC.columns,
            "partner": replace(order_lines.SPEC.columns["partner"], needs=()),
        },
    )
    return spec, " AND ".join(conditions), binds
