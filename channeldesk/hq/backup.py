"""A copy of a headquarters on SQLite, made while it serves. PostgreSQL has tools of its own for that."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.hq.state import company
from channeldesk.model.notice import Problem

if TYPE_CHECKING:
    from channeldesk.hq.database import Database


def make(database: Database, target: Path) -> int:
    """Copies the database to ``target``, a new file, as of one moment, and verifies it; its size in bytes.

    Raises Problem, and leaves no file, where it cannot.
    """
    if database.is_postgresql:
        raise Problem.of("hq.backup_postgresql", remedy="remedy.pg_dump")
    source = Path(str(database.url.database))
    if not source.exists():
        raise Problem.of("hq.cannot_open", file=str(source), remedy="remedy.check_disk")
    with database.snapshot() as connection:
        company(connection)
    if target.exists():
        raise Problem.of("backup.exists", file=str(target), remedy="remedy.save_elsewhere")
    if not target.parent.is_dir():
        raise Problem.of("backup.no_folder", folder=str(target.parent), remedy="remedy.save_elsewhere")
    if shutil.disk_usage(target.parent).free < source.stat().st_size * 21 // 20:
        raise Problem.of("backup.disk_full", folder=str(target.parent), remedy="remedy.free_space")
    beside = target.with_name(f".{target.name}.part")
    try:
        _copy(source, beside)
        _verify(beside)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: Path, beside: Path) -> None:
    from sqlcipher3 import dbapi2

    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    try:
        with closing(_open(source)) as raw, closing(_open(beside)) as copy:
            raw.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, nothing beside it
    except dbapi2.DatabaseError as error:
        raise Problem.of("hq.backup_failed", remedy="remedy.check_disk") from error
    with beside.open("rb+") as file:
        os.fsync(file.fileno())


def _verify(beside: Path) -> None:
    with closing(_open(beside)) as copy:
        sound = copy.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
        if not sound or copy.execute("PRAGMA foreign_key_check").fetchall():
            raise Problem.of("hq.backup_failed", remedy="remedy.check_disk")


def _open(path: Path) -> Any:
    from sqlcipher3 import dbapi2

    return dbapi2.connect(str(path), timeout=30.0, isolation_level=None)
