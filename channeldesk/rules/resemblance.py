"""Orders that may have been taken twice: by two people, or once by telephone and once at the counter.

Nothing is refused for it: a partner may well want the same again. Whoever takes the order is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from channeldesk.model.notice import Day, Notice, Rate, notice
from channeldesk.model.values import WHOLE

DAYS = 3
"""How far apart two orders with the same lines may be dated to look like one."""
REFERENCE_DAYS = 365
"""The same for two orders under one number of the partner, which it gives once."""
LEAST = 8_000
"""Sameness in basis points from which lines look alike."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An order as it is compared. ``quantities`` at scale 3 by product, ``reference`` is the partner's."""

    id: bytes
    number: str
    day: date
    reference: str | None
    quantities: Mapping[bytes, int]


@dataclass(frozen=True, slots=True)
class Alike:
    """``sameness`` of the lines in basis points; ``by_reference``: both bear one number of the partner."""

    order: Taken
    sameness: int
    by_reference: bool

    @property
    def notice(self) -> Notice:
        day = Day(self.order.day.isoformat())
        if self.by_reference:
            reference = self.order.reference or ""
            return notice("order.same_reference", number=self.order.number, day=day, reference=reference)
        return notice("order.nearly_same", number=self.order.number, day=day, share=Rate(self.sameness))


def sameness(one: Mapping[bytes, int], other: Mapping[bytes, int]) -> int:
    """Mean over the products of either of smaller / larger quantity, in basis points: it needs no common unit
    of the products and does not depend on which order comes first.
    """
    products = {product for both in (one, other) for product, quantity in both.items() if quantity > 0}
    if not products:
        return 0
    shares = 0
    for product in products:
        less, more = sorted((max(0, one.get(product, 0)), max(0, other.get(product, 0))))
        shares += less * WHOLE // more
    return shares // len(products)


def alike(order: Taken, others: Iterable[Taken]) -> list[Alike]:
    """Those of ``others`` that may be the same order: by the partner's number first, then by sameness."""
    found = list(_alike(order, others))
    return sorted(found, key=lambda one: (not one.by_reference, -one.sameness, one.order.number))


def _alike(order: Taken, others: Iterable[Taken]) -> Iterator[Alike]:
    reference = plain(order.reference)
    for other in others:
        if other.id == order.id:
            continue
        apart = abs((order.day - other.day).days)
        share = sameness(order.quantities, other.quantities)
        if reference and plain(other.reference) == reference and apart <= REFERENCE_DAYS:
            yield Alike(other, share, by_reference=True)
        elif share >= LEAST and apart <= DAYS:
            yield Alike(other, share, by_reference=False)


def plain(reference: str | None) -> str:
    """A number as people compare it: letters and digits only, whatever their case."""
    return "".join(one for one in (reference or "").casefold() if one.isalnum())
