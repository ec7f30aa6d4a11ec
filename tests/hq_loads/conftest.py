"""Headquarters databases to load into, and digests that show whether anything was written."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.model.tables import hq

FILES = Path(__file__).parent / "files"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty headquarters, once on each kind of database."""
    opened = admin.init(database_url, "Load test", "GBP")
    yield opened
    opened.close()


@pytest.fixture
def sqlite_hq(tmp_path: Path) -> Iterator[Database]:
    opened = admin.init(f"sqlite:///{tmp_path / 'hq.db'}", "Load test", "GBP")
    yield opened
    opened.close()


def digests(database: Database) -> dict[str, str]:
    """A digest of every table at headquarters, the feed and the audit trail included."""
    found = {}
    with database.snapshot() as connection:
        for table in hq.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def rows(database: Database, entity: str, order: str = "id") -> list[dict]:
    table = hq.tables[entity]
    with database.snapshot() as connection:
        query = sa.select(table).where(table.c.deleted == 0).order_by(table.c[order])
        return [dict(row) for row in connection.execute(query).mappings()]


def scalar(database: Database, text: str) -> int:
    with database.snapshot() as connection:
        return int(connection.execute(sa.text(text)).scalar_one() or 0)
