"""Many rows in one statement, past most of SQLAlchemy's work per value: a push is five hundred of everything.

Values are as the data model keeps them. What the database objects to is raised as SQLAlchemy raises it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

Values = Mapping[str, Any]


def among(
    connection: sa.Connection, column: sa.ColumnElement[Any], ids: Collection[bytes]
) -> sa.ColumnElement[bool]:
    """Whether an id is one of these: a single parameter, however many they are."""
    if connection.dialect.name == "postgresql":
        wanted = [UUID(bytes=one) for one in ids]
        return column == sa.any_(sa.literal(wanted, ARRAY(sa.Uuid(as_uuid=True))))
    text = orjson.dumps([one.hex() for one in ids]).decode()
    each = sa.func.json_each(text).table_valued("value")
    return column.in_(sa.select(sa.func.unhex(each.c.value)))


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Rows that all name the same columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(sa.insert(table), rows)
        return
    names = list(rows[0])
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({_listed(names)}) VALUES ({marks})"
    connection.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])


def update(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[bytes, Values]]
) -> None:
    """Sets the columns ``names`` of rows, given by their ids."""
    if connection.dialect.name == "postgresql":
        statement = sa.update(table).where(table.c.id == sa.bindparam("row_id_", type_=table.c.id.type))
        values = [{**{name: row[name] for name in names}, "row_id_": row_id} for row_id, row in rows]
        connection.execute(statement.values({name: sa.bindparam(name) for name in names}), values)
        return
    sets = ", ".join(f'"{name}" = ?' for name in names)
    parameters = [(*(row[name] for name in names), row_id) for row_id, row in rows]
    connection.exec_driver_sql(f"UPDATE {table.name} SET {sets} WHERE id = ?", parameters)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
