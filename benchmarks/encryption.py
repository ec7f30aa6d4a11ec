"""encryption: what encrypting the laptop's data costs a bulk insert, point reads, grouped reads."""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from benchmarks import floor_client, size
from benchmarks.headquarters import is_id
from benchmarks.network import COLUMNS, Network
from benchmarks.outcome import Outcome
from benchmarks.samples import interleave, median
from channeldesk.store.connect import Use, connect, pragmas

READS = 20_000
PASSES = 10
LIMITS = {"insert": 1.5, "point": 1.3, "grouped": 1.1}
"""What encryption may cost at most, as a ratio."""
_BATCH = 5_000
_KEY = bytes(range(32))

Open = Callable[[Path, Use], Any]


def add_options(parser: argparse.ArgumentParser) -> None:
    size.add_options(parser)
    parser.add_argument("--reads", type=int, default=READS, help="of single rows (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    """The figure is the dearest of the three in relation to its limit."""
    network = Network(size.of(options))
    rows = {entity: [_stored(entity, row) for row in some] for entity, some in network.rows.items()}
    ids = [row[0] for row in rows["order_line"]]
    wanted = random.Random(2).choices(ids, k=options.reads)
    sides: dict[str, Open] = {
        "ours": lambda path, use: connect(path, _KEY, use),
        "floor": partial(_plain, sqlcipher),
        "sqlite3": partial(_plain, sqlite3),
    }
    with tempfile.TemporaryDirectory(prefix="channeldesk-encryption-") as folder:
        turns = {name: partial(_turn, Path(folder), one, rows, wanted) for name, one in sides.items()}
        samples = interleave(turns, options.runs, figure="insert")
    detail: dict[str, Any] = {"rows": size.of(options).rows, "reads": options.reads}
    for step in (*LIMITS, "first_grouped"):
        taken = {f"{name}_s": median(samples[name], step) for name in sides}
        worked = {name: median(samples[name], f"{step}_cpu") for name in sides}
        ratio = taken["ours_s"] / taken["floor_s"]
        detail[step] = {
            "ratio": ratio,
            "limit": LIMITS.get(step),
            "ratio_cpu": worked["ours"] / worked["floor"],
            **taken,
        }
    detail["file_mb"] = {name: samples[name][0]["mb"] for name in sides}
    detail["samples"] = samples
    dearest = max(LIMITS, key=lambda step: float(detail[step]["ratio"]) / LIMITS[step])
    detail["dearest"] = dearest
    others = {"sqlite3 of Python": detail[dearest]["sqlite3_s"] / detail[dearest]["floor_s"]}
    return Outcome("ratio", float(detail[dearest]["ratio"]), 1.0, others, detail)


def _stored(entity: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Ids as the laptop keeps them, 16 bytes."""
    return tuple(
        bytes.fromhex(value) if is_id(name) and value is not None else value
        for name, value in zip(COLUMNS[entity], row, strict=True)
    )


def _plain(library: Any, path: Path, use: Use) -> Any:
    """The same settings without a key."""
    database = library.connect(str(path), isolation_level=None, cached_statements=256)
    for pragma in pragmas(use):
        database.execute(f"PRAGMA {pragma}")
    return database


def _turn(
    folder: Path, opened: Open, rows: Mapping[str, list[tuple[Any, ...]]], wanted: list[bytes]
) -> dict[str, Any]:
    """All on a new file. Reads begin with an empty cache of the connection's own; ``first_grouped`` fills it,
    as the first page does, and the others ask again, as every page after it does on a kept connection.
    """
    path = folder / "one.db"
    try:
        taken = _timed("insert", lambda: _insert(opened(path, Use.APPLY), rows))
        taken |= _timed("point", lambda: _point(opened(path, Use.READ), wanted))
        reading, lines = opened(path, Use.READ), len(rows["order_line"])
        taken |= _timed("first_grouped", lambda: _grouped(reading, lines, 1))
        taken |= _timed("grouped", lambda: _grouped(reading, lines, PASSES))
        reading.close()
        return {**taken, "mb": path.stat().st_size / 1e6}
    finally:
        for left in folder.glob("one.db*"):
            os.unlink(left)


def _timed(step: str, work: Callable[[], None]) -> dict[str, float]:
    """Seconds by the clock, and of the processor."""
    started, worked = time.perf_counter(), time.process_time()
    work()
    return {step: time.perf_counter() - started, f"{step}_cpu": time.process_time() - worked}


def _insert(database: Any, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
    """Tables with their indexes, the rows in one transaction, all of it moved into the file."""
    database.execute("BEGIN IMMEDIATE")
    for statement in floor_client.statements():
        database.execute(statement)
    for entity, some in rows.items():
        names = COLUMNS[entity]
        sql = f"INSERT INTO {entity} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        for start in range(0, len(some), _BATCH):
            database.executemany(sql, some[start : start + _BATCH])
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()


def _point(database: Any, wanted: list[bytes]) -> None:
    for one in wanted:
        assert database.execute("SELECT * FROM order_line WHERE id = ?", (one,)).fetchone()
    database.close()


def _grouped(database: Any, lines: int, passes: int) -> None:
    """As summaries are read: over an index that covers it."""
    query = "SELECT partner_id, product_id, count(*) FROM order_line GROUP BY partner_id, product_id"
    for _ in range(passes):
        assert sum(row[2] for row in database.execute(query)) == lines
