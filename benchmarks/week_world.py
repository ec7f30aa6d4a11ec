"""Headquarters with the demo network, and the profile of a manager who synchronised all of it.

Both are made by the real server and a real first round, once a day (the network ends today), and copied for
each run.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from benchmarks import cache
from benchmarks.demo_profile import LOGIN, FileStore
from benchmarks.process import server
from benchmarks.say import say

_DATABASE, _PROFILE = "headquarters.db", "profile"
_MADE_BY = (
    "benchmarks/week_world.py",
    "channeldesk/demo",
    "channeldesk/hq",
    "channeldesk/model",
    "channeldesk/store",
    "channeldesk/sync",
    "channeldesk/trust",
    "channeldesk/wire",
    "migrations",
)


@dataclass(frozen=True)
class World:
    """``profile`` is a folder that knows the address of the server behind ``database``."""

    profile: Path
    database: Path


@contextmanager
def running(made: Path) -> Iterator[World]:
    """A copy of what was made, with headquarters up, until the end of the block."""
    from channeldesk.store import profile

    with tempfile.TemporaryDirectory(prefix="channeldesk-week-") as name:
        folder = Path(name)
        world = World(folder / _PROFILE, folder / _DATABASE)
        shutil.copytree(made / _PROFILE, world.profile)
        shutil.copyfile(made / _DATABASE, world.database)
        with _serving(world.database, folder / "server.log") as address:
            replace(profile.load(world.profile), server=address).save(world.profile)
            yield world


def folder(size: str) -> Path:
    """The two of a size, made when first asked for today."""
    fingerprint = f"{cache.fingerprint(*_MADE_BY)}-{datetime.now().astimezone().date()}"
    return cache.kept(f"week-{size}", fingerprint, "world", lambda at: _make(size, at))


def _serving(database: Path, log: Path) -> AbstractContextManager[str]:
    return server([sys.executable, "-m", "benchmarks.sync_server", f"sqlite:///{database}"], log=log)


def _make(size: str, place: Path) -> None:
    from channeldesk.demo import PASSWORD
    from channeldesk.demo.headquarters import prepare
    from channeldesk.desk import Desk
    from channeldesk.hq import admin
    from channeldesk.hq.database import Database

    prepare(place, size)
    database = Database(f"sqlite:///{place / _DATABASE}")
    with database.glance() as connection:
        roots = (
            connection.exec_driver_sql("SELECT code FROM territory WHERE parent_id IS NULL").scalars().all()
        )
    admin.grant(database, LOGIN, roots)
    with database.engine.connect() as connection:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()
    say("the manager's first round")
    with _serving(place / _DATABASE, place / "server.log") as address:
        store = FileStore(place / _PROFILE)
        with Desk.create(
            place / _PROFILE, address, LOGIN, PASSWORD, device_name="week", keyring=store
        ) as desk:
            desk.sync()
