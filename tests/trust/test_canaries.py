"""Nothing of a customer stands readable on the disk, whatever happened that day.

Words are planted where customers' data goes; every part of the day runs in a process of its own, with its
temporary folder, home and log beside the profile; after each part every byte of all of it is searched.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import sequencer
from channeldesk.hq.database import Database
from channeldesk.trust import keys
from tests.store.test_migrate import _next_program
from tests.support import processes
from tests.support.canaries import Canaries
from tests.support.headquarters import PASSWORD, furnished, only_sqlite
from tests.support.processes import PHRASE, ROOT

WORDS = (
    "name phone custom contact|contact phone|visit note|promise|reference|order note|draft|content|file name|"
    "file note|searched|filter|failing|half|torn"
)
NAMES = [*WORDS.split("|")[0].split(), *WORDS.split("|")[1:]]
HOMES = ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


@dataclass
class Day:
    """A laptop's folders, and the words planted on it."""

    root: Path
    canaries: Canaries = field(default_factory=Canaries)
    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in ("laptop/temp", "laptop/home", "laptop/logs", "outside", "hq"):
            (self.root / folder).mkdir(parents=True)
        self.words = {name: self.canaries.plant(name) for name in NAMES}
        self.words["han"] = self.canaries.plant_han("han")

    @property
    def profile(self) -> Path:
        return self.root / "laptop" / "profile"

    def environment(self) -> dict[str, str]:
        temp, home = str(self.root / "laptop" / "temp"), str(self.root / "laptop" / "home")
        own = {
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"), temp),
            **dict.fromkeys(HOMES, home),
        }
        told = {"CHANNELDESK_PASSPHRASE": PHRASE, "CHANNELDESK_PASSWORD": PASSWORD}
        return {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", **own, **told}

    def process(self, *command: str, told: object = None, outcomes: tuple[int, ...] = (0,)) -> None:
        """Runs a process whose standard error is its log; what it prints for the person is kept nowhere."""
        log = self.root / "laptop" / "logs" / f"{len(list(self.root.glob('laptop/logs/*')))}.log"
        with log.open("wb") as errors:
            done = subprocess.run(
                [sys.executable, *command],
                input=json.dumps(told).encode(),
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=self.root / "outside",
                env=self.environment(),
                timeout=120,
                check=False,
            )
        assert done.returncode in outcomes, (command, done.returncode, log.read_text("utf-8", "replace"))

    def part(self, name: str, *outcomes: int, **more: Any) -> None:
        """One of ``tests.support.working_day``."""
        export = str(self.root / "outside" / "export.csv")
        told = {"profile": str(self.profile), "words": self.words, "export": export, **more}
        told["outside"] = str(self.root / "outside")
        self.process("-m", "tests.support.working_day", name, told=told, outcomes=outcomes or (0,))

    def command(self, *arguments: str) -> None:
        self.process("-m", "channeldesk", "--profile", str(self.profile), *arguments)

    def found(self, *spare: Path) -> list[str]:
        return self.canaries.found([self.root / "laptop"], spare)

    def watch_secrets(self) -> None:
        """The key, the passphrase, the password and the token are words to look for as well."""
        from channeldesk.desk import Desk
        from channeldesk.sync import tokens

        key = keys.unlock(self.profile, passphrase=PHRASE, keyring=None)
        with Desk.open(self.profile, passphrase=PHRASE, keyring=None) as desk:
            token = desk.ask(tokens.access)
        assert token
        for name, word in (("key", key), ("token", token), ("passphrase", PHRASE), ("password", PASSWORD)):
            self.canaries.watch(name, word)


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path)


@contextmanager
def headquarters(day: Day) -> Iterator[str]:
    """A real server in a process of its own, over a company whose rows hold words too."""
    with furnished("sqlite", day.root / "hq", only_sqlite) as url:
        database = Database(url)

        def work(connection: sa.Connection) -> None:
            words = {"name": day.canaries.plant("theirs"), "note": day.canaries.plant("their note")}
            connection.execute(
                sa.text("UPDATE partner SET name = :name, delivery_note = :note WHERE code = 'P2'"), words
            )
            connection.execute(sa.text("UPDATE contact SET name = :name, note = :note"), words)
            sequencer.drain(connection, 1_795_000_000_000)

        database.run(work)
        database.close()
        with (
            (day.root / "laptop" / "logs" / "headquarters.log").open("wb") as log,
            processes.headquarters(url, log=log, env=day.environment()) as address,
        ):
            yield address


def test_a_whole_day_leaves_nothing_readable(day: Day) -> None:
    with headquarters(day) as address:
        day.command("sign-in", address, "bo")
        day.command("sync", "--quiet")  # a first round: in a worker process
        day.watch_secrets()
        assert day.found() == []
        day.part("work")
        assert day.found() == []
        day.part("window")
        exported = (day.root / "outside" / "export.csv").read_text("utf-8-sig")
        assert day.words["name"] in exported
        assert day.found() == []
        day.part("command_fails")
        day.part("worker_escapes", 1)
        assert day.found() == []
        day.command("doctor")
        day.command("show", "partners", "--search", day.words["name"])
        day.command("sync", "--quiet")
        day.part("killed", -9)
        lent = day.profile / "open"
        assert day.found(lent) == []
        assert [one.split(" (")[0] for one in day.found()] == ["content"], (
            "a file that was opened, until the end"
        )
        day.command("status")
        assert day.found() == []
        assert not lent.exists()
        day.command("backup", str(day.root / "outside" / "desk.backup"))
        sealed = (day.root / "outside" / "desk.backup").rename(day.root / "laptop" / "desk.backup")
        assert day.found() == []
        other = day.root / "laptop" / "second"
        day.process("-m", "channeldesk", "--profile", str(other), "restore", str(sealed), "--quiet")
        day.command("rekey")
        day.command("doctor", "--mend", "--quiet")
        assert day.found() == []
    day.part("repaired", -9, die=True)
    assert day.found() == []
    day.part("repaired")
    assert list(day.profile.glob("cache-damaged-*.db"))
    assert day.found() == []
    later = day.root / "outside"
    day.part("migrated", later=str(_next_program(later, "raise RuntimeError('no')")), fails=True)
    shutil.rmtree(later / "later")
    day.part("migrated", later=str(_next_program(later)))
    assert len(list((day.profile / "backups").iterdir())) == 2
    assert day.found() == []
    names = {path.name for path in (day.root / "laptop" / "logs").iterdir() if path.stat().st_size}
    assert len(names) > 3, "the failures were logged"


PLANTS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "other case": lambda word: word.upper().encode(),
    "UTF-16, low byte first": lambda word: b"\x00" + word.encode("utf-16-le"),
    "UTF-16, high byte first": lambda word: word.encode("utf-16-be"),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "upper hexadecimal": lambda word: word.encode().hex().upper().encode(),
    **{
        f"base64 after {n}": lambda word, n=n: base64.b64encode(b"~" * n + word.encode() + b"?")  # type: ignore[misc]
        for n in range(4)
    },
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(b"\xff" + word.encode()),
}


@pytest.mark.parametrize("way", PLANTS)
def test_the_search_has_teeth(day: Day, way: str) -> None:
    for word, name in ((day.words["phone"], "phone"), (day.words["han"], "han")):
        assert day.found() == []
        planted = day.root / "laptop" / "temp" / "deep" / "etilqs_1"
        planted.parent.mkdir(exist_ok=True)
        planted.write_bytes(os.urandom(5_000) + PLANTS[way](word) + os.urandom(5_000))
        assert any(one.startswith(f"{name} (") for one in day.found()), way
        planted.unlink()


def test_the_search_reads_names_and_secrets(day: Day) -> None:
    (day.root / "laptop" / "temp" / f"{day.words['file name']}.txt").touch()
    assert [one.split(" in ")[0] for one in day.found()] == ["file name (utf-8)"]
    key = os.urandom(32)
    day.canaries.watch("key", key)
    for written in (key, key.hex().encode(), base64.b64encode(key)):
        (day.root / "laptop" / "dump").write_bytes(b"..." + written)
        assert any(one.startswith("key (") for one in day.found())


def test_the_search_reads_a_database_that_is_not_encrypted(day: Day) -> None:
    import sqlite3

    raw = sqlite3.connect(day.root / "laptop" / "plain.db")
    raw.execute("CREATE TABLE partner (name)")
    raw.execute("INSERT INTO partner VALUES (?)", (day.words["name"],))
    raw.commit()
    raw.close()
    assert any("plain.db" in one for one in day.found())
