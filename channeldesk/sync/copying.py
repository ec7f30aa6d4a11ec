"""A copy of a database in use, made and looked through in small steps: whoever watches may stop it at any of
them, by raising, and need not wait for a large profile.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store.connect import Use, connect

Moved = Callable[[int, int], None]
"""Called with how much is done and how much there is, in a unit of its own."""

_PAGES, _STEPS = 1_024, 20_000
_STRUCTURE_WORK = 200_000
"""How many steps of the check a megabyte of database takes, about: for the bar, not for a promise."""
_MEGABYTE = 1 << 20


def copy(path: Path, target: Path, key: bytes, moved: Moved) -> Path:
    """As of one moment, however much is written meanwhile. Raises Problem where there is no room."""
    if shutil.disk_usage(target.parent).free < path.stat().st_size + path.stat().st_size // 20:
        raise Problem.of("store.disk_full", remedy="remedy.free_space")
    source, into = connect(path, key, Use.READ), connect(target, key, Use.PERSON)
    watch = _Watch(moved)
    try:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()  # holds the moment
        with watch:
            source.backup(into, pages=_PAGES, progress=lambda _, left, of: watch.moved(of - left, of))
        into.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    finally:
        source.close()
        into.close()
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return target


def is_whole(path: Path, key: bytes, moved: Moved) -> bool:
    """Whether every page is as it was written, and the order in tables and indexes is right."""
    expected = max(1, path.stat().st_size * _STRUCTURE_WORK // _MEGABYTE)
    watch, done = _Watch(moved), 0

    def step() -> int:
        nonlocal done
        done = min(done + _STEPS, expected)
        return watch.moved(done, expected)

    try:
        raw = connect(path, key, Use.READ)
    except (sqlcipher.DatabaseError, Problem):
        return False
    try:
        with watch:
            if raw.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
                return False
            raw.set_progress_handler(step, _STEPS)
            return bool(raw.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlcipher.DatabaseError:
        return False
    finally:
        raw.close()


class _Watch:
    """Carries what a watcher raised past the engine, which only knows that it was stopped."""

    def __init__(self, moved: Moved) -> None:
        self._moved = moved
        self._raised: BaseException | None = None

    def moved(self, done: int, of: int) -> int:
        try:
            self._moved(done, of)
        except BaseException as error:
            self._raised = error
            raise
        return 0

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if self._raised is not None and error is not self._raised:
            raise self._raised from None
