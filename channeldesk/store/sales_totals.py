"""The sales summaries of a whole database, computed from one snapshot without holding the writer.

The rows of :data:`sales.BY_CATEGORY` and :data:`sales.BY_PERIOD`, by another way: a million lines are added
up a part at a time, which needs neither an index nor memory for sorting them all, and can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.store.connect import READER_CACHE_KIB
from channeldesk.store.sales import CONFIRMED, period_of

LINES = 50_000
"""Order lines added up by one statement."""
_CACHE_KIB = 4 * 1024
"""Of pages: each is read once."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Totals:
    """Rows in the order of the columns of their tables."""

    by_category: list[Row]
    by_period: list[Row]


_TABLES = {
    "total_day": f"""AS
        SELECT day, {period_of("day")} AS period
        FROM (SELECT DISTINCT order_date AS day FROM sales_order NOT INDEXED)""",
    "total_head": f"""AS
        SELECT row_number() OVER () AS number, partner_id, period, currency, orders FROM (
            SELECT o.partner_id, day.period, o.currency, count(*) AS orders
            FROM sales_order AS o NOT INDEXED JOIN temp.total_day AS day ON day.day = o.order_date
            WHERE {CONFIRMED} GROUP BY 1, 2, 3)""",
    "total_order": "(id BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID",
    "total_name": """AS
        SELECT row_number() OVER () - 1 AS number, category
        FROM (SELECT '' AS category UNION SELECT coalesce(category, '') FROM product ORDER BY 1)""",
    "total_product": "(id BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID",
}
# An order's number leaves room below it for the category's: one integer is a group.
_FILL = (
    f"""INSERT INTO temp.total_order
    SELECT o.id, head.number << 32
    FROM sales_order AS o NOT INDEXED JOIN temp.total_day AS day ON day.day = o.order_date
    JOIN temp.total_head AS head
        ON head.partner_id = o.partner_id AND head.period = day.period AND head.currency = o.currency
    WHERE {CONFIRMED}""",
    """INSERT INTO temp.total_product
    SELECT product.id, name.number
    FROM product JOIN temp.total_name AS name ON name.category = coalesce(product.category, '')""",
)
_PART = """
    SELECT o.number + coalesce(p.number, 0) AS place,
        count(*), sum(l.quantity), sum(l.net), sum(coalesce(l.cost, 0))
    FROM order_line AS l NOT INDEXED CROSS JOIN temp.total_order AS o ON o.id = l.order_id
    LEFT JOIN temp.total_product AS p ON p.id = l.product_id
    WHERE l.rowid > ? AND l.rowid <= ? GROUP BY 1"""


def totals(connection: sa.Connection, stopped: Callable[[], bool]) -> Totals:
    """What both tables should hold; anything, once ``stopped`` says that nobody wants it any more.

    On a reader's connection, which may make temporary tables for as long as this takes; they go with its
    snapshot.
    """
    run = connection.exec_driver_sql
    run("PRAGMA query_only = OFF")
    run(f"PRAGMA cache_size = -{_CACHE_KIB}")
    try:
        for name, definition in _TABLES.items():
            run(f"CREATE TEMP TABLE {name} {definition}")
        for statement in _FILL:
            run(statement)
        sums = _added_up(connection, stopped)
        heads = {number: row for number, *row in run("SELECT * FROM temp.total_head")}
        names = dict(map(tuple, run("SELECT number, category FROM temp.total_name")))
    finally:
        run(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
        run("PRAGMA query_only = ON")
    return _rows(sums, heads, names)


def _added_up(connection: sa.Connection, stopped: Callable[[], bool]) -> dict[int, Row]:
    """(lines, quantity, net, cost) by group."""
    last = connection.exec_driver_sql("SELECT max(rowid) FROM order_line").scalar() or 0
    sums: dict[int, Row] = {}
    for start in range(0, last, LINES):
        if stopped():
            break
        for place, *values in connection.exec_driver_sql(_PART, (start, start + LINES)):
            known = sums.get(place)
            added = values if known is None else map(int.__add__, known, values)
            sums[place] = tuple(added)
    return sums


def _rows(sums: dict[int, Row], heads: dict[int, list[Any]], names: dict[int, str]) -> Totals:
    by_category, net = [], dict.fromkeys(heads, 0)
    for place, values in sums.items():
        partner_id, period, currency, _ = heads[place >> 32]
        by_category.append((partner_id, period, names[place & 0xFFFFFFFF], currency, *values))
        net[place >> 32] += values[2]
    by_period = [
        (partner_id, period, currency, orders, net[number])
        for number, (partner_id, period, currency, orders) in heads.items()
    ]
    return Totals(sorted(by_category), sorted(by_period))
