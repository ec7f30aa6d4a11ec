"""What storms of one process share: templates, a folder in memory, and parts that are costly to make anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import sqlalchemy as sa

from channeldesk.hq import app, pull, routes, selecting
from channeldesk.hq.database import Database as Central
from channeldesk.store import capture, migrate
from channeldesk.store.database import Database
from channeldesk.sync import local_facts
from channeldesk.sync.engine import Round
from tests.storm import chance, office
from tests.storm.office import InProcess, Office
from tests.storm.profile import KEY
from tests.storm.source import Files, Server, Source
from tests.storm.web import WebOffice

if TYPE_CHECKING:
    from tests.support.postgres import Postgres

SMALL = {
    (pull, "BACKFILL_MARK"): 12,
    (pull, "FEED_PAGE"): 5,
}
"""Pages small enough for a small company to fill several."""


class Stage:
    """``source`` gives headquarters' databases; ``http``: behind a real server, not in this process."""

    def __init__(self, folder: Path, source: Source, *, http: bool = False) -> None:
        self.folder, self.source, self.http = folder, source, http
        self._laptops: dict[tuple[str, int], Path] = {}
        self._empty: Path | None = None
        self._shared: dict[str, tuple[Any, Any]] = {}

    def empty_laptop(self, path: Path) -> None:
        if self._empty is None:
            self._empty = self.folder / "template-laptop.db"
            migrate.upgrade(self._empty, KEY)
        shutil.copyfile(self._empty, path)

    def filled_laptop(self, path: Path, login: str, number: int, device_id: bytes) -> None:
        """A laptop that has synchronised with the fresh headquarters."""
        if (login, number) not in self._laptops:
            template = self._laptops[login, number] = self.folder / f"template-{login}-{number}.db"
            self.empty_laptop(template)
            clock = chance.Clock(chance.Time())
            with chance.headquarters_chance(clock, 0), self.source.spare() as url:
                self._fill(template, Office(url, clock), login, device_id)
        shutil.copyfile(self._laptops[login, number], path)

    def _fill(self, template: Path, central: Office, login: str, device_id: bytes) -> None:
        clock, transport = central.clock, InProcess(central)
        make_id = chance.ids(clock, 0, f"filling {template.name}")
        laptop = Database.open(template, KEY, now_ms=clock, new_id=make_id)
        try:
            session = central.sign_in(login, device_id)
            transport.token = session.token
            with laptop.apply() as connection:
                local_facts.remember(connection, session, clock())
            with self.without_sockets():
                Round(laptop, transport, now_ms=clock, new_id=make_id, rng=chance.dice(0, login)).run()
            laptop.checkpoint()
        finally:
            laptop.close()
            central.close()

    @contextmanager
    def without_sockets(self) -> Iterator[None]:
        """The routes hand over their answers instead of sending them."""
        with mock.patch.multiple(routes, **office.without_sockets()):
            yield

    def open_office(self, clock: chance.Clock) -> Office:
        """A fresh headquarters, in this process or behind a server."""
        return (WebOffice if self.http else Office)(self.source.fresh(), clock, self.open_central)

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
def set_up(postgres: Postgres | None = None, *, http: bool = False) -> Iterator[Stage]:
    """A stage in memory where the system has such a place, with small pages."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    replaced: dict[tuple[Any, str], Any] = {**SMALL, (capture, "statements"): _once(capture.statements)}
    replaced[selecting.batches, "__defaults__"] = (4,)
    replaced[app, "_publish_on_time"] = _when_the_storm_says_so
    with tempfile.TemporaryDirectory(prefix="channeldesk-storm-", dir=memory) as name, ExitStack() as stack:
        for (target, what), value in replaced.items():
            stack.enter_context(mock.patch.object(target, what, value))
        folder = Path(name)
        made = Stage(folder, Files(folder) if postgres is None else Server(postgres), http=http)
        routing = mock.patch.multiple(routes, **office.WITH_SOCKETS) if http else made.without_sockets()
        stack.enter_context(routing)
        yield made


async def _when_the_storm_says_so(*_: Any) -> None:
    """A server publishes by a clock that no seed decides."""


def _once(make: Callable[[], list[str]]) -> Callable[[], list[str]]:
    made = make()
    return lambda: made
