"""Notes which derived rows a transaction made stale, by temporary triggers on the writing connections.

A trigger sees the row as it was. A deleted line, or an order that changed its date, leaves a group that
nobody could name afterwards, so a list of changed ids would not do. The notes are temporary tables: they
roll back with the transaction that wrote them.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Entity
from channeldesk.model.entities import ENTITIES
from channeldesk.model.refused import came_back
from channeldesk.store.sales import sold

TABLES = {
    "touched_order": "id BLOB",
    "touched_day": "partner_id BLOB, day TEXT",
    "touched_product": "id BLOB",
    "touched_calendar": "period TEXT",
    "touched_stock": "partner_id BLOB, product_id BLOB",
    "touched_search": "entity TEXT, row_id BLOB",
}
_SUMS = "lines INTEGER, quantity INTEGER, net INTEGER, cost INTEGER, orders INTEGER"
_GROUP = "partner_id BLOB, {day} TEXT, category TEXT, currency TEXT"
_SOLD = {
    "touched_sale": "id BLOB PRIMARY KEY",
    "sold_before": f"{_GROUP.format(day='day')}, {_SUMS}",
    "sold_moved": f"{_GROUP.format(day='period')}, {_SUMS}",
}
"""Orders, and what they counted for when this transaction first touched them or their lines."""


def searched() -> list[type[Entity]]:
    """Entities with an entry in the search index. Orders are found by the indexes of their numbers."""
    return [e for e in ENTITIES.values() if e.search and e.__entity__ != "sales_order"]


def install(dbapi_connection: Any) -> None:
    """Put tables and triggers on a raw writing connection; again is harmless."""
    for name, columns in (TABLES | _SOLD).items():
        dbapi_connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns})")
    for name, (event, body) in triggers().items():
        dbapi_connection.execute(f"CREATE TEMP TRIGGER IF NOT EXISTS {name} AFTER {event} BEGIN {body} END")
    for name, (event, body) in _sold_triggers().items():
        dbapi_connection.execute(f"CREATE TEMP TRIGGER IF NOT EXISTS {name} {event} BEGIN {body} END")


def remove(dbapi_connection: Any) -> None:
    """Take the triggers off: during a backfill everything is rebuilt at the end anyway."""
    for name in (*triggers(), *_sold_triggers()):
        dbapi_connection.execute(f"DROP TRIGGER IF EXISTS temp.{name}")


def clear(connection: sa.Connection) -> None:
    for name in (*TABLES, *_SOLD):
        connection.exec_driver_sql(f"DELETE FROM temp.{name}")


def anything(connection: sa.Connection) -> bool:
    """Whether the transaction touched anything that others derive from."""
    return bool(connection.exec_driver_sql(_ANYTHING).scalar())


def keep(connection: sa.Connection) -> bool:
    """Puts the notes of this transaction aside, durably, for :func:`recall`; False when they are too many."""
    kept = _kept(connection)
    for name in TABLES:
        for row in connection.exec_driver_sql(f"SELECT DISTINCT * FROM temp.{name}"):
            values = [value.hex() if isinstance(value, bytes) else value for value in row]
            kept.setdefault(name, []).append(values)
    text = json.dumps(kept, separators=(",", ":"))
    connection.exec_driver_sql("INSERT OR REPLACE INTO local_state VALUES (?, ?)", (_KEPT, text))
    return sum(map(len, kept.values())) <= MOST_KEPT


def recall(connection: sa.Connection) -> None:
    """Brings back what was put aside, as if this transaction had touched it all."""
    for name, rows in _kept(connection).items():
        types = [column.split()[1] for column in TABLES[name].split(", ")]
        marks = ", ".join("unhex(?)" if kind == "BLOB" else "?" for kind in types)
        connection.exec_driver_sql(f"INSERT INTO temp.{name} VALUES ({marks})", [tuple(row) for row in rows])
    forget(connection)


def forget(connection: sa.Connection) -> None:
    """Drops what was put aside."""
    connection.exec_driver_sql("DELETE FROM local_state WHERE key = ?", (_KEPT,))


def _kept(connection: sa.Connection) -> dict[str, list[list[Any]]]:
    query = "SELECT value FROM local_state WHERE key = ?"
    text = connection.exec_driver_sql(query, (_KEPT,)).scalar()
    found: dict[str, list[list[Any]]] = json.loads(text or "{}")
    return found


_KEPT = "derived_touched"
MOST_KEPT = 2_000
"""Notes put aside: more of them than a person makes while a rebuild runs."""
_ANYTHING = "SELECT " + " OR ".join(
    f"EXISTS (SELECT 1 FROM temp.{name})" for name in (*TABLES, "touched_sale")
)


def triggers() -> dict[str, tuple[str, str]]:
    """Name to (event with condition, body)."""
    made: dict[str, tuple[str, str]] = {}
    for table, fields, note in _WATCHED:
        made |= _three(table, fields, note)
    for entity in searched():
        fields = tuple(dict.fromkeys((*entity.search, "name")))
        if entity.owner and entity.owner != "id":
            fields = (*fields, entity.owner)
        note = f"INSERT INTO touched_search VALUES ('{entity.__entity__}', {{row}}.id);"
        made |= {f"{name}_search": rest for name, rest in _three(entity.__entity__, fields, note).items()}
    made |= _CATEGORY | _ARRIVED
    return made


def _sold_triggers() -> dict[str, tuple[str, str]]:
    """Name to (moment and event with condition, body).

    They come before the change, because afterwards nobody could tell what the order counted for. While
    everything is to be computed anyway (``derive``), and indexes may be missing, nothing is looked up.
    """
    note = (
        "INSERT INTO touched_sale SELECT {order} WHERE {when} "
        "AND NOT EXISTS (SELECT 1 FROM touched_sale WHERE id = {order});"
    )
    made = {
        "before_sale": (
            f"AFTER INSERT ON temp.touched_sale WHEN {_COUNTED_ON}",
            f"INSERT INTO sold_before {sold('sales_order AS o', 'o.id = NEW.id')};",
        )
    }
    for table, order, when, fields in _SELLING:
        rows: dict[str, tuple[str, ...]] = {"INSERT": ("NEW",), "DELETE": ("OLD",)}
        if fields:
            rows[f"UPDATE OF {', '.join(fields)}"] = ("OLD", "NEW")
        for event, sides in rows.items():
            body = "".join(note.format(order=f"{side}.{order}", when=when.format(row=side)) for side in sides)
            condition = ""
            if len(sides) == 2:
                condition = " WHEN " + " OR ".join(f"NEW.{f} IS NOT OLD.{f}" for f in fields)
            name = f"sold_{event.split()[0].lower()}_{table}"
            made[name] = f"BEFORE {event} ON main.{table}{condition}", body
    return made


def _three(table: str, fields: tuple[str, ...], note: str) -> dict[str, tuple[str, str]]:
    """Note the row that comes, the row that goes, and both when one of ``fields`` changes."""
    old, new = note.format(row="OLD"), note.format(row="NEW")
    made = {
        f"note_insert_{table}": (f"INSERT ON main.{table}", new),
        f"note_delete_{table}": (f"DELETE ON main.{table}", old),
    }
    if fields:
        changed = " OR ".join(f"NEW.{f} IS NOT OLD.{f}" for f in fields)
        update = f"UPDATE OF {', '.join(fields)} ON main.{table} WHEN {changed}"
        made[f"note_update_{table}"] = (update, old + new)
    return made


_COUNTED_ON = "NOT EXISTS (SELECT 1 FROM local_state WHERE key = 'derived_stale')"
_SELLING: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("sales_order", "id", "true", ("partner_id", "order_date", "status", "currency", "rv")),
    ("order_line", "order_id", "true", ("order_id", "product_id", "quantity", "net", "cost")),
    ("outbox", "row_id", "{row}.entity = 'sales_order'", ()),
]
_STOCK = (
    "INSERT INTO touched_stock SELECT {row}.partner_id, {row}.product_id WHERE {row}.partner_id IS NOT NULL;"
)
_WATCHED: list[tuple[str, tuple[str, ...], str]] = [
    (
        "sales_order",
        ("partner_id", "order_date", "status", "currency", "rv"),
        "INSERT INTO touched_day VALUES ({row}.partner_id, {row}.order_date);",
    ),
    (
        "order_line",
        ("order_id", "partner_id", "product_id", "quantity", "net", "cost"),
        "INSERT INTO touched_order VALUES ({row}.order_id);",
    ),
    (
        "outbox",
        (),
        "INSERT INTO touched_order SELECT {row}.row_id WHERE {row}.entity = 'sales_order';",
    ),
    (
        "fiscal_period",
        ("code", "starts_on", "ends_on"),
        "INSERT INTO touched_calendar VALUES ({row}.code);",
    ),
    ("stock_level", ("partner_id", "product_id", "quantity", "as_of", "warehouse_id"), _STOCK),
    (
        "stock_movement",
        (
            "partner_id",
            "product_id",
            "movement_kind",
            "quantity",
            "happened_at",
            "happened_on",
            "warehouse_id",
        ),
        _STOCK,
    ),
    (
        "sell_out",
        ("partner_id", "product_id", "quantity", "happened_at", "first_on", "last_on", "reverses_id"),
        (
            f"{_STOCK} INSERT INTO touched_stock SELECT partner_id, product_id FROM main.sell_out "
            "WHERE id = {row}.reverses_id;"
        ),
    ),
    (
        "inbox",
        ("state",),
        (
            "INSERT INTO touched_stock SELECT partner_id, product_id FROM main.sell_out "
            "WHERE {row}.entity = 'sell_out' AND id = {row}.row_id; "
            "INSERT INTO touched_stock SELECT partner_id, product_id FROM main.stock_count_line "
            "WHERE {row}.entity = 'stock_count' AND stock_count_id = {row}.row_id;"
        ),
    ),
    ("stock_count_line", ("stock_count_id", "partner_id", "product_id", "counted"), _STOCK),
    (
        "stock_count",
        ("counted_at", "warehouse_id", "status"),
        (
            "INSERT INTO touched_stock SELECT partner_id, product_id FROM main.stock_count_line "
            "WHERE stock_count_id = {row}.id;"
        ),
    ),
]

_ARRIVED = {
    f"note_arrived_{table}": (
        f"UPDATE OF rv ON main.{table} WHEN (NEW.rv = 0) <> (OLD.rv = 0) AND {came_back(table, 'NEW')}",
        f"INSERT INTO touched_stock SELECT partner_id, product_id FROM main.{lines} WHERE {by} = NEW.id;",
    )
    for table, lines, by in (
        ("sell_out", "sell_out", "id"),
        ("stock_count", "stock_count_line", "stock_count_id"),
    )
}
"""What headquarters refused and has nevertheless counts again."""
_HAS_CATEGORY = "coalesce({row}.category, '') <> ''"
_CATEGORY = {
    # A product without a category changes nothing: its lines stand under the empty one already.
    "note_insert_category": (
        f"INSERT ON main.product WHEN {_HAS_CATEGORY.format(row='NEW')}",
        "INSERT INTO touched_product VALUES (NEW.id);",
    ),
    "note_update_category": (
        "UPDATE OF category ON main.product WHEN coalesce(NEW.category, '') <> coalesce(OLD.category, '')",
        "INSERT INTO touched_product VALUES (NEW.id);",
    ),
    "note_delete_category": (
        f"DELETE ON main.product WHEN {_HAS_CATEGORY.format(row='OLD')}",
        "INSERT INTO touched_product VALUES (OLD.id);",
    ),
}
