"""The second encrypted database of a profile: opened at the first use, made with the first file, kept aside
when it cannot be read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store.connect import Use, connect
from channeldesk.store.errors import known, translated

if TYPE_CHECKING:
    from channeldesk.store.files_rescue import FilesRescued

VERSION = 1
_UNREADABLE = ("store.damaged", "store.wrong_key", "store.not_encrypted")
SCHEMA = """
PRAGMA auto_vacuum = INCREMENTAL;
VACUUM;
CREATE TABLE IF NOT EXISTS content (
    id INTEGER PRIMARY KEY,
    sha256 TEXT UNIQUE,           -- null while a file is read in
    size INTEGER NOT NULL,
    have INTEGER NOT NULL,        -- bytes that are here, without a gap from the first
    complete INTEGER NOT NULL,    -- 1: all here, and the hash is right
    ours INTEGER NOT NULL,        -- 1: added here, not known to be at headquarters
    pinned INTEGER NOT NULL,      -- 1: wanted here, for a journey
    used_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS part (
    content_id INTEGER NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (content_id, position)
);
CREATE TABLE IF NOT EXISTS trouble (
    attachment_id BLOB PRIMARY KEY,
    notice TEXT NOT NULL,         -- JSON: why it could not be sent or fetched
    remedy TEXT,
    at INTEGER NOT NULL
);
"""


class ContentFile:
    """One connection for all threads: what is done with it is short."""

    def __init__(self, path: Path, key: bytes, now_ms: Callable[[], int]) -> None:
        self.path = path
        self._key, self._now_ms = bytes(key), now_ms
        self._lock = threading.RLock()
        self._raw: Any = None
        self._closed = False

    def __repr__(self) -> str:
        return f"Files({self.path.name!r})"

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._raw is not None:
                self._raw.close()
                self._raw = None

    def rescue(self, progress: Callable[[int, int], None] = lambda done, of: None) -> FilesRescued:
        """Puts a new file in the place of a damaged one, with every content that can be read."""
        from channeldesk.store.files_rescue import rescue

        with self._lock, translated():
            if self._raw is not None:
                self._raw.close()
                self._raw = None
            return rescue(self.path, self._key, self._now_ms(), progress)

    def incomplete(self) -> int:
        """Contents that are said to be whole and lack parts."""
        if not self._exists():
            return 0
        query = (
            "SELECT count(*) FROM content c WHERE c.complete = 1 AND c.size <> "
            "(SELECT coalesce(sum(length(p.data)), 0) FROM part p WHERE p.content_id = c.id)"
        )
        return int(self._all(query)[0][0])

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._open() as raw:
            return list(raw.execute(query, values).fetchall())

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        with self._transaction() as raw:
            raw.execute(statement, values)

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._open() as raw:
            raw.execute("BEGIN IMMEDIATE")
            try:
                yield raw
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self!r} is closed")
            try:
                if self._raw is None:
                    self._raw = self._connect()
                yield self._raw
            except sqlcipher.DatabaseError as error:
                problem = known(error)
                if problem is None:
                    raise
                raise problem from error

    def _exists(self) -> bool:
        """A profile without files needs no second database."""
        return self._raw is not None or self.path.exists()

    def _connect(self) -> Any:
        try:
            return self._prepared(connect(self.path, self._key, Use.PERSON))
        except Problem as problem:
            if problem.notice.code not in _UNREADABLE:
                raise
        # The rows' database opened under this key, so this file is damaged: it is kept aside for a rescuer,
        # and what headquarters has is fetched again.
        for file in self.path.parent.glob(f"{self.path.name}*"):
            if ".damaged-" not in file.name:
                file.rename(file.with_name(f"{file.name}.damaged-{self._now_ms()}"))
        return self._prepared(connect(self.path, self._key, Use.PERSON))

    def _prepared(self, raw: Any) -> Any:
        try:
            version = raw.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise Problem.of(
                    "store.newer_schema", revision=f"files {version}", remedy="remedy.update_program"
                )
            if version < VERSION:
                raw.executescript(SCHEMA)
                raw.execute(f"PRAGMA user_version = {VERSION}")
            # What was being read in when the program ended has no name and nobody who waits for it.
            raw.execute("DELETE FROM content WHERE sha256 IS NULL")
        except BaseException as error:
            raw.close()
            problem = known(error)
            if problem is None:
                raise
            raise problem from error
        return raw
