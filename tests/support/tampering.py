"""What somebody with the database's password could do to the audit trail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from channeldesk.hq.audit import FIELDS
from channeldesk.hq.database import Database
from channeldesk.hq.tables import audit_entry, audit_head
from channeldesk.model.chain import GENESIS, encoded, linked

Rows = list[dict[str, Any]]


def unlock(connection: sa.Connection) -> None:
    """Takes away what keeps the trail from being changed."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        return
    for event in ("update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS audit_entry_no_{event}")


def trail(connection: sa.Connection) -> Rows:
    query = sa.select(audit_entry).order_by(audit_entry.c.seq)
    return [dict(row) for row in connection.execute(query).mappings()]


def put(connection: sa.Connection, rows: Rows) -> None:
    """These rows are the trail from now on."""
    unlock(connection)
    connection.execute(sa.delete(audit_entry))
    if rows:
        connection.execute(sa.insert(audit_entry), rows)


def put_head(connection: sa.Connection, seq: int, digest: bytes) -> None:
    connection.execute(sa.update(audit_head).values(seq=seq, hash=digest))


def rehashed(rows: Sequence[dict[str, Any]]) -> Rows:
    """A chain of its own over whatever these say, numbered from 1."""
    previous, made = GENESIS, []
    for seq, row in enumerate(rows, start=1):
        previous = linked(previous, encoded((seq, *(row[name] for name in FIELDS))))
        made.append({**row, "seq": seq, "hash": previous})
    return made


@contextmanager
def undone(database: Database) -> Iterator[sa.Connection]:
    """A write transaction that leaves nothing behind."""

    class Back(Exception):
        pass

    try:
        with database.write() as connection:
            yield connection
            raise Back
    except Back:
        pass
