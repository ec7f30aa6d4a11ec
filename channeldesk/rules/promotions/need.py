"""Before a promotion is published: what it would take out of the stock of the partners that it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from channeldesk.model.values import WHOLE, round_half_up

UPLIFTS = (5_000, 0, 2_500, 10_000)
"""How much more is sold than usual, to choose from, in basis points; the first until somebody chooses."""


@dataclass(frozen=True, slots=True)
class Held:
    """A product at a partner: what left its stock in the days looked at, and what is there (None: never
    counted). Quantities at scale 3.
    """

    partner: bytes
    product: bytes
    sold: int
    stock: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """A product over all these partners. ``stock`` is what is known to be there; ``short`` what single
    partners lack, since none of them lends to another. ``partners`` sell it, ``uncounted`` of them hold an
    unknown quantity, ``lacking`` of them too little.
    """

    product: bytes
    expected: int
    stock: int
    short: int
    partners: int
    lacking: int
    uncounted: int


@dataclass(frozen=True, slots=True)
class Check:
    """``needs``: what lacks most first. ``days`` of the promotion, ``uplift`` in basis points."""

    days: int
    uplift: int
    needs: tuple[Need, ...]

    @property
    def short(self) -> tuple[Need, ...]:
        return tuple(one for one in self.needs if one.short > 0)

    @property
    def uncounted(self) -> int:
        return sum(one.uncounted for one in self.needs)


def check(held: Iterable[Held], looked_at: int, days: int, uplift: int) -> Check:
    """Expected at a partner = sold / days looked at x days of the promotion x (1 + uplift).

    What is needed beyond the stock there has to be ordered, and to be delivered by us; where the stock is not
    known all of it counts as needed. Sums are exact until the end and rounded once.
    """
    factor, per = days * (WHOLE + uplift), looked_at * WHOLE
    by_product: dict[bytes, list[Held]] = {}
    for one in held:
        if one.sold > 0:
            by_product.setdefault(one.product, []).append(one)
    needs = (
        [_need(product, several, factor, per) for product, several in by_product.items()] if factor else []
    )
    return Check(days, uplift, tuple(sorted(needs, key=lambda one: (-one.short, -one.expected, one.product))))


def _need(product: bytes, several: list[Held], factor: int, per: int) -> Need:
    stock = [max(0, one.stock or 0) for one in several]
    lacks = [one.sold * factor - there * per for one, there in zip(several, stock, strict=True)]
    return Need(
        product,
        round_half_up(sum(one.sold for one in several) * factor, per),
        sum(stock),
        round_half_up(sum(one for one in lacks if one > 0), per),
        len(several),
        sum(one > 0 for one in lacks),
        sum(one.stock is None for one in several),
    )
