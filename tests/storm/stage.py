"""What storms of one process share: templates, a folder in memory, and parts that are costly to make anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa

from channeldesk.hq import pull, routes, selecting
from channeldesk.hq.database import Database as Central
from channeldesk.store import capture, migrate
from channeldesk.store.database import Database
from channeldesk.sync import local_facts
from channeldesk.sync.engine import Round
from tests.storm import chance, ground, office
from tests.storm.office import InProcess, Office
from tests.storm.profile import KEY

SMALL = {
    (pull, "BACKFILL_MARK"): 12,
    (pull, "FEED_PAGE"): 5,
}
"""Pages small enough for a small company to fill several."""


class Stage:
    """``url``: of a PostgreSQL database server for headquarters; SQLite without one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._company: Path | None = None
        self._laptops: dict[tuple[str, int], Path] = {}
        self._empty: Path | None = None
        self._shared: dict[str, tuple[Any, Any]] = {}

    def company(self) -> str:
        """The URL of a fresh headquarters."""
        if self._company is None:
            self._company = self.folder / "template-headquarters.db"
            ground.prepare(f"sqlite:///{self._company}")
        path = self.folder / "headquarters.db"
        _remove(path)
        shutil.copyfile(self._company, path)
        return f"sqlite:///{path}"

    def keep(self, office: Office) -> Path:
        """A backup of headquarters as it is now, taken while it serves."""
        kept = self.folder / "backup.db"
        kept.unlink(missing_ok=True)
        with office.database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("VACUUM INTO ?", (str(kept),))
        return kept

    def bring_back(self, office: Office, kept: Path) -> None:
        """The backup takes the place of the database; the office has to be restarted on it."""
        office.database.close()
        path = self.folder / "headquarters.db"
        _remove(path)
        shutil.copyfile(kept, path)

    def empty_laptop(self, path: Path) -> None:
        if self._empty is None:
            self._empty = self.folder / "template-laptop.db"
            migrate.upgrade(self._empty, KEY)
        shutil.copyfile(self._empty, path)

    def filled_laptop(self, path: Path, login: str, number: int, device_id: bytes) -> None:
        """A laptop that has synchronised with the fresh headquarters."""
        template = self._laptops.get((login, number))
        if template is None:
            template = self._laptops[login, number] = self.folder / f"template-{login}-{number}.db"
            self.empty_laptop(template)
            copy = self.folder / "filling.db"
            shutil.copyfile(str(self._company), copy)
            clock = chance.Clock(chance.Time())
            make_id = chance.ids(clock, 0, f"filling {login} {number}")
            central = Office(f"sqlite:///{copy}", clock)
            laptop = Database.open(template, KEY, now_ms=clock, new_id=make_id)
            transport = InProcess(central)
            session = central.sign_in(login, device_id)
            transport.token = session.token
            try:
                with laptop.apply() as connection:
                    local_facts.remember(connection, session)
                Round(laptop, transport, now_ms=clock, new_id=make_id, rng=chance.dice(0, login)).run()
                laptop.checkpoint()
            finally:
                laptop.close()
                central.close()
        shutil.copyfile(template, path)

    def open_laptop(self, path: Path, key: bytes, **options: Any) -> Database:
        database = Database.open(path, key, **options)
        for use, engine in database._writers.items():
            self._share(f"laptop {use}", engine)
        self._share("laptop", database._readers)
        return database

    def open_central(self, url: str) -> Central:
        database = Central(url)
        self._share(database.engine.dialect.name, database.engine)
        return database

    def _share(self, kind: str, engine: sa.Engine) -> None:
        """Statements are compiled once per process, not for every seed, restart and kill."""
        if kind not in self._shared:
            with engine.connect():  # a dialect knows what it may say after its first connection
                self._shared[kind] = (engine.dialect, engine._compiled_cache)
        engine.dialect, engine._compiled_cache = self._shared[kind]
        engine.pool._dialect = engine.dialect


@contextmanager
def set_up(base: str | None = None) -> Iterator[Stage]:
    """A stage in memory where the system has such a place, with small pages and routes without sockets."""
    memory = "/dev/shm" if base is None and Path("/dev/shm").is_dir() else base
    replaced = {**SMALL, **{(routes, name): value for name, value in office.without_sockets().items()}}
    replaced[capture, "statements"] = _once(capture.statements)
    with tempfile.TemporaryDirectory(prefix="channeldesk-storm-", dir=memory) as name:
        patches = [mock.patch.object(target, what, value) for (target, what), value in replaced.items()]
        patches.append(mock.patch.object(selecting.batches, "__defaults__", (4,)))
        for patch in patches:
            patch.start()
        try:
            yield Stage(Path(name))
        finally:
            for patch in reversed(patches):
                patch.stop()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _once(make: Callable[[], list[str]]) -> Callable[[], list[str]]:
    made = make()
    return lambda: made
