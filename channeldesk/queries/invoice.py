"""How what is still open of one invoice comes about, payment by payment."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.queries.receivables import OPEN


@dataclass(frozen=True, slots=True)
class Paid:
    """What of one payment is set against the invoice, in minor units; ``method`` is a code."""

    payment_id: bytes
    received_on: str
    method: str
    reference: str | None
    amount: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """``open`` is ``amount`` less ``settled`` (a source says so, no payment here does) and less ``paid``."""

    id: bytes
    number: str
    order_id: bytes | None
    order: str | None
    issued: str
    due: str
    amount: int
    settled: int
    open: int
    currency: str
    paid: tuple[Paid, ...]


_INVOICE = f"""
SELECT r.id, r.number, r.order_id, o.number AS "order", r.issued_on AS issued, r.due_on AS due, r.amount,
       r.settled, {OPEN} AS open, r.currency
FROM receivable r LEFT JOIN sales_order o ON o.id = r.order_id WHERE r.id = :invoice
"""
_PAID = f"""
SELECT y.id AS payment_id, y.received_on, y.method, y.reference, sum(a.amount) AS amount,
       max(a.rv = 0) AS provisional
FROM payment_allocation a JOIN payment y ON y.id = a.payment_id
WHERE a.receivable_id = :invoice AND {marks.counts("payment_allocation", "a")}
GROUP BY y.id HAVING sum(a.amount) <> 0 ORDER BY y.received_on, y.id
"""


def invoice(connection: sa.Connection, receivable_id: bytes) -> InvoiceDetail | None:
    """None: it is not on this laptop any more."""
    row = connection.execute(sa.text(_INVOICE), {"invoice": receivable_id}).first()
    if row is None:
        return None
    found = connection.execute(sa.text(_PAID), {"invoice": receivable_id})
    paid = tuple(Paid(**one._asdict() | {"provisional": bool(one.provisional)}) for one in found)
    return InvoiceDetail(**row._asdict(), paid=paid)
