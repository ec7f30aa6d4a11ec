"""Whether partners paid what they promised to pay, from the payments themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from channeldesk.model.notice import Notice, notice


class State(StrEnum):
    OPEN = "open"
    DUE = "due"
    """Today is the day."""
    KEPT = "kept"
    BROKEN = "broken"
    LATE = "late"
    """Paid, after the day."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Promise:
    """``receivable`` None: of whatever is owed."""

    id: bytes
    receivable: bytes | None
    currency: str
    amount: int
    made_on: date
    promised_on: date
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in on a day: the part that is set against an invoice, or (None) against none yet."""

    day: date
    receivable: bytes | None
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Standing:
    """``paid`` of what was promised; ``on``: the day when it was all there."""

    state: State
    paid: int = 0
    on: date | None = None


@dataclass
class _Pool:
    """What is left of receipts: a cent keeps one promise only."""

    receipts: list[Receipt]
    left: list[int] = field(default_factory=list)

    def take(self, promise: Promise, wanted: int, first: date, last: date) -> tuple[int, date | None]:
        """As much of ``wanted`` as came in between two days, and the last day that was needed."""
        taken, on = 0, None
        for at, one in enumerate(self.receipts):
            fits = promise.receivable in (None, one.receivable) and one.currency == promise.currency
            if taken == wanted or not fits or not first <= one.day <= last:
                continue
            part = min(wanted - taken, self.left[at])
            if part > 0:
                self.left[at] -= part
                taken, on = taken + part, one.day
        return taken, on


def standings(
    promises: Iterable[Promise], receipts: Iterable[Receipt], today: date
) -> Mapping[bytes, Standing]:
    """By promise. What came in counts for promises that name its invoice before others, then for what was
    promised for an earlier day; for what is broken only when the day of nothing else needs it.
    """
    known = sorted(receipts, key=lambda one: one.day)
    pool = _Pool(known, [one.amount for one in known])
    ordered = sorted(promises, key=lambda one: (one.receivable is None, one.promised_on, one.made_on, one.id))
    counted = [one for one in ordered if not one.withdrawn]
    found = {one.id: Standing(State.WITHDRAWN) for one in ordered if one.withdrawn}
    paid = {one.id: pool.take(one, one.amount, one.made_on, one.promised_on) for one in counted}
    for one in counted:
        amount, on = paid[one.id]
        if amount == one.amount:
            found[one.id] = Standing(State.KEPT, amount, on)
        elif one.promised_on >= today:
            state = State.DUE if one.promised_on == today else State.OPEN
            found[one.id] = Standing(state, amount)
        else:
            more, later = pool.take(one, one.amount - amount, one.promised_on, today)
            whole = amount + more == one.amount
            found[one.id] = Standing(State.LATE if whole else State.BROKEN, amount + more, later)
    return found


def refuse_promise(amount: int, promised_on: date, made_on: date) -> Notice | None:
    """Why that cannot be promised; None if it can."""
    if amount <= 0:
        return notice("payment.nothing")
    return notice("payment.promised_before") if promised_on < made_on else None
