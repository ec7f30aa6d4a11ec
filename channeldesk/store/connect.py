"""Raw connections to an encrypted database: the key, the assertions, the settings. The rest is above."""

from __future__ import annotations

import shutil
from enum import Enum
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store import pages
from channeldesk.store.errors import known

OLDEST_SQLITE = (3, 51, 3)
"""Older versions can corrupt the write-ahead log."""
KEY_BYTES = 32
BUSY_SECONDS = 20.0
PLAIN_HEADER = b"SQLite format 3\x00"
_LEAST_ROOM = 256 * 1024
CACHE_KIB = 64 * 1024
READER_CACHE_KIB = 32 * 1024
PERSON_CACHE_KIB = 16 * 1024
"""What a person enters touches few pages; the big cache is for applying what comes from headquarters."""


class Use(Enum):
    """What a connection is for: what it may do and how durable it writes."""

    READ = "read"
    PERSON = "person"
    """What a person entered: synced to the disk at every commit."""
    APPLY = "apply"
    """What can be fetched again: synced at checkpoints."""


def connect(path: Path, key: bytes, use: Use) -> Any:
    """Open one connection in autocommit mode (SQLAlchemy's begin event opens the transactions).

    Raises :class:`Problem` when the key is not the file's, the file is not encrypted, or SQLite is too old.
    """
    check_version()
    if is_plain(path):
        raise Problem.of("store.not_encrypted", file=path.name)
    try:
        connection = sqlcipher.connect(
            str(path),
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
            cached_statements=256,
        )
    except sqlcipher.OperationalError as error:  # unable to open: rights, or a folder in its place
        raise Problem.of("store.disk_error", remedy="remedy.check_disk") from error
    try:
        _unlock(connection, key)
        for pragma in pragmas(use):
            connection.execute(f"PRAGMA {pragma}")
        if is_plain(path):
            raise Problem.of("store.not_encrypted", file=path.name)
    except BaseException as error:
        connection.close()
        if not isinstance(error, sqlcipher.DatabaseError):
            raise
        if "not a database" in str(error) and pages.key_fits(path, key):
            raise Problem.of("store.damaged", remedy="remedy.repair") from error
        if "not a database" in str(error):
            raise Problem.of("store.wrong_key", file=path.name, remedy="remedy.restore_key") from None
        problem = known(error)
        if problem is None:
            raise
        if problem.notice.code == "store.disk_error" and _is_full(path):
            raise Problem.of("store.disk_full", remedy="remedy.free_space") from error
        raise problem from error
    return connection


def _is_full(path: Path) -> bool:
    """Opening takes a little room for the index of the log; the engine calls its lack an I/O error."""
    return shutil.disk_usage(path.parent).free < _LEAST_ROOM


def check_version() -> None:
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise Problem.of("store.sqlite_too_old", version=sqlcipher.sqlite_version)


def is_plain(path: Path) -> bool:
    """Whether the file is an SQLite database that anybody can read."""
    try:
        with path.open("rb") as file:
            return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except FileNotFoundError:
        return False


def key_pragma(key: bytes) -> str:
    """The raw-key form. Anything but 64 hexadecimal digits SQLCipher silently takes as a passphrase."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a database key has {KEY_BYTES} bytes")
    digits = bytes(key).hex()
    assert len(digits) == 2 * KEY_BYTES
    return f"\"x'{digits}'\""


def _unlock(connection: Any, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = {key_pragma(key)}")
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise RuntimeError("this SQLite cannot encrypt")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def pragmas(use: Use) -> list[str]:
    """The settings of a connection, but for its key."""
    common = ["temp_store = MEMORY", "foreign_keys = ON", "recursive_triggers = ON"]
    if use is Use.READ:
        return [*common, f"cache_size = -{READER_CACHE_KIB}", "query_only = ON"]
    durable = "FULL" if use is Use.PERSON else "NORMAL"
    pages = 4_000 if use is Use.PERSON else 16_000  # frequent checkpoints cost a first sync half its time
    cache = PERSON_CACHE_KIB if use is Use.PERSON else CACHE_KIB
    return [
        *common,
        "journal_mode = WAL",
        f"synchronous = {durable}",
        f"cache_size = -{cache}",
        f"wal_autocheckpoint = {pages}",
    ]
