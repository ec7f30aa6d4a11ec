"""What a promotion is planned to add to the demand of the days ahead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from channeldesk.model import values
from channeldesk.rules.promotions.terms import Promotion

_UNIT: int = 10**values.QUANTITY_SCALE
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Boost:
    """``days`` of those looked at on which the promotion runs; ``lift`` in basis points; ``quantity`` (scale
    3, whole units) is what it adds.
    """

    code: str
    days: int
    lift: int
    quantity: int


def boost(
    promotions: Iterable[Promotion],
    product: bytes,
    category: str | None,
    sold: int,
    sold_days: int,
    first: date,
    days: int,
) -> Boost | None:
    """Of the promotions that hold a product the one that adds most to its demand from ``first`` on, as long
    as ``days``; None where none does. ``sold``: in ``sold_days``, without promotions.

    They are not added up: each was planned as if it ran alone.
    """
    found = [
        Boost(one.code, running, one.lift, _added(sold, sold_days, running, one.lift))
        for one in promotions
        if one.lift and one.scope.holds(product, category)
        for running in (_overlap(one, first, days),)
        if running
    ]
    best = max(found, key=lambda one: (one.quantity, one.code), default=None)
    return best if best is not None and best.quantity else None


def _overlap(promotion: Promotion, first: date, days: int) -> int:
    last = first + timedelta(days=days - 1)
    begin = max(first, promotion.valid_from or first)
    end = min(last, promotion.valid_to or last)
    return max(0, (end - begin).days + 1)


def _added(sold: int, sold_days: int, days: int, lift: int) -> int:
    """Rounded up: a part of a piece cannot be ordered."""
    return -(-max(0, sold) * days * lift // (sold_days * _WHOLE * _UNIT)) * _UNIT
