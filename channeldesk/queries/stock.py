"""Stock at partners: the list with its dates."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from channeldesk.model.values import QUANTITY_SCALE
from channeldesk.queries import clock, shipments
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.order_entry import LEAD_DAYS
from channeldesk.queries.stock_risk import RANKINGS, AtRisk, at_risk, ranked
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
from channeldesk.rules.counts import Status
from channeldesk.rules.stock import Risk, days_of_cover, risk
from channeldesk.rules.suggest import safety_stock

_UNSENT = """EXISTS (
SELECT 1 FROM stock_count_line w JOIN outbox o ON o.row_id = w.id AND o.entity = 'stock_count_line'
WHERE w.partner_id = s.partner_id AND w.product_id = s.product_id)"""
WAITS = f"""EXISTS (
SELECT 1 FROM stock_count c JOIN stock_count_line w ON w.stock_count_id = c.id
WHERE c.partner_id = s.partner_id AND c.status = '{Status.WAITING.value}' AND c.counted_at >= s.as_of
AND w.product_id = s.product_id)"""
"""The position rests on a count that somebody has to approve."""
PROVISIONAL = f"({_UNSENT} OR {WAITS})"
"""The position rests on a count that headquarters has not received, or that waits for an approval."""

EXPIRES = """(SELECT min(l.expires_on) FROM stock_level l
WHERE l.partner_id = s.partner_id AND l.product_id = s.product_id AND l.quantity > 0 AND l.as_of = (
    SELECT max(n.as_of) FROM stock_level n WHERE n.partner_id = l.partner_id
    AND n.product_id = l.product_id AND n.warehouse_id IS l.warehouse_id))"""
"""The first day on which a lot of the position expires, of what the newest report of its place names."""

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
        "in_transit": Column(shipments.IN_TRANSIT, ColumnType.QUANTITY, required=True, unit="d.base_unit"),
        "expires": Column(EXPIRES, ColumnType.DAY),
        "as_of": Column("nullif(s.as_of, 0)", ColumnType.INSTANT),
        "source": Column("s.source", ColumnType.CHOICE, required=True),
        "provisional": Column(PROVISIONAL, ColumnType.FLAG),
    },
)

OWN = ListSpec(
    key="-s.rowid",
    source="warehouse_level s",
    default_sort="partner",
    search=f"({entry_of('product', 's.product_id')} OR s.warehouse_id IN "
    "(SELECT id FROM warehouse WHERE instr(lower(name || ' ' || code), {word}) > 0))",
    tie="s.rowid",
    joins={
        "w": "JOIN warehouse w ON w.id = s.warehouse_id",
        "d": "LEFT JOIN product d ON d.id = s.product_id",
    },
    columns={
        "partner": Column("w.name", needs=("w",), also="w.name_local"),
        "partner_code": Column("w.code", needs=("w",), code=True),
        "sku": Column("d.sku", needs=("d",), code=True),
        "product": Column("d.name", needs=("d",), also="d.name_local"),
        "category": Column("d.category", needs=("d",)),
        "quantity": Column("s.quantity", ColumnType.QUANTITY, required=True, unit="d.base_unit"),
        "in_transit": Column("0", ColumnType.QUANTITY, required=True, unit="d.base_unit"),
        "expires": Column("s.expires_on", ColumnType.DAY),
        "as_of": Column("s.as_of", ColumnType.INSTANT),
        "source": Column("s.source", ColumnType.TEXT, required=True),
        "provisional": Column("0", ColumnType.FLAG),
    },
)
"""Levels of the company's own warehouses, with the columns of :data:`SPEC`."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """A position. ``as_of`` is the moment of the count or report it rests on, None where there was neither.

    ``cover`` is in whole days at the pace of recent demand; None: demand unknown. ``negative`` stock is a
    fault of the data. ``lost`` and ``tied`` are the money at stake (``rules.stock_risk``), ``chance`` that of
    running out in basis points. ``own``: in a warehouse of the company, which stands in place of the partner.
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
    waits: bool = False
    """Its count waits for an approval, which is one way to be provisional."""
    in_transit: int = 0
    """Left headquarters' warehouse and has not arrived: it is not in ``quantity``."""
    lost: int | None = None
    tied: int | None = None
    chance: int = 0
    currency: str = ""
    own: bool = False
    expires: str | None = None
    """The first day (ISO) on which a lot of it expires."""


def keys(
    connection: sa.Connection,
    view: ListView = ALL,
    partner_id: bytes | None = None,
    choice: str = "",
    today: str | None = None,
) -> array[int]:
    """Row numbers of the positions to show; of one partner, by product.

    ``choice``: of :data:`RANKINGS`, only those with money at stake; or ``own``: what lies in the company's
    warehouses (their numbers are below 0). By ``lost`` and ``tied`` they are put in order here.
    """
    by_money = view.sort if view.sort in RANKINGS.values() else ""
    plain = replace(view, sort="", descending=False) if by_money else view
    if choice == "own":
        return ordered_keys(connection, OWN, plain, today=today)
    spec, where = SPEC, ""
    if partner_id is not None:
        spec, where = replace(SPEC, default_sort="product"), "s.partner_id = :partner"
    found = ordered_keys(connection, spec, plain, where=where, params={"partner": partner_id}, today=today)
    if not (choice or by_money):
        return found
    staked = ranked(connection, found, RANKINGS.get(choice, by_money), today)
    kept = set(staked)
    if not by_money:
        return array("q", (key for key in found if key in kept))
    if choice and RANKINGS[choice] != by_money:
        staked = array("q", (key for key in ranked(connection, found, by_money, today) if key in kept))
    if not view.descending:
        staked.reverse()
    return staked if choice else staked + array("q", (key for key in found if key not in kept))


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the positions of ``keys``."""
    return column_figures(connection, OWN if any(key < 0 for key in keys[:1]) else SPEC, keys, columns)


_OWN_PAGE = """
SELECT -s.rowid AS key, s.warehouse_id AS partner_id, w.name AS partner, w.name_local AS partner_local,
       s.product_id, d.sku, d.name AS product, d.name_local AS product_local, d.category, d.base_unit AS unit,
       s.quantity, s.as_of, s.source, 0 AS moved, 0 AS provisional, 0 AS in_transit, s.expires_on AS expires
FROM json_each(:keys) k CROSS JOIN warehouse_level s ON s.rowid = -k.value
LEFT JOIN warehouse w ON w.id = s.warehouse_id LEFT JOIN product d ON d.id = s.product_id
"""
_PAGE = f"""
SELECT s.rowid AS key, s.partner_id, p.name AS partner, p.name_local AS partner_local, s.product_id, d.sku,
       d.name AS product, d.name_local AS product_local, d.category, d.base_unit AS unit, s.quantity,
       nullif(s.as_of, 0) AS as_of, s.source, s.moved, {PROVISIONAL} AS provisional,
       {WAITS} AS waits, {shipments.IN_TRANSIT} AS in_transit, {EXPIRES} AS expires
FROM json_each(:keys) k CROSS JOIN stock_position s ON s.rowid = k.value
LEFT JOIN partner p ON p.id = s.partner_id LEFT JOIN product d ON d.id = s.product_id
"""


def rows(connection: sa.Connection, keys: Sequence[int], today: str | None = None) -> list[StockRow]:
    """The positions of ``keys``, in their order."""
    if any(key < 0 for key in keys[:1]):
        return [_own(row) for row in page(connection, _OWN_PAGE, keys)]
    found = page(connection, _PAGE, keys)
    stakes = at_risk(connection, keys, today)
    return [_row(row, stakes[row.key]) for row in found if row.key in stakes]


def _row(row: sa.Row[Any], stake: AtRisk) -> StockRow:
    return StockRow(
        **row._asdict() | {"provisional": bool(row.provisional), "waits": bool(row.waits)},
        cover=days_of_cover(row.quantity, stake.daily),
        risk=_risk(row.quantity, stake.daily),
        negative=row.quantity < 0,
        lost=stake.lost,
        tied=stake.tied,
        chance=stake.chance,
        currency=stake.currency,
    )


def _own(row: sa.Row[Any]) -> StockRow:
    return StockRow(
        **row._asdict() | {"provisional": False},
        cover=None,
        risk=Risk.UNKNOWN,
        negative=row.quantity < 0,
        own=True,
    )


def _risk(quantity: int, daily: int) -> Risk:
    """As order entry judges it: against the pace of the last days and the time a delivery takes."""
    per_day = daily / 10**QUANTITY_SCALE
    return risk(quantity, daily, LEAD_DAYS, safety_stock(per_day, math.sqrt(per_day), LEAD_DAYS))


OLD_DAYS = 90
"""A count older than this says little about what is there."""
EXPIRING_DAYS = 90
"""A lot that expires within these is told."""

_TOTALS = f"""
SELECT count(*) AS every, coalesce(sum(s.quantity <= 0), 0) AS gone,
       coalesce(sum(nullif(s.as_of, 0) < :old), 0) AS old,
       coalesce(sum(nullif(s.as_of, 0) IS NULL), 0) AS never,
       coalesce(sum({PROVISIONAL}), 0) AS waiting, coalesce(sum({EXPIRES} <= :soon), 0) AS expiring,
       count(DISTINCT s.partner_id) AS partners
FROM stock_position s WHERE :partner IS NULL OR s.partner_id = :partner
"""


@dataclass(frozen=True, slots=True)
class StockTotals:
    """How many positions there are of each sort. ``old_day`` (ISO): a count before it is :data:`OLD_DAYS`
    old; ``soon``: until it lots expire within :data:`EXPIRING_DAYS`. ``as_of``: up to when headquarters'
    data is complete.
    """

    every: int
    gone: int
    old: int
    never: int
    waiting: int
    expiring: int
    partners: int
    old_day: str
    soon: str
    as_of: int | None


def totals(
    connection: sa.Connection, partner_id: bytes | None = None, today: str | None = None
) -> StockTotals:
    """For the tabs over the list."""
    now = date.fromisoformat(today or clock.today(connection))
    old, soon = now - timedelta(days=OLD_DAYS), (now + timedelta(days=EXPIRING_DAYS)).isoformat()
    binds = {"old": instant_of(old, clock.zone(connection)), "soon": soon, "partner": partner_id}
    found = connection.execute(sa.text(_TOTALS), binds).one()
    as_of = clock.as_of(connection)
    return StockTotals(**found._asdict(), old_day=old.isoformat(), soon=soon, as_of=as_of)


def instant_of(day: date, zone: str) -> int:
    """The first millisecond of a day there."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
