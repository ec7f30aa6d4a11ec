"""A headquarters database with the generated network in it, made once and copied for every run."""

from __future__ import annotations

import shutil
from pathlib import Path


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
    """A fresh copy in ``folder`` of an SQLite database that holds ``Network(size)`` and one manager of all of it."""
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
    owner = bytes.fromhex(network.user_id)
    system = (made_at, owner, made_at, owner)
    hq = admin.init(url(path), "Bench", years=YEARS)
    try:
        with hq.write() as connection:
            insert_rows(
                connection, "territory",
                ("id", "created_at", "created_by", "updated_at", "updated_by", "code", "name", "path", "time_zone"),
                [(bytes.fromhex(network.territory_id), *system, TERRITORY, "Bench", f"{TERRITORY}/", "Asia/Shanghai")],
            )  # fmt: skip
            insert_rows(
                connection, "app_user",
                ("id", "created_at", "created_by", "updated_at", "updated_by", "login", "name", "role_code"),
                [(owner, *system, LOGIN, "Bench", "manager")],
            )  # fmt: skip
            for entity, columns in COLUMNS.items():
                insert_rows(connection, entity, columns, [stored(columns, row) for row in network.rows[entity]])
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
        bytes.fromhex(value) if value is not None and (name == "id" or name.endswith(("_id", "_by"))) else value
        for name, value in zip(columns, row, strict=True)
    )
