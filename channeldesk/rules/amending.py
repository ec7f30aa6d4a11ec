"""An accepted order as a change of it would leave it: the laptop shows it, headquarters writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from channeldesk.model import values
from channeldesk.model.notice import Notice, Quantity, notice
from channeldesk.rules.splitting import allocate


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the order. ``discounts``: by id of what promotions take off it; together ``discount``."""

    id: bytes
    number: int
    product: bytes
    quantity: int
    unit_price: int
    list_price: int | None
    tax_rate: int
    discount: int
    net: int
    tax: int
    discounts: Mapping[bytes, int]
    returned: int = 0
    """What of it came back: fewer there cannot be."""
    shipped: int = 0
    """What shipments hold of it, planned ones too: nor fewer than that."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of a product there shall be in all; ``line`` None for a further product."""

    line: bytes | None
    product: bytes
    quantity: int


@dataclass(frozen=True, slots=True)
class Priced:
    """What a further product costs."""

    unit_price: int
    tax_rate: int


@dataclass(frozen=True, slots=True)
class Amended:
    """``changed``: lines that stay, with other quantities; ``gone``: ids; ``added``: without an id."""

    changed: tuple[Line, ...]
    gone: tuple[bytes, ...]
    added: tuple[Line, ...]
    net: int
    tax: int

    @property
    def total(self) -> int:
        return self.net + self.tax


def refuse_amendment(lines: Sequence[Line], wanted: Sequence[Wanted], other_day: bool) -> Notice | None:
    """Why a change cannot be asked for. ``other_day``: the day of delivery changes too."""
    known = {line.id: line for line in lines}
    named = [one.line if one.line is not None else one.product for one in wanted]
    if len(set(named)) < len(named):
        return notice("approval.twice")
    for one in wanted:
        line = None if one.line is None else known.get(one.line)
        if one.line is not None and (line is None or line.product != one.product):
            return notice("approval.unknown_line")
        if one.line is None and one.quantity <= 0:
            return notice("approval.no_quantity")
        if line is not None and one.quantity < line.returned:
            return notice("approval.came_back", quantity=Quantity(line.returned))
        if line is not None and one.quantity < line.shipped:
            return notice("approval.shipped", quantity=Quantity(line.shipped))
    same = all(
        one.line is not None and known[one.line].quantity == one.quantity and one.line in known
        for one in wanted
    )
    if same and not other_day:
        return notice("approval.changes_nothing")
    left = [line for line in lines if line.id not in {one.line for one in wanted if not one.quantity}]
    added = any(one.line is None for one in wanted)
    return notice("approval.nothing_left") if not left and not added else None


def let_go(lines: Iterable[Line]) -> tuple[Wanted, ...]:
    """The change by which an order ends with what shipments hold of it."""
    return tuple(
        Wanted(line.id, line.product, line.shipped) for line in lines if line.shipped < line.quantity
    )


def amend(
    lines: Iterable[Line], wanted: Sequence[Wanted], prices: Mapping[bytes, Priced], currency: str
) -> Amended:
    """The order with what is wanted. Lines keep the price that was told; what promotions took off them grows
    and shrinks with the quantity, to the cent. Further products cost what ``prices`` says, without
    promotions.
    """
    by_line = {one.line: one for one in wanted if one.line is not None}
    changed, gone, standing = [], [], list[Line]()
    for line in lines:
        one = by_line.get(line.id)
        if one is None or one.quantity == line.quantity:
            standing.append(line)
        elif not one.quantity:
            gone.append(line.id)
        else:
            changed.append(_resized(line, one.quantity, currency))
    number = max((line.number for line in (*standing, *changed)), default=0)
    added = []
    for one in (each for each in wanted if each.line is None):
        number += 1
        price = prices[one.product]
        net = values.line_net(one.quantity, price.unit_price, currency)
        tax = values.tax(net, price.tax_rate)
        added.append(
            Line(
                b"",
                number,
                one.product,
                one.quantity,
                price.unit_price,
                price.unit_price,
                price.tax_rate,
                0,
                net,
                tax,
                {},
            )
        )
    left = (*standing, *changed, *added)
    return Amended(
        tuple(changed), tuple(gone), tuple(added), sum(one.net for one in left), sum(one.tax for one in left)
    )


def _resized(line: Line, quantity: int, currency: str) -> Line:
    whole = values.line_net(quantity, line.unit_price, currency)
    discount = min(whole, values.round_half_up(line.discount * quantity, line.quantity))
    ids = sorted(line.discounts)
    parts = allocate(discount, [line.discounts[one] for one in ids]) if ids else []
    net = whole - discount
    return replace(
        line,
        quantity=quantity,
        discount=discount,
        net=net,
        tax=values.tax(net, line.tax_rate),
        discounts=dict(zip(ids, parts, strict=True)),
    )
