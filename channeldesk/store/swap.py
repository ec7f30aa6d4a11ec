"""A new database takes the place of another one, which is kept under a dated name.

It happens in steps, because no system renames several files at once. After a kill between two of them the
next start goes on.
"""

from __future__ import annotations

import os
from pathlib import Path


def exchange(path: Path, fresh: Path, stamp: str) -> Path:
    """Puts ``fresh``, complete and closed, in the place of ``path``; returns where that one is kept."""
    os.replace(fresh, path.with_name(f"{path.stem}.ready-{stamp}{path.suffix}"))
    finish(path)
    return _aside(path, stamp)


def finish(path: Path) -> None:
    """Goes on with an exchange that was stopped: the new file is complete as soon as its name says so."""
    for ready in sorted(path.parent.glob(f"{path.stem}.ready-*{path.suffix}")):
        aside = _aside(path, ready.stem.rsplit("-", 1)[1])
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            os.replace(log, aside.with_name(f"{aside.name}-wal"))
        if path.exists():
            os.replace(path, aside)
        os.replace(ready, path)


def _aside(path: Path, stamp: str) -> Path:
    return path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
