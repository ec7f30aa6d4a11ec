"""Real encrypted laptop databases for tests: migrated once per process, then copied."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from channeldesk.store import migrate
from channeldesk.store.database import Database

KEY = bytes(range(32))


@cache
def _template() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="channeldesk-template-")
    _kept.append(folder)
    path = Path(folder.name) / "cache.db"
    migrate.upgrade(path, KEY)
    return path


_kept: list[tempfile.TemporaryDirectory[str]] = []


def make_file(path: Path) -> Path:
    """An empty database of the newest schema at ``path``, under KEY."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(), path)
    return path


@contextmanager
def opened(
    path: Path, *, now_ms: Callable[[], int] | None = None, new_id: Callable[[], bytes] | None = None
) -> Iterator[Database]:
    """An open database at ``path``, made if it is not there."""
    if not path.exists():
        make_file(path)
    database = Database.open(path, KEY, now_ms=now_ms, new_id=new_id)
    try:
        yield database
    finally:
        database.close()
