"""A laptop with an open profile that runs rounds as it is told, in a process of its own.

``python -m benchmarks.round_client ADDRESS TOKEN FILE``; orders as in ``benchmarks/talk.py``. A round runs as
the open program runs a small one: in the process, over a connection made for it, noted in the history.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import memory, talk
from benchmarks.laptop import KEY
from benchmarks.talk import Order
from channeldesk.model.ids import new_id
from channeldesk.store import capture, derive, images
from channeldesk.store.database import Database
from channeldesk.sync.engine import Step
from channeldesk.sync.errand import Errand
from channeldesk.sync.rounds import Rounds


class Laptop:
    def __init__(self, address: str, token: str, file: Path) -> None:
        self._address = address
        self._database = Database.open(file, KEY)
        with self._database.apply() as connection:
            images.write_state(connection, {"access_token": token})
        self._rounds = Rounds(self._database, KEY, now_ms=lambda: time.time_ns() // 1_000_000, new_id=new_id)

    def round(self, order: Order) -> dict[str, Any]:
        parts: dict[str, float] = {}
        started = before = time.perf_counter()

        def note(step: Step) -> None:
            nonlocal before
            name = f"{step.name} {step.entity}".strip()
            now = time.perf_counter()
            parts[name] = parts.get(name, 0.0) + now - before
            before = now

        cpu, errand = time.process_time(), Errand()
        result = self._rounds.run(self._address, errand, note, in_process=True)
        return {
            "s": time.perf_counter() - started,
            "cpu_s": time.process_time() - cpu,
            "pulled": result.pulled,
            "pushed": result.pushed,
            "unsolved": result.conflicts + result.rejected + result.set_aside,
            "finished": result.finished,
            "parts": parts,
            "peak_memory_mb": memory.peak_mb(),
        }

    def edit(self, order: Order) -> dict[str, Any]:
        """Another telephone number for so many contacts, each a transaction of its own for headquarters."""
        with self._database.write() as connection:
            run = connection.exec_driver_sql
            ids = run("SELECT id FROM contact ORDER BY id LIMIT ?", (order["count"],)).scalars().all()
            for number, row_id in enumerate(ids):
                capture.begin(connection)
                run("UPDATE contact SET phone = ? WHERE id = ?", (f"{order['phone']}-{number:06}", row_id))
        return {"edited": len(ids)}

    def check(self, order: Order) -> dict[str, Any]:
        with self._database.read() as connection:
            run = connection.exec_driver_sql
            given = run("SELECT count(*) FROM contact WHERE phone LIKE ?", (f"{order['phone']}-%",)).scalar()
            return {
                "sold": list(run("SELECT count(*), sum(net) FROM order_line").one()),
                "phones": given,
                "waiting": run("SELECT count(*) FROM outbox").scalar(),
                "differences": sum(derive.compare(connection).values()),
            }

    def close(self) -> None:
        self._rounds.close()
        self._database.close()


def main() -> None:
    address, token, file = sys.argv[1:4]
    laptop = Laptop(address, token, Path(file))
    try:
        talk.serve({"round": laptop.round, "edit": laptop.edit, "check": laptop.check})
    finally:
        laptop.close()


if __name__ == "__main__":
    main()
