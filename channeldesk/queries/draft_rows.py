"""What drafts of reference data do to single rows; those of a batch page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import entity as declaration
from channeldesk.queries.reference_data import LABELS, NAMED, fields
from channeldesk.rules.administration import KINDS

LISTED = 50
"""Rows of one draft that are told at once."""

_PRICE = """
(SELECT l.code FROM price_list l WHERE l.id = {list}) || ' · ' ||
(SELECT p.sku || '  ' || p.name FROM product p WHERE p.id = {product})
"""
_LABELS = {**LABELS, "price_item": _PRICE.format(list="price_list_id", product="product_id")}
_GONE = _PRICE.format(
    list="unhex(json_extract(o.base, '$.price_list_id'))",
    product="unhex(json_extract(o.base, '$.product_id'))",
)
_NOW = " ".join(
    f"WHEN '{kind}' THEN (SELECT {_LABELS[kind]} FROM \"{kind}\" WHERE id = o.row_id)" for kind in KINDS
)
_BEFORE = "json_extract(o.base, '$.name'), json_extract(o.base, '$.code')"
NAMED_ROW = f"""
coalesce(CASE o.entity {_NOW} END, CASE o.entity WHEN 'price_item' THEN {_GONE} END, {_BEFORE}, '') AS label,
CASE o.entity WHEN 'price_item' THEN coalesce((SELECT i.min_quantity FROM price_item i WHERE i.id = o.row_id),
                                              json_extract(o.base, '$.min_quantity'), 0) END AS quantity
"""
"""Columns that name the row of an outbox entry ``o``, one that is gone too."""

_SEQS = f"SELECT o.seq, {NAMED_ROW} FROM outbox o WHERE o.txn = :txn AND o.draft = 1 ORDER BY o.seq"
_ROWS = f"""
SELECT o.*, {NAMED_ROW} FROM json_each(:seqs) k CROSS JOIN outbox o ON o.seq = k.value ORDER BY o.seq
"""


@dataclass(frozen=True)
class DraftChange:
    """A field; ``before`` and ``after`` as they are stored, references by what they are called."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DraftRow:
    """What one draft does to one row: ``op`` is insert, patch or delete. ``currency`` of its amounts;
    ``quantity``: from which on a price holds.
    """

    entity: str
    id: bytes
    op: str
    label: str
    changes: tuple[DraftChange, ...]
    currency: str
    quantity: int = 0


@dataclass(frozen=True)
class BatchRows:
    """``rows`` from the ``first`` on; ``count``: how many there are, or how many say what was looked for."""

    rows: tuple[DraftRow, ...]
    first: int
    count: int


def batch_rows(connection: sa.Connection, txn: bytes, text: str = "", first: int = 0) -> BatchRows:
    """A page of the rows of a batch that say every word of ``text``; the last page where ``first`` is beyond
    them.
    """
    words = text.casefold().split()
    found = [
        row.seq
        for row in connection.execute(sa.text(_SEQS), {"txn": txn})
        if all(word in str(row.label).casefold() for word in words)
    ]
    first = min(first, max(0, len(found) - 1)) // LISTED * LISTED
    seqs = json.dumps(found[first : first + LISTED])
    rows = connection.execute(sa.text(_ROWS), {"seqs": seqs}).all()
    return BatchRows(tuple(row_of(connection, row) for row in rows), first, len(found))


def row_of(connection: sa.Connection, row: sa.Row[Any]) -> DraftRow:
    """An entry of the outbox with the columns of :data:`NAMED_ROW`."""
    base, changes = json.loads(row.base), json.loads(row.changes)
    told = []
    for field in fields(row.entity):
        before, after = base.get(field.name), changes.get(field.name)
        if not field.stamped and before != after and (row.op != "patch" or field.name in changes):
            sides = (_said(connection, row.entity, field.name, one) for one in (before, after))
            told.append(DraftChange(field.name, *sides))
    currency = str({**base, **changes}.get("currency") or "")
    return DraftRow(
        row.entity, bytes(row.row_id), row.op, row.label, tuple(told), currency, row.quantity or 0
    )


def _said(connection: sa.Connection, entity: str, name: str, value: Any) -> Any:
    field = declaration(entity).fields[name]
    if value is None or field.type not in NAMED:
        return value
    target = str(field.target)
    sql = sa.text(f'SELECT {LABELS[target]} FROM "{target}" WHERE id = :id')
    return connection.execute(sql, {"id": bytes.fromhex(value)}).scalar() or value
