"""What a person should see, by plain SQL over headquarters' tables, apart from the code that answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.declare import Entity, Unit, replicated
from channeldesk.model.tables import hq

_PARTS = """
WITH mine AS (
  SELECT t.id FROM territory t, scope_grant g, territory top, app_user u
  WHERE u.login = :login AND g.user_id = u.id AND g.deleted = 0 AND top.id = g.territory_id
    AND t.deleted = 0 AND t.path LIKE top.path || '%'
), units AS (
  SELECT '00000000-0000-0000-0000-000000000000'::uuid AS id
  UNION ALL SELECT id FROM mine
  UNION ALL SELECT id FROM partner WHERE territory_id IN (SELECT id FROM mine)
  UNION ALL SELECT id FROM app_user WHERE login = :login
)
"""
_ROWS = """
SELECT {columns}, f.seq AS rv FROM {name} r
JOIN feed f ON f.entity = '{name}' AND f.row_id = r.id AND f.gone = 0 AND f.unit_id = {unit}
WHERE r.deleted = 0 AND f.unit_id IN (SELECT id FROM units)
"""


def expected(database: Database, login: str) -> dict[str, dict[bytes, int]]:
    """Id to ``rv``, by entity, of everything in the person's sight."""
    found: dict[str, dict[bytes, int]] = {}
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL jit = off")
        for entity in replicated():
            rows = connection.execute(sa.text(_statement(entity, ["id"])), {"login": login})
            found[entity.__entity__] = {row_id.bytes: rv for row_id, rv in rows}
    return found


def content(database: Database, login: str, entity: type[Entity]) -> dict[bytes, dict[str, Any]]:
    """Every field of the rows in sight, ``rv`` among them, in Python's forms."""
    table = hq.tables[entity.__entity__]
    fields = list(entity.fields)
    columns = [*(sa.column(name, table.c[name].type) for name in fields), sa.column("rv", sa.BigInteger)]
    with database.snapshot() as connection:
        query = sa.text(_statement(entity, fields)).bindparams(login=login).columns(*columns)
        return {row.id: dict(row._mapping) for row in connection.execute(query)}


def _statement(entity: type[Entity], fields: list[str]) -> str:
    unit = "'00000000-0000-0000-0000-000000000000'"
    if entity.unit is not Unit.GLOBAL:
        unit = f"r.{entity.owner}"
    columns = ", ".join(f"r.{name}" for name in fields)
    return _PARTS + _ROWS.format(columns=columns, name=entity.__entity__, unit=unit)
