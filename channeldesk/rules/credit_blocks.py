"""Partners whose orders wait for a person: blocked by one, or by the rule that looks at what is overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from channeldesk.model.notice import Day, Money, Notice, notice


class Status(StrEnum):
    BLOCKED = "blocked"
    RELEASED = "released"


class Actor(StrEnum):
    HEADQUARTERS = "headquarters"
    """Its people."""
    APPROVER = "approver"
    """By deciding a request."""
    RULE = "rule"
    """Releases what it blocked itself."""


TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.BLOCKED, Status.RELEASED): frozenset({Actor.HEADQUARTERS, Actor.APPROVER, Actor.RULE})
}
"""Every allowed change of status and who may make it. Blocking again takes another block."""


def refuse_move(current: str, target: str, actor: Actor) -> Notice | None:
    """Why ``actor`` may not move a block; None if it may."""
    actors = TRANSITIONS.get((Status(current), Status(target)))
    if actors is None or actor not in actors:
        return notice("credit.released_before")
    return None


def blocked(since: date, *, own: bool = False) -> Notice:
    """The sentence for an order of a blocked partner; ``own``: for its own people."""
    day = Day(since.isoformat())
    return notice("order.own_blocked", since=day) if own else notice("credit.blocked", since=day)


def refuse_leaving(blocked_on: date | None, set_aside: Iterable[Notice]) -> Notice | None:
    """Why no goods of an order leave for its partner; None where they may. ``set_aside``: what stood against
    the order when a person accepted it all the same. Who knew of this block let the order through.
    """
    if blocked_on is None or blocked(blocked_on) in set_aside:
        return None
    return notice("shipment.partner_blocked", since=Day(blocked_on.isoformat()))


@dataclass(frozen=True, slots=True)
class Item:
    """An open invoice, or (negative) a credit note or money on account, which has no due date."""

    number: str
    due_on: date | None
    open_amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Breach:
    """The longest overdue invoice beyond the rule, and what all such come to in its currency."""

    number: str
    days: int
    amount: int
    currency: str

    def told(self, allowed: int) -> Notice:
        return notice(
            "credit.overdue_too_long",
            number=self.number,
            days=self.days,
            allowed=allowed,
            amount=Money(self.amount, self.currency),
        )


def breach(items: Iterable[Item], today: date, days: int, released_on: date | None = None) -> Breach | None:
    """What the rule "overdue more than ``days`` days" objects to; None where it does not.

    What a partner has on account, and its credit notes, cover what is due the longest. What was overdue for
    that long on ``released_on``, when a person released the partner, was known then and is not held against
    it again.
    """
    covered: dict[str, int] = defaultdict(int)
    invoices: list[tuple[date, Item]] = []
    for one in items:
        if one.open_amount < 0:
            covered[one.currency] -= one.open_amount
        elif one.due_on is not None:
            invoices.append((one.due_on, one))
    worst: tuple[date, Item] | None = None
    sums: dict[str, int] = defaultdict(int)
    for due_on, one in sorted(invoices, key=lambda each: (each[0], each[1].number)):
        part = min(covered[one.currency], one.open_amount)
        covered[one.currency] -= part
        late = (today - due_on).days > days
        known = released_on is not None and (released_on - due_on).days > days
        if late and not known and one.open_amount > part:
            worst = worst or (due_on, one)
            sums[one.currency] += one.open_amount - part
    if worst is None:
        return None
    due_on, one = worst
    return Breach(one.number, (today - due_on).days, sums[one.currency], one.currency)
