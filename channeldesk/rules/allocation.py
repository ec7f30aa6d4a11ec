"""Which invoices a payment is for: proposed from what it says, then exact amounts, then the oldest due first.

No cent is lost: the parts and the rest come to the payment, and no part is more than its invoice has open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from channeldesk.model.notice import Day, Money, Notice, notice
from channeldesk.rules.explain import Step

_WORD = re.compile(r"\w[\w\-/.]*")


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice that is open; ``open`` in minor units of ``currency``."""

    id: bytes
    number: str
    due_on: date
    open: int
    currency: str


@dataclass(frozen=True, slots=True)
class Part:
    invoice: Invoice
    amount: int
    why: Notice


@dataclass(frozen=True, slots=True)
class Proposal:
    """``rest`` stays with the partner as credit on account."""

    currency: str
    amount: int
    parts: tuple[Part, ...]
    rest: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """From the payment down to the rest."""
        taken = [Step(one.why, Money(one.amount, self.currency), "-") for one in self.parts]
        rest = Step(notice("step.on_account"), Money(self.rest, self.currency), "=")
        return (Step(notice("step.payment"), Money(self.amount, self.currency)), *taken, rest)


def propose(amount: int, currency: str, reference: str, invoices: Iterable[Invoice]) -> Proposal:
    """What a payment would best be set against. Credit notes and other currencies are left out."""
    waiting = sorted(
        (one for one in invoices if one.open > 0 and one.currency == currency),
        key=lambda one: (one.due_on, one.number),
    )
    named = _named(reference, waiting)
    exact = [one for one in waiting if one not in named and one.open == amount] if not named else []
    first = named or exact[:1]
    parts: list[Part] = []
    rest = max(0, amount)
    for invoice in (*first, *(one for one in waiting if one not in first)):
        if not rest:
            break
        part = min(rest, invoice.open)
        parts.append(Part(invoice, part, _why(invoice, named, exact)))
        rest -= part
    return Proposal(currency, amount, tuple(parts), rest)


def _why(invoice: Invoice, named: Sequence[Invoice], exact: Sequence[Invoice]) -> Notice:
    if invoice in named:
        return notice("step.invoice_named", number=invoice.number)
    if invoice in exact:
        return notice("step.invoice_exact", number=invoice.number)
    return notice("step.invoice_oldest", number=invoice.number, due=Day(invoice.due_on.isoformat()))


def _named(reference: str, invoices: Sequence[Invoice]) -> list[Invoice]:
    """In the order in which the reference names them."""
    words = [word.rstrip(".-/").casefold() for word in _WORD.findall(reference)]
    found = [one for word in words for one in invoices if one.number.casefold() == word]
    return list(dict.fromkeys(found))


def refuse_receipt(received_on: str, today: str) -> Notice | None:
    """Why money cannot have come in on that day. Where the bank is it may be tomorrow already."""
    if date.fromisoformat(received_on) <= date.fromisoformat(today) + timedelta(days=1):
        return None
    return notice("payment.not_yet", received=Day(received_on), today=Day(today))


def refuse_allocation(
    amount: int, *, rest: int, open_amount: int, allocated: int, currency: str
) -> Notice | None:
    """Why ``amount`` of a payment cannot be set against an invoice; None if it can. ``rest``: what is left of
    the payment; ``allocated``: what of it is set against this invoice already, which a negative amount takes
    back.
    """
    if amount == 0:
        return notice("payment.nothing")
    if amount < 0:
        most = Money(allocated, currency)
        return notice("payment.takes_back_more", most=most) if -amount > allocated else None
    if amount > rest:
        return notice("payment.more_than_left", left=Money(rest, currency), amount=Money(amount, currency))
    if amount > open_amount:
        left = Money(max(0, open_amount), currency)
        return notice("payment.more_than_open", open=left, amount=Money(amount, currency))
    return None


def settled(amount: int, open_amount: int, allocated: int) -> int:
    """What of an invoice is settled by no payment here, where a source says how much is open: it is believed,
    but for payments here that it does not know of yet.
    """
    other = amount - open_amount - allocated
    return max(0, other) if amount >= 0 else other
