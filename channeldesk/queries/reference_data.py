"""Reference data as headquarters' staff edits it: a list and a form of every kind, from the declarations."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import SYSTEM_FIELDS, Field, Type
from channeldesk.model.entities import entity as declaration
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page

LABELS = {
    "territory": "code || '  ' || name",
    "channel_type": "name",
    "tier": "name",
    "product": "sku || '  ' || name",
    "tax_code": "name",
    "price_list": "code || '  ' || name",
    "price_item": "(SELECT p.sku || '  ' || p.name FROM product p WHERE p.id = product_id)",
    "promotion": "code || '  ' || name",
    "promotion_buyer": "(SELECT m.code FROM promotion m WHERE m.id = promotion_id)",
    "promotion_item": "(SELECT m.code FROM promotion m WHERE m.id = promotion_id)",
    "partner": "code || '  ' || name",
    "app_user": "name || '  (' || login || ')'",
    "fiscal_period": "code",
    "target": "(SELECT t.name FROM territory t WHERE t.id = territory_id)",
    "scope_grant": "(SELECT u.name FROM app_user u WHERE u.id = user_id)",
    "exchange_rate": "currency || ' / ' || base_currency",
    "unit_conversion": "unit_name",
    "survey": "code || '  ' || name",
    "survey_question": "line_number || '  ' || question",
    "task_template": "task",
    "count_limit": "currency",
    "warehouse": "code || '  ' || name",
}
"""SQL of what a row of each kind is called."""

NAMED = (Type.REF, Type.ID)
"""Types of fields that are shown as the name of another row."""
_TYPES = {
    Type.TEXT: ColumnType.TEXT,
    Type.REF: ColumnType.TEXT,
    Type.ID: ColumnType.TEXT,
    Type.CHOICE: ColumnType.CHOICE,
    Type.INTEGER: ColumnType.INTEGER,
    Type.MONEY: ColumnType.MONEY,
    Type.PRICE: ColumnType.PRICE,
    Type.QUANTITY: ColumnType.QUANTITY,
    Type.RATE: ColumnType.SHARE,
    Type.DAY: ColumnType.DAY,
    Type.FLAG: ColumnType.FLAG,
}
_SORTED_BY = {
    "territory": "path",
    "price_item": "product_id",
    "promotion_buyer": "promotion_id",
    "promotion_item": "promotion_id",
    "target": "period_id",
    "survey_question": "survey_id",
}
BESIDE = {
    "price_item": {
        "category": ("(SELECT p.category FROM product p WHERE p.id = e.product_id)", ColumnType.TEXT),
        "valid_from": (
            "(SELECT l.valid_from FROM price_list l WHERE l.id = e.price_list_id)",
            ColumnType.DAY,
        ),
        "valid_to": ("(SELECT l.valid_to FROM price_list l WHERE l.id = e.price_list_id)", ColumnType.DAY),
    }
}
"""What else a list shows and is filtered by: SQL of it, from the rows that a row points at."""
_NAMES = {"name", "name_local", "category", "city"}
"""Texts that are ordered as names; others by their signs, as codes are."""
_SYSTEM = {field.name for field in SYSTEM_FIELDS}


def fields(entity: str) -> list[Field]:
    """What a row of this kind says, in the order of its declaration."""
    return [field for name, field in declaration(entity).fields.items() if name not in _SYSTEM]


def _value(field: Field) -> str:
    if field.type in NAMED:
        target = str(field.target)
        return f'(SELECT {LABELS[target]} FROM "{target}" WHERE id = e."{field.name}")'
    return f'e."{field.name}"'


@cache
def spec(entity: str) -> ListSpec:
    columns = {
        field.name: Column(
            _value(field),
            _TYPES.get(field.type, ColumnType.INTEGER),
            currency="e.currency" if field.type is Type.MONEY else "",
            code=field.type is Type.TEXT and field.name not in _NAMES,
        )
        for field in fields(entity)
    }
    for name, (sql, kind) in BESIDE.get(entity, {}).items():
        columns[name] = Column(sql, kind)
    said = [_value(one) for one in fields(entity) if one.type in (Type.TEXT, *NAMED)]
    text = " || ' ' || ".join(f"coalesce({one}, '')" for one in said)
    first = _SORTED_BY.get(entity, next(iter(columns)))
    return ListSpec(
        key="e.rowid",
        source=f'"{entity}" e',
        columns=columns,
        default_sort=first,
        search=f"instr(lower({text}), {{word}}) > 0",
    )


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """``values`` by field, references by what they are called. ``mark``: new, changed, or "" if published."""

    key: int
    id: bytes
    values: Mapping[str, Any]
    mark: str


def keys(connection: sa.Connection, view: ListView = ALL, entity: str = "") -> array[int]:
    return ordered_keys(connection, spec(entity), view)


def figures(
    entity: str, connection: sa.Connection, keys: Sequence[int], columns: Asked
) -> dict[str, Measures]:
    """What columns come to over the rows of ``keys``."""
    return column_figures(connection, spec(entity), keys, columns)


def rows(entity: str, connection: sa.Connection, keys: Sequence[int]) -> list[ReferenceRow]:
    beside = {name: sql for name, (sql, _) in BESIDE.get(entity, {}).items()}
    sources = {field.name: _value(field) for field in fields(entity)} | beside
    names = list(sources)
    told = ", ".join(f'{sql} AS "{name}"' for name, sql in sources.items())
    sql = (
        f"SELECT e.rowid AS key, e.id AS row_id, {told}, (SELECT CASE max(o.op = 'insert') WHEN 1 THEN 'new' "
        f"WHEN 0 THEN 'changed' ELSE '' END FROM outbox o WHERE o.entity = '{entity}' AND o.row_id = e.id "
        f"AND o.draft = 1) AS mark_ "
        f'FROM json_each(:keys) k CROSS JOIN "{entity}" e ON e.rowid = k.value'
    )
    found = page(connection, sql, keys)
    return [
        ReferenceRow(row.key, row.row_id, {name: getattr(row, name) for name in names}, row.mark_)
        for row in found
    ]


@dataclass(frozen=True)
class ReferenceForm:
    """``values`` as they are stored, None for a new row; ``options``: what each reference may point at."""

    entity: str
    id: bytes | None
    label: str
    values: Mapping[str, Any]
    options: Mapping[str, tuple[tuple[bytes, str], ...]]


def form(connection: sa.Connection, entity: str, row_id: bytes | None) -> ReferenceForm | None:
    """For editing a row, or for a new one; None if the row is gone."""
    options = {}
    for field in fields(entity):
        if field.type in NAMED:
            target = str(field.target)
            sql = f'SELECT id, {LABELS[target]} AS label FROM "{target}" ORDER BY label COLLATE NOCASE'
            if target == "territory":
                sql = f"SELECT id, {_indented()} AS label FROM territory ORDER BY path"
            found = connection.execute(sa.text(sql))
            options[field.name] = tuple((bytes(row.id), str(row.label or "")) for row in found)
    if row_id is None:
        values = {field.name: field.default for field in fields(entity)}
        return ReferenceForm(entity, None, "", values, options)
    sql = f'SELECT *, {LABELS[entity]} AS label_ FROM "{entity}" WHERE id = :id'
    row = connection.execute(sa.text(sql), {"id": row_id}).mappings().first()
    if row is None:
        return None
    values = {field.name: row[field.name] for field in fields(entity)}
    return ReferenceForm(entity, row_id, str(row["label_"] or ""), values, options)


def _indented() -> str:
    depth = "(length(path) - length(replace(path, '/', '')) - 1)"
    return f"substr('                              ', 1, 4 * {depth}) || {LABELS['territory']}"
