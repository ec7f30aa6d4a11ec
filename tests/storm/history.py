"""Every version that a row ever had at headquarters, kept by triggers in the database itself.

It commits and rolls back with what it tells of, sees a company's own SQL too, and is restored with a backup:
what was lost there is lost here, and has to be there again in the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.entities import ENTITIES
from tests.storm.values import Key, fields

WATCHED = (
    "partner",
    "contact",
    "promise",
    "visit_plan",
    "visit",
    "draft",
    "sales_order",
    "order_line",
    "order_discount",
    "approval",
    "approval_line",
    "shipment",
    "shipment_line",
    "stock_movement",
    "stock_count",
    "stock_count_line",
    "sell_out",
    "payment",
    "payment_allocation",
    "payment_promise",
    "credit_block",
    "warehouse_level",
    "order_route",
    "order_route_line",
    "publication",
    "publication_part",
    "price_item",
    "product",
)
_TABLE = "storm_history"


@dataclass(frozen=True)
class Version:
    """A row before and after one write; None where there was none, or a tombstone."""

    key: Key
    old: dict[str, Any] | None
    new: dict[str, Any] | None


def install(connection: sa.Connection) -> None:
    """Triggers after the feed's. Needs a write transaction; what is there already counts as the beginning."""
    postgresql = connection.dialect.name == "postgresql"
    number = "bigserial" if postgresql else "INTEGER"
    connection.exec_driver_sql(
        f"CREATE TABLE {_TABLE} (n {number} PRIMARY KEY, entity text, old text, new text)"
    )
    for statement in _postgresql() if postgresql else _sqlite():
        connection.exec_driver_sql(statement)
    for entity in WATCHED:
        new = f"to_jsonb({entity})::text" if postgresql else _image(entity, "")
        connection.exec_driver_sql(
            f"INSERT INTO {_TABLE} (entity, new) SELECT '{entity}', {new} FROM {entity} ORDER BY id"
        )


def _image(entity: str, row: str) -> str:
    names = [*ENTITIES[entity].fields, "deleted"]
    return (
        "json_object("
        + ", ".join(
            f"'{n}', CASE typeof({row}{n}) WHEN 'blob' THEN lower(hex({row}{n})) ELSE {row}{n} END"
            for n in names
        )
        + ")"
    )


def _sqlite() -> Iterator[str]:
    for entity in WATCHED:
        for event, old, new in (
            ("INSERT", "NULL", _image(entity, "NEW.")),
            ("UPDATE", _image(entity, "OLD."), _image(entity, "NEW.")),
            ("DELETE", _image(entity, "OLD."), "NULL"),
        ):
            yield (
                f"CREATE TRIGGER storm_{event.lower()}_{entity} AFTER {event} ON {entity} BEGIN "
                f"INSERT INTO {_TABLE} (entity, old, new) VALUES ('{entity}', {old}, {new}); END"
            )


def _postgresql() -> Iterator[str]:
    yield (
        f"CREATE FUNCTION {_TABLE}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"INSERT INTO {_TABLE} (entity, old, new) VALUES (TG_TABLE_NAME, "
        "CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD)::text END, "
        "CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW)::text END); RETURN NULL; END $body$"
    )
    for entity in WATCHED:
        yield (
            f"CREATE TRIGGER storm_{entity} AFTER INSERT OR UPDATE OR DELETE ON {entity} "
            f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}()"
        )


def read(database: Database) -> list[Version]:
    """In the order in which headquarters wrote."""
    with database.snapshot() as connection:
        found = connection.exec_driver_sql(f"SELECT entity, old, new FROM {_TABLE} ORDER BY n").all()
    return [_version(*row) for row in found]


def _version(entity: str, old: str | None, new: str | None) -> Version:
    before, after = (json.loads(text) if text else None for text in (old, new))
    row_id = str((after or before or {})["id"]).replace("-", "")
    return Version((entity, row_id), _alive(entity, before), _alive(entity, after))


def _alive(entity: str, row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None or row["deleted"]:
        return None
    for name, field in ENTITIES[entity].fields.items():
        if field.type == "ref" and row[name] is not None:
            row[name] = row[name].replace("-", "")
    return fields(row)
