"""Capture of local edits by triggers, generated from the declarations.

The triggers are temporary and live on the person's writing connection only: whatever is written there (ORM,
bulk statement, plain SQL) lands in the outbox in the same transaction, and what sync writes on its own
connection does not. Permanent triggers would have to be rebuilt after every migration.

The first edit of a row that headquarters knows also keeps headquarters' image of it in ``shadow``.
``NOT EXISTS`` stands where ``OR IGNORE`` would do, because the conflict clause of the outer statement
overrides the one inside a trigger.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import SYSTEM_FIELDS, Entity, Field, Type, replicated
from channeldesk.model.entities import ENTITIES

_SYSTEM = {field.name for field in SYSTEM_FIELDS}
_IDS = (Type.ID, Type.REF)
COLUMNS = "uuid, txn, entity, row_id, op, base_rv, base, changes, increments, recorded_at"
"""Of the outbox, as a captured edit fills them."""


def install(dbapi_connection: Any, *, new_id: Callable[[], bytes], now_ms: Callable[[], int]) -> None:
    """Puts the triggers on a raw connection. ``new_id`` and ``now_ms`` are injected so that seeds replay."""
    dbapi_connection.create_function("capture_new_id", 0, new_id)
    dbapi_connection.create_function("capture_now", 0, now_ms)
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS capture_txn (txn BLOB NOT NULL)")
    for statement in statements():
        cursor.execute(statement)
    cursor.close()


def begin(connection: sa.Connection) -> bytes:
    """Starts a new local transaction for the outbox: what it writes is sent together. Returns its id."""
    connection.exec_driver_sql("DELETE FROM capture_txn")
    connection.exec_driver_sql("INSERT INTO capture_txn VALUES (capture_new_id())")
    return bytes(connection.exec_driver_sql("SELECT txn FROM capture_txn").scalar_one())


def statements() -> list[str]:
    """The CREATE TRIGGER statements for every replicated entity."""
    assert ENTITIES, "entities are declared"
    return [sql for entity in replicated() for sql in _triggers(entity)]


def image(entity: type[Entity], row: str = "") -> str:
    """An SQL expression: the row as a JSON object of wire fields, documents as their JSON text.

    ``row`` is ``NEW.``, ``OLD.`` or a table alias with its dot.
    """
    names = [f for f in entity.fields.values() if f.name != "id"]
    return "json_object(" + ", ".join(f"'{f.name}', {_value(f, row)}" for f in names) + ")"


def _value(field: Field, row: str) -> str:
    column = f'{row}"{field.name}"'
    if field.type in _IDS:
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE lower(hex({column})) END"
    return column


def _edited(entity: type[Entity]) -> list[Field]:
    return [f for f in entity.fields.values() if f.name not in _SYSTEM]


def _differs(field: Field) -> str:
    return f'NEW."{field.name}" IS NOT OLD."{field.name}"'


def _base(entity: type[Entity], fields: list[Field]) -> str:
    """What the edit started from: changed fields, and all fields of a merge group that was touched."""
    group_of = {name: group for group in entity.groups for name in group}

    def touched(field: Field) -> str:
        members = [entity.fields[name] for name in group_of.get(field.name, (field.name,))]
        return " OR ".join(_differs(member) for member in members)

    parts = [f"SELECT '{f.name}' AS k, {_value(f, 'OLD.')} AS v WHERE {touched(f)}" for f in fields]
    return f"(SELECT json_group_object(k, v) FROM ({' UNION ALL '.join(parts)}))"


def _differences(fields: list[Field], row: str) -> str:
    parts = [f"SELECT '{f.name}' AS k, {_value(f, row)} AS v WHERE {_differs(f)}" for f in fields]
    return f"(SELECT json_group_object(k, v) FROM ({' UNION ALL '.join(parts)}))"


def _increments(fields: list[Field]) -> str:
    if not fields:
        return "'{}'"
    moved = 'NEW."{0}" - OLD."{0}"'
    parts = [f"SELECT '{f.name}' AS k, {moved.format(f.name)} AS v WHERE {_differs(f)}" for f in fields]
    return f"(SELECT json_group_object(k, v) FROM ({' UNION ALL '.join(parts)}))"


def _triggers(entity: type[Entity]) -> list[str]:
    name = entity.__entity__
    counters = [f for f in _edited(entity) if f.type is Type.COUNTER]
    plain = [f for f in _edited(entity) if f.type is not Type.COUNTER]
    changed = " OR ".join(_differs(f) for f in _edited(entity))
    keep_image = (
        "INSERT INTO shadow (entity, row_id, rv, image) "
        f"SELECT '{name}', OLD.id, OLD.rv, {image(entity, 'OLD.')} WHERE OLD.rv > 0 "
        f"AND NOT EXISTS (SELECT 1 FROM shadow WHERE entity = '{name}' AND row_id = OLD.id);"
    )

    def record(op: str, row: str, base_rv: str, base: str, changes: str, increments: str) -> str:
        return (
            f"INSERT INTO outbox ({COLUMNS}) VALUES "
            f"(capture_new_id(), (SELECT txn FROM capture_txn), '{name}', {row}.id, '{op}', {base_rv}, "
            f"{base}, {changes}, {increments}, capture_now());"
        )

    inserted = record("insert", "NEW", "0", "'{}'", image(entity, "NEW."), "'{}'")
    updated = record(
        "patch",
        "NEW",
        "OLD.rv",
        _base(entity, plain),
        _differences(plain, "NEW."),
        _increments(counters),
    )
    deleted = record("delete", "OLD", "OLD.rv", image(entity, "OLD."), "'{}'", "'{}'")
    head = "CREATE TEMP TRIGGER IF NOT EXISTS"
    return [
        f"{head} capture_insert_{name} AFTER INSERT ON main.{name} BEGIN {inserted} END",
        (
            f"{head} capture_update_{name} AFTER UPDATE ON main.{name} WHEN {changed} "
            f"BEGIN {keep_image} {updated} END"
        ),
        f"{head} capture_delete_{name} AFTER DELETE ON main.{name} BEGIN {keep_image} {deleted} END",
    ]
