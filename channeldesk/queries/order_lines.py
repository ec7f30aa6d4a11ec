"""Order lines: the bottom of every drill, and the rows behind every figure of sales."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import pending
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.sales import Scope, where
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page, summed

_PROVISIONAL = f"(s.id IN ({pending.ORDERS}))"
"""The rows behind the provisional part of a figure: they add up to it."""

SPEC = ListSpec(
    key="l.rowid",
    source="order_line l CROSS JOIN sales_order s ON s.id = l.order_id",
    default_sort="date",
    default_descending=True,
    tie="l.rowid",
    joins={
        "d": "LEFT JOIN product d ON d.id = l.product_id",
        "p": "LEFT JOIN partner p ON p.id = l.partner_id",
    },
    columns={
        "number": Column("coalesce(s.number, s.provisional_number)", code=True),
        "date": Column("s.order_date", ColumnType.DAY, required=True),
        "partner": Column("p.name", needs=("p",), also="p.name_local"),
        "sku": Column("d.sku", needs=("d",), code=True),
        "product": Column("d.name", needs=("d",), also="d.name_local"),
        "category": Column("d.category", needs=("d",)),
        "quantity": Column(
            "l.quantity", ColumnType.QUANTITY, required=True, unit="d.base_unit", unsure=_PROVISIONAL
        ),
        "unit_price": Column("l.unit_price", ColumnType.PRICE, required=True),
        "net": Column("l.net", ColumnType.MONEY, "s.currency", required=True, unsure=_PROVISIONAL),
        "provisional": Column(_PROVISIONAL, ColumnType.FLAG),
    },
)


@dataclass(frozen=True, slots=True)
class LineRow:
    key: int
    id: bytes
    order_id: bytes
    number: str
    date: str
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
    unit_price: int
    net: int
    currency: str
    provisional: bool


def keys(
    connection: sa.Connection,
    view: ListView = ALL,
    scope: Scope | None = None,
    first: str | None = None,
    last: str | None = None,
) -> array[int]:
    """Lines that count as sales, of a scope and between two business dates (both included)."""
    narrowed, condition, binds = subject(scope or Scope(), first, last)
    return ordered_keys(connection, narrowed, view, where=condition, params=binds)


def subject(scope: Scope, first: str | None, last: str | None) -> tuple[ListSpec, str, dict[str, Any]]:
    """The list narrowed to a scope: it walks partners, then their orders in time, then the lines."""
    binds: dict[str, Any] = {}
    category = "coalesce(d.category, '')"
    conditions = [pending.BOOKED, where(scope, binds, category=category)]
    if first is not None:
        conditions.append("s.order_date >= :first")
        binds["first"] = first
    if last is not None:
        conditions.append("s.order_date <= :last")
        binds["last"] = last
    spec = replace(
        SPEC,
        source="partner p CROSS JOIN sales_order s ON s.partner_id = p.id "
        "CROSS JOIN order_line l ON l.order_id = s.id",
        joins={"d": SPEC.joins["d"]},
        columns={**SPEC.columns, "partner": Column("p.name", also="p.name_local")},
    )
    return spec, " AND ".join(conditions), binds


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the lines of ``keys``."""
    return column_figures(connection, SPEC, keys, columns)


_PAGE = f"""
SELECT l.rowid AS key, l.id, l.order_id, coalesce(s.number, s.provisional_number, '') AS number,
       s.order_date AS date, l.partner_id, p.name AS partner, p.name_local AS partner_local,
       l.product_id, d.sku, d.name AS product, d.name_local AS product_local, d.category, d.base_unit AS unit,
       l.quantity, l.unit_price, l.net, s.currency, {_PROVISIONAL} AS provisional
FROM json_each(:keys) k CROSS JOIN order_line l ON l.rowid = k.value
JOIN sales_order s ON s.id = l.order_id
LEFT JOIN partner p ON p.id = l.partner_id LEFT JOIN product d ON d.id = l.product_id
"""


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[LineRow]:
    """The lines of ``keys``, in their order. By place, not by name: one scrolls through a million of them."""
    return [_line((*row[:-1], bool(row[-1]))) for row in page(connection, _PAGE, keys)]


def _line(values: Sequence[Any]) -> LineRow:
    return LineRow(*values)


@dataclass(frozen=True)
class LineSums:
    """How many lines, and their net by currency."""

    count: int
    net: dict[str, int]


def shown(
    connection: sa.Connection,
    view: ListView = ALL,
    scope: Scope | None = None,
    first: str | None = None,
    last: str | None = None,
) -> LineSums:
    """What the lines that a view lets through add up to: beside a filtered list."""
    narrowed, condition, binds = subject(scope or Scope(), first, last)
    net = summed(connection, narrowed, view, "net", where=condition, params=binds)
    return LineSums(len(keys(connection, view, scope, first, last)), net)


def total(
    connection: sa.Connection, scope: Scope | None = None, first: str | None = None, last: str | None = None
) -> dict[str, int]:
    """Net by currency of all these lines: equal to the figure they explain."""
    spec, condition, binds = subject(scope or Scope(), first, last)
    sql = f"""SELECT s.currency, sum(l.net) AS net FROM {spec.source} {spec.joins["d"]}
    WHERE {condition} GROUP BY s.currency"""
    return {row.currency: row.net for row in connection.execute(sa.text(sql), binds)}
