"""Keeps what is computed from the rows equal to the rows: sales summaries, stock positions, search entries.

``Database`` calls :func:`refresh` before every commit on a writing connection, so a committed state is never
stale and nobody else needs to think of it. A backfill is the exception::

    with database.apply() as connection:
        derive.drop_secondary_indexes(connection)  # suspends derivation as well, durably
    ...                                            # apply everything
    for done in derive.complete(database):         # indexes and derived tables, in short transactions
        ...

A crash before the last one leaves the mark, :func:`suspended` tells, and the same steps are done again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from channeldesk.model.entities import replicated
from channeldesk.model.tables import laptop
from channeldesk.store import computing, positions, sales, search, touched
from channeldesk.store.connect import CACHE_KIB

if TYPE_CHECKING:
    from channeldesk.store.database import Database

_MARK = "derived_stale"
SORTING_CACHE_KIB = 8 * 1024
_LONG_SECONDS, _GAP_SECONDS = 0.1, 0.02
"""After an index that took its time the writer is left alone for a moment: the window may wait for it."""
_STALE, _NOTING = "1", "noting"


def refresh(connection: sa.Connection) -> None:
    """Bring up to date what this transaction touched so far, as the triggers noted it.

    Needs a writing connection. Again is harmless; ``Database`` does it before every commit.
    """
    if not touched.anything(connection):
        return
    mark = _marked(connection)
    if mark is None:
        sales.refresh(connection)
        _follow(connection)
    elif mark == _NOTING and not touched.keep(connection):
        _mark(connection, _STALE)  # so much was written that computing must begin again
    touched.clear(connection)


def _follow(connection: sa.Connection) -> None:
    positions.refresh(connection)
    _refresh_search(connection)


def _refresh_search(connection: sa.Connection) -> None:
    noted = connection.exec_driver_sql("SELECT DISTINCT entity, row_id FROM temp.touched_search")
    rows: dict[str, set[bytes]] = {}
    for entity, row_id in noted:
        rows.setdefault(entity, set()).add(bytes(row_id))
    for entity, row_ids in rows.items():
        search.refresh(connection, entity, row_ids)


def complete(database: Database) -> Iterator[str]:
    """What a backfill left for the end: builds the indexes and, on a thread beside, computes everything.

    Yields "indexed" and "summarised", each after a commit.
    """
    yield from _rebuild(
        database, lambda: ("indexed" for _ in create_secondary_indexes(database)), "summarised"
    )


def rebuild(database: Database) -> Iterator[str]:
    """Compute everything again from the rows; yields the name of a table after each commit."""
    yield from _rebuild(database, lambda: iter(()), "")


def _rebuild(database: Database, meanwhile: Callable[[], Iterator[str]], name: str) -> Iterator[str]:
    """Everything is computed from one snapshot, without the writer, and put in place in short transactions.

    What is touched in the meantime, by whatever process, is noted, and followed in the last of them. The mark
    goes with it.
    """
    with database.apply() as connection:
        touched.forget(connection)
        _mark(connection, _NOTING)
        touched.install(connection.connection.dbapi_connection)
    with _beside(database) as computed:
        yield from meanwhile()
        writes = computed.result()
    for left, (table, write) in zip(reversed(range(len(writes))), writes, strict=True):
        with database.apply() as connection:
            noting = _marked(connection) == _NOTING
            if noting:
                write(connection)
            if noting and not left:
                touched.recall(connection)
                sales.recompute(connection)
                _follow(connection)
                touched.clear(connection)
                connection.exec_driver_sql("DELETE FROM local_state WHERE key = ?", (_MARK,))
        if not noting:  # more was touched than can be noted, or another round began to fill
            yield from _rebuild(database, meanwhile, name)
            return
        yield name or table


@contextmanager
def _beside(database: Database) -> Iterator[Future[list[computing.Write]]]:
    """Computes on a thread of its own; stops when the block ends early."""
    stop = threading.Event()

    def compute() -> list[computing.Write]:
        with database.read() as connection:
            return computing.compute(connection, stop.is_set)

    with ThreadPoolExecutor(1, "computing") as pool:
        try:
            yield pool.submit(compute)
        finally:
            stop.set()


def suspend(connection: sa.Connection) -> None:
    """Stop following the rows, durably, until :func:`rebuild`."""
    _mark(connection, "1")
    touched.remove(connection.connection.dbapi_connection)


def suspended(connection: sa.Connection) -> bool:
    """Whether the end of a :func:`rebuild` is missing."""
    return _marked(connection) is not None


def _mark(connection: sa.Connection, value: str) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO local_state VALUES (?, ?)", (_MARK, value))


def _marked(connection: sa.Connection) -> str | None:
    query = "SELECT value FROM local_state WHERE key = ?"
    value: str | None = connection.exec_driver_sql(query, (_MARK,)).scalar()
    return value


def compare(connection: sa.Connection) -> dict[str, int]:
    """Derived table to the number of rows that a rebuild would change; all 0 when everything is right.

    Reads only, so a reader's connection will do and nobody waits.
    """
    wanted = {
        "sales_by_category": sales.BY_CATEGORY,
        "sales_by_period": sales.BY_PERIOD,
        "stock_position": positions.ALL,
    }
    counted = {table: _differences(connection, table, select) for table, select in wanted.items()}
    return counted | search.compare(connection)


def _differences(connection: sa.Connection, table: str, select: str) -> int:
    """Rows of ``table`` that should not be there plus rows that should."""
    answer = connection.exec_driver_sql(
        f"""WITH wanted AS MATERIALIZED (SELECT * FROM ({select})), found AS (SELECT * FROM {table})
        SELECT (SELECT count(*) FROM (SELECT * FROM found EXCEPT SELECT * FROM wanted))
             + (SELECT count(*) FROM (SELECT * FROM wanted EXCEPT SELECT * FROM found))"""
    )
    return int(answer.scalar_one())


def _secondary() -> list[sa.Index]:
    tables = (laptop.tables[entity.__entity__] for entity in replicated())
    return [index for table in tables for index in sorted(table.indexes, key=lambda i: str(i.name))]


def drop_secondary_indexes(connection: sa.Connection) -> None:
    """Drop the secondary indexes of all synchronised rows and suspend derivation."""
    suspend(connection)
    for index in _secondary():
        connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{index.name}"')


def missing_indexes(connection: sa.Connection) -> list[str]:
    """Names of secondary indexes that a backfill dropped and nobody built again."""
    there = set(connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'index'").scalars())
    return [str(index.name) for index in _secondary() if index.name not in there]


def create_secondary_indexes(database: Database) -> Iterator[str]:
    """Build what is missing, one index per transaction, so that a waiting write gets in between.

    Yields the name of each index after its commit.
    """
    with database.read() as connection:
        missing = set(missing_indexes(connection))
    if not missing:
        return
    _remember_pages(database, SORTING_CACHE_KIB)
    for index in _secondary():
        if index.name in missing:
            started = time.monotonic()
            with database.apply() as connection:
                connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))
            if time.monotonic() - started > _LONG_SECONDS:
                time.sleep(_GAP_SECONDS)
            yield str(index.name)
    _remember_pages(database, CACHE_KIB)


def _remember_pages(database: Database, kib: int) -> None:
    """Sorting a million rows wants the memory that pages of the table, each read once, would take."""
    with database.apply() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{kib}")
        connection.exec_driver_sql("PRAGMA shrink_memory")
