"""A headquarters database with the generated network in it, made once and copied for every run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from benchmarks import cache
from benchmarks.network import COLUMNS, FIRST_DAY, YEARS, Network, Row, Size

LOGIN, PASSWORD, TERRITORY = "bench", "channeldesk-bench", "BENCH"
_MADE_BY = (
    "benchmarks/headquarters.py",
    "benchmarks/network.py",
    "channeldesk/hq",
    "channeldesk/model",
    "migrations/hq",
)


def database(size: Size, folder: Path) -> Path:
    """A fresh copy, in ``folder``, of an SQLite file with ``Network(size)`` and one manager of all of it."""
    fingerprint = cache.fingerprint(*_MADE_BY)
    path = cache.kept(f"headquarters-{size.name}", fingerprint, "headquarters.db", lambda at: _make(size, at))
    return Path(shutil.copyfile(path, folder / "headquarters.db"))


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def _make(size: Size, path: Path) -> None:
    from channeldesk.hq import admin, sequencer
    from channeldesk.hq.load_bulk import insert_rows

    network = Network(size)
    made_at = int(FIRST_DAY.timestamp() * 1000)
    owner, territory = bytes.fromhex(network.user_id), bytes.fromhex(network.territory_id)
    hq = admin.init(url(path), "Bench", years=YEARS)
    try:
        with hq.write() as connection:

            def insert(entity: str, **values: Any) -> None:
                stamps = {"created_at": made_at, "updated_at": made_at}
                row = {**stamps, **values}
                insert_rows(connection, entity, tuple(row), [tuple(row.values())])

            insert("territory", id=territory, code=TERRITORY, name="Bench", path=f"{TERRITORY}/")
            insert("app_user", id=owner, login=LOGIN, name="Bench", role_code="manager")
            for entity, columns in COLUMNS.items():
                rows = [stored(columns, row) for row in network.rows[entity]]
                insert_rows(connection, entity, columns, rows)
            sequencer.drain(connection, made_at)
        admin.set_password(hq, LOGIN, PASSWORD)
        admin.grant(hq, LOGIN, [TERRITORY])
        with hq.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        hq.close()


def stored(columns: tuple[str, ...], row: Row) -> Row:
    """A wire row as headquarters keeps it: ids as 16 bytes."""
    return tuple(
        bytes.fromhex(value) if value is not None and is_id(name) else value
        for name, value in zip(columns, row, strict=True)
    )


def is_id(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_by"))
