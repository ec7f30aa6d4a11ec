"""Recording what partners pay, setting it against invoices, and what they promise to pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Day, Money, Notice, Problem
from channeldesk.queries import clock
from channeldesk.queries import payments as query
from channeldesk.rules.allocation import refuse_allocation, refuse_receipt
from channeldesk.rules.payment_promises import refuse_promise

_CHANGES: Changes = frozenset({Topic.RECEIVABLES, Topic.PARTNERS, Topic.SYNC})
Parts = Sequence[tuple[bytes, int]]
"""Invoices, each with how much is set against it."""


@dataclass(frozen=True)
class NewPayment:
    """What is recorded of money that came in; ``amount`` in minor units, ``received_on`` an ISO day."""

    received_on: str
    currency: str
    amount: int
    method: str = "transfer"
    reference: str | None = None
    note: str | None = None


def record(tx: Tx, partner_id: bytes, payment: NewPayment, parts: Parts = ()) -> Done[bytes]:
    """Money came in, and is set against invoices at once; what is left stays on account. Raises Problem for
    what headquarters would not take.
    """
    write.existing(tx, "partner", partner_id)
    if payment.amount <= 0:
        raise Problem.of("payment.nothing")
    today = tx.today(clock.zone_of(tx.connection, partner_id))
    refused = refuse_receipt(payment.received_on, today)
    if refused is not None:
        raise Problem(refused)
    values = {**vars(payment), "partner_id": partner_id}
    open_of = {one.id: one.open for one in query.invoices(tx.connection, partner_id)}
    _check(parts, payment.amount, open_of, payment.currency)
    payment_id = write.insert(tx, "payment", values)
    made = _allocations(tx, partner_id, payment_id, parts)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "payment_allocation", [one["id"] for one in made])
        write.withdraw(tx, "payment", [payment_id])
        return Done(None, _CHANGES)

    told = Notice("payment.recorded", {"amount": Money(payment.amount, payment.currency)})
    undo = Undo(Notice("undo.payment_recorded"), back, unsent=("payment", payment_id))
    return Done(payment_id, _CHANGES, told, undo)


def allocate(tx: Tx, payment_id: bytes, parts: Parts) -> Done[int]:
    """Set what is left of a payment against invoices; how much. Raises Problem for more than is left."""
    payment = _payment(tx, payment_id)
    open_of = {one.id: one.open for one in query.invoices(tx.connection, _owner(tx, payment_id))}
    _check(parts, payment.rest, open_of, payment.currency)
    made = _allocations(tx, _owner(tx, payment_id), payment_id, parts)
    total = sum(amount for _, amount in parts)
    told = Notice("payment.allocated", {"amount": Money(total, payment.currency)})
    return Done(total, _CHANGES, told, _undo(made))


def take_off(tx: Tx, payment_id: bytes, receivable_id: bytes) -> Done[int]:
    """What of a payment is set against an invoice is on account again, by a counterpart."""
    payment = _payment(tx, payment_id)
    amount = sum(one.amount for one in payment.parts if one.receivable_id == receivable_id)
    if not amount:
        raise Problem.of("payment.takes_back_more", most=Money(0, payment.currency))
    made = _allocations(tx, _owner(tx, payment_id), payment_id, [(receivable_id, -amount)])
    told = Notice("payment.taken_off", {"amount": Money(amount, payment.currency)})
    return Done(amount, _CHANGES, told, _undo(made))


def reverse(tx: Tx, payment_id: bytes) -> Done[bytes]:
    """A payment that was not one, or not like this, is taken back by a counterpart, with all it was set
    against. Raises Problem when that was done before.
    """
    payment, row = _payment(tx, payment_id), write.existing(tx, "payment", payment_id)
    if payment.reversed:
        raise Problem.of("payment.reversed_before")
    back_again = [(one.receivable_id, -one.amount) for one in payment.parts]
    made = _allocations(tx, row["partner_id"], payment_id, back_again)
    today = tx.today(clock.zone_of(tx.connection, row["partner_id"]))
    same = {name: row[name] for name in ("partner_id", "currency", "method", "reference")}
    values = {**same, "amount": -payment.amount, "received_on": today, "reverses_id": payment_id}
    counterpart = write.insert(tx, "payment", values)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "payment", [counterpart])
        write.withdraw(tx, "payment_allocation", [one["id"] for one in made])
        return Done(None, _CHANGES)

    told = Notice("payment.reversed", {"amount": Money(payment.amount, payment.currency)})
    undo = Undo(Notice("undo.payment_reversed"), back, unsent=("payment", counterpart))
    return Done(counterpart, _CHANGES, told, undo)


def promise(
    tx: Tx,
    partner_id: bytes,
    amount: int,
    currency: str,
    until: str,
    receivable_id: bytes | None = None,
    note: str | None = None,
) -> Done[bytes]:
    """The partner says that it will pay ``amount`` until a day (ISO), of an invoice or of what it owes."""
    write.existing(tx, "partner", partner_id)
    today = tx.today(clock.zone_of(tx.connection, partner_id))
    values = {
        "partner_id": partner_id,
        "receivable_id": receivable_id,
        "currency": currency,
        "amount": amount,
        "made_on": today,
        "promised_on": until,
        "note": note,
    }
    refused = refuse_promise(amount, date.fromisoformat(until), date.fromisoformat(today))
    if refused is not None:
        raise Problem(refused)
    row_id = write.insert(tx, "payment_promise", values)

    def back(tx: Tx) -> Done[None]:
        write.remove(tx, "payment_promise", row_id)
        return Done(None, _CHANGES)

    told = Notice("payment.promised", {"amount": Money(amount, currency), "until": Day(until)})
    return Done(row_id, _CHANGES, told, Undo(Notice("undo.payment_promised"), back))


def withdraw_promise(tx: Tx, promise_id: bytes) -> Done[None]:
    """The promise counts no more: another was made in its place, or it was a misunderstanding."""
    row = write.existing(tx, "payment_promise", promise_id)
    today = tx.today(clock.zone_of(tx.connection, row["partner_id"]))
    before = write.patch(tx, "payment_promise", promise_id, {"withdrawn_on": today})

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "payment_promise", promise_id, before)
        return Done(None, _CHANGES)

    undo = Undo(Notice("undo.payment_promise_withdrawn"), back)
    return Done(None, _CHANGES, Notice("payment.promise_withdrawn"), undo)


def _payment(tx: Tx, payment_id: bytes) -> query.PaymentRow:
    owner = _owner(tx, payment_id)
    found = [one for one in query.payments(tx.connection, owner) if one.id == payment_id]
    if not found:
        raise Problem.of("action.gone", remedy="remedy.refresh")
    return found[0]


def _owner(tx: Tx, payment_id: bytes) -> bytes:
    return bytes(write.existing(tx, "payment", payment_id)["partner_id"])


def _check(parts: Parts, rest: int, open_of: Mapping[bytes, int], currency: str) -> None:
    for invoice, amount in parts:
        left = open_of.get(invoice, 0)
        refused = (
            Notice("payment.nothing")
            if amount < 0
            else refuse_allocation(amount, rest=rest, open_amount=left, allocated=0, currency=currency)
        )
        if refused is not None:
            raise Problem(refused)
        rest -= amount


def _allocations(
    tx: Tx, partner_id: bytes, payment_id: bytes, parts: Iterable[tuple[bytes, int]]
) -> list[dict[str, Any]]:
    own = {"partner_id": partner_id, "payment_id": payment_id}
    made = [{"id": tx.new_id(), **own, "receivable_id": one, "amount": amount} for one, amount in parts]
    write.insert_many(tx, "payment_allocation", made)
    return made


def _undo(made: Sequence[Mapping[str, Any]]) -> Undo | None:
    ids = [one["id"] for one in made]

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "payment_allocation", ids)
        return Done(None, _CHANGES)

    if not ids:
        return None
    return Undo(Notice("undo.payment_allocated"), back, unsent=("payment_allocation", ids[0]))
