"""The laptop's database: many readers, one writer.

Readers see one committed snapshot each and never wait for the writer. There are two writing connections
behind one lane: the person's, which captures every change for headquarters, and sync's, which does not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import pool
from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model import ids
from channeldesk.model.notice import Problem
from channeldesk.store import derive, touched
from channeldesk.store.connect import BUSY_SECONDS, Use, connect
from channeldesk.store.errors import translated
from channeldesk.store.files import Files
from channeldesk.store.lane import Lane

_READERS_KEPT, _READERS_MOST = 4, 32
_CLOSING_SECONDS = 5.0
_ASK_AGAIN_SECONDS = 0.003


def _system_ms() -> int:
    return time.time_ns() // 1_000_000


class Database:
    """An open encrypted database. Make it with :meth:`open`; all methods may be called from any thread."""

    def __init__(
        self, path: Path, key: bytes, *, now_ms: Callable[[], int], new_id: Callable[[], bytes]
    ) -> None:
        self.path = path
        self.now_ms, self._new_id = now_ms, new_id
        self._lane = Lane()
        self._reading: set[Any] = set()
        self._quiet = threading.Condition()
        self._closed = False
        self._watch: Any = None
        self._writers = {use: _engine(path, bytes(key), use) for use in (Use.PERSON, Use.APPLY)}
        self._readers = _engine(path, bytes(key), Use.READ)
        self.files = Files(path.with_name("files.db"), key, now_ms)
        """The content of attachments, in an encrypted file of its own."""
        self.guard: Callable[[sa.Connection, bytes], None] = lambda connection, txn: None
        """Looks at what the person wrote, before it is committed; raises Problem to have none of it."""
        sa.event.listen(self._writers[Use.PERSON], "connect", self._install_capture)
        for engine in self._writers.values():
            sa.event.listen(engine, "connect", _install_notes)

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        *,
        now_ms: Callable[[], int] | None = None,
        new_id: Callable[[], bytes] | None = None,
    ) -> Database:
        """Open ``path`` with its 32-byte key; clock (milliseconds UTC) and ids may be injected.

        The schema is :mod:`channeldesk.store.migrate`'s business: call ``migrate.upgrade(path, key)`` first.
        Raises :class:`Problem` when there is no file, the key does not fit or the file is not encrypted.
        """
        if not path.exists():
            raise Problem.of("store.no_database", file=path.name)
        database = cls(path, key, now_ms=now_ms or _system_ms, new_id=new_id or ids.new_id)
        try:
            database._writers[Use.APPLY].connect().close()
            database._readers.connect().close()
        except BaseException:
            database.close()
            raise
        return database

    def __repr__(self) -> str:
        return f"Database({self.path.name!r})"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only connection that sees one snapshot, taken at the block's first statement."""
        self._check_open()
        with translated(), self._readers.connect() as connection:
            raw = connection.connection.dbapi_connection
            with self._quiet:
                self._reading.add(raw)
            try:
                yield connection
            finally:
                connection.rollback()
                with self._quiet:
                    self._reading.discard(raw)
                    self._quiet.notify_all()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One immediate transaction of the person, captured for headquarters and synced to the disk.

        It commits when the block ends, after derived tables followed, and rolls back when it raises. Blocks
        never nest.
        """
        from channeldesk.store import capture, trail

        with self._transaction(Use.PERSON) as connection:
            txn = capture.begin(connection)
            yield connection
            self.guard(connection, txn)
            trail.note(connection, txn)

    @contextmanager
    def apply(self) -> Iterator[sa.Connection]:
        """The same for what came from headquarters: nothing is captured. For sync only."""
        with self._transaction(Use.APPLY) as connection:
            yield connection

    @contextmanager
    def _transaction(self, use: Use) -> Iterator[sa.Connection]:
        with translated(), self._lane:
            self._check_open()
            with self._writers[use].begin() as connection:
                yield connection
                derive.refresh(connection)

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file as far as readers allow; True when all of it was moved."""
        with translated(), self._lane:
            self._check_open()
            with self._writers[Use.APPLY].connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                busy, pages, moved = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return not busy and pages == moved

    def data_version(self) -> int:
        """A number that moves whenever anything was committed, by this process or another; cheap to poll.

        Numbers compare only within one opened Database.
        """
        with translated(), self._watching() as raw:
            return int(raw.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _watching(self) -> Iterator[Any]:
        # A connection of its own, because the pragma counts what *other* connections committed.
        with self._quiet:
            self._check_open()
            if self._watch is None:
                self._watch = self._readers.raw_connection()
            yield self._watch.dbapi_connection

    def close(self) -> None:
        """Stop running queries, close every connection. Blocks still open get an error."""
        with self._quiet:
            self._closed = True
            for raw in self._reading:
                raw.interrupt()
            self._quiet.wait_for(lambda: not self._reading, _CLOSING_SECONDS)
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        with self._lane:
            self._readers.dispose()
            for engine in self._writers.values():
                engine.dispose()
        self.files.close()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError(f"{self!r} is closed")

    def _install_capture(self, dbapi_connection: Any, record: object) -> None:
        from channeldesk.store import capture

        capture.install(dbapi_connection, new_id=self._new_id, now_ms=self.now_ms)


def _install_notes(dbapi_connection: Any, record: object) -> None:
    touched.install(dbapi_connection)


def _engine(path: Path, key: bytes, use: Use) -> sa.Engine:
    pooling: dict[str, Any] = (
        {
            "poolclass": pool.QueuePool,
            "pool_size": _READERS_KEPT,
            "max_overflow": _READERS_MOST - _READERS_KEPT,
            "pool_use_lifo": True,  # the most recently used reader has the warmest page cache
        }
        if use is Use.READ
        else {"poolclass": pool.QueuePool, "pool_size": 1, "max_overflow": 0}
    )
    engine = sa.create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key, use),
        hide_parameters=True,
        **pooling,
    )
    begin = "BEGIN" if use is Use.READ else "BEGIN IMMEDIATE"
    sa.event.listen(
        engine,
        "begin",
        _begin_soon if use is Use.PERSON else lambda connection: connection.exec_driver_sql(begin),
    )
    return engine


def _begin_soon(connection: sa.Connection) -> None:
    """Waits while another process writes. SQLite itself asks ten times a second, and so misses, again and
    again, the short gaps that a first synchronisation leaves between its transactions.
    """
    raw: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlcipher.OperationalError as error:
                if "locked" not in str(error):
                    break
                time.sleep(_ASK_AGAIN_SECONDS)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says what is wrong
