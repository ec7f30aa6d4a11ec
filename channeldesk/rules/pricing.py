"""What a partner pays: which price list holds, quantity breaks, floor, line amounts, order totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from channeldesk.model import values
from channeldesk.model.notice import Money, Notice, Price, Quantity, Rate, Term, notice
from channeldesk.rules.explain import Step
from channeldesk.rules.returns import Origin, credit
from channeldesk.rules.words import SCOPE_NAMES

PRECEDENCE = ("partner", "tier", "channel_type", "territory")
"""The order of price lists, and the only place that says so.

A list is open to everybody unless it names a partner, tier, channel type or territory (one or more). Of the
lists that fit, one that names the partner beats one that does not; else one that names the tier; and so on.
Of territories the nearest one wins. A list that names nothing is the default. Equals are decided by the later
first day, then by code. A list without the product (or whose breaks start above the quantity) is passed over.
"""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys. ``territories``: the partner's own first, then each one above it."""

    partner: bytes
    tier: bytes | None = None
    channel_type: bytes | None = None
    territories: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceList:
    """A list and whom it is for; ``None`` means all. Both dates are inclusive."""

    id: bytes
    code: str
    currency: str
    partner: bytes | None = None
    tier: bytes | None = None
    channel_type: bytes | None = None
    territory: bytes | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PriceItem:
    """The price of one product in one list from ``min_quantity`` on, per base unit."""

    price_list: bytes
    min_quantity: int
    price: int
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class ListPrice:
    """The price that holds, where it comes from, and how it was found."""

    price: int
    floor: int | None
    price_list: PriceList
    item: PriceItem
    steps: tuple[Step, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """Amounts of one order line; ``unit_price`` may have been agreed below ``list_price``. ``discount``: what
    promotions take off; ``net`` and ``tax`` are without it.
    """

    quantity: int
    unit_price: int
    tax_rate: int
    net: int
    tax: int
    list_price: int | None = None
    discount: int = 0
    steps: tuple[Step, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class TaxShare:
    rate: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of rounded lines, so that what is printed adds up; ``taxes`` by rate, rising."""

    currency: str
    net: int
    tax: int
    total: int
    taxes: tuple[TaxShare, ...]


def applicable(lists: Iterable[PriceList], buyer: Buyer, on: date, currency: str) -> tuple[PriceList, ...]:
    """The lists open to ``buyer`` on a business date in ``currency``, the first to be asked first.

    Do this once per order, then :func:`find_price` per line.
    """
    fitting = [
        one for one in lists if one.currency == currency and _in_force(one, on) and _open_to(one, buyer)
    ]
    fitting.sort(key=lambda one: one.code)
    fitting.sort(key=lambda one: (_closeness(one, buyer), one.valid_from or date.min), reverse=True)
    return tuple(fitting)


def find_price(quantity: int, items: Iterable[PriceItem], lists: Sequence[PriceList]) -> ListPrice | Notice:
    """The list price of one product. ``items`` are all items of that product, ``lists`` come from
    :func:`applicable`. A return is priced like a sale of the same size. Without a price the Notice says so.
    """
    size = abs(quantity)
    by_list: dict[bytes, list[PriceItem]] = {}
    for item in items:
        by_list.setdefault(item.price_list, []).append(item)
    for price_list in lists:
        breaks = [item for item in by_list.get(price_list.id, ()) if item.min_quantity <= size]
        if breaks:
            item = max(breaks, key=lambda one: one.min_quantity)
            return ListPrice(item.price, item.floor, price_list, item, _price_steps(price_list, item))
    if by_list and lists:
        return notice("price.below_first_break", quantity=Quantity(size))
    return notice("price.none")


def worth(items: Iterable[PriceItem], lists: Sequence[PriceList]) -> int | None:
    """What a unit of a product is worth, whatever the quantity: its price in the first of the lists that has
    it, from the smallest quantity on. None without a price.
    """
    known = list(items)
    for price_list in lists:
        mine = [item for item in known if item.price_list == price_list.id]
        if mine:
            return min(mine, key=lambda one: one.min_quantity).price
    return None


def price_line(
    quantity: int,
    currency: str,
    tax_rate: int,
    found: ListPrice | None = None,
    agreed: int | None = None,
) -> PricedLine:
    """Amounts of a line at the list price, or at a price agreed with the partner.

    Net and tax are rounded half up each, once. One of ``found`` and ``agreed`` must be given.
    """
    if agreed is None and found is None:
        raise ValueError("a line needs a list price or an agreed price")
    unit_price = agreed if agreed is not None else found.price  # type: ignore[union-attr]
    net = values.line_net(quantity, unit_price, currency)
    tax = values.tax(net, tax_rate)
    steps = list(found.steps) if found else []
    if agreed is not None and (found is None or agreed != found.price):
        steps.append(Step(notice("step.agreed_price"), Price(agreed, currency), "="))
    steps += [
        Step(notice("step.quantity"), Quantity(quantity), "*"),
        Step(notice("step.net", currency=currency), Money(net, currency), "="),
        Step(notice("step.tax", rate=Rate(tax_rate)), Money(tax, currency), "+"),
    ]
    listed = found.price if found else None
    return PricedLine(quantity, unit_price, tax_rate, net, tax, listed, steps=tuple(steps))


def discounted(line: PricedLine, currency: str, taken: Sequence[tuple[str, int]]) -> PricedLine:
    """The line with what promotions take off it: code and amount of each. Tax is on what is left."""
    discount = sum(amount for _, amount in taken)
    net = line.net - discount
    tax = values.tax(net, line.tax_rate)
    steps = [
        *line.steps[:-1],
        *(
            Step(notice("step.promotion", promotion=code), Money(amount, currency), "-")
            for code, amount in taken
        ),
        Step(notice("step.after_promotions"), Money(net, currency), "="),
        Step(notice("step.tax", rate=Rate(line.tax_rate)), Money(tax, currency), "+"),
    ]
    return replace(line, net=net, tax=tax, discount=discount, steps=tuple(steps))


def credited_line(quantity: int, origin: Origin, currency: str) -> PricedLine:
    """Amounts of a return's line: of ``quantity`` (positive) what was charged for it."""
    given = credit(origin, quantity, currency)
    steps = (
        Step(notice("step.sold_for", number=origin.order_number), Price(origin.unit_price, currency)),
        Step(notice("step.quantity"), Quantity(-quantity), "*"),
        Step(notice("step.credited"), Money(given.net, currency), "="),
        Step(notice("step.tax_credited"), Money(given.tax, currency), "+"),
    )
    return PricedLine(
        -quantity, origin.unit_price, origin.tax_rate, given.net, given.tax, None, given.discount, steps
    )


def totals(lines: Iterable[PricedLine], currency: str) -> Totals:
    """Sums of an order. Tax is the sum of the lines' tax, not tax on the sum."""
    shares: dict[int, tuple[int, int]] = {}
    for line in lines:
        net, tax = shares.get(line.tax_rate, (0, 0))
        shares[line.tax_rate] = (net + line.net, tax + line.tax)
    net, tax = sum(one[0] for one in shares.values()), sum(one[1] for one in shares.values())
    taxes = tuple(TaxShare(rate, *shares[rate]) for rate in sorted(shares))
    return Totals(currency, net, tax, net + tax, taxes)


def _in_force(one: PriceList, on: date) -> bool:
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on <= one.valid_to)


def _open_to(one: PriceList, buyer: Buyer) -> bool:
    return (
        one.partner in (None, buyer.partner)
        and one.tier in (None, buyer.tier)
        and one.channel_type in (None, buyer.channel_type)
        and (one.territory is None or one.territory in buyer.territories)
    )


def _closeness(one: PriceList, buyer: Buyer) -> tuple[int, ...]:
    """By PRECEDENCE: 0 where the list does not ask, else 1; of territories, more the nearer."""
    depth = len(buyer.territories)
    return tuple(
        0
        if (named := getattr(one, scope)) is None
        else (depth - buyer.territories.index(named) if scope == "territory" else 1)
        for scope in PRECEDENCE
    )


def _price_steps(price_list: PriceList, item: PriceItem) -> tuple[Step, ...]:
    scope = next((name for name in PRECEDENCE if getattr(price_list, name) is not None), "default")
    label = notice("step.price_list", list=price_list.code, scope=Term(SCOPE_NAMES[scope]))
    if not item.min_quantity:
        return (Step(label, Price(item.price, price_list.currency), "="),)
    return (
        Step(label, price_list.code),
        Step(
            notice("step.break", quantity=Quantity(item.min_quantity)),
            Price(item.price, price_list.currency),
            "=",
        ),
    )
