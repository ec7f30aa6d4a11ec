"""The floor's laptop, told what to do: takes rows and changes in, hands edits over, in a process of its own.

``python -m benchmarks.floor_desk ADDRESS FILE``; orders as in ``benchmarks/talk.py``. Nothing of the program
is imported: requests on a connection that stays open, orjson, ``executemany``, one transaction each.
"""

from __future__ import annotations

import gzip
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import requests

from benchmarks import floor_client, memory, talk
from benchmarks.talk import Order

_EXTRA = ("CREATE TABLE place (version BIGINT NOT NULL)", "CREATE TABLE edit (id BLOB PRIMARY KEY)")


class Desk:
    def __init__(self, address: str, file: Path) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False  # looking for a proxy in the environment takes longer than asking
        self._database = floor_client.connect(file, encrypted=False)
        for statement in _EXTRA:
            self._database.execute(statement)
        self._database.execute("INSERT INTO place VALUES (0)")

    def fill(self, order: Order) -> dict[str, Any]:
        started = time.perf_counter()
        rows = floor_client.fetch(self._database, self._address, indexes_last=True)
        return {"s": time.perf_counter() - started, "rows": rows}

    def pull(self, order: Order) -> dict[str, Any]:
        """What changed, if anything, put in with the new place in one transaction."""
        started, cpu = time.perf_counter(), time.process_time()
        run, count = self._database.execute, 0
        version = run("SELECT version FROM place").fetchone()[0]
        body = orjson.dumps({"since": version})
        answer = self._session.post(f"{self._address}/changes", data=body, timeout=60).content
        if answer:
            run("BEGIN IMMEDIATE")
            for line in answer.splitlines():
                message = orjson.loads(line)
                sql = floor_client.insert(message["entity"], message["columns"])
                self._database.executemany(sql, message["rows"])
                count += len(message["rows"])
            run("UPDATE place SET version = version + 1")
            run("COMMIT")
        return self._sample(started, cpu, pulled=count)

    def edit(self, order: Order) -> dict[str, Any]:
        """Noted beside, so that it is known what is to be handed over."""
        run = self._database.execute
        run("BEGIN IMMEDIATE")
        run("INSERT INTO edit SELECT id FROM contact ORDER BY id LIMIT ?", (order["count"],))
        ids = run("SELECT id FROM edit").fetchall()
        new = [(f"{order['phone']}-{number:06}", *row) for number, row in enumerate(ids)]
        self._database.executemany("UPDATE contact SET phone = ? WHERE id = ?", new)
        run("COMMIT")
        return {"edited": len(ids)}

    def push(self, order: Order) -> dict[str, Any]:
        started, cpu = time.perf_counter(), time.process_time()
        found = self._database.execute("SELECT * FROM contact WHERE id IN (SELECT id FROM edit)")
        edits = {"columns": [one[0] for one in found.description], "rows": found.fetchall()}
        body = gzip.compress(orjson.dumps(edits), 1)
        taken = orjson.loads(self._session.post(f"{self._address}/push", data=body, timeout=60).content)
        self._database.execute("DELETE FROM edit")
        return self._sample(started, cpu, pushed=taken["taken"], bytes=len(body))

    def check(self, order: Order) -> dict[str, Any]:
        run = self._database.execute
        sold = run("SELECT count(*), sum(net) FROM order_line").fetchone()
        given = run("SELECT count(*) FROM contact WHERE phone LIKE ?", (order["phone"] + "-%",)).fetchone()
        return {"sold": list(sold), "phones": given[0]}

    def _sample(self, started: float, cpu: float, **more: Any) -> dict[str, Any]:
        sample = {"s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}
        return sample | {"peak_memory_mb": memory.peak_mb(), **more}


def main() -> None:
    desk = Desk(sys.argv[1], Path(sys.argv[2]))
    talk.serve({name: getattr(desk, name) for name in ("fill", "pull", "edit", "push", "check")})


if __name__ == "__main__":
    main()
