"""Promotions: what they take off an order, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from channeldesk.model.notice import Money, Notice, notice
from channeldesk.rules.pricing import Buyer
from channeldesk.rules.promotions.choice import choose
from channeldesk.rules.promotions.offers import Line, Offer, offers
from channeldesk.rules.promotions.outcome import arranged, concerned, shared_out
from channeldesk.rules.promotions.terms import Promotion, open_to


@dataclass(frozen=True, slots=True)
class Discount:
    """What a promotion takes off a line, in minor units."""

    promotion: Promotion
    amount: int


@dataclass(frozen=True, slots=True)
class Considered:
    """A promotion that is open to the buyer and concerns the order: what it gives in all, or why nothing."""

    promotion: Promotion
    amount: int
    why_not: Notice | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """``discounts`` by number of the line, none for lines without; ``considered`` by code."""

    discounts: dict[int, tuple[Discount, ...]]
    considered: tuple[Considered, ...]

    @property
    def total(self) -> int:
        return sum(one.amount for several in self.discounts.values() for one in several)

    def off(self, number: int) -> int:
        """What is taken off a line in all."""
        return sum(one.amount for one in self.discounts.get(number, ()))


def best(
    promotions: Iterable[Promotion], buyer: Buyer, on: date, currency: str, lines: Sequence[Line]
) -> Outcome:
    """The outcome that takes most off, with what was considered. It does not depend on the order of lines.

    Lines at an agreed price, and returns, are left out by the caller: what was agreed stands for itself.
    """
    ordered = arranged(lines)
    told: dict[bytes, Considered] = {}
    made: dict[bytes, list[Offer]] = {}
    by_id = {one.id: one for one in open_to(promotions, buyer, on, currency)}
    for promotion, held in concerned(by_id.values(), ordered):
        found = offers(promotion, held)
        if isinstance(found, Notice):
            told[promotion.id] = Considered(promotion, 0, found)
        elif found:
            made[promotion.id] = found
    chosen = _within_budgets(made, told)
    return _outcome(chosen, made, told, ordered)


def _within_budgets(made: dict[bytes, list[Offer]], told: dict[bytes, Considered]) -> list[Offer]:
    """Choose; what would need more than its budget gives nothing, and it is chosen anew without it."""
    while True:
        chosen = choose([one for several in made.values() for one in several])
        needed: dict[bytes, int] = {}
        for one in chosen:
            needed[one.promotion.id] = needed.get(one.promotion.id, 0) + one.total
        over = [
            one.promotion
            for one in chosen
            if one.promotion.budget_left is not None and needed[one.promotion.id] > one.promotion.budget_left
        ]
        if not over:
            return chosen
        first = min(over, key=lambda one: (one.code, one.id))
        left = Money(max(0, first.budget_left or 0), first.currency)
        why = notice(
            "promotion.budget_used",
            promotion=first.code,
            left=left,
            needed=Money(needed[first.id], first.currency),
        )
        told[first.id] = Considered(first, 0, why)
        del made[first.id]


def _outcome(
    chosen: Sequence[Offer],
    made: dict[bytes, list[Offer]],
    told: dict[bytes, Considered],
    lines: Sequence[Line],
) -> Outcome:
    by_id = {one.promotion.id: one.promotion for one in chosen}
    shared = shared_out(chosen, lines)
    discounts = {
        number: tuple(Discount(by_id[one], amount) for one, amount in given.items())
        for number, given in shared.items()
    }
    codes = sorted({one.code for one in by_id.values()})
    amounts: dict[bytes, int] = {}
    for given in shared.values():
        for one, amount in given.items():
            amounts[one] = amounts.get(one, 0) + amount
    for several in made.values():
        promotion = several[0].promotion
        amount = amounts.get(promotion.id, 0)
        why = None if amount else notice("promotion.beaten", promotion=promotion.code, by=", ".join(codes))
        told[promotion.id] = Considered(promotion, amount, why)
    by_code = sorted(told.values(), key=lambda one: (one.promotion.code, one.promotion.id))
    return Outcome(discounts, tuple(by_code))
