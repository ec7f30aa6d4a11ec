"""kill -9 of real processes, again and again: ``python -m tests.nightly.kills --kills 200 --database both``.

A laptop process works and synchronises with a server process. One of them (or the laptop's worker) is killed
at a named step, inside or right after one of its transactions, or at a random moment. Both are started again,
and every promise is checked. What is chosen follows from the seed; when exactly a process dies does not.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq as tables
from tests.nightly.ledger import Ledger, check_equal, totals
from tests.support import postgres
from tests.support.headquarters import PASSWORD, Headquarters, furnished
from tests.support.processes import PHRASE, ROOT, environment

STEPS = ("greeted", "frozen", "answered", "settled", "pull started", "marked", "finished")
FIRST_STEPS = ("greeted", "frozen", "pull started", "marked", "indexed", "summarised", "finished")
SERVER_PLACES = ("write", "written", "unanswered", "chunk")


class Broken(AssertionError):
    """A promise does not hold."""


class Cell:
    """One headquarters, its server process, and one profile at a time."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.hq = Headquarters(url)
        self.hq.execute("UPDATE partner SET credit_limit = NULL WHERE code = 'P1'")
        self.server: subprocess.Popen[str] | None = None
        self.port = 0
        self.profiles = 0
        self.first = True
        self._movements(6_000)

    def _movements(self, count: int) -> None:
        same = {
            "partner_id": self.hq.id_of("partner", code="P1"),
            "product_id": self.hq.id_of("product", sku="SAW"),
        }
        same |= {"movement_kind": "sale", "happened_on": "2026-11-01"}
        rows = [{"id": new_id(), **same, "quantity": -n, "happened_at": n} for n in range(count)]
        self.hq.execute(sa.insert(tables.tables["stock_movement"]), rows)

    # processes

    def start_server(self, place: str = "") -> None:
        self.stop_server()
        plain = ["channeldesk", "hq", "serve", "--json", "--database", self.url, "--port", str(self.port)]
        doomed = ["tests.nightly.server", self.url, str(self.port), place]
        self.server = subprocess.Popen(
            [sys.executable, "-m", *(doomed if place else plain)],
            stdout=subprocess.PIPE,
            stderr=(self.folder / "server.log").open("ab"),
            text=True,
            env=environment(),
            cwd=ROOT,
        )
        assert self.server.stdout is not None
        line = self.server.stdout.readline()
        if not line:
            return  # it died before it answered
        address = json.loads(line)["address"] if line.startswith("{") else line.split()[-1]
        self.port = int(address.rsplit(":", 1)[1])

    def stop_server(self, kind: int = signal.SIGTERM) -> None:
        if self.server is not None:
            self.server.send_signal(kind)
            self.server.wait(30)
            assert self.server.stdout is not None
            self.server.stdout.close()
            self.server = None

    @property
    def profile(self) -> Path:
        return self.folder / f"profile-{self.profiles}"

    @property
    def notes(self) -> Path:
        return self.folder / f"notes-{self.profiles}"

    def new_profile(self) -> None:
        if self.profiles:
            shutil.rmtree(self.profile)
        self.profiles += 1
        address = f"http://127.0.0.1:{self.port}"
        with Desk.create(self.profile, address, "bo", PASSWORD, passphrase=PHRASE, keyring=None):
            self.first = True

    @contextmanager
    def laptop(self, seed: str, place: str) -> Iterator[subprocess.Popen[str]]:
        assert self.server is not None
        order = {"folder": str(self.profile), "notes": str(self.notes), "seed": seed, "place": place}
        order |= {"server": self.server.pid, "first": self.first}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.nightly.person", json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "laptop.log").open("ab"),
            text=True,
            env=environment(),
            cwd=ROOT,
        )
        try:
            yield process
        finally:
            with suppress(psutil.NoSuchProcess, BrokenPipeError):
                children = psutil.Process(process.pid).children(recursive=True)
                process.communicate(timeout=60)
                psutil.wait_procs(children, timeout=10)
            if process.poll() is None:
                process.kill()
            process.wait()

    # one kill

    def kill_once(self, rng: random.Random, seed: str) -> str:
        """Returns what was killed and where; raises :class:`Broken`."""
        if self.profiles == 0 or rng.random() < 0.2:
            if self.server is None:
                self.start_server()
            self.new_profile()
        target, place = self._choose(rng)
        self.start_server(place if target == "server" and place else "")
        assert self.server is not None
        aimed = place if target in ("laptop", "server by step") else ""
        with self.laptop(seed, aimed) as process:
            happened = self._watch(rng, target, place, process)
        self._restart_and_check(f"{seed}: {target} {place} ({happened})")
        named = place.rpartition(":")[0].strip(":") if happened == "at its place" else ""
        return " ".join(filter(None, (target.removeprefix("random "), named or "at random")))

    def _choose(self, rng: random.Random) -> tuple[str, str]:
        steps = FIRST_STEPS if self.first else STEPS
        nth = rng.choice((1, 1, 2, 3))
        kinds = ["laptop", "server by step", "server", "random laptop", "random server"]
        kinds += ["random worker"] if self.first else ["transaction"] * 3
        match rng.choice(kinds):
            case "laptop":
                return "laptop", f"step:{rng.choice(steps)}:{nth}"
            case "transaction":
                return (
                    "laptop",
                    f"{rng.choice(('write', 'written', *('apply', 'applied') * 3))}::{rng.randint(1, 25)}",
                )
            case "server by step":
                return "server by step", f"server:{rng.choice(steps)}:{nth}"
            case "server":
                return "server", f"{rng.choice(SERVER_PLACES)}:{rng.randint(1, 12)}"
            case other:
                return other, ""

    def _watch(self, rng: random.Random, target: str, place: str, process: subprocess.Popen[str]) -> str:
        """Lets them work until somebody dies, or kills somebody; headquarters' own people work meanwhile."""
        assert self.server is not None
        until = time.monotonic() + (rng.uniform(0.3, 3.0) if target.startswith("random") else 12.0)
        while time.monotonic() < until:
            if process.poll() is not None or self.server.poll() is not None:
                break
            self._work_at_headquarters(rng)
            time.sleep(0.05)
        if process.poll() is not None:
            if process.returncode != -signal.SIGKILL:
                raise Broken(f"the laptop ended by itself: {process.returncode}")
            return "at its place"
        if self.server.poll() is not None:
            time.sleep(rng.uniform(0, 0.5))  # the laptop goes on alone
            return "at its place"
        victim = process.pid if "laptop" in target else self.server.pid
        if target == "random worker":
            with suppress(psutil.NoSuchProcess):
                victim = next((one.pid for one in psutil.Process(process.pid).children()), process.pid)
        os.kill(victim, signal.SIGKILL)
        return "at random"

    def _work_at_headquarters(self, rng: random.Random) -> None:
        """Rows of others arrive; only fields that the person of the laptop never writes."""
        value, code = new_id().hex(), rng.choice(("P1", "P2"))
        with suppress(Problem):  # it is busy
            if rng.random() < 0.5:
                self.hq.execute(
                    "UPDATE partner SET delivery_note = :v WHERE code = :c", {"v": value, "c": code}
                )
            else:
                self.hq.insert("contact", partner_id=self.hq.id_of("partner", code=code), name=f"h-{value}")

    def _restart_and_check(self, told: str) -> None:
        if self.server is None or self.server.poll() is not None or told.startswith("server"):
            self.start_server()
        try:
            with Desk.open(self.profile, passphrase=PHRASE, keyring=None) as desk:
                ledger = Ledger(self.notes)
                wrong = ledger.check_laptop(desk) if not self.first else []
                before = totals(desk)
                for _ in range(3):
                    result = desk.sync(in_process=True)
                    if not result.finished:
                        wrong.append("a round without a fault does not finish")
                after = totals(desk)
                wrong += [
                    f"counter {one.hex()} was {count}, is {after.get(one)}"
                    for one, count in before.items()
                    if after.get(one) != count
                ]
                wrong += ledger.check_laptop(desk)
                wrong += ledger.check_headquarters(desk, self.hq)
                wrong += check_equal(desk, self.hq)
                self.first = False
        except Problem as problem:
            wrong = [f"{problem.notice.code}: {problem}"]
        if wrong:
            raise Broken(told + "\n  " + "\n  ".join(wrong[:20]))

    def close(self) -> None:
        self.stop_server()
        self.hq.close()


def run(
    kind: str, kills: int, seed: int, folder: Path, *, keep_going: bool = False
) -> tuple[Counter[str], list[str]]:
    """``kills`` kills with headquarters on ``kind``; what was killed how often, and what broke."""
    counted: Counter[str] = Counter()
    broken: list[str] = []
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if kind == "postgresql" else None
        url = stack.enter_context(furnished(kind, folder, lambda: server))  # type: ignore[arg-type, return-value]
        cell = Cell(url, folder)
        stack.callback(cell.close)
        for number in range(kills):
            name = f"{seed}-{kind}-{number}"
            try:
                what = cell.kill_once(random.Random(name), name)
                counted[what] += 1
            except Broken as error:
                broken.append(str(error))
                print(f"BROKEN {error}", flush=True)
                if not keep_going:
                    break
                cell.profiles += 1
                shutil.copytree(
                    folder / f"profile-{cell.profiles - 1}", folder / f"broken-{number}", dirs_exist_ok=True
                )
                cell.start_server()
                cell.profiles -= 1
                cell.new_profile()
            if (number + 1) % 10 == 0:
                print(f"{kind}: {number + 1} kills, {len(broken)} broken", flush=True)
    return counted, broken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--keep-going", action="store_true", help="count what breaks instead of stopping")
    asked = parser.parse_args()
    kinds = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    print(f"kills: --kills {asked.kills} --seed {asked.seed} --database {asked.database}", flush=True)
    total: Counter[str] = Counter()
    broken: list[str] = []
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="channeldesk-kills-") as folder:
            counted, wrong = run(
                kind, asked.kills // len(kinds), asked.seed, Path(folder), keep_going=asked.keep_going
            )
        total += Counter({f"{kind}: {what}": count for what, count in counted.items()})
        broken += wrong
    for what, count in sorted(total.items()):
        print(f"{count:6} {what}")
    print(f"kills {total.total() + len(broken)}, promises broken {len(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
