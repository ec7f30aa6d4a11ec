"""What a count begins with: products with what to expect of them, in one warehouse or of everything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock, holdings, prices
from channeldesk.queries.search import search
from channeldesk.rules.stock_places import Holding, levels


@dataclass(frozen=True, slots=True)
class CountLine:
    """A product to count; ``expected`` is what the books say now, None where they know nothing."""

    product_id: bytes
    sku: str
    barcode: str | None
    name: str
    name_local: str | None
    unit: str
    category: str | None
    expected: int | None
    as_of: int | None
    price: int | None = None
    """What a unit is worth (scale 4), by the lists that the partner buys from."""


@dataclass(frozen=True, slots=True)
class CountPlace:
    """A warehouse of the partner; ``used``: something is known to lie there."""

    id: bytes
    code: str
    name: str
    name_local: str | None
    used: bool


_COUNT = """
SELECT d.id AS product_id, d.sku, d.barcode, d.name, d.name_local, d.base_unit AS unit, d.category,
       s.quantity AS expected, nullif(s.as_of, 0) AS as_of
"""
_SHEET = f"""{_COUNT}
FROM stock_position s JOIN product d ON d.id = s.product_id WHERE s.partner_id = :partner ORDER BY d.sku
"""
_LOOKUP = f"""{_COUNT}
FROM product d LEFT JOIN stock_position s ON s.product_id = d.id AND s.partner_id = :partner
WHERE {{condition}} ORDER BY d.active DESC, d.sku LIMIT 2
"""
_LINES = f"""{_COUNT}
FROM json_each(:ids) k CROSS JOIN product d ON d.id = unhex(k.value)
LEFT JOIN stock_position s ON s.product_id = d.id AND s.partner_id = :partner ORDER BY d.active = 0, k.key
"""
_PLACES = """
SELECT w.id, w.code, w.name, w.name_local,
       EXISTS (SELECT 1 FROM stock_level l WHERE l.partner_id = w.partner_id AND l.warehouse_id = w.id)
       OR EXISTS (SELECT 1 FROM stock_count c WHERE c.partner_id = w.partner_id AND c.warehouse_id = w.id)
FROM warehouse w WHERE w.partner_id = :partner AND w.active ORDER BY w.name, w.id
"""


def count_sheet(
    connection: sa.Connection, partner_id: bytes, warehouse_id: bytes | None = None
) -> tuple[CountLine, ...]:
    """Every product that is known to lie there, by SKU, with what to expect."""
    rows = connection.execute(sa.text(_SHEET), {"partner": partner_id})
    lines = [CountLine(**row._asdict()) for row in rows]
    there = _weighed(connection, lines, partner_id, warehouse_id)
    return tuple(line for line in there if warehouse_id is None or line.expected is not None)


def places(connection: sa.Connection, partner_id: bytes) -> tuple[CountPlace, ...]:
    """The partner's warehouses, by name; empty where it keeps one stock."""
    found = connection.execute(sa.text(_PLACES), {"partner": partner_id})
    return tuple(CountPlace(row[0], row[1], row[2], row[3], bool(row[4])) for row in found)


def scanned(
    connection: sa.Connection, partner_id: bytes, code: str, warehouse_id: bytes | None = None
) -> CountLine | None:
    """The product a scanner or a person named by barcode or SKU; None when there is none."""
    wanted = code.strip()
    for condition in ("d.barcode = :code", "d.sku = :code", "upper(d.sku) = upper(:code)"):
        sql = sa.text(_LOOKUP.format(condition=condition))
        found = connection.execute(sql, {"partner": partner_id, "code": wanted}).first()
        if found is not None:
            line = CountLine(**found._asdict())
            return _weighed(connection, [line], partner_id, warehouse_id)[0]
    return None


def lines_of(
    connection: sa.Connection,
    partner_id: bytes,
    product_ids: Sequence[bytes],
    warehouse_id: bytes | None = None,
) -> tuple[CountLine, ...]:
    """These products in this order, those no longer sold last."""
    binds = {"partner": partner_id, "ids": json.dumps([one.hex() for one in product_ids])}
    lines = [CountLine(**row._asdict()) for row in connection.execute(sa.text(_LINES), binds)]
    return tuple(_weighed(connection, lines, partner_id, warehouse_id))


def find_lines(
    connection: sa.Connection,
    text: str,
    partner_id: bytes,
    warehouse_id: bytes | None = None,
    limit: int = 8,
) -> tuple[CountLine, ...]:
    """Products to count by SKU, barcode, name or pinyin initials, the best first."""
    hits = [hit.row_id for hit in search(connection, text, limit=25 * limit) if hit.entity == "product"]
    return lines_of(connection, partner_id, hits[: 3 * limit], warehouse_id)[:limit]


def _weighed(
    connection: sa.Connection, lines: Sequence[CountLine], partner_id: bytes, warehouse_id: bytes | None
) -> list[CountLine]:
    """With what a unit is worth, and what to expect in that warehouse instead of at the partner."""
    on = date.fromisoformat(clock.today_of(connection, partner_id))
    worth = prices.worths(connection, partner_id, [line.product_id for line in lines], on)
    lines = [replace(line, price=worth.get(line.product_id)) for line in lines]
    if warehouse_id is None or not lines:
        return lines
    now = clock.now_ms()
    known = holdings.at_partner(connection, partner_id, [line.product_id for line in lines])
    return [replace(line, **_expected(known.get(line.product_id), warehouse_id, now)) for line in lines]


def _expected(stock: Holding | None, warehouse_id: bytes, now: int) -> dict[str, Any]:
    place = stock.parts.get(warehouse_id) if stock is not None else None
    if stock is None or place is None or stock.is_whole(now):
        return {"expected": None, "as_of": None}
    (level,) = levels(place, [now])
    return {"expected": level, "as_of": place.anchors[-1][0] if place.anchors else None}
