"""When a stock count needs reasons and an approval: both sides ask, headquarters finally."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from channeldesk.model import values
from channeldesk.model.notice import Money, Notice, Rate, notice


class Status(StrEnum):
    COUNTED = "counted"
    """Nobody has to decide about it."""
    WAITING = "waiting"
    """It differs so much that somebody has to approve it; until then it is the best that is known."""
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Actor(StrEnum):
    HEADQUARTERS = "headquarters"
    """The judge itself."""
    APPROVER = "approver"
    """By deciding the request about it."""
    AUTHOR = "author"
    """By taking the request back."""


TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.COUNTED, Status.WAITING): frozenset({Actor.HEADQUARTERS}),
    (Status.WAITING, Status.APPROVED): frozenset({Actor.APPROVER}),
    (Status.WAITING, Status.REFUSED): frozenset({Actor.APPROVER}),
    (Status.WAITING, Status.WITHDRAWN): frozenset({Actor.AUTHOR}),
}
"""Every allowed change of status and who may make it. A count follows the request about it."""
HOLDS_NOT = (Status.REFUSED.value, Status.WITHDRAWN.value)
"""Statuses of counts that say nothing about what is there: the count or report before them holds again."""
NEEDS_WORDS = "other"
"""The reason that says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What the differences of a count may come to at list price: ``amount`` in minor units of ``currency``,
    and perhaps ``share`` (basis points) of what the books expected.
    """

    currency: str
    amount: int
    share: int | None = None

    def allows_no_share(self, amount: int, books: int) -> bool:
        """Whether that is too large a part of what the books expected, to the last cent."""
        return self.share is not None and amount * values.WHOLE > self.share * books


@dataclass(frozen=True, slots=True)
class Line:
    """A counted product. ``expected`` None: the books knew nothing; ``price`` per unit, None: not known."""

    counted: int
    expected: int | None
    price: int | None
    reason_code: str | None = None
    reason: str | None = None

    @property
    def differs(self) -> bool:
        return self.expected is not None and self.counted != self.expected

    def worth(self, currency: str) -> int:
        """The difference at list price, whether something is missing or too much."""
        return self._at_price(abs(self.counted - (self.expected or 0)), currency)

    def expected_worth(self, currency: str) -> int:
        """What the books expected, at list price."""
        return self._at_price(max(0, self.expected or 0), currency)

    def _at_price(self, quantity: int, currency: str) -> int:
        return 0 if self.price is None else values.line_net(quantity, self.price, currency)

    @property
    def explained(self) -> bool:
        """A reason of the list, or words: older programs know words alone."""
        words = bool((self.reason or "").strip())
        return words or (self.reason_code is not None and self.reason_code != NEEDS_WORDS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``amount``: all differences at list price, whether something was missing or too much. ``share``: of
    what the books expected, in basis points, None where that came to nothing. ``against``: why it needs an
    approval, empty where it needs none. ``unexplained``: places of the lines that then lack a reason.
    ``unpriced``: lines that differ and have no price, so that they weigh nothing.
    """

    differing: int
    amount: int
    share: int | None
    unpriced: int
    against: tuple[Notice, ...] = ()
    unexplained: tuple[int, ...] = ()

    @property
    def waits(self) -> bool:
        return bool(self.against)

    @property
    def told(self) -> tuple[Notice, ...]:
        """What who decides reads."""
        told = [*self.against]
        if self.unexplained:
            told.append(notice("count.without_reason", count=len(self.unexplained)))
        if self.unpriced:
            told.append(notice("count.without_price", count=self.unpriced))
        return tuple(told)


def judge(lines: Iterable[Line], currency: str, limit: Limit | None) -> Verdict:
    """How a count differs from the books, and whether by more than is allowed. ``currency``: of prices."""
    known = list(lines)
    differing = [at for at, line in enumerate(known) if line.differs]
    amount = sum(known[at].worth(currency) for at in differing)
    books = sum(line.expected_worth(currency) for line in known)
    share = values.round_half_up(amount * values.WHOLE, books) if books > 0 else None
    against = []
    if limit is not None and amount > limit.amount:
        most = Money(limit.amount, currency)
        against.append(notice("count.above_amount", amount=Money(amount, currency), most=most))
    if share is not None and limit is not None and limit.allows_no_share(amount, books):
        most_share, at_stake = Rate(limit.share or 0), Money(amount, currency)
        against.append(notice("count.above_share", share=Rate(share), most=most_share, amount=at_stake))
    unexplained = tuple(at for at in differing if against and not known[at].explained)
    unpriced = sum(known[at].price is None for at in differing)
    return Verdict(len(differing), amount, share, unpriced, tuple(against), unexplained)


def refuse_move(current: str, target: str, actor: Actor) -> bool:
    """Whether ``actor`` may not move a count from one status to another."""
    return actor not in TRANSITIONS.get((Status(current), Status(target)), frozenset())
