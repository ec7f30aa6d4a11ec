"""The floor of a first synchronisation, measured in a process of its own.

``python -m benchmarks.floor_client URL FILE [--indexes first|last] [--encrypted]`` fetches the rows and puts
them into a new database with requests, orjson and ``executemany``: one transaction, 64 MB of page cache, ids
kept as they came. Nothing of the program is imported.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import re  # noqa: E402
import sqlite3  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import orjson  # noqa: E402
import requests  # noqa: E402

from benchmarks import memory  # noqa: E402

SCHEMA = Path(__file__).with_name("floor_schema.sql")
KEY = bytes(range(32))
SETTINGS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "cache_size = -65536",
    "temp_store = MEMORY",
    "wal_autocheckpoint = 16000",
)


def statements() -> list[str]:
    """Of the committed schema, one by one."""
    text = re.sub(r"^--.*$", "", SCHEMA.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [one.strip() for one in text.split(";") if one.strip()]


def connect(path: Path, *, encrypted: bool) -> Any:
    if not encrypted:
        database: Any = sqlite3.connect(path, isolation_level=None)
    else:
        from sqlcipher3 import dbapi2

        database = dbapi2.connect(str(path), isolation_level=None)
        database.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for setting in SETTINGS:
        database.execute(f"PRAGMA {setting}")
    return database


def insert(entity: str, columns: list[str]) -> str:
    """A row that is there already is replaced."""
    marks = ", ".join("?" * len(columns))
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    head = f"INSERT INTO {entity} ({', '.join(columns)}) VALUES ({marks})"
    return f"{head} ON CONFLICT (id) DO UPDATE SET {sets}"


def lines(url: str) -> Iterator[bytes]:
    response = requests.post(url, data=b"{}", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=60)
    rest = b""
    for chunk in response.iter_content(256 * 1024):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole


def fetch(database: Any, url: str, *, indexes_last: bool) -> int:
    """Returns the number of rows, once all of it is committed."""
    count, sql = 0, ""
    database.execute("BEGIN")
    later = []
    for statement in statements():
        if indexes_last and statement.startswith("CREATE INDEX"):
            later.append(statement)
        else:
            database.execute(statement)
    for line in lines(url):
        message = orjson.loads(line)
        if message["t"] == "columns":
            columns = message["columns"]
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {message['entity']} ({', '.join(columns)}) VALUES ({marks})"
        else:
            database.executemany(sql, message["rows"])
            count += len(message["rows"])
    for statement in later:
        database.execute(statement)
    database.execute("COMMIT")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.floor_client")
    parser.add_argument("url")
    parser.add_argument("file", type=Path)
    parser.add_argument("--indexes", choices=("first", "last"), default="last")
    parser.add_argument("--encrypted", action="store_true")
    options = parser.parse_args()
    database = connect(options.file, encrypted=options.encrypted)
    rows = fetch(database, options.url, indexes_last=options.indexes == "last")
    seconds, cpu = time.perf_counter() - STARTED, time.process_time()
    sold = database.execute("SELECT count(*), sum(net) FROM order_line").fetchone()
    database.close()
    sample = {
        "s": seconds,
        "cpu_s": cpu,
        "rows": rows,
        "sold": list(sold),
        "peak_memory_mb": memory.peak_mb(),
    }
    print(json.dumps(sample))


if __name__ == "__main__":
    main()
