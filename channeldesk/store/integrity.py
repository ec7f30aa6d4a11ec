"""Whether the database's pages are as they were written.

SQLCipher signs every page; checking the signatures finds a flipped bit that SQLite's own check mostly
misses. It reads the whole file on a connection of its own, so it runs in the background after opening.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store.connect import Use, connect
from channeldesk.store.watching import Moved, Watch, unwatched

_SHOWN = 20
_STEPS = 20_000
_STRUCTURE_WORK = 200_000
"""How many steps of the check a megabyte of database takes, about: for a bar, not for a promise."""
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Integrity:
    """``findings`` are the engine's words, at most twenty; ``pages`` how many pages are damaged."""

    findings: tuple[str, ...] = ()
    pages: int = 0

    @property
    def damaged(self) -> bool:
        return bool(self.findings)


def check(path: Path, key: bytes, *, structure: bool = False, moved: Moved = unwatched) -> Integrity:
    """Check every page's signature; with ``structure`` also the order inside tables and indexes (slower).

    Never raises for damage, whatever it hits: damage is the answer. Whoever watches the second part through
    ``moved`` may stop it by raising, which is raised here.
    """
    try:
        raw = connect(path, key, Use.READ)
    except sqlcipher.DatabaseError as error:
        return Integrity((str(error),), 1)
    except Problem as problem:
        return Integrity((problem.notice.code,), 1)
    try:
        found = [str(row[0]) for row in raw.execute("PRAGMA cipher_integrity_check")]
        if structure and not found:
            found = _disorder(raw, path.stat().st_size, moved)
    except sqlcipher.DatabaseError as error:
        found = [str(error)]
    finally:
        raw.close()
    return Integrity(tuple(found[:_SHOWN]), len(found))


def _disorder(raw: sqlcipher.Connection, size: int, moved: Moved) -> list[str]:
    expected, done = max(1, size * _STRUCTURE_WORK // _MEGABYTE), 0
    with Watch(moved) as watch:

        def step() -> int:
            nonlocal done
            done = min(done + _STEPS, expected)
            return watch.moved(done, expected)

        raw.set_progress_handler(step, _STEPS)
        words = [str(row[0]) for row in raw.execute(f"PRAGMA integrity_check({_SHOWN})")]
    return [word for word in words if word != "ok"]


def check_later(path: Path, key: bytes, done: Callable[[Integrity], None]) -> threading.Thread:
    """Check on a thread of its own and hand the result to ``done`` there; join the thread before closing."""
    thread = threading.Thread(target=lambda: done(check(path, key)), name="integrity-check", daemon=True)
    thread.start()
    return thread
