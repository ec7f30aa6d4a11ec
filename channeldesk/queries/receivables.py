"""What a partner owes, invoice by invoice, and how old it is."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock, marks
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page
from channeldesk.rules.ageing import Ageing, ageing
from channeldesk.rules.credit import OpenItem

_UNCONFIRMED = f"""(SELECT sum(a.amount) FROM payment_allocation a WHERE a.receivable_id = r.id
AND a.rv = 0 AND {marks.counts("payment_allocation", "a")})"""
OPEN = f"(r.open_amount - coalesce({_UNCONFIRMED}, 0))"
"""Of ``receivable r``, as allocations that headquarters has not confirmed leave it."""
_ALLOCATED_HERE = """(SELECT a.receivable_id FROM outbox o JOIN payment_allocation a ON a.id = o.row_id
WHERE o.entity = 'payment_allocation' AND a.rv = 0)"""


def open_items(where: str = "") -> str:
    """The open invoices as a table in brackets; ``where`` is a condition on ``receivable r`` by an index.

    Only those that unconfirmed allocations change are looked at one by one. An invoice that was settled, and
    that a take-back opened again, is among these.
    """
    columns = "SELECT r.id, r.partner_id, r.number, r.due_on, r.currency"
    found = [f"r.open_amount <> 0 AND {where}"] if where else ["r.open_amount > 0", "r.open_amount < 0"]
    parts = [
        f"{columns}, r.open_amount FROM receivable r WHERE {one} AND r.id NOT IN {_ALLOCATED_HERE}"
        for one in found
    ]
    parts.append(
        f"{columns}, {OPEN} FROM receivable r "
        f"WHERE r.id IN {_ALLOCATED_HERE} AND {OPEN} <> 0 AND {where or 'true'}"
    )
    return f"({' UNION ALL '.join(parts)})"


_LATE = f"""CASE WHEN {OPEN} <> 0
THEN CAST(julianday(:today) - julianday(r.due_on) AS INTEGER) END"""
"""Days past due, negative before; null once it is settled."""
_ORDER = "(SELECT number FROM sales_order WHERE id = r.order_id)"

SPEC = ListSpec(
    key="r.rowid",
    source="receivable r",
    default_sort="late",
    default_descending=True,
    search=f"instr(lower(r.number || ' ' || coalesce({_ORDER}, '')), {{word}}) > 0",
    columns={
        "number": Column("r.number", code=True, required=True),
        "order": Column(_ORDER, code=True),
        "issued": Column("r.issued_on", ColumnType.DAY, required=True),
        "due": Column("r.due_on", ColumnType.DAY, required=True),
        "late": Column(_LATE, ColumnType.INTEGER),
        "amount": Column("r.amount", ColumnType.MONEY, currency="r.currency", required=True),
        "open": Column(
            OPEN,
            ColumnType.MONEY,
            currency="r.currency",
            required=True,
            unsure=f"({_UNCONFIRMED} IS NOT NULL)",
        ),
        "currency": Column("r.currency", required=True),
    },
)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice, or a credit note with negative amounts. ``late``: days past due, negative before, None once
    it is settled. Days as ISO text.
    """

    key: int
    id: bytes
    partner_id: bytes
    number: str
    order_id: bytes | None
    order: str | None
    issued: str
    due: str
    amount: int
    open: int
    currency: str
    late: int | None
    provisional: bool


def keys(
    connection: sa.Connection, view: ListView = ALL, partner_id: bytes | None = None, today: str | None = None
) -> array[int]:
    """Row numbers of a partner's invoices, the longest overdue first unless the view says otherwise."""
    day = _day(connection, partner_id, today)
    where, params = "r.partner_id = :partner", {"partner": partner_id, "today": day}
    return ordered_keys(connection, SPEC, view, where=where, params=params, today=day)


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the invoices of ``keys``."""
    return column_figures(connection, SPEC, keys, columns, {"today": clock.today(connection)})


_PAGE = f"""
SELECT r.rowid AS key, r.id, r.partner_id, r.number, r.order_id, {_ORDER} AS "order", r.issued_on AS issued,
       r.due_on AS due, r.amount, {OPEN} AS open, r.currency, {_UNCONFIRMED} IS NOT NULL AS provisional
FROM json_each(:keys) k CROSS JOIN receivable r ON r.rowid = k.value
"""


def rows(connection: sa.Connection, keys: Sequence[int], today: str | None = None) -> list[InvoiceRow]:
    """The invoices of ``keys``, in their order, on their partner's business date."""
    found = page(connection, _PAGE, keys)
    days = {one: _day(connection, one, today) for one in {bytes(row.partner_id) for row in found}}
    return [_row(row, date.fromisoformat(days[bytes(row.partner_id)])) for row in found]


def _row(row: sa.Row[Any], today: date) -> InvoiceRow:
    late = (today - date.fromisoformat(row.due)).days if row.open else None
    return InvoiceRow(**row._asdict() | {"provisional": bool(row.provisional)}, late=late)


@dataclass(frozen=True)
class Owed:
    """By currency, as of the last answer of headquarters (ms UTC; None while it is still arriving)."""

    ageing: tuple[Ageing, ...]
    as_of: int | None


_OPEN = f"""
SELECT open_amount, currency, due_on FROM {open_items("r.partner_id = :partner")}
"""


def owed(connection: sa.Connection, partner_id: bytes, today: str | None = None) -> Owed:
    day = date.fromisoformat(_day(connection, partner_id, today))
    found = connection.execute(sa.text(_OPEN), {"partner": partner_id})
    items = [OpenItem(row.open_amount, row.currency, date.fromisoformat(row.due_on)) for row in found]
    return Owed(ageing(items, day), clock.as_of(connection))


def _day(connection: sa.Connection, partner_id: bytes | None, today: str | None) -> str:
    if today is not None or partner_id is None:
        return today or clock.today(connection)
    return clock.today_of(connection, partner_id)
