"""The laptop's side of a first synchronisation, measured in a process of its own.

``python -m benchmarks.first_sync_client ADDRESS TOKEN FILE``: the clock runs from the first line of this
file until everything is in the encrypted database, indexed, searchable and summarised. The rest only checks.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import json  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator, Mapping  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from benchmarks import memory  # noqa: E402
from benchmarks.laptop import KEY  # noqa: E402
from channeldesk.store.database import Database  # noqa: E402
from channeldesk.sync.engine import Round, Step  # noqa: E402
from channeldesk.sync.transport import HttpTransport  # noqa: E402


class Timed(HttpTransport):
    """Notes how long the round waited for the answer: for headquarters, the network and unpacking."""

    waited = 0.0

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]:
        chunks = super().pull(request)
        while True:
            before = time.perf_counter()
            chunk = next(chunks, None)
            self.waited += time.perf_counter() - before
            if chunk is None:
                return
            yield chunk


class Parts:
    """Seconds by step: what each one took since the one before, and the longest hold of the writer in it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {"imports": time.perf_counter() - STARTED}
        self.locks_ms: dict[str, float] = {}
        self.until: list[tuple[str, float]] = []
        """Of the system's clock, for comparing with another process."""
        self._last = time.perf_counter()
        self._longest = 0.0

    def note(self, step: Step) -> None:
        name = f"{step.name} {step.entity}".strip()
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self.locks_ms[step.name] = max(self.locks_ms.get(step.name, 0.0), self._longest * 1000)
        self.until.append((step.name, time.time()))
        self._last, self._longest = now, 0.0

    def watch(self, database: Database) -> None:
        """Measures every transaction of the round, from having the lock to having committed."""
        plain = database.apply

        @contextmanager
        def apply() -> Iterator[Any]:
            started = 0.0
            try:
                with plain() as connection:
                    started = time.perf_counter()
                    yield connection
            finally:
                self._longest = max(self._longest, time.perf_counter() - started if started else 0.0)

        database.apply = apply  # type: ignore[method-assign]


def main() -> None:
    address, token, file = sys.argv[1:4]
    parts = Parts()
    database = Database.open(Path(file), KEY)
    parts.note(Step("opened"))
    parts.watch(database)
    transport = Timed(address, token)
    result = Round(database, transport).run(parts.note)
    seconds, cpu = time.perf_counter() - STARTED, time.process_time()
    transport.close()
    peak = memory.peak_mb()
    checked = check(database)
    database.close()
    sample = {
        "s": seconds,
        "cpu_s": cpu,
        "rows": result.pulled,
        "set_aside": result.set_aside,
        "finished": result.finished,
        "peak_memory_mb": peak,
        "parts": parts.seconds,
        "locks_ms": parts.locks_ms,
        "until": parts.until,
        "waited": transport.waited,
        "database_mb": Path(file).stat().st_size / 1e6,
    }
    print(json.dumps(sample | checked))


def check(database: Database) -> dict[str, Any]:
    """What was promised is there: every line, every index, and derived tables that equal the rows."""
    from channeldesk.store import derive

    with database.read() as connection:
        run = connection.exec_driver_sql
        return {
            "sold": list(run("SELECT count(*), sum(net) FROM order_line").one()),
            "searchable": run("SELECT count(*) FROM search_entry").scalar_one(),
            "summaries": run("SELECT count(*) FROM sales_by_category").scalar_one(),
            "missing_indexes": derive.missing_indexes(connection),
            "suspended": derive.suspended(connection),
            "differences": derive.compare(connection),
        }


if __name__ == "__main__":
    main()
