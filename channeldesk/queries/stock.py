"""Stock at partners: the list with its dates, and what a count needs."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from channeldesk.model.values import QUANTITY_SCALE
from channeldesk.queries import clock, demand
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.order_entry import LEAD_DAYS
from channeldesk.queries.search import search
from channeldesk.queries.views import (
    ALL,
    Column,
    ColumnType,
    ListSpec,
    ListView,
    entry_of,
    ordered_keys,
    page,
)
from channeldesk.rules.stock import Risk, days_of_cover, risk
from channeldesk.rules.suggest import safety_stock

PROVISIONAL = """EXISTS (
SELECT 1 FROM stock_count_line w JOIN outbox o ON o.row_id = w.id AND o.entity = 'stock_count_line'
WHERE w.partner_id = s.partner_id AND w.product_id = s.product_id)"""
"""The position rests on a count that headquarters has not received."""

SPEC = ListSpec(
    key="s.rowid",
    source="stock_position s",
    default_sort="partner",
    search="(" + entry_of("partner", "s.partner_id") + " OR " + entry_of("product", "s.product_id") + ")",
    tie="s.rowid",
    joins={
        "p": "LEFT JOIN partner p ON p.id = s.partner_id",
        "d": "LEFT JOIN product d ON d.id = s.product_id",
    },
    columns={
        "partner": Column("p.name", needs=("p",), also="p.name_local"),
        "partner_code": Column("p.code", needs=("p",), code=True),
        "sku": Column("d.sku", needs=("d",), code=True),
        "product": Column("d.name", needs=("d",), also="d.name_local"),
        "category": Column("d.category", needs=("d",)),
        "quantity": Column(
            "s.quantity", ColumnType.QUANTITY, required=True, unit="d.base_unit", unsure=PROVISIONAL
        ),
        "as_of": Column("nullif(s.as_of, 0)", ColumnType.INSTANT),
        "source": Column("s.source", ColumnType.CHOICE, required=True),
        "provisional": Column(PROVISIONAL, ColumnType.FLAG),
    },
)


@dataclass(frozen=True, slots=True)
class StockRow:
    """A position. ``as_of`` is the moment of the count or report it rests on, None where there was neither.

    ``cover`` is in whole days at the pace of recent demand; None: demand unknown. ``negative`` stock is a
    fault of the data.
    """

    key: int
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    product_id: bytes
    sku: str | None
    product: str | None
    product_local: str | None
    category: str | None
    unit: str | None
    quantity: int
    as_of: int | None
    source: str
    moved: int
    cover: int | None
    risk: Risk
    negative: bool
    provisional: bool


def keys(
    connection: sa.Connection, view: ListView = ALL, partner_id: bytes | None = None, today: str | None = None
) -> array[int]:
    """Row numbers of the positions to show; of one partner, by product."""
    if partner_id is None:
        return ordered_keys(connection, SPEC, view, today=today)
    spec = replace(SPEC, default_sort="product")
    return ordered_keys(
        connection, spec, view, where="s.partner_id = :partner", params={"partner": partner_id}, today=today
    )


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the positions of ``keys``."""
    return column_figures(connection, SPEC, keys, columns)


_PAGE = f"""
SELECT s.rowid AS key, s.partner_id, p.name AS partner, p.name_local AS partner_local, s.product_id, d.sku,
       d.name AS product, d.name_local AS product_local, d.category, d.base_unit AS unit, s.quantity,
       nullif(s.as_of, 0) AS as_of, s.source, s.moved, {PROVISIONAL} AS provisional
FROM json_each(:keys) k CROSS JOIN stock_position s ON s.rowid = k.value
LEFT JOIN partner p ON p.id = s.partner_id LEFT JOIN product d ON d.id = s.product_id
"""


def rows(connection: sa.Connection, keys: Sequence[int], today: str | None = None) -> list[StockRow]:
    """The positions of ``keys``, in their order."""
    found = page(connection, _PAGE, keys)
    pairs = [(row.partner_id, row.product_id) for row in found]
    daily = demand.daily(connection, pairs, today or clock.today(connection))
    return [
        StockRow(
            **row._asdict() | {"provisional": bool(row.provisional)},
            cover=days_of_cover(row.quantity, pace),
            risk=_risk(row.quantity, pace),
            negative=row.quantity < 0,
        )
        for row in found
        for pace in (daily.get((row.partner_id, row.product_id), 0),)
    ]


def _risk(quantity: int, daily: int) -> Risk:
    """As order entry judges it: against the pace of the last days and the time a delivery takes."""
    per_day = daily / 10**QUANTITY_SCALE
    return risk(quantity, daily, LEAD_DAYS, safety_stock(per_day, math.sqrt(per_day), LEAD_DAYS))


OLD_DAYS = 90
"""A count older than this says little about what is there."""

_TOTALS = f"""
SELECT count(*) AS every, coalesce(sum(s.quantity <= 0), 0) AS gone,
       coalesce(sum(nullif(s.as_of, 0) < :old), 0) AS old,
       coalesce(sum(nullif(s.as_of, 0) IS NULL), 0) AS never,
       coalesce(sum({PROVISIONAL}), 0) AS waiting, count(DISTINCT s.partner_id) AS partners
FROM stock_position s WHERE :partner IS NULL OR s.partner_id = :partner
"""


@dataclass(frozen=True, slots=True)
class StockTotals:
    """How many positions there are of each sort. ``old_day`` (ISO): a count before it is :data:`OLD_DAYS`
    old. ``as_of``: up to when headquarters' data is complete.
    """

    every: int
    gone: int
    old: int
    never: int
    waiting: int
    partners: int
    old_day: str
    as_of: int | None


def totals(
    connection: sa.Connection, partner_id: bytes | None = None, today: str | None = None
) -> StockTotals:
    """For the tabs over the list."""
    day = date.fromisoformat(today or clock.today(connection)) - timedelta(days=OLD_DAYS)
    binds = {"old": instant_of(day, clock.zone(connection)), "partner": partner_id}
    found = connection.execute(sa.text(_TOTALS), binds).one()
    return StockTotals(**found._asdict(), old_day=day.isoformat(), as_of=clock.as_of(connection))


def instant_of(day: date, zone: str) -> int:
    """The first millisecond of a day there."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


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


def count_sheet(connection: sa.Connection, partner_id: bytes) -> tuple[CountLine, ...]:
    """Every product the partner is known to hold, by SKU, with what to expect."""
    return tuple(_count_line(row) for row in connection.execute(sa.text(_SHEET), {"partner": partner_id}))


def scanned(connection: sa.Connection, partner_id: bytes, code: str) -> CountLine | None:
    """The product a scanner or a person named by barcode or SKU; None when there is none."""
    wanted = code.strip()
    for condition in ("d.barcode = :code", "d.sku = :code", "upper(d.sku) = upper(:code)"):
        sql = sa.text(_LOOKUP.format(condition=condition))
        found = connection.execute(sql, {"partner": partner_id, "code": wanted}).first()
        if found is not None:
            return _count_line(found)
    return None


_LINES = f"""{_COUNT}
FROM json_each(:ids) k CROSS JOIN product d ON d.id = unhex(k.value)
LEFT JOIN stock_position s ON s.product_id = d.id AND s.partner_id = :partner ORDER BY d.active = 0, k.key
"""


def lines_of(
    connection: sa.Connection, partner_id: bytes, product_ids: Sequence[bytes]
) -> tuple[CountLine, ...]:
    """These products in this order, those no longer sold last."""
    binds = {"partner": partner_id, "ids": json.dumps([one.hex() for one in product_ids])}
    return tuple(_count_line(row) for row in connection.execute(sa.text(_LINES), binds))


def find_lines(
    connection: sa.Connection, text: str, partner_id: bytes, limit: int = 8
) -> tuple[CountLine, ...]:
    """Products to count by SKU, barcode, name or pinyin initials, the best first."""
    hits = [hit.row_id for hit in search(connection, text, limit=25 * limit) if hit.entity == "product"]
    return lines_of(connection, partner_id, hits[: 3 * limit])[:limit]


def _count_line(row: sa.Row[Any]) -> CountLine:
    return CountLine(**row._asdict())
