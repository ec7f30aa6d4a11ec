"""row_security: what PostgreSQL's row security costs a first pull, a pull of changes, and totals."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from benchmarks import postgres
from benchmarks.hq_load_company import Company, fill, login
from benchmarks.outcome import Outcome
from benchmarks.samples import interleave, median

STEPS = ("first", "changes", "totals")
LINES = 300_000
_CHANGES = 5_000


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=LINES, help="order lines (default %(default)s)")
    parser.add_argument("--people", type=int, default=Company.people)
    parser.add_argument("--products", type=int, default=Company.products)


def run(options: argparse.Namespace) -> Outcome:
    """Each side reads what one manager may see. The figure is the dearest step."""
    from channeldesk.hq.database import Database

    with postgres.running() as make:
        url = make("row_security")
        fill(url, Company(options.people, options.rows, options.products))
        database = Database(url)
        try:
            reader = _Reader(database)
            sides = {"ours": partial(reader.turn, True), "floor": partial(reader.turn, False)}
            samples = interleave(sides, options.runs, figure="first")
            rows = reader.rows
        finally:
            database.close()
    detail: dict[str, Any] = {"rows": options.rows, "rows_in_sight": rows}
    for step in STEPS:
        ours, floor = (median(samples[side], step) for side in ("ours", "floor"))
        detail[step] = {"ratio": ours / floor, "ours_s": ours, "floor_s": floor}
    detail["samples"] = samples
    detail["dearest"] = max(STEPS, key=lambda step: float(detail[step]["ratio"]))
    return Outcome("ratio", float(detail[detail["dearest"]]["ratio"]), 1.0, {}, detail)


class _Reader:
    """Pulls as headquarters' routes do, in this process: no network and no packing beside the database."""

    def __init__(self, database: Any) -> None:
        from channeldesk.hq import row_security, rows, sequencer, users
        from channeldesk.model.tables import hq

        self._database = database
        with database.write() as connection:
            user = rows.find(connection, "app_user", login=login(0))["id"]
            (device,) = rows.insert(connection, "device", [{"user_id": user, "prefix": "A"}], now=1)
            who = users.principal(connection, user, device)
            assert row_security.is_on(connection)
        self._who = who
        self.rows, self._cursor = self._pull(None)
        line = hq.tables["order_line"]
        with database.write() as connection:
            some = connection.scalars(sa.select(line.c.id).limit(_CHANGES)).all()
            connection.execute(sa.update(line).where(line.c.id.in_(some)).values(updated_at=2))
            sequencer.drain(connection, 2)

    def turn(self, fenced: bool) -> dict[str, Any]:
        from channeldesk.hq import row_security

        kept = row_security.is_on
        with patch.object(row_security, "is_on", kept if fenced else _off):
            return {
                "first": _timed(lambda: self._pull(None)),
                "changes": _timed(lambda: self._pull(self._cursor)),
                "totals": _timed(self._totals),
            }

    def _pull(self, cursor: str | None) -> tuple[int, str]:
        """Rows that came, and the cursor at the end."""
        import orjson

        from channeldesk.hq.plan import Question
        from channeldesk.hq.pull import Asked, pull
        from channeldesk.wire import SCHEMA

        found, line = 0, b""
        for line in pull(self._database, Asked(self._who, Question(cursor, SCHEMA), 3)):
            if line.startswith(b'{"t":"rows"'):
                found += line.count(b"],[") + 1
        return found, str(orjson.loads(line)["cursor"])

    def _totals(self) -> None:
        from channeldesk.hq import policy, row_security
        from channeldesk.hq.totals import sales_totals

        with self._database.snapshot() as connection:
            scope = policy.scope_of(connection, self._who)
            with row_security.fenced(connection, scope):
                sales_totals(connection, scope)


def _off(connection: object) -> bool:
    return False


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
