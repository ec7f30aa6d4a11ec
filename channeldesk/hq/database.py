"""The central database: SQLite for one machine, PostgreSQL for a company; the same code on both.

Writers see what was committed when each statement starts (READ COMMITTED; on SQLite one writer at a time),
readers of a pull see one snapshot. What a process keeps between requests holds for a place in the feed, so
several processes may serve one database.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from channeldesk.model.notice import Notice, Problem

T = TypeVar("T")

BUSY_SECONDS = 30.0
"""How long a writer waits for another one's lock, or for a free connection."""
CONNECTIONS = 40
"""Most connections of one process, unless told otherwise."""
_KEPT = 10
"""Of them, those that stay open when nothing happens."""
ATTEMPTS = 5
"""Tries of a write transaction that PostgreSQL gave up for another's sake."""
_PAUSE = 0.02
_OPTION = "channeldesk_write"
_LATER = "channeldesk_before_commit"
_AWAY = frozenset({"08", "53", "57"})  # connection lost, too many connections, shut down
_LOCKED = "55P03"
_RETRIED = frozenset({"40001", "40P01"})  # serialization failure, deadlock


class DatabaseBusy(Problem):
    """Others held the database for too long; nothing was changed. Try again."""


class Database:
    """Opens ``sqlite:///path`` or ``postgresql+psycopg://…``; other schemes raise Problem."""

    def __init__(self, url: str, connections: int = CONNECTIONS) -> None:
        try:
            self.url = sa.make_url(url)
        except (sa.exc.ArgumentError, ValueError):  # its text may hold a password
            raise Problem.of("hq.bad_address_of_database") from None
        match self.url.get_backend_name():
            case "sqlite":
                self.engine = _sqlite(self.url, connections)
            case "postgresql":
                self.engine = _postgresql(self.url, connections)
            case other:
                raise Problem.of("hq.unknown_database", scheme=other)
        self.is_postgresql = self.engine.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction that may write; committed at the end of the block, undone by an exception."""
        later: dict[Callable[..., None], list[Any]] = {}
        options: dict[str, Any] = {_OPTION: True, _LATER: later}
        if self.is_postgresql:
            options["isolation_level"] = "READ COMMITTED"
        with (
            _reachable(),
            self.engine.connect() as connection,
            connection.execution_options(**options).begin(),
        ):
            yield connection
            for act, items in later.items():
                act(connection, items)

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """One read-only transaction that sees a single state of the database, whatever others commit."""
        options: dict[str, Any] = {}
        if self.is_postgresql:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            _reachable(),
            self.engine.connect() as connection,
            connection.execution_options(**options).begin(),
        ):
            yield connection

    @contextmanager
    def glance(self) -> Iterator[sa.Connection]:
        """For one SELECT: spares PostgreSQL the two round trips that begin and end a transaction."""
        if not self.is_postgresql:
            with self.snapshot() as connection:
                yield connection
            return
        with _reachable(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """``work`` in a write transaction, from the start again where PostgreSQL broke a deadlock."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.write() as connection:
                    return work(connection)
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RETRIED or attempt == ATTEMPTS:
                    raise
            time.sleep(random.uniform(0, _PAUSE * attempt))  # at once, it would take the lock away again
        raise AssertionError("unreachable")

    def close(self) -> None:
        self.engine.dispose()


def before_commit(
    connection: sa.Connection, act: Callable[[sa.Connection, list[T]], None], items: Iterable[T]
) -> None:
    """Hands ``items`` to ``act`` when all else of this write transaction is done, those of several calls
    together: for what takes a lock that others wait for. Not inside a savepoint, which cannot take them back.
    """
    later = connection.get_execution_options().get(_LATER)
    assert later is not None, "a connection of Database.write"
    assert not connection.in_nested_transaction(), "what is rolled back later would be told all the same"
    later.setdefault(act, []).extend(items)


def dialect_insert(connection: sa.Connection) -> Callable[[sa.Table], Any]:
    """The INSERT that knows ON CONFLICT; both databases write it alike."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert


@contextmanager
def _reachable() -> Iterator[None]:
    """Tells a database that is held or away, which may be asked again, from one that objects."""
    try:
        yield
    except sa.exc.TimeoutError as error:  # no free connection
        raise DatabaseBusy(Notice("hq.busy")) from error
    except sa.exc.OperationalError as error:
        state = getattr(error.orig, "sqlstate", None)
        away = error.orig is not None and type(error.orig).__module__.startswith("psycopg") and state is None
        if away or state == _LOCKED or (state or "")[:2] in _AWAY or "database is locked" in str(error.orig):
            raise DatabaseBusy(Notice("hq.busy")) from error
        raise


def _pool(connections: int) -> dict[str, Any]:
    kept = min(_KEPT, connections)
    return {"pool_size": kept, "max_overflow": connections - kept, "pool_timeout": BUSY_SECONDS}


def _postgresql(url: sa.URL, connections: int) -> sa.Engine:
    # It warns of a pipeline that an error broke off; the error itself is raised, and handled.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    engine = sa.create_engine(url, pool_pre_ping=True, **_pool(connections))

    @event.listens_for(engine, "do_connect")
    def patient(dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
        asked = parameters.get("options", "")
        parameters["options"] = f"-c lock_timeout={BUSY_SECONDS:.0f}s {asked}".strip()

    return engine


def _sqlite(url: sa.URL, connections: int) -> sa.Engine:
    from sqlcipher3 import dbapi2

    if not url.database or url.database == ":memory:":
        raise Problem.of("hq.no_database_file")
    path = str(Path(url.database).absolute())

    def connect() -> Any:
        # Streams hop between worker threads, one at a time.
        try:
            raw = dbapi2.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except dbapi2.OperationalError as error:
            raise Problem.of("hq.cannot_open", file=path, remedy="remedy.check_disk") from error
        cursor = raw.cursor()
        # An answered push must survive a power cut, hence full synchronous.
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
            "cache_size = -32000",
        ):
            cursor.execute(f"PRAGMA {pragma}").fetchall()
        cursor.close()
        return raw

    engine = sa.create_engine(
        "sqlite://", module=dbapi2, creator=connect, poolclass=QueuePool, **_pool(connections)
    )

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_OPTION)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
