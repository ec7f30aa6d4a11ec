"""How much a partner may still order on credit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from channeldesk.model.notice import Money, Notice, notice


class Use(StrEnum):
    """What takes up credit."""

    RECEIVABLE = "receivable"
    """Invoiced and not paid."""
    ACCEPTED = "accepted"
    """Accepted by headquarters, not yet invoiced."""
    PENDING = "pending"
    """Placed, not yet judged, on this laptop or elsewhere."""
    ON_ACCOUNT = "on_account"
    """Paid, and not set against an invoice yet: it frees credit; below zero where more was taken back."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """An amount in minor units. Credit notes are negative receivables and free credit; returns not yet
    credited (negative orders) do not.
    """

    use: Use
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Position:
    """Credit of one partner in its own currency.

    ``limit`` None: none agreed, so nothing is exceeded; 0: prepayment only. ``not_comparable`` holds amounts
    in other currencies: they are in none of the sums, and are told.
    """

    currency: str
    limit: int | None
    receivables: int = 0
    accepted: int = 0
    pending: int = 0
    on_account: int = 0
    not_comparable: tuple[Money, ...] = ()

    @property
    def used(self) -> int:
        """Below zero where more is on account than is owed."""
        return self.receivables + self.accepted + self.pending - self.on_account

    @property
    def left(self) -> int | None:
        """What may still be ordered; 0 where the limit is reached or exceeded."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def exceeded_by(self) -> int:
        return 0 if self.limit is None else max(0, self.used - self.limit)

    def notices(self) -> tuple[Notice, ...]:
        """What a person has to know about this position, worst first."""
        found = []
        if self.exceeded_by:
            found.append(exceeded(self))
        found += [notice("credit.not_comparable", amount=amount) for amount in self.not_comparable]
        return tuple(found)

    def with_order(self, total: int, currency: str) -> Position:
        """The position if an order of ``total`` were placed as well."""
        return _added(self, Exposure(Use.PENDING, total, currency))


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An unpaid invoice (negative: a credit note)."""

    open_amount: int
    currency: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is past due in one currency: the sum, and the days since the oldest due date."""

    currency: str
    amount: int
    days: int


def position(currency: str, limit: int | None, exposures: Iterable[Exposure] = ()) -> Position:
    """Sum up what takes up the credit of a partner whose limit is in ``currency``."""
    result = Position(currency, limit)
    for one in exposures:
        result = _added(result, one)
    return result


def exceeded(after: Position) -> Notice:
    """The sentence for a limit that is exceeded."""
    return notice(
        "credit.exceeded",
        exceeded_by=Money(after.exceeded_by, after.currency),
        limit=Money(after.limit or 0, after.currency),
        used=Money(after.used, after.currency),
    )


def overdue(items: Iterable[OpenItem], today: date) -> tuple[Overdue, ...]:
    """Past-due sums by currency, largest first. What is due today is not overdue. Credit notes reduce the
    sum; a currency whose credit notes cover what is overdue is left out.
    """
    sums: dict[str, tuple[int, int]] = {}
    for item in items:
        late = (today - item.due_on).days
        if late > 0:
            amount, days = sums.get(item.currency, (0, 0))
            days = max(days, late) if item.open_amount > 0 else days
            sums[item.currency] = (amount + item.open_amount, days)
    found = [Overdue(currency, amount, days) for currency, (amount, days) in sums.items() if amount > 0]
    return tuple(sorted(found, key=lambda one: (-one.amount, one.currency)))


def _added(to: Position, one: Exposure) -> Position:
    amount = one.amount if one.use in (Use.RECEIVABLE, Use.ON_ACCOUNT) else max(0, one.amount)
    if not amount:
        return to
    if one.currency != to.currency and one.use is Use.ON_ACCOUNT:
        return to  # money in another currency frees nothing, and holds nothing back
    if one.currency != to.currency:
        return replace(to, not_comparable=(*to.not_comparable, Money(amount, one.currency)))
    match one.use:
        case Use.RECEIVABLE:
            return replace(to, receivables=to.receivables + amount)
        case Use.ACCEPTED:
            return replace(to, accepted=to.accepted + amount)
        case Use.PENDING:
            return replace(to, pending=to.pending + amount)
        case Use.ON_ACCOUNT:
            return replace(to, on_account=to.on_account + amount)
