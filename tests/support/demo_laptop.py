"""A laptop that holds the whole demo network, as if it had just been synchronised, behind a real Desk."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.demo import generate
from channeldesk.desk import Desk
from channeldesk.model.ids import IdFactory
from channeldesk.model.tables import laptop
from channeldesk.store import derive, lock
from channeldesk.store.database import Database
from channeldesk.store.profile import Profile
from tests.support import laptop as support

TODAY = date(2026, 11, 12)
DAY = TODAY.isoformat()
NOW_MS = 1_794_448_800_000
"""2026-11-12 10:00 in Shanghai."""


def fill(database: Database, size: str = "small", login: str = "li.wei") -> None:
    """Every row of the network, confirmed; ``login`` is the person."""
    network = generate(size, today=TODAY)
    with database.apply() as connection:
        derive.drop_secondary_indexes(connection)
    for made in network.batches():
        table = laptop.tables.get(made.entity)
        if table is None:
            continue
        kept = [at for at, name in enumerate(made.columns) if name in table.c]
        names = ", ".join(f'"{made.columns[at]}"' for at in kept)
        marks = ", ".join("?" for _ in kept)
        with database.apply() as connection:
            connection.exec_driver_sql(
                f'INSERT INTO "{made.entity}" ({names}, rv) VALUES ({marks}, 1)',
                [tuple(row[at] for at in kept) for row in made.rows],
            )
    for _ in (*derive.create_secondary_indexes(database), *derive.rebuild(database)):
        pass
    with database.apply() as connection:
        user = connection.execute(
            sa.text("SELECT id FROM app_user WHERE login = :l"), {"l": login}
        ).scalar_one()
        state = {
            "user_id": user.hex(),
            "role": "manager",
            "last_sync_at": str(NOW_MS),
            "device_prefix": "K7",
            "company_currency": "CNY",
        }
        for key, value in state.items():
            connection.exec_driver_sql("INSERT OR REPLACE INTO local_state VALUES (?, ?)", (key, value))


def make(path: Path, size: str = "small") -> Path:
    """An encrypted file with the network in it."""
    with support.opened(path) as database:
        fill(database, size)
    return path


@cache
def template() -> Path:
    """The small network, made once per process."""
    folder = tempfile.TemporaryDirectory(prefix="channeldesk-demo-")
    _kept.append(folder)
    return make(Path(folder.name) / "cache.db")


_kept: list[tempfile.TemporaryDirectory[str]] = []


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW_MS

    def __call__(self) -> int:
        return self.now


@contextmanager
def desk(folder: Path, clock: Clock | None = None) -> Iterator[Desk]:
    """A Desk on a copy of the template in ``folder``. Its person is a real user of the network."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template(), folder / "cache.db")
    now = clock or Clock()
    with support.opened(folder / "cache.db") as database, database.read() as connection:
        user = bytes.fromhex(one(connection, "SELECT value FROM local_state WHERE key = 'user_id'"))
    found = Profile("ab", "http://127.0.0.1:1", user, "li.wei", "Li Wei", "manager", bytes(16), "K7", now())
    opened = Desk(folder, found, support.KEY, lock.acquire(folder), now, IdFactory(now))
    try:
        yield opened
    finally:
        opened.close()


def one(connection: sa.Connection, sql: str, **binds: Any) -> Any:
    """A single value by plain SQL: how tests recompute what a query answers."""
    return connection.execute(sa.text(sql), binds).scalar()


def every(connection: sa.Connection, sql: str, **binds: Any) -> list[Any]:
    return list(connection.execute(sa.text(sql), binds))
