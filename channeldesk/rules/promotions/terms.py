"""What a promotion says: what it gives, for whom and for what, and what it goes together with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from channeldesk.rules.pricing import Buyer


class Mechanic(StrEnum):
    PERCENT = "percent"
    """``rate`` off every line."""
    AMOUNT = "amount"
    """``amount`` off the price of every base unit."""
    FREE_GOODS = "free_goods"
    """Of ``buy`` + ``free`` units of a product ``free`` cost nothing; or, for every ``buy`` units of what it
    holds, ``free`` units of ``free_product`` do.
    """
    BUNDLE = "bundle"
    """``rate`` off the ``parts`` where they are ordered together."""
    THRESHOLD = "threshold"
    """``amount`` off once what it holds comes to ``least``."""
    TIERED = "tiered"
    """The rate of the highest tier that is reached, off every line."""


class Combination(StrEnum):
    ADDS_UP = "adds_up"
    """With others that add up, also on the same line."""
    ONE_A_LINE = "one_a_line"
    """With others, on other lines."""
    ALONE = "alone"
    """With no other in the order."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what it is for. An empty set of buyers is everybody; no product and no category is all."""

    partners: frozenset[bytes] = frozenset()
    tiers: frozenset[bytes] = frozenset()
    channel_types: frozenset[bytes] = frozenset()
    territories: frozenset[bytes] = frozenset()
    products: frozenset[bytes] = frozenset()
    categories: frozenset[str] = frozenset()

    def meets(self, buyer: Buyer) -> bool:
        return (
            (not self.partners or buyer.partner in self.partners)
            and (not self.tiers or buyer.tier in self.tiers)
            and (not self.channel_types or buyer.channel_type in self.channel_types)
            and (not self.territories or not self.territories.isdisjoint(buyer.territories))
        )

    def holds(self, product: bytes, category: str | None) -> bool:
        named = self.products or self.categories
        return not named or product in self.products or category in self.categories


@dataclass(frozen=True, slots=True)
class Tier:
    """``rate`` from ``least`` on: a quantity (scale 3) or an amount, as the promotion measures."""

    least: int
    rate: int


@dataclass(frozen=True, slots=True)
class Part:
    """So many base units (scale 3) of a product in one bundle."""

    product: bytes
    quantity: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion; which fields count depends on its mechanic. Both dates are inclusive.

    ``amount`` is a price (scale 4) for AMOUNT, money for THRESHOLD; ``least`` is money; ``buy`` and ``free``
    are quantities. Of those with the same ``group`` one holds in an order. ``budget_left`` is money, None
    without a budget: a promotion that would need more gives nothing.
    """

    id: bytes
    code: str
    mechanic: Mechanic
    currency: str
    scope: Scope = Scope()
    valid_from: date | None = None
    valid_to: date | None = None
    combination: Combination = Combination.ONE_A_LINE
    group: str | None = None
    rate: int = 0
    amount: int = 0
    least: int = 0
    buy: int = 0
    free: int = 0
    free_product: bytes | None = None
    by_quantity: bool = False
    tiers: tuple[Tier, ...] = ()
    parts: tuple[Part, ...] = ()
    budget_left: int | None = None
    lift: int = 0
    """Basis points that are sold more than usual while it runs, as planned."""


def open_to(promotions: Iterable[Promotion], buyer: Buyer, on: date, currency: str) -> list[Promotion]:
    """Those in force on a business date for ``buyer`` in ``currency``, by code."""
    fitting = [
        one
        for one in promotions
        if one.currency == currency
        and (one.valid_from is None or one.valid_from <= on)
        and (one.valid_to is None or on <= one.valid_to)
        and one.scope.meets(buyer)
    ]
    return sorted(fitting, key=lambda one: (one.code, one.id))
