"""A laptop with the demo network: seeded, synchronised once with a real headquarters, then offline.

Made once per test run (under xdist the first worker makes it and the others wait) and copied for every test.
The network ends on the real current date, so that "today" on a page is its last day.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from channeldesk.demo import PASSWORD, fill
from channeldesk.desk import Desk
from channeldesk.hq import admin
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.rules.calendar import business_date
from channeldesk.store import lock, migrate, profile
from channeldesk.store.profile import Profile
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import Headquarters

LOGIN = "li.wei"
NOWHERE = "http://127.0.0.1:9"
_WAIT_SECONDS = 180.0


@dataclass(frozen=True)
class DemoProfile:
    """A test's own copy: the profile's folder, the store with its key, where headquarters' database is."""

    folder: Path
    keyring: MemoryStore
    template: Path | None = None

    def open(self) -> Desk:
        """Close it again. Headquarters cannot be reached unless the test runs inside :meth:`serving`."""
        return Desk.open(self.folder, keyring=self.keyring)

    @contextmanager
    def serving(self) -> Iterator[Headquarters]:
        """Headquarters with a copy of the same network behind a real server, which the profile points to."""
        assert self.template is not None
        path = self.folder.with_name(f"{self.folder.name}-headquarters.db")
        shutil.copyfile(self.template / "headquarters.db", path)
        headquarters = Headquarters(f"sqlite:///{path}")
        headquarters.start()
        try:
            self.point_to(headquarters.address)
            yield headquarters
        finally:
            headquarters.close()

    def point_to(self, address: str) -> None:
        """Let the profile believe that headquarters is there."""
        replace(profile.load(self.folder), server=address).save(self.folder)


def today() -> date:
    """The business date of the network: now in Shanghai."""
    return business_date(time.time_ns() // 1_000_000, "Asia/Shanghai")


def demo_copy(template: Path, folder: Path) -> DemoProfile:
    """The made profile once more, in ``folder``."""
    shutil.copytree(template / "profile", folder)
    keyring = MemoryStore()
    kept = json.loads((template / "keys.json").read_text("utf-8"))
    keyring.entries.update({entry: bytes.fromhex(key) for entry, key in kept.items()})
    return DemoProfile(folder, keyring, template)


def empty_profile(folder: Path) -> DemoProfile:
    """An encrypted, migrated profile that never met headquarters."""
    keyring = MemoryStore()
    folder.mkdir()
    found = Profile(
        id=new_id().hex(),
        server=NOWHERE,
        user_id=new_id(),
        login=LOGIN,
        user_name="Li Wei",
        role="manager",
        device_id=new_id(),
        device_prefix="K7",
        created_at=time.time_ns() // 1_000_000,
        company="Demo",
        currency="CNY",
    )
    key = keys.create(folder, found.id, keyring=keyring)
    found.save(folder)
    migrate.upgrade(profile.database_path(folder), key)
    return DemoProfile(folder, keyring)


def template(shared: Path) -> Path:
    """The folder with the made network, made by the first process that asks; ``shared`` is common to all."""
    return made_once(shared, "demo", _make)


def made_once(shared: Path, name: str, make: Callable[[Path], None]) -> Path:
    """``shared/name``, as ``make`` filled it for the first process that asked; the others wait."""
    shared.mkdir(parents=True, exist_ok=True)
    made = shared / name
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            held = lock.acquire(shared)
            break
        except Problem:
            assert time.monotonic() < deadline, f"another process never finished {name}"
            time.sleep(0.1)
    with held:
        if not made.exists():
            half = shared / "half"
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            make(half)
            half.rename(made)
    return made


def _make(folder: Path) -> None:
    url = f"sqlite:///{folder / 'headquarters.db'}"
    database = admin.init(url, "Demo Tools", "CNY", "Asia/Shanghai")
    with database.write() as connection:
        fill(connection, "small", today=today())
    database.close()
    headquarters = Headquarters(url)
    headquarters.start()
    keyring = MemoryStore()
    try:
        with Desk.create(
            folder / "profile", headquarters.address, LOGIN, PASSWORD, device_name="test", keyring=keyring
        ) as desk:
            result = desk.sync(in_process=True)
            assert result.finished
            assert not result.set_aside
    finally:
        headquarters.stop()
    with headquarters.database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    headquarters.close()
    replace(profile.load(folder / "profile"), server=NOWHERE).save(folder / "profile")
    plain = {entry: key.hex() for entry, key in keyring.entries.items()}
    (folder / "keys.json").write_text(json.dumps(plain), "utf-8")
