"""Bits flipped in the database, and damaged logs, at random: ``python -m tests.nightly.damage --cases 100``.

Of flipped bits: each is noticed, nothing wrong is ever read, the rescue says the truth about what it saved,
and the next rounds bring the rest. Of a damaged log: the profile opens, and the next rounds put it right.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.model.tables import laptop as tables
from channeldesk.store import derive, integrity, rescue
from channeldesk.store.database import Database
from tests.support import laptop as files
from tests.support.headquarters import Headquarters, furnished
from tests.support.rounds import Laptop, converged
from tests.sync.test_pulling import movements

READ = ("partner", "contact", "promise", "sales_order", "order_line", "stock_movement")


class Broken(AssertionError):
    """A promise does not hold."""


class Case:
    """A synchronised laptop with work that was sent and work that was not; closed."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.stack = ExitStack()
        url = self.stack.enter_context(furnished("sqlite", folder, lambda: None))  # type: ignore[arg-type, return-value]
        self.hq = Headquarters(url)
        self.stack.callback(self.hq.close)
        self.hq.start()
        self.hq.execute("UPDATE partner SET credit_limit = NULL")
        movements(self.hq, rng.choice((10, 3_000)))
        self.one = Laptop(self.hq, folder / "laptop", "bo")
        self.stack.callback(self.one.close)
        self.one.sync()
        self.orders: list[bytes] = []
        self.contacts: list[bytes] = []
        self.sums = 0
        self.partner = self.one.row("partner", code="P1")["id"]
        self.promise = self.one.insert("promise", partner_id=self.partner, promised="x", due_on="2026-12-01")
        self.work(rng.randint(1, 10))
        self.one.sync()
        self.work(rng.randint(1, 60))

    def work(self, times: int) -> None:
        for _ in range(times):
            match self.rng.randrange(4):
                case 0:
                    self.orders.append(self.one.place_order())
                case 1:
                    values = {"partner_id": self.partner, "name": "k", "note": "n" * self.rng.randrange(900)}
                    self.contacts.append(self.one.insert("contact", **values))
                case 2:
                    self.one.act("UPDATE promise SET postponed = postponed + 1")
                    self.sums += 1
                case 3:
                    self.one.act("UPDATE partner SET phone = :v WHERE code = 'P1'", v=str(self.rng.random()))

    def close(self) -> None:
        self.stack.close()

    # bits

    def flip(self) -> str:
        """Flips bits, rescues, synchronises, compares; returns what kind of damage it was."""
        wanted = {name: self.one.rows(name) for name in READ}
        waiting = self.one.waiting()
        self.one.database.close()
        path = self.one.path
        content = bytearray(path.read_bytes())
        for _ in range(self.rng.choice((1, 1, 1, 2, 5, 20))):
            content[self.rng.randrange(len(content))] ^= 1 << self.rng.randrange(8)
        path.write_bytes(content)
        if not integrity.check(path, files.KEY).damaged:
            raise Broken("flipped bits are not noticed")
        self._read_what_can_be_read(wanted)
        try:
            told = rescue.rescue(path, files.KEY, facts=self._facts(), new_id=new_id, now_ms=self._now)
        except Problem as problem:
            if problem.notice.code == "store.wrong_key":  # the salt itself
                self.one.database = Database.open(
                    files.make_file(self.folder / "empty" / "cache.db"), files.KEY
                )
                return "salt"
            raise
        self.one.database = Database.open(path, files.KEY)
        self._synchronise()
        self._compare(waiting if told.complete else None, told)
        if not told.opened:
            return "not to be opened"
        return "nothing lost" if told.complete else "a part of the outbox unreadable"

    def _facts(self) -> dict[str, str]:
        session = self.one.session
        return {
            "access_token": session.tokens.access,
            "refresh_token": session.tokens.refresh,
            "user_id": session.user_id.hex(),
            "device_id": session.device_id.hex(),
            "device_prefix": session.device_prefix,
        }

    @staticmethod
    def _now() -> int:
        return 1_795_000_000_000

    def _read_what_can_be_read(self, wanted: dict[str, list[Any]]) -> None:
        """What a reader gets is right, or it is told that the data is damaged."""
        for name in READ:
            with suppress(Problem):
                database = Database.open(self.one.path, files.KEY)
                try:
                    table = tables.tables[name]
                    with database.read() as connection:
                        query = sa.select(table).order_by(*table.primary_key)
                        if list(connection.execute(query).mappings()) != wanted[name]:
                            raise Broken(f"{name} is read with something wrong in it")
                finally:
                    database.close()

    # log

    def tear(self) -> str:
        """Damages the log of a killed process, opens, synchronises, compares."""
        path = self.folder / "torn" / "cache.db"
        path.parent.mkdir()
        for end in ("", "-wal"):
            shutil.copyfile(f"{self.one.path}{end}", f"{path}{end}")
        log = path.with_name("cache.db-wal")
        content = log.read_bytes()
        at = self.rng.randrange(len(content)) if content else 0
        kind = self.rng.choice(("cut", "zeroed", "garbled", "flipped"))
        rest = len(content) - at
        tail = {
            "cut": b"",
            "zeroed": bytes(rest),
            "garbled": self.rng.randbytes(rest),
            "flipped": bytes([content[at] ^ 1]) + content[at + 1 :] if content else b"",
        }
        log.write_bytes(content[:at] + tail[kind])
        self.one.database.close()
        self.one.path, self.one.database = path, Database.open(path, files.KEY)
        with self.one.database.read() as connection:
            there = {
                bytes(one) for one in connection.execute(sa.select(tables.tables["contact"].c.id)).scalars()
            }
        self._synchronise()
        arrived = {bytes(row["id"]) for row in self.hq.table("contact")}
        if lost := [one.hex() for one in self.contacts if one in there and one not in arrived]:
            raise Broken(f"{kind} at {at}: what stood before the damage did not arrive: {lost}")
        self._compare(None, None)
        return kind

    # after either

    def _synchronise(self) -> None:
        for _ in range(3):
            if not self.one.sync().finished:
                raise Broken("a round without a fault does not finish")

    def _compare(self, waiting: int | None, told: rescue.Rescued | None) -> None:
        """Both ends are equal; with ``waiting`` everything that the person did is at headquarters, once."""
        converged(self.one, entities=("partner", "contact", "promise", "sales_order", "order_line"))
        with self.one.database.read() as connection:
            if wrong := {k: v for k, v in derive.compare(connection).items() if v}:
                raise Broken(f"derived tables differ: {wrong}")
        if self.one.waiting():
            raise Broken("something waits for ever")
        (promise,) = self.hq.table("promise", id=self.promise)
        if promise["postponed"] > self.sums:
            raise Broken(f"the counter has {promise['postponed']}, the person counted {self.sums}")
        if waiting is None:
            return
        missing = [one for one in self.orders if not self.hq.table("sales_order", id=one)]
        missing += [one for one in self.contacts if not self.hq.table("contact", id=one)]
        if missing or promise["postponed"] != self.sums:
            raise Broken(
                f"said to be complete: {told}; rows missing: {len(missing)}, "
                f"counter {promise['postponed']} of {self.sums}"
            )


def run(cases: int, seed: int) -> tuple[Counter[str], list[str]]:
    counted: Counter[str] = Counter()
    broken: list[str] = []
    for number in range(cases):
        name = f"{seed}-{number}"
        rng = random.Random(name)
        with tempfile.TemporaryDirectory(prefix="channeldesk-damage-") as folder:
            case = Case(Path(folder), rng)
            try:
                if number % 2:
                    counted[f"log {case.tear()}"] += 1
                else:
                    counted[f"bits: {case.flip()}"] += 1
            except AssertionError as error:
                broken.append(f"{name}: {error}")
                print(f"BROKEN {broken[-1]}", flush=True)
            finally:
                case.close()
        if (number + 1) % 20 == 0:
            print(f"{number + 1} cases, {len(broken)} broken", flush=True)
    return counted, broken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    asked = parser.parse_args()
    print(f"damage: --cases {asked.cases} --seed {asked.seed}", flush=True)
    counted, broken = run(asked.cases, asked.seed)
    for what, count in sorted(counted.items()):
        print(f"{count:6} {what}")
    print(f"cases {asked.cases}, broken {len(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
