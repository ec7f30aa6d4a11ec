"""What ``store.images`` does to one row, done to thousands of them in a few statements, where the case is
plain: rows of everybody that headquarters has and of which nothing else waits. The others are left to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Unit
from channeldesk.model.entities import ENTITIES
from channeldesk.store.capture import image
from channeldesk.wire.values import row_from_wire

FEWEST = 50
"""For fewer rows one after the other is quick enough."""
_OWN = "o.txn = (SELECT txn FROM capture_txn)"


def stored(connection: sa.Connection, entity: str, ids: Collection[bytes]) -> dict[bytes, dict[str, Any]]:
    """The rows as JSON-ready fields, each with its version; those that are not there are left out."""
    told = image(ENTITIES[entity], "e.")
    sql = f'SELECT e.id, e.rv, {told} AS image {_FROM_IDS} "{entity}" e ON e.id = {_ID}'
    found = connection.execute(sa.text(sql), _of(entity, ids))
    return {bytes(row.id): {"rv": row.rv, "fields": json.loads(row.image)} for row in found}


def put_back(connection: sa.Connection, entity: str, ids: Collection[bytes]) -> set[bytes]:
    """Makes rows what headquarters' images say and forgets these; which ones that were. Nothing of it is to
    be sent. For rows whose waiting edits were just taken out.
    """
    if len(ids) < FEWEST or ENTITIES[entity].unit is not Unit.GLOBAL:
        return set()
    sql = (
        f"SELECT s.row_id, s.rv, s.image {_FROM_IDS} shadow s ON s.entity = :entity AND s.row_id = {_ID} "
        f"WHERE s.image IS NOT NULL AND {_free('s.row_id', _OWN)}"
    )
    found = connection.execute(sa.text(sql), _of(entity, ids)).all()
    rows = {bytes(row.row_id): {"rv": row.rv, "fields": json.loads(row.image)} for row in found}
    write(connection, entity, rows)
    delete = sa.text(f"DELETE FROM shadow WHERE entity = :entity AND row_id IN ({_IDS})")
    connection.execute(delete, _of(entity, rows))
    return set(rows)


def unmoved(
    connection: sa.Connection, entity: str, before: Mapping[bytes, Mapping[str, Any] | None]
) -> dict[bytes, Mapping[str, Any]]:
    """Of rows as :func:`stored` told them once, those that headquarters did not change since and of which
    nothing waits here.
    """
    if len(before) < FEWEST or ENTITIES[entity].unit is not Unit.GLOBAL:
        return {}
    sql = (
        f'SELECT e.id, e.rv {_FROM_IDS} "{entity}" e ON e.id = {_ID} WHERE {_free("e.id", "0")} '
        "AND NOT EXISTS (SELECT 1 FROM shadow s WHERE s.entity = :entity AND s.row_id = e.id)"
    )
    versions = {bytes(row.id): row.rv for row in connection.execute(sa.text(sql), _of(entity, before))}
    told = {one: row for one, row in before.items() if row is not None and one in versions}
    return {one: row for one, row in told.items() if row["rv"] == versions[one] > 0}


def keep_images(connection: sa.Connection, entity: str, ids: Collection[bytes]) -> None:
    """Notes rows as they stand as headquarters' images."""
    sql = (
        "INSERT INTO shadow (entity, row_id, rv, image) "
        f"SELECT :entity, e.id, e.rv, {image(ENTITIES[entity], 'e.')} "
        f'FROM "{entity}" e WHERE e.id IN ({_IDS})'
    )
    connection.execute(sa.text(sql), _of(entity, ids))


def write(connection: sa.Connection, entity: str, rows: Mapping[bytes, Mapping[str, Any]]) -> None:
    """Rows as :func:`stored` told them. Nothing of it is to be sent."""
    if not rows:
        return
    there = connection.execute(
        sa.text(f'SELECT id FROM "{entity}" WHERE id IN ({_IDS})'), _of(entity, rows)
    ).scalars()
    known = {bytes(one) for one in there}
    told = [
        {**row_from_wire(ENTITIES[entity], row["fields"]), "rv": row["rv"], "id_": row_id}
        for row_id, row in rows.items()
    ]
    names = [name for name in told[0] if name != "id_"]
    sets = ", ".join(f'"{name}" = :{name}' for name in names)
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
    changed = [row for row in told if row["id_"] in known]
    missing = [row for row in told if row["id_"] not in known]
    if changed:
        connection.execute(sa.text(f'UPDATE "{entity}" SET {sets} WHERE id = :id_'), changed)
    if missing:
        connection.execute(
            sa.text(f'INSERT INTO "{entity}" ({columns}, id) VALUES ({values}, :id_)'), missing
        )
    own = f"DELETE FROM outbox AS o WHERE o.entity = :entity AND {_OWN} AND o.row_id IN ({_IDS})"
    connection.execute(sa.text(own), _of(entity, rows))


_ID = "unhex(k.value)"
_IDS = "SELECT unhex(value) FROM json_each(:ids)"
_FROM_IDS = "FROM json_each(:ids) k CROSS JOIN"


def _of(entity: str, ids: Iterable[bytes]) -> dict[str, str]:
    return {"entity": entity, "ids": json.dumps([one.hex() for one in ids])}


def _free(row_id: str, own: str) -> str:
    """Nothing else waits of the row, and no comparison has missed it."""
    return (
        "NOT EXISTS (SELECT 1 FROM outbox o "
        f"WHERE o.entity = :entity AND o.row_id = {row_id} AND NOT ({own})) "
        f"AND NOT EXISTS (SELECT 1 FROM stale_row t WHERE t.entity = :entity AND t.row_id = {row_id})"
    )
