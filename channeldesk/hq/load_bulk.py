"""Many rows at once into a headquarters table, past SQLAlchemy's per-row work but never past the triggers.

Values are as the data model keeps them: ids of 16 bytes, dates as ISO text, whole numbers.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.model.tables import Id, hq


def insert_rows(
    connection: sa.Connection, entity: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Inserts tuples in the order of ``columns`` in the caller's transaction; returns how many."""
    if not rows:
        return 0
    table = hq.tables[entity]
    names = ", ".join(f'"{table.c[column].name}"' for column in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, names, rows)
    else:
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {entity} ({names}) VALUES ({marks})", list(rows))
    return len(rows)


def _copy(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    names: str,
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """COPY takes a tenth of the time of single inserts; statement triggers see all of it as one statement."""
    shape: list[Callable[[Any], Any] | None] = [
        _uuid if isinstance(table.c[column].type, Id) else None for column in columns
    ]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([make(value) if make else value for make, value in zip(shape, row, strict=True)])


def _uuid(value: bytes | None) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(bytes=value)
