"""Encrypted copies of the database, made by the engine's backup interface and verified before they count."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store import integrity
from channeldesk.store.connect import Use, connect
from channeldesk.store.watching import Moved, Watch, unwatched

KEPT = 2
_PAGES = 1_024


def folder_of(path: Path) -> Path:
    return path.parent / "backups"


def existing(path: Path) -> list[Path]:
    """The backups of a database, oldest first."""
    return sorted(folder_of(path).glob(f"{path.stem}-*.db"))


def make(path: Path, key: bytes, *, label: str) -> Path:
    """Copy ``path`` under the same key, verify the copy, then drop all but the newest two.

    ``label`` (the schema's revision) becomes part of the name. Raises :class:`Problem` when there is no
    room or the copy does not verify; a copy that does not verify is removed.
    """
    folder = folder_of(path)
    folder.mkdir(exist_ok=True)
    if shutil.disk_usage(folder).free < 2 * path.stat().st_size:
        raise Problem.of("store.disk_full", remedy="remedy.free_space")
    last = existing(path)
    number = int(last[-1].stem.split("-")[1]) + 1 if last else 1
    copy = folder / f"{path.stem}-{number:06d}-{label}.db"
    try:
        _copy(path, copy, key)
        _verify(path, copy, key)
    except BaseException as error:
        for leftover in folder.glob(f"{copy.name}*"):
            leftover.unlink()
        if isinstance(error, sqlcipher.DatabaseError | OSError):
            raise Problem.of("store.backup_failed", remedy="remedy.check_disk") from error
        raise
    for old in existing(path)[:-KEPT]:
        old.unlink()
    return copy


def copy_to(
    path: Path,
    copy: Path,
    key: bytes,
    new_key: bytes | None = None,
    *,
    copied: Moved = unwatched,
    checked: Moved = unwatched,
) -> Path:
    """Copies a database that may be in use to ``copy``, perhaps under another key, and verifies it.

    Whoever watches (``copied``, then ``checked``) may stop it by raising, which is raised here.
    """
    if shutil.disk_usage(copy.parent).free < path.stat().st_size + path.stat().st_size // 20:
        raise Problem.of("store.disk_full", remedy="remedy.free_space")
    _copy(path, copy, key, new_key, copied)
    if integrity.check(copy, new_key or key, structure=True, moved=checked).damaged:
        raise Problem.of("store.backup_failed", remedy="remedy.check_disk")
    return copy


def _copy(path: Path, copy: Path, key: bytes, new_key: bytes | None = None, moved: Moved = unwatched) -> None:
    """As of one moment, however much is written meanwhile."""
    source, target = connect(path, key, Use.READ), connect(copy, new_key or key, Use.PERSON)
    try:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()  # holds the moment
        with Watch(moved) as watch:
            source.backup(target, pages=_PAGES, progress=lambda _, left, of: watch.moved(of - left, of))
        target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    finally:
        source.close()
        target.close()
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _verify(path: Path, copy: Path, key: bytes) -> None:
    if integrity.check(copy, key, structure=True).damaged:
        raise Problem.of("store.backup_failed", remedy="remedy.check_disk")
    if _shape(path, key) != _shape(copy, key):
        raise Problem.of("store.backup_failed", remedy="remedy.check_disk")


def _shape(path: Path, key: bytes) -> list[tuple[str, int]]:
    """Tables with their number of rows."""
    raw = connect(path, key, Use.READ)
    try:
        names = raw.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
            "AND name NOT LIKE 'search_index%'"
        )
        return [(n, raw.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0]) for (n,) in names.fetchall()]
    finally:
        raw.close()
