"""What a person does while a first synchronisation runs, from a process of its own, as the window does it.

``python -m benchmarks.local_writes FILE`` notes a contact every 50 ms until its standard input ends, then
prints when each began (seconds of the system's clock) and how long it took to be on the disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.outcome import CannotRun
from benchmarks.process import ROOT
from benchmarks.samples import percentile

EVERY = 0.05


@contextmanager
def going_on(file: Path, folder: Path) -> Iterator[list[tuple[float, float]]]:
    """Writes go on for the length of the block; what they took stands in the list afterwards."""
    log, told = folder / "local-writes.log", list[tuple[float, float]]()
    command = [sys.executable, "-m", "benchmarks.local_writes", str(file)]
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        yield told
        said, _ = process.communicate()
    if process.returncode:
        raise CannotRun(f"a local write failed:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
    told += [(at, took) for at, took in json.loads(said)]


def judged(told: list[tuple[float, float]], sample: Mapping[str, Any]) -> dict[str, Any]:
    """Milliseconds that a write took: over the whole round, and by what the round was doing when it began."""
    by_phase: dict[str, list[float]] = {}
    for at, took in told:
        phase = next((name for name, until in sample["until"] if at <= until), None)
        if phase is not None:
            by_phase.setdefault(phase, []).append(took * 1000)
    taken = [one for some in by_phase.values() for one in some]
    if not taken:
        return {"count": 0}
    return {
        "count": len(taken),
        "p50_ms": percentile(taken, 50),
        "p95_ms": percentile(taken, 95),
        "max_ms": max(taken),
        "by_phase": {
            name: {"p95_ms": percentile(some, 95), "max_ms": max(some)} for name, some in by_phase.items()
        },
    }


def main() -> None:
    from benchmarks.laptop import KEY
    from channeldesk.model.ids import new_id
    from channeldesk.store.database import Database

    ended = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    database = Database.open(Path(sys.argv[1]), KEY)
    partner, taken = new_id(), []
    while not ended.wait(EVERY):
        at, started = time.time(), time.perf_counter()
        with database.write() as connection:
            insert = "INSERT INTO contact (id, partner_id, name) VALUES (?, ?, 'Zhao')"
            connection.exec_driver_sql(insert, (new_id(), partner))
        taken.append((at, time.perf_counter() - started))
    database.close()
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
