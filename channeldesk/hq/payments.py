"""Payments, and what of them is set against invoices: judged with headquarters' own figures.

Everything about the money of a partner is done under the lock of its row (``hq.ledger``), so that two people
cannot both set the last cent of a payment, or pay the last cent of an invoice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.model.notice import Notice
from channeldesk.model.tables import hq
from channeldesk.rules.allocation import refuse_allocation, refuse_receipt, settled

if TYPE_CHECKING:
    from channeldesk.hq.requests import Work

Values = dict[str, Any]
Pair = tuple[bytes, bytes]
"""A payment and an invoice."""


class Payments:
    """Payments and allocations that one transaction brings."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._payments: list[tuple[Change, Values]] = []
        self._allocations: list[tuple[Change, Values]] = []

    def take(self, change: Change, row: Values) -> None:
        (self._payments if change.entity_name == "payment" else self._allocations).append((change, row))

    def judge(self) -> None:
        """Raises Rejected with the reason; writes what is open of payments and invoices."""
        if not (self._payments or self._allocations):
            return
        for change, row in self._payments:
            self._work.paid.add(row["partner_id"])
            if row["reverses_id"] is None:
                if row["amount"] <= 0:
                    raise reject(change, "payment.nothing")
                refused = refuse_receipt(row["received_on"], self._today(row["partner_id"]))
                if refused is not None:
                    raise Rejected(change, refused)
                row["open_amount"] = row["amount"]
        work = self._work
        work.finish()
        named = {row["payment_id"] for _, row in self._allocations}
        named |= {row["reverses_id"] for _, row in self._payments if row["reverses_id"] is not None}
        allocated = of_pairs(work.connection, named)
        back = _reversed(work.connection, named)
        for change, row in self._payments:
            if row["reverses_id"] is not None:
                self._counterpart(change, row, back)
        for change, row in self._allocations:
            self._allocate(change, row, allocated, back)
        for change, row in self._payments:
            if row["reverses_id"] is not None:
                self._take_back(change, row, allocated)

    def _today(self, partner_id: bytes) -> str:
        partner = self._work.row(("partner", partner_id))
        assert partner is not None, "held before"
        return self._work.facts.received_on(partner, self._work.now).isoformat()

    def _counterpart(self, change: Change, row: Values, back: set[bytes]) -> None:
        original = self._payment(change, row["reverses_id"], row["partner_id"])
        same = (original["currency"], -original["amount"], None)
        if (row["currency"], row["amount"], original["reverses_id"]) != same:
            raise reject(change, "sync.malformed_value", field="amount")
        if original["id"] in back:
            raise reject(change, "payment.reversed_before")
        back.add(original["id"])

    def _allocate(self, change: Change, row: Values, allocated: dict[Pair, int], back: set[bytes]) -> None:
        payment = self._payment(change, row["payment_id"], row["partner_id"])
        invoice = self._work.row(("receivable", row["receivable_id"]))
        if invoice is None or invoice["deleted"] or invoice["partner_id"] != row["partner_id"]:
            raise reject(change, "sync.missing_reference", field="receivable_id")
        if payment["currency"] != invoice["currency"]:
            told = {"payment": payment["currency"], "invoice": invoice["currency"]}
            raise Rejected(change, Notice("payment.other_currency", told))
        if row["amount"] > 0 and (payment["id"] in back or payment["reverses_id"] is not None):
            raise reject(change, "payment.reversed_before")
        pair = payment["id"], invoice["id"]
        refused = refuse_allocation(
            row["amount"],
            rest=payment["open_amount"],
            open_amount=invoice["open_amount"],
            allocated=allocated.get(pair, 0),
            currency=payment["currency"],
        )
        if refused is not None:
            raise Rejected(change, refused)
        allocated[pair] = allocated.get(pair, 0) + row["amount"]
        left = invoice["open_amount"] - row["amount"]
        self._work.note(("receivable", invoice["id"]), invoice, {"open_amount": left})
        self._work.note(
            ("payment", payment["id"]), payment, {"open_amount": payment["open_amount"] - row["amount"]}
        )
        self._work.paid.add(row["partner_id"])

    def _take_back(self, change: Change, row: Values, allocated: Mapping[Pair, int]) -> None:
        """What was on account of the payment is gone with it."""
        if _of(allocated, row["reverses_id"]):
            raise reject(change, "payment.still_allocated")
        key = ("payment", row["reverses_id"])
        original = self._work.row(key)
        assert original is not None
        self._work.note(key, original, {"open_amount": 0})

    def _payment(self, change: Change, payment_id: bytes, partner_id: bytes) -> Values:
        found = self._work.row(("payment", payment_id))
        if found is None or found["deleted"] or found["partner_id"] != partner_id:
            raise reject(change, "sync.missing_reference", field="payment_id")
        return found


def of_pairs(connection: sa.Connection, payments: Collection[bytes]) -> dict[Pair, int]:
    """What of payments is set against which invoice."""
    if not payments:
        return {}
    table = hq.tables["payment_allocation"]
    total = sa.cast(sa.func.sum(table.c.amount), sa.BigInteger)
    query = sa.select(table.c.payment_id, table.c.receivable_id, total).where(
        bulk.among(connection, table.c.payment_id, payments), table.c.deleted == 0
    )
    found = connection.execute(query.group_by(table.c.payment_id, table.c.receivable_id))
    return {(payment, invoice): int(amount) for payment, invoice, amount in found}


def _of(allocated: Mapping[Pair, int], payment_id: bytes) -> int:
    return sum(amount for (payment, _), amount in allocated.items() if payment == payment_id)


def _reversed(connection: sa.Connection, payments: Collection[bytes]) -> set[bytes]:
    if not payments:
        return set()
    table = hq.tables["payment"]
    mine = bulk.among(connection, table.c.reverses_id, payments)
    return set(connection.scalars(sa.select(table.c.reverses_id).where(mine, table.c.deleted == 0)))


def partners_of(connection: sa.Connection, receivables: Collection[bytes]) -> set[bytes]:
    """The partners that invoices were sent to."""
    table = hq.tables["receivable"]
    query = sa.select(table.c.partner_id).distinct()
    return set(connection.scalars(query.where(bulk.among(connection, table.c.id, receivables))))


def on_account(connection: sa.Connection, partner_id: bytes) -> dict[str, int]:
    """What a partner paid and is set against no invoice, by currency."""
    payment = hq.tables["payment"]
    total = sa.cast(sa.func.sum(payment.c.open_amount), sa.BigInteger)
    mine = sa.select(payment.c.currency, total).where(
        payment.c.partner_id == partner_id, payment.c.open_amount != 0, payment.c.deleted == 0
    )
    return {one: int(amount) for one, amount in connection.execute(mine.group_by(payment.c.currency))}


def settle_loaded(
    connection: sa.Connection, receivables: Iterable[bytes], payments: Iterable[bytes]
) -> list[str]:
    """After a load: what is open of invoices, beside payments that are set against them, and of payments.
    Numbers of invoices, and references of payments, of which more is allocated than they come to.
    """
    wrong = []
    for row, allocated in _with_sums(connection, "receivable", receivables):
        other = settled(row["amount"], row["open_amount"], allocated)
        left = row["amount"] - other - allocated
        if left < 0 < allocated:
            wrong.append(row["number"])
        elif (other, left) != (row["settled"], row["open_amount"]):
            _write(connection, "receivable", row["id"], {"settled": other, "open_amount": left})
    back = _reversed(connection, sorted(set(payments)))
    for row, allocated in _with_sums(connection, "payment", payments):
        gone = row["id"] in back or row["reverses_id"] is not None
        left = 0 if gone else row["amount"] - allocated
        if left < 0 or (gone and allocated):
            wrong.append(row["reference"] or row["received_on"])
        elif left != row["open_amount"]:
            _write(connection, "payment", row["id"], {"open_amount": left})
    return wrong


def _with_sums(connection: sa.Connection, name: str, ids: Iterable[bytes]) -> Iterator[tuple[Values, int]]:
    """Locked rows, each with what is allocated of it, or against it."""
    table, allocation = hq.tables[name], hq.tables["payment_allocation"]
    wanted = sorted(set(ids))
    if not wanted:
        return
    query = sa.select(table).where(bulk.among(connection, table.c.id, wanted)).order_by(table.c.id)
    rows = connection.execute(query.with_for_update(key_share=True)).mappings().all()
    column = allocation.c[f"{name}_id"]
    total = sa.cast(sa.func.sum(allocation.c.amount), sa.BigInteger)
    found = sa.select(column, total).where(bulk.among(connection, column, wanted), allocation.c.deleted == 0)
    sums = {one: int(amount) for one, amount in connection.execute(found.group_by(column))}
    for row in rows:
        yield dict(row), sums.get(row["id"], 0)


def _write(connection: sa.Connection, name: str, row_id: bytes, values: Values) -> None:
    table = hq.tables[name]
    connection.execute(sa.update(table).where(table.c.id == row_id).values(values))
