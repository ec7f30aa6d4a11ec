"""Where headquarters' databases come from: copied files, or copied databases on a PostgreSQL server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tests.storm import ground

if TYPE_CHECKING:
    from tests.support.postgres import Postgres


class Source(Protocol):
    """``fresh``: the URL of a headquarters as every storm begins with; the one before is no more.

    ``keep`` makes a backup of the newest database, ``bring_back`` gives the URL of one that is as the backup;
    headquarters must be closed for both. ``spare`` is a fresh one for the length of the block.
    """

    def fresh(self) -> str: ...

    def keep(self) -> None: ...

    def bring_back(self) -> str: ...

    def spare(self) -> Iterator[str]: ...


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder, self._template = folder, folder / "template-headquarters.db"
        self._backup = folder / "backup.db"
        ground.prepare(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        return self._put(self._template, "headquarters.db")

    def keep(self) -> None:
        source = self._folder / "headquarters.db"
        for suffix in ("", "-wal"):
            copied = self._backup.with_name(self._backup.name + suffix)
            copied.unlink(missing_ok=True)
            if source.with_name(source.name + suffix).exists():
                shutil.copyfile(source.with_name(source.name + suffix), copied)

    def bring_back(self) -> str:
        return self._put(self._backup, "headquarters.db")

    @contextmanager
    def spare(self) -> Iterator[str]:
        yield self._put(self._template, "spare.db")

    def _put(self, source: Path, name: str) -> str:
        path = self._folder / name
        for suffix in ("", "-wal", "-shm"):
            path.with_name(name + suffix).unlink(missing_ok=True)
            if suffix != "-shm" and source.with_name(source.name + suffix).exists():
                shutil.copyfile(source.with_name(source.name + suffix), path.with_name(name + suffix))
        return f"sqlite:///{path}"


class Server:
    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._template = postgres.create()
        self._now: str | None = None
        self._backup: str | None = None
        ground.prepare(postgres.url(self._template))

    def fresh(self) -> str:
        return self._replace(self._template)

    def keep(self) -> None:
        assert self._now is not None
        if self._backup is not None:
            self._postgres.drop(self._backup)
        self._backup = self._postgres.create(self._now)

    def bring_back(self) -> str:
        assert self._backup is not None
        return self._replace(self._backup)

    @contextmanager
    def spare(self) -> Iterator[str]:
        with self._postgres.database(self._template) as url:
            yield url

    def _replace(self, source: str) -> str:
        before, self._now = self._now, self._postgres.create(source)
        if before is not None:
            self._postgres.drop(before)
        return self._postgres.url(self._now)
