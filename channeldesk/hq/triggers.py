"""What was written enters the feed by triggers, so that no write path goes round it: a push, a load, the
console, a company's own SQL.

The triggers are generated from the declarations and put back after every migration. On SQLite they run per
row; on PostgreSQL per statement, over transition tables, so that a load of a million rows calls them once.
A row that leaves its unit (deleted, or given to another owner) leaves a *gone* entry behind for that unit,
and one that stops concerning some partners one for what it concerned before.
"""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.hq.tables import GLOBAL_UNIT
from channeldesk.model.declare import Entity, Unit, replicated

UNIT_KINDS = {Unit.GLOBAL: "g", Unit.TERRITORY: "t", Unit.PARTNER: "p", Unit.PRIVATE: "u"}
CONCERN = "c"
"""Kind of the entries for people of partners: the unit is what the row concerned, nil where that was all."""
_INTO = "INSERT INTO feed_pending (entity, row_id, unit_kind, unit_id, gone)"


def install(connection: sa.Connection) -> None:
    """(Re)installs every trigger; running it again changes nothing. Needs a write transaction."""
    postgresql = connection.dialect.name == "postgresql"
    for statement in postgresql_statements() if postgresql else sqlite_statements():
        connection.exec_driver_sql(statement)


def sqlite_statements() -> list[str]:
    statements = []
    for entity in replicated():
        name, head = entity.__entity__, f"SELECT '{entity.__entity__}'"
        kind = UNIT_KINDS[entity.unit]
        new, old = (
            _unit(entity, "NEW", f"X'{GLOBAL_UNIT.hex()}'"),
            _unit(entity, "OLD", f"X'{GLOBAL_UNIT.hex()}'"),
        )
        here = f"{_INTO} {head}, NEW.id, '{kind}', {new}, NEW.deleted WHERE {new} IS NOT NULL;"
        gone = f"{_INTO} {head}, OLD.id, '{kind}', {old}, 1 WHERE {old} IS NOT NULL"
        moved = f"{gone} AND (NEW.id <> OLD.id OR {new} IS NOT {old});"
        left = f"{gone};"
        if was := _concern(entity, "OLD", f"X'{GLOBAL_UNIT.hex()}'"):
            still = _concern(entity, "NEW", f"X'{GLOBAL_UNIT.hex()}'")
            ended = f"{_INTO} {head}, OLD.id, '{CONCERN}', {was}, 1 WHERE {was} IS NOT NULL"
            moved += f"{ended} AND {still} IS NOT {was};"
            left += f"{ended};"
        for event, body in (("INSERT", here), ("UPDATE", f"{moved} {here}"), ("DELETE", left)):
            trigger = f"feed_{event.lower()}_{name}"
            statements.append(f"DROP TRIGGER IF EXISTS {trigger}")
            statements.append(f"CREATE TRIGGER {trigger} AFTER {event} ON {name} BEGIN {body} END")
    for event in ("UPDATE", "DELETE"):
        trigger = f"audit_entry_no_{event.lower()}"
        statements.append(f"DROP TRIGGER IF EXISTS {trigger}")
        statements.append(
            f"CREATE TRIGGER {trigger} BEFORE {event} ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
    return statements


def postgresql_statements() -> list[str]:
    statements = []
    for entity in replicated():
        name, kind = entity.__entity__, UNIT_KINDS[entity.unit]
        nil = f"'{GLOBAL_UNIT.hex()}'::uuid"
        new, old = _unit(entity, "n", nil), _unit(entity, "o", nil)
        here = (
            f"{_INTO} SELECT '{name}', n.id, '{kind}', {new}, n.deleted "
            f"FROM new_rows n WHERE {new} IS NOT NULL;"
        )
        gone = f"{_INTO} SELECT '{name}', o.id, '{kind}', {old}, 1 FROM old_rows o"
        moved = (
            f"{gone} LEFT JOIN new_rows n ON n.id = o.id "
            f"WHERE {old} IS NOT NULL AND (n.id IS NULL OR {new} IS DISTINCT FROM {old});"
        )
        left = f"{gone} WHERE {old} IS NOT NULL;"
        all_left = f"{_INTO} SELECT '{name}', o.id, '{kind}', {old}, 1 FROM {name} o WHERE {old} IS NOT NULL;"
        if was := _concern(entity, "o", nil):
            still = _concern(entity, "n", nil)
            ended = f"{_INTO} SELECT '{name}', o.id, '{CONCERN}', {was}, 1 FROM"
            moved += (
                f"{ended} old_rows o LEFT JOIN new_rows n ON n.id = o.id "
                f"WHERE {was} IS NOT NULL AND {still} IS DISTINCT FROM {was};"
            )
            left += f"{ended} old_rows o WHERE {was} IS NOT NULL;"
            all_left += f"{ended} {name} o WHERE {was} IS NOT NULL;"
        for event, when, tables, body in (
            ("INSERT", "AFTER", "REFERENCING NEW TABLE AS new_rows", here),
            ("UPDATE", "AFTER", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{moved} {here}"),
            ("DELETE", "AFTER", "REFERENCING OLD TABLE AS old_rows", left),
            ("TRUNCATE", "BEFORE", "", all_left),
        ):
            function = f"feed_{event.lower()}_{name}"
            statements += _function(function, f"{body} RETURN NULL;")
            statements.append(
                f"CREATE OR REPLACE TRIGGER {function} {when} {event} ON {name} {tables} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    statements += _function("audit_entry_append_only", "RAISE EXCEPTION 'the audit trail is append-only';")
    statements.append(
        "CREATE OR REPLACE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()"
    )
    return statements


def _function(name: str, body: str) -> list[str]:
    head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
    return [f"{head} AS $body$ BEGIN {body} END $body$"]


def _concern(entity: type[Entity], row: str, nil: str) -> str | None:
    """SQL for whose people a row is meant for beyond its unit: by the one reference that says so, or its
    owner where it has the flag; null for nobody, nil for all. None for entities without such rows, and where
    several references say it or the row itself is what concerns a partner: these rows are in
    ``Scope.concerns``, and another set of them makes another viewer.
    """
    asked = entity.for_partner
    if asked is not None and asked.flag is not None:
        return f"(CASE WHEN {row}.{asked.flag} = 1 THEN {row}.{entity.owner} END)"
    named = None if asked is None else asked.sole_concern
    return None if named is None or named == "id" else f"coalesce({row}.{named}, {nil})"


def _unit(entity: type[Entity], row: str, nil: str) -> str:
    """SQL for the unit a row belongs to; null where the row stays at headquarters."""
    return nil if entity.unit is Unit.GLOBAL else f"{row}.{entity.owner}"
