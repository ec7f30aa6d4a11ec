"""A process with many light laptops, told what to do by lines of JSON, answering with lines of JSON.

``python -m benchmarks.hq_load_clients FIRST COUNT``: people FIRST to FIRST + COUNT - 1, a thread each.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.hq_load_company import PASSWORD, PER_TERRITORY, login
from benchmarks.hq_load_floor_laptop import FloorLaptop
from benchmarks.hq_load_laptop import Laptop, digest

Times = list[float]
WORKS = 0.6
"""Of all rounds, those that hand something in."""
PATIENCE = 3
"""Failures after which a laptop gives up: they count, and a dead server should not be asked for ever."""


class Clients:
    """The laptops of this process, and their twins that talk to the floor."""

    def __init__(self, first: int, count: int) -> None:
        people = range(first, first + count)
        self._laptops = [Laptop(login(n), PASSWORD, seed=n) for n in people]
        self._floor = [
            FloorLaptop(one, n // PER_TERRITORY) for n, one in zip(people, self._laptops, strict=True)
        ]
        self._pool = ThreadPoolExecutor(count)

    def sign_in(self, address: str) -> dict[str, Any]:
        return self._all(self._laptops, lambda one: _timed(lambda: one.sign_in(address)))

    def settle(self, address: str) -> dict[str, Any]:
        """A round in which nothing is recorded: the first one, or the last ones."""
        return self._all(self._laptops, lambda one: _timed(lambda: one.round(address, work=False)))

    def run(self, address: str, seconds: float, every: float, floor: bool = False) -> dict[str, Any]:
        """Rounds for ``seconds``: one after the other, or each laptop one ``every`` so many seconds."""
        until = time.perf_counter() + seconds
        laptops: list[Any] = self._floor if floor else self._laptops  # type: ignore[assignment]
        before = sum(one.pulled for one in laptops)
        for one in laptops:
            one.statuses.clear()

        def work(laptop: Any) -> tuple[Times, list[str]]:
            times: Times = []
            failures: list[str] = []
            due = time.perf_counter() + random.random() * every
            while due < until and len(failures) < PATIENCE:
                time.sleep(max(0.0, due - time.perf_counter()))
                found = _timed(lambda: laptop.round(address, work=random.random() < WORKS))
                times += found[0]
                failures += found[1]
                due = due + every if every else time.perf_counter()
            return times, failures

        told = self._all(laptops, work)
        statuses: Counter[str] = sum((one.statuses for one in laptops), Counter())
        pulled = sum(one.pulled for one in laptops) - before
        return told | {"statuses": dict(statuses), "pulled": pulled}

    def digests(self) -> dict[str, Any]:
        return {one.login: digest(one.rows) for one in self._laptops}

    def _all(self, laptops: list[Any], work: Callable[[Any], tuple[Times, list[str]]]) -> dict[str, Any]:
        started = time.perf_counter()
        before = sum(one.waits for one in laptops)
        found = list(self._pool.map(work, laptops))
        return {
            "seconds": time.perf_counter() - started,
            "rounds": [one for times, _ in found for one in times],
            "errors": [one for _, failures in found for one in failures],
            "waits": sum(one.waits for one in laptops) - before,
        }


def _timed(work: Callable[[], float]) -> tuple[Times, list[str]]:
    try:
        return [work()], []
    except Exception as error:  # whatever it is: it counts as an error, with its text
        return [], [f"{type(error).__name__}: {error}"]


def main() -> None:
    clients = Clients(int(sys.argv[1]), int(sys.argv[2]))
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(clients, asked.pop("do"))(**asked)), flush=True)


if __name__ == "__main__":
    main()
