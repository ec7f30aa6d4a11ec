"""Whether discounts that an order names are what its promotions give.

Headquarters asks this of every order. It does not ask for the best outcome: what was told to the dealer
stands, also where a promotion that the laptop had not heard of would have taken off more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from channeldesk.model.notice import Money, Notice, notice
from channeldesk.rules.pricing import Buyer
from channeldesk.rules.promotions.choice import fit_together
from channeldesk.rules.promotions.offers import Line, Offer, offers
from channeldesk.rules.promotions.outcome import arranged, concerned, shared_out
from channeldesk.rules.promotions.terms import Promotion, open_to

Claimed = Mapping[int, Mapping[bytes, int]]
"""By number of the line what each promotion takes off it."""


def refuse_discounts(
    claimed: Claimed,
    promotions: Iterable[Promotion],
    buyer: Buyer,
    on: date,
    currency: str,
    lines: Sequence[Line],
) -> list[Notice]:
    """Why these discounts are not given; empty where they are. ``lines``: those that promotions may hold."""
    wanted = {promotion for given in claimed.values() for promotion in given}
    if not wanted:
        return []
    known = {one.id: one for one in promotions if one.id in wanted}
    open_now = {one.id: one for one in open_to(known.values(), buyer, on, currency)}
    if wanted - open_now.keys():
        named = sorted(known[one].code if one in known else one.hex() for one in wanted - open_now.keys())
        return [notice("order.promotion_not_open", promotion=code) for code in named]
    ordered = arranged(lines)
    chosen: list[Offer] = []
    for promotion, held in concerned(open_now.values(), ordered):
        found = offers(promotion, held)
        if isinstance(found, Notice):
            return [found]
        chosen += [one for one in found if _claims(claimed, one, ordered)]
    if not fit_together(chosen):
        codes = ", ".join(sorted({one.promotion.code for one in chosen}))
        return [notice("order.promotions_apart", promotions=codes)]
    return [
        *_amounts(claimed, shared_out(chosen, ordered), open_now, currency),
        *_budgets(chosen, currency),
    ]


def _claims(claimed: Claimed, offer: Offer, ordered: Sequence[Line]) -> bool:
    return any(offer.promotion.id in claimed.get(ordered[at].number, ()) for at, _ in offer.shares)


def _amounts(
    claimed: Claimed, right: Claimed, promotions: Mapping[bytes, Promotion], currency: str
) -> Iterable[Notice]:
    for number in sorted(claimed.keys() | right.keys()):
        sent, given = claimed.get(number, {}), right.get(number, {})
        for one in sorted(sent.keys() | given.keys(), key=lambda each: promotions[each].code):
            if sent.get(one, 0) != given.get(one, 0):
                yield notice(
                    "order.promotion_amount",
                    line=number,
                    promotion=promotions[one].code,
                    sent=Money(sent.get(one, 0), currency),
                    right=Money(given.get(one, 0), currency),
                )


def _budgets(chosen: Iterable[Offer], currency: str) -> Iterable[Notice]:
    needed: dict[bytes, int] = {}
    promotions = {one.promotion.id: one.promotion for one in chosen}
    for one in chosen:
        needed[one.promotion.id] = needed.get(one.promotion.id, 0) + one.total
    for promotion in sorted(promotions.values(), key=lambda each: each.code):
        if promotion.budget_left is not None and needed[promotion.id] > promotion.budget_left:
            yield notice(
                "promotion.budget_used",
                promotion=promotion.code,
                left=Money(promotion.budget_left, currency),
                needed=Money(needed[promotion.id], currency),
            )
