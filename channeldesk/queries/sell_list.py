"""The reports of sell-out of one partner, row by row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.queries.sell_reports import STANDS
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page

_PROVISIONAL = marks.provisional("sell_out", "o")
SPEC = ListSpec(
    key="o.rowid",
    source="sell_out o",
    default_sort="last_on",
    default_descending=True,
    tie="o.rowid",
    joins={
        "d": "LEFT JOIN product d ON d.id = o.product_id",
        "b": "LEFT JOIN partner b ON b.id = o.buyer_partner_id",
    },
    columns={
        "last_on": Column("o.last_on", ColumnType.DAY, required=True),
        "sku": Column("d.sku", needs=("d",), code=True),
        "product": Column("d.name", needs=("d",), also="d.name_local"),
        "buyer": Column("b.name", needs=("b",), also="b.name_local"),
        "quantity": Column("o.quantity", ColumnType.QUANTITY, required=True),
        "amount": Column("o.amount", ColumnType.MONEY, currency="o.currency"),
        "document": Column("o.document", code=True),
        "source": Column("o.source", ColumnType.CHOICE, required=True),
        "reference": Column("o.reference"),
    },
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """``stands``: it can be taken back. ``reversal``: it takes another one back itself."""

    key: int
    id: bytes
    first_on: str
    last_on: str
    sku: str | None
    product: str | None
    product_local: str | None
    unit: str | None
    buyer: str | None
    buyer_local: str | None
    to_sub_dealer: bool
    quantity: int
    amount: int | None
    currency: str | None
    document: str | None
    source: str
    reference: str | None
    reversal: bool
    stands: bool
    provisional: bool


def keys(
    connection: sa.Connection, view: ListView = ALL, partner_id: bytes | None = None, today: str | None = None
) -> array[int]:
    """Row numbers of the reports of a partner, the newest first."""
    where = "o.partner_id = :partner"
    return ordered_keys(connection, SPEC, view, where=where, params={"partner": partner_id}, today=today)


_PAGE = f"""
SELECT o.rowid AS key, o.id, o.first_on, o.last_on, d.sku, d.name AS product, d.name_local AS product_local,
       d.base_unit AS unit, b.name AS buyer, b.name_local AS buyer_local,
       o.buyer_partner_id IS NOT NULL AS to_sub_dealer, o.quantity, o.amount, o.currency, o.document,
       o.source, o.reference, o.reverses_id IS NOT NULL AS reversal, {STANDS} AS stands,
       {_PROVISIONAL} AS provisional
FROM json_each(:keys) k CROSS JOIN sell_out o ON o.rowid = k.value
LEFT JOIN product d ON d.id = o.product_id LEFT JOIN partner b ON b.id = o.buyer_partner_id
"""
_FLAGS = ("to_sub_dealer", "reversal", "stands", "provisional")


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[ReportRow]:
    """The reports of ``keys``, in their order."""
    return [
        ReportRow(**row._asdict() | {name: bool(getattr(row, name)) for name in _FLAGS})
        for row in page(connection, _PAGE, keys)
    ]
