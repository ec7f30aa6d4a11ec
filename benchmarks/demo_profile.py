"""A laptop profile that holds the whole demo network, for the benchmarks of the window.

The network ends today, so that pages about today have something to show; it is made anew every day. The rows
are written straight into the laptop's database: how they travel is what first_sync measures.
"""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from channeldesk.store.database import Database

LOGIN = "li.wei"
SIZES = ("small", "large")
_KEY_FILE = "benchmark.key"
_MADE_BY = (
    "benchmarks/demo_profile.py",
    "channeldesk/demo",
    "channeldesk/model",
    "channeldesk/store",
    "channeldesk/trust",
    "migrations/laptop",
)


class FileStore:
    """Keeps the key of a benchmark's profile beside it: nobody's data is in there."""

    name = "benchmark"

    def __init__(self, folder: Path) -> None:
        self._file = folder / _KEY_FILE

    def get(self, entry: str) -> bytes | None:
        return bytes.fromhex(self._file.read_text(encoding="ascii")) if self._file.exists() else None

    def put(self, entry: str, key: bytes) -> None:
        self._file.write_text(key.hex(), encoding="ascii")

    def remove(self, entry: str) -> None:
        self._file.unlink(missing_ok=True)


def folder(size: str) -> Path:
    """The profile of a size of the demo network, made when first asked for."""
    from benchmarks import cache

    today = datetime.now().astimezone().date()
    fingerprint = f"{cache.fingerprint(*_MADE_BY)}-{today}"
    return cache.kept(f"profile-{size}", fingerprint, "profile", lambda at: _make(size, today, at))


def opened(place: Path) -> Desk:
    """The desk on it, as the person would open it."""
    from channeldesk.desk import Desk

    return Desk.open(place, keyring=FileStore(place))


def _make(size: str, today: date, place: Path) -> None:
    from channeldesk.model.ids import new_id
    from channeldesk.store import migrate, profile
    from channeldesk.store.database import Database
    from channeldesk.trust import keys

    profile.prepare(place)
    name = new_id().hex()
    key = keys.create(place, name, keyring=FileStore(place))
    file = profile.database_path(place)
    migrate.upgrade(file, key)
    database = Database.open(file, key)
    try:
        person = _fill(database, size, today)
        database.checkpoint()
    finally:
        database.close()
    nowhere = "http://127.0.0.1:9"
    profile.Profile(
        name, nowhere, person, LOGIN, "Li Wei", "manager", bytes(16), "K7", _now_ms(), currency="CNY"
    ).save(place)


def _fill(database: Database, size: str, today: date) -> bytes:
    """Every row of the network, confirmed; returns the id of the person."""
    from channeldesk.demo import generate
    from channeldesk.model.tables import laptop
    from channeldesk.store import derive

    with database.apply() as connection:
        derive.drop_secondary_indexes(connection)
    for made in generate(size, today=today).batches():
        if made.entity not in laptop.tables:
            continue
        columns = laptop.tables[made.entity].c
        kept = [place for place, name in enumerate(made.columns) if name in columns]
        names = ", ".join(f'"{made.columns[place]}"' for place in kept)
        sql = f'INSERT INTO "{made.entity}" ({names}, rv) VALUES ({", ".join("?" * len(kept))}, 1)'
        with database.apply() as connection:
            connection.exec_driver_sql(sql, [tuple(row[place] for place in kept) for row in made.rows])
    for _ in (*derive.create_secondary_indexes(database), *derive.rebuild(database)):
        pass
    with database.apply() as connection:
        run = connection.exec_driver_sql
        person = bytes(run("SELECT id FROM app_user WHERE login = ?", (LOGIN,)).scalar_one())
        state = {
            "user_id": person.hex(),
            "role": "manager",
            "last_sync_at": str(_now_ms()),
            "company_currency": "CNY",
        }
        run("INSERT OR REPLACE INTO local_state VALUES (?, ?)", list(state.items()))
    return person


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
