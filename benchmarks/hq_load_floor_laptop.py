"""The floor's client: hands in what a laptop like its twin records, takes what its territory handed in."""

from __future__ import annotations

import time
from collections import Counter

import orjson

from benchmarks.hq_load_laptop import Laptop
from benchmarks.hq_load_talk import Talk
from benchmarks.hq_load_work import Work


class FloorLaptop:
    """``twin``: whose rows it edits; ``scope``: its token and what it sees."""

    def __init__(self, twin: Laptop, scope: int) -> None:
        self.work = Work(twin.login, twin.content, seed=scope)
        self.statuses: Counter[str] = Counter()
        self.pulled = self.waits = 0
        self._token, self._cursor = f"floor-{scope}", 0

    def round(self, address: str, *, work: bool) -> float:
        """The seconds it took. Raises Failed."""
        if work:
            self.work.record()
        started = time.perf_counter()
        with Talk(address, self._token) as talk:
            news = talk.json("GET", f"/hello?cursor={self._cursor}")["news"]
            if self.work.waiting:
                answer = talk.json("POST", "/push", {"mutations": self.work.waiting})
                self.statuses.update(one["status"] for one in answer["results"])
                self.work.waiting = []
            elif not news:
                return time.perf_counter() - started
            for line in b"".join(talk.chunks("/pull", {"cursor": self._cursor})).splitlines():
                self._cursor = orjson.loads(line)[0]
                self.pulled += 1
        return time.perf_counter() - started
