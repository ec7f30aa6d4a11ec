"""What each promotion would take off which line, looked at by itself.

Every discount is measured on the price before promotions, so that it does not depend on what else holds nor
on the order of the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from channeldesk.model import values
from channeldesk.model.notice import Money, Notice, Quantity, notice
from channeldesk.rules.promotions.terms import Mechanic, Promotion
from channeldesk.rules.splitting import allocate


@dataclass(frozen=True, slots=True)
class Line:
    """A line at its list price. ``net`` in minor units, ``quantity`` at scale 3 and positive."""

    number: int
    product: bytes
    category: str | None
    quantity: int
    unit_price: int
    net: int


class Offer(NamedTuple):
    """``shares``: by index of the line, what is taken off it. It holds for all of them, or for none."""

    promotion: Promotion
    shares: tuple[tuple[int, int], ...]
    total: int


def offer(promotion: Promotion, shares: Iterable[tuple[int, int]]) -> list[Offer]:
    """One for the shares that are anything, or none."""
    given = tuple(one for one in shares if one[1] > 0)
    return [Offer(promotion, given, sum(amount for _, amount in given))] if given else []


Offers = list[Offer] | Notice
"""What is offered, or why nothing is."""
Lines = Sequence[tuple[int, Line]]


def offers(promotion: Promotion, lines: Lines) -> Offers:
    """``lines``: those that it holds, with their index in the order."""
    return _BY_MECHANIC[promotion.mechanic](promotion, lines)


def _each(promotion: Promotion, lines: Lines, rate: int) -> list[Offer]:
    found = ((at, min(line.net, values.share(line.net, rate))) for at, line in lines)
    return [Offer(promotion, ((at, amount),), amount) for at, amount in found if amount > 0]


def _percent(promotion: Promotion, lines: Lines) -> Offers:
    return _each(promotion, lines, promotion.rate)


def _amount(promotion: Promotion, lines: Lines) -> Offers:
    found = []
    for at, line in lines:
        off = values.line_net(line.quantity, min(promotion.amount, line.unit_price), promotion.currency)
        if (off := min(off, line.net)) > 0:
            found.append(Offer(promotion, ((at, off),), off))
    return found


def _free_goods(promotion: Promotion, lines: Lines) -> Offers:
    if promotion.free_product is not None:
        return _another_free(promotion, lines)
    set_size, found = promotion.buy + promotion.free, []
    by_product: dict[bytes, list[tuple[int, Line]]] = {}
    for one in lines:
        by_product.setdefault(one[1].product, []).append(one)
    for same in by_product.values():
        ordered = sum(line.quantity for _, line in same)
        if free := ordered // set_size * promotion.free:
            found += _free(promotion, same, free)
    if not found and lines:
        most = max(sum(line.quantity for _, line in same) for same in by_product.values())
        return _too_few(promotion, Quantity(set_size - most))
    return found


def _another_free(promotion: Promotion, lines: Lines) -> Offers:
    bought = sum(line.quantity for _, line in lines if line.product != promotion.free_product)
    earned = bought // promotion.buy * promotion.free
    if not earned:
        return _too_few(promotion, Quantity(promotion.buy - bought))
    given = [one for one in lines if one[1].product == promotion.free_product]
    ordered = sum(line.quantity for _, line in given)
    if not ordered:
        return notice("promotion.add_free", promotion=promotion.code, quantity=Quantity(earned))
    return _free(promotion, given, min(earned, ordered))


def _free(promotion: Promotion, same: Lines, quantity: int) -> list[Offer]:
    """So much of one product costs nothing, of its lines in proportion."""
    parts = allocate(quantity, [line.quantity for _, line in same])
    shares = [
        (at, min(line.net, values.line_net(part, line.unit_price, promotion.currency)))
        for (at, line), part in zip(same, parts, strict=True)
    ]
    return offer(promotion, shares)


def _bundle(promotion: Promotion, lines: Lines) -> Offers:
    by_product = {
        part.product: [one for one in lines if one[1].product == part.product] for part in promotion.parts
    }
    ordered = {product: sum(line.quantity for _, line in same) for product, same in by_product.items()}
    bundles = min(ordered[part.product] // part.quantity for part in promotion.parts)
    if not bundles:
        lacking = next(part for part in promotion.parts if ordered[part.product] < part.quantity)
        return _too_few(promotion, Quantity(lacking.quantity - ordered[lacking.product]))
    shares = []
    for part in promotion.parts:
        same = by_product[part.product]
        for (at, line), quantity in zip(
            same, allocate(bundles * part.quantity, [line.quantity for _, line in same]), strict=True
        ):
            net = values.line_net(quantity, line.unit_price, promotion.currency)
            shares.append((at, min(line.net, values.share(net, promotion.rate))))
    return offer(promotion, shares)


def _threshold(promotion: Promotion, lines: Lines) -> Offers:
    ordered = sum(line.net for _, line in lines)
    if ordered < promotion.least:
        return _too_few(promotion, Money(promotion.least - ordered, promotion.currency))
    parts = allocate(min(promotion.amount, ordered), [line.net for _, line in lines])
    return offer(promotion, ((at, part) for (at, _), part in zip(lines, parts, strict=True)))


def _tiered(promotion: Promotion, lines: Lines) -> Offers:
    reached = sum(line.quantity if promotion.by_quantity else line.net for _, line in lines)
    rate = max((tier.rate for tier in promotion.tiers if tier.least <= reached), default=0)
    if not rate:
        missing = min(tier.least for tier in promotion.tiers) - reached
        more = Quantity(missing) if promotion.by_quantity else Money(missing, promotion.currency)
        return _too_few(promotion, more)
    return _each(promotion, lines, rate)


def _too_few(promotion: Promotion, missing: Quantity | Money) -> Notice:
    return notice("promotion.not_reached", promotion=promotion.code, missing=missing)


_BY_MECHANIC: dict[Mechanic, Callable[[Promotion, Lines], Offers]] = {
    Mechanic.PERCENT: _percent,
    Mechanic.AMOUNT: _amount,
    Mechanic.FREE_GOODS: _free_goods,
    Mechanic.BUNDLE: _bundle,
    Mechanic.THRESHOLD: _threshold,
    Mechanic.TIERED: _tiered,
}
