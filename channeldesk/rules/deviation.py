"""The same product at different prices: how far channels stand apart, and what went below its floor.

A channel's price is its net after promotions divided by its quantity: the mean weighted by quantity. How far
apart is measured on the dearest channel:

    spread   = (dearest - cheapest) / dearest
    at stake = sum over channels of max(0, quantity x dearest x (1 - allowed) - net)
    below    = sum over lines of max(0, quantity x floor - quantity x price)

Prices at scale 4, amounts in minor units, shares in basis points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from channeldesk.model import values
from channeldesk.model.notice import Money, Price, Quantity, Rate, notice
from channeldesk.model.values import WHOLE, round_half_up
from channeldesk.rules.explain import Step
from channeldesk.rules.pricing import Buyer, ListPrice, PriceItem, PriceList, applicable, find_price

LEAST_LINES = 3
"""A channel with fewer lines is told, but makes no spread: a single sale is no price level."""


@dataclass(frozen=True, slots=True)
class Sold:
    """Part of what a channel sold of a product: sums over order lines, returns left out."""

    channel: bytes | None
    quantity: int
    net: int
    lines: int


@dataclass(frozen=True, slots=True)
class ChannelPrice:
    """``counts``: whether it takes part in the spread."""

    channel: bytes | None
    price: int
    quantity: int
    net: int
    lines: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An order line whose price is held against the floor. ``net`` is after promotions, ``price`` before."""

    id: bytes
    product: bytes
    buyer: Buyer
    on: date
    currency: str
    quantity: int
    price: int
    net: int


@dataclass(frozen=True, slots=True)
class BelowFloor:
    """``floor`` of the list that was in force then. ``promoted``: only promotions brought it below, which
    headquarters itself grants; it costs nothing here.
    """

    line: Line
    floor: int
    price_list: str
    promoted: bool

    @property
    def money(self) -> int:
        """What the line brought less than at the floor."""
        if self.promoted:
            return 0
        at_floor = values.line_net(self.line.quantity, self.floor, self.line.currency)
        return at_floor - values.line_net(self.line.quantity, self.line.price, self.line.currency)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One product in one currency. ``channels``: the cheapest first. ``spread`` is None with fewer than two
    channels that count.
    """

    channels: tuple[ChannelPrice, ...]
    spread: int | None
    allowed: int
    apart: int
    """What channels below the allowed price brought less, minor units."""
    below: tuple[BelowFloor, ...]

    @property
    def cheapest(self) -> ChannelPrice | None:
        return next((one for one in self.channels if one.counts), None)

    @property
    def dearest(self) -> ChannelPrice | None:
        return next((one for one in reversed(self.channels) if one.counts), None)

    @property
    def too_far(self) -> bool:
        return self.spread is not None and self.spread > self.allowed

    @property
    def under_floor(self) -> tuple[BelowFloor, ...]:
        """Lines below the floor that no promotion explains."""
        return tuple(one for one in self.below if not one.promoted)

    @property
    def floor_money(self) -> int:
        return sum(one.money for one in self.below)

    @property
    def at_stake(self) -> int:
        """The larger of the two: a line below its floor draws its channel's price down as well."""
        return max(self.apart if self.too_far else 0, self.floor_money)


def channel_steps(one: ChannelPrice, currency: str) -> tuple[Step, ...]:
    """How a channel's price comes about."""
    return (
        Step(notice("step.channel_net", lines=one.lines), Money(one.net, currency)),
        Step(notice("step.channel_quantity"), Quantity(one.quantity)),
        Step(notice("step.channel_price"), Price(one.price, currency), "="),
    )


def steps(found: Deviation, currency: str) -> tuple[Step, ...]:
    """How spread and the money at stake come about."""
    made = []
    cheapest, dearest = found.cheapest, found.dearest
    if cheapest is not None and dearest is not None and found.spread is not None:
        made += [
            Step(notice("step.dearest"), Price(dearest.price, currency)),
            Step(notice("step.cheapest"), Price(cheapest.price, currency), "-"),
            Step(notice("step.spread"), Rate(found.spread), "="),
            Step(notice("step.allowed"), Rate(found.allowed)),
            Step(notice("step.apart_money"), Money(found.apart if found.too_far else 0, currency)),
        ]
    if found.under_floor:
        label = notice("step.floor_money", lines=len(found.under_floor))
        made.append(Step(label, Money(found.floor_money, currency)))
    if found.at_stake:
        made.append(Step(notice("step.at_stake"), Money(found.at_stake, currency), "="))
    return tuple(made)


def price_of(net: int, quantity: int, currency: str) -> int:
    """Net per base unit, rounded half up."""
    scale = values.PRICE_SCALE + values.QUANTITY_SCALE - values.minor_units(currency)
    return round_half_up(net * 10**scale, quantity)


def deviation(sold: Iterable[Sold], below: Sequence[BelowFloor], allowed: int, currency: str) -> Deviation:
    """``sold``: any parts, in any order; those of one channel are added up first."""
    sums: dict[bytes | None, tuple[int, int, int]] = {}
    for one in sold:
        quantity, net, lines = sums.get(one.channel, (0, 0, 0))
        sums[one.channel] = (quantity + one.quantity, net + one.net, lines + one.lines)
    channels = [
        ChannelPrice(channel, price_of(net, quantity, currency), quantity, net, lines, lines >= LEAST_LINES)
        for channel, (quantity, net, lines) in sums.items()
        if quantity > 0
    ]
    channels.sort(key=lambda one: (one.price, one.channel or b""))
    counting = [one for one in channels if one.counts]
    spread, apart = None, 0
    if len(counting) > 1 and (dearest := counting[-1].price) > 0:
        spread = round_half_up((dearest - counting[0].price) * WHOLE, dearest)
        lowest = values.share(dearest, WHOLE - allowed)
        apart = sum(max(0, values.line_net(one.quantity, lowest, currency) - one.net) for one in counting)
    ordered = sorted(below, key=lambda one: (one.promoted, -one.money, one.line.id))
    return Deviation(tuple(channels), spread, allowed, apart, tuple(ordered))


def below_floor(
    lines: Iterable[Line], lists: Sequence[PriceList], items: Mapping[bytes, Sequence[PriceItem]]
) -> list[BelowFloor]:
    """Those that went below the floor of the list in force on their day, in the order given."""
    open_then: dict[tuple[Buyer, date, str], tuple[PriceList, ...]] = {}
    found = []
    for line in lines:
        key = (line.buyer, line.on, line.currency)
        if key not in open_then:
            open_then[key] = applicable(lists, line.buyer, line.on, line.currency)
        listed = find_price(line.quantity, items.get(line.product, ()), open_then[key])
        if isinstance(listed, ListPrice) and listed.floor is not None:
            agreed = line.price < listed.floor
            if agreed or price_of(line.net, line.quantity, line.currency) < listed.floor:
                found.append(BelowFloor(line, listed.floor, listed.price_list.code, not agreed))
    return found
