"""Every derived table computed from one snapshot, and written afterwards in parts that hold nobody up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from channeldesk.model.search_text import INDEX
from channeldesk.store import positions, sales_totals, search

PART = 5_000
"""Rows in one transaction."""
ENTRIES = 1_000
"""Search entries in one transaction: each is a few dozen trigrams."""

Write = tuple[str, Callable[[sa.Connection], object]]
"""The table, and what puts a part of it in place, on a writing connection."""


def compute(connection: sa.Connection, stopped: Callable[[], bool]) -> list[Write]:
    """Reads, and returns what is to be written, in this order. ``stopped``: nobody waits for it any more."""
    found = sales_totals.totals(connection, stopped)
    held = [tuple(row) for row in connection.exec_driver_sql(positions.ALL)]
    entries = search.entries(connection)
    return [
        *_replaced("sales_by_category", found.by_category),
        *_replaced("sales_by_period", found.by_period),
        *_replaced("stock_position", held),
        *_searchable(entries),
    ]


def _replaced(table: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[Write]:
    def clear(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"DELETE FROM {table}")

    def add(connection: sa.Connection, some: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(some[0]))
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", list(some))

    yield from _parts(table, clear, add, rows, PART)


def _searchable(entries: Sequence[dict[str, Any]]) -> Iterator[Write]:
    yield from _parts("search_entry", search.clear, search.add, entries, ENTRIES)
    optimize = f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')"
    yield "search_entry", lambda connection: connection.exec_driver_sql(optimize)


def _parts(
    table: str,
    clear: Callable[[sa.Connection], None],
    add: Callable[..., None],
    rows: Sequence[Any],
    size: int,
) -> Iterator[Write]:
    yield table, clear
    for start in range(0, len(rows), size):
        yield table, partial(add, some=rows[start : start + size])
