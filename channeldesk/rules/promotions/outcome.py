"""The lines of an order as promotions look at them, and what chosen offers take off each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channeldesk.rules.promotions.offers import Line, Offer
from channeldesk.rules.promotions.terms import Mechanic, Promotion


def arranged(lines: Iterable[Line]) -> list[Line]:
    """In the one order in which cents are shared out, however they were keyed."""
    return sorted(lines, key=lambda one: (one.product, -one.quantity, one.unit_price, one.number))


def concerned(
    promotions: Iterable[Promotion], lines: Sequence[Line]
) -> Iterable[tuple[Promotion, list[tuple[int, Line]]]]:
    """Promotions that hold any of the lines, each with those and their index."""
    by_product: dict[bytes, list[int]] = {}
    by_category: dict[str | None, list[int]] = {}
    for at, line in enumerate(lines):
        by_product.setdefault(line.product, []).append(at)
        by_category.setdefault(line.category, []).append(at)
    for one in promotions:
        held = _held(one, by_product, by_category, len(lines))
        if held:
            yield one, [(at, lines[at]) for at in held]


def _held(
    one: Promotion, by_product: dict[bytes, list[int]], by_category: dict[str | None, list[int]], count: int
) -> Sequence[int]:
    """Indexes of its lines, rising."""
    if one.mechanic is Mechanic.BUNDLE:
        return sorted(at for part in one.parts for at in by_product.get(part.product, ()))
    if not one.scope.products and not one.scope.categories:
        return range(count)
    held = {at for name in one.scope.products for at in by_product.get(name, ())}
    held |= {at for name in one.scope.categories for at in by_category.get(name, ())}
    if one.free_product is not None and held:
        held |= set(by_product.get(one.free_product, ()))
    return sorted(held)


def shared_out(chosen: Iterable[Offer], lines: Sequence[Line]) -> dict[int, dict[bytes, int]]:
    """By number of the line what each promotion takes off: together no more than the line is worth."""
    left = {at: line.net for at, line in enumerate(lines)}
    found: dict[int, dict[bytes, int]] = {}
    for one in sorted(chosen, key=lambda each: (each.promotion.code, each.promotion.id, each.shares)):
        for at, amount in one.shares:
            off = min(amount, left[at])
            left[at] -= off
            if off:
                given = found.setdefault(lines[at].number, {})
                given[one.promotion.id] = given.get(one.promotion.id, 0) + off
    return found
