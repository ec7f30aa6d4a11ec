"""hq_load: many laptops at once against one PostgreSQL and several API processes, mixed pull and push."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks import hq_load_company, hq_load_crowd, postgres
from benchmarks.hq_load_crowd import Crowd
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import server
from benchmarks.samples import percentile
from benchmarks.say import say

UNIT = "ms"
PROCESSES = (1, 2, 4)
FEWEST_LAPTOPS = 10
WARM_SECONDS = 2.0
"""Of a rush that is not counted: a process that has just started compiles its statements first."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--laptops", type=int, default=200, help="at least 10 (default %(default)s)")
    parser.add_argument("--real", type=int, default=4, help="of them with a database (default %(default)s)")
    parser.add_argument("--lines", type=int, default=hq_load_company.Company.lines, help="order lines")
    parser.add_argument("--seconds", type=float, default=10.0, help="of one phase (default %(default)s)")
    parser.add_argument(
        "--every", type=float, default=20.0, help="seconds between steady rounds (default %(default)s)"
    )
    parser.add_argument(
        "--processes", type=_numbers, default=PROCESSES, metavar="N,N", help="of the API (default 1,2,4)"
    )


def _numbers(text: str) -> tuple[int, ...]:
    found = tuple(sorted({int(one) for one in text.split(",")}))
    if found[0] < 1:
        raise argparse.ArgumentTypeError("at least one process")
    return found


def run(options: argparse.Namespace) -> Outcome:
    """Every laptop signs in and takes its scope. Then, for each number of processes, ours and floor in turn:

    a *steady* phase, in which each laptop makes a round every few seconds, and a *rush*, in which each begins
    the next round as soon as the last one ended. ``ours`` and ``floor`` are the 95th percentile of a steady
    round with the most processes. At the end everybody settles, and what each laptop holds is compared with
    headquarters' tables.
    """
    if options.laptops < FEWEST_LAPTOPS:
        raise CannotRun(f"at least {FEWEST_LAPTOPS} laptops")
    company = hq_load_company.Company(options.laptops, options.lines)
    with tempfile.TemporaryDirectory(prefix="channeldesk-bench-") as name, contextlib.ExitStack() as running:
        make = running.enter_context(postgres.running())
        ours, floor = make("ours"), make("floor")
        say(f"filling headquarters: {company.territories} territories, {company.lines} order lines")
        hq_load_company.fill(ours, company)
        hq_load_company.fill_floor(floor, company)
        crowd = running.enter_context(hq_load_crowd.of(options.laptops, options.real, Path(name)))
        load = _Load(options, crowd, {"ours": ours, "floor": floor}, Path(name))
        load.begin()
        for turn in range(1, options.runs + 1):
            load.turn(turn)
        return load.outcome(load.converged())


class _Load:
    def __init__(self, options: argparse.Namespace, crowd: Crowd, urls: dict[str, str], folder: Path) -> None:
        self._options, self._crowd, self._urls, self._folder = options, crowd, urls, folder
        self._found: dict[tuple[str, int, str], list[dict[str, Any]]] = defaultdict(list)
        self._first: dict[str, dict[str, Any]] = {}
        self._errors: dict[str, list[str]] = defaultdict(list)
        self._waits = 0
        self._processes: tuple[int, ...] = options.processes

    def begin(self) -> None:
        """Everybody signs in and takes everything, through as many processes as there are at most."""
        with self._serving("ours", self._processes[-1]) as address:
            for name in ("sign_in", "settle"):
                self._first[name] = self._told(name, self._crowd.ask(name, address=address))

    def turn(self, turn: int) -> None:
        for processes in self._processes if turn % 2 else reversed(self._processes):
            for side in ("ours", "floor") if turn % 2 else ("floor", "ours"):
                with self._serving(side, processes) as address:
                    self._ask(side, address, WARM_SECONDS, 0.0, f"{side}, {processes} processes, warm-up")
                    for phase, every in (("steady", self._options.every), ("rush", 0.0)):
                        name = f"turn {turn}, {side}, {processes} processes, {phase}"
                        found = self._ask(side, address, self._options.seconds, every, name)
                        self._found[side, processes, phase].append(found)

    def _ask(self, side: str, address: str, seconds: float, every: float, name: str) -> dict[str, Any]:
        asked = {"address": address, "seconds": seconds, "every": every}
        found = self._told(name, self._crowd.ask("run", **asked, floor=side == "floor"))
        self._errors[side] += found["errors"]
        self._waits += found["waits"]
        return found

    def converged(self) -> dict[str, Any]:
        """Rounds without work, until nothing is left to bring; then what everybody holds is compared."""
        with self._serving("ours", self._processes[-1]) as address:
            for _ in range(3):
                last = self._told("settling", self._crowd.ask("settle", address=address))
        wrong = self._crowd.differences(self._urls["ours"])
        for login, what in list(wrong.items())[:5]:
            say(f"{login} differs: {what}")
        return {"converged": not wrong, "differing_laptops": len(wrong), "last_errors": last["errors"]}

    def _told(self, name: str, found: dict[str, Any]) -> dict[str, Any]:
        times = found["rounds"] or [0.0]
        say(
            f"{name}: {len(found['rounds'])} rounds, {found['per_s']:.1f} per s, "
            f"p95 {percentile(times, 95) * 1000:.0f} ms, {len(found['errors'])} errors, "
            f"{found['waits']} times asked to wait"
        )
        for error in found["errors"][:3]:
            say(f"  {error}")
        return found

    def _serving(self, side: str, processes: int) -> contextlib.AbstractContextManager[str]:
        module = "benchmarks.hq_load_server" if side == "ours" else "benchmarks.hq_load_floor"
        command = [sys.executable, "-m", module, self._urls[side], str(processes)]
        return server(command, log=self._folder / f"{side}.log")

    def outcome(self, end: dict[str, Any]) -> Outcome:
        most = self._processes[-1]
        ours, floor = (self._percentiles(side, most, "steady") for side in ("ours", "floor"))
        phases = [one for found in self._found.values() for one in found]
        first = [error for one in self._first.values() for error in one["errors"]]
        errors = first + self._errors["ours"] + end["last_errors"]
        statuses: dict[str, int] = defaultdict(int)
        for (side, _, _), found in self._found.items():
            for one in found if side == "ours" else ():
                for status, count in one["statuses"].items():
                    statuses[status] += count
        detail = {
            "laptops": self._options.laptops,
            "real_laptops": self._options.real,
            "errors": len(errors),
            "first_errors": errors[:5],
            "floor_errors": len(self._errors["floor"]),
            "asked_to_wait": self._waits + sum(one["waits"] for one in self._first.values()),
            "converged": end["converged"],
            "differing_laptops": end["differing_laptops"],
            "rounds": sum(len(one["rounds"]) for one in phases),
            "rounds_per_s": self._rates("ours"),
            "floor_rounds_per_s": self._rates("floor"),
            "ms": self._all_percentiles("ours"),
            "floor_ms": self._all_percentiles("floor"),
            "answers": dict(statuses),
            "sign_in_per_s": self._first["sign_in"]["per_s"],
            "first_rounds_per_s": self._first["settle"]["per_s"],
            "steady_rounds_per_s": (self._options.laptops - self._options.real) / self._options.every,
            "postgresql": postgres.version(self._urls["ours"]),
            "storage": hq_load_company.storage(self._urls["ours"]),
        }
        return Outcome(UNIT, ours["p95"], floor["p95"], {}, detail)

    def _rates(self, side: str) -> dict[str, float]:
        """Rounds per second in a rush, by the number of processes."""
        return {str(n): _per_s(self._found[side, n, "rush"]) for n in self._processes}

    def _all_percentiles(self, side: str) -> dict[str, dict[str, dict[str, float]]]:
        return {
            phase: {str(n): self._percentiles(side, n, phase) for n in self._processes}
            for phase in ("steady", "rush")
        }

    def _percentiles(self, side: str, processes: int, phase: str) -> dict[str, float]:
        """Of all rounds of all turns."""
        times = [one * 1000 for found in self._found[side, processes, phase] for one in found["rounds"]]
        if not times:
            raise CannotRun(f"no round of {side} came to its end with {processes} processes")
        return {f"p{percent}": percentile(times, percent) for percent in (50, 95, 99)}


def _per_s(found: list[dict[str, Any]]) -> float:
    return sum(len(one["rounds"]) for one in found) / sum(one["seconds"] for one in found)
