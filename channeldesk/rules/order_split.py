"""An order in two: some of its lines, or a part of them, go on as an order of their own.

Both together are the one that was: quantities, discounts, net and tax, to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channeldesk.model import values
from channeldesk.model.notice import Notice, Quantity, notice
from channeldesk.rules.amending import Amended, Line, Wanted, let_go, refuse_amendment
from channeldesk.rules.splitting import allocate, part


@dataclass(frozen=True, slots=True)
class Split:
    """``stays``: the first order as it is left. ``moved``: lines of the second, numbered anew, under the ids
    (of themselves and of their discounts) that they had in the first.
    """

    stays: Amended
    moved: tuple[Line, ...]

    @property
    def net(self) -> int:
        return sum(line.net for line in self.moved)

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.moved)


def refuse_split(lines: Sequence[Line], wanted: Sequence[Wanted]) -> Notice | None:
    """Why an order cannot be split so. What left, or came back, stays with the first order."""
    known = {line.id: line for line in lines}
    if len({one.line for one in wanted}) < len(wanted):
        return notice("approval.twice")
    for one in wanted:
        line = None if one.line is None else known.get(one.line)
        if line is None or line.product != one.product:
            return notice("approval.unknown_line")
        left = line.quantity - max(line.shipped, line.returned)
        if not 0 < one.quantity <= left:
            return notice("order.split_more_than_open", left=Quantity(max(0, left)))
    if not wanted:
        return notice("order.split_nothing")
    goes = {one.line: one.quantity for one in wanted}
    if all(goes.get(line.id) == line.quantity for line in lines):
        return notice("order.split_everything")
    return None


def refuse_change(
    kind: str, lines: Sequence[Line], wanted: Sequence[Wanted], *, other_day: bool
) -> Notice | None:
    """Why an order cannot be changed as a request of this kind wants it; None for other kinds."""
    match kind:
        case "split":
            return refuse_split(lines, wanted)
        case "closing":
            return refuse_amendment(lines, let_go(lines), other_day=False)
        case "amendment":
            return refuse_amendment(lines, wanted, other_day)
    return None


def split(lines: Sequence[Line], wanted: Sequence[Wanted], currency: str) -> Split:
    """The two orders. Of a line in two, the second part is what its price and discount come to, and the first
    the rest: where rounding takes or gives a cent, the two still add up.
    """
    goes = {one.line: one.quantity for one in wanted}
    changed, gone, moved, left = list[Line](), list[bytes](), list[Line](), list[Line]()
    for line in lines:
        quantity = goes.get(line.id, 0)
        if not quantity:
            left.append(line)
        elif quantity == line.quantity:
            gone.append(line.id)
            moved.append(line)
        else:
            second = _part(line, quantity, currency)
            moved.append(second)
            changed.append(_rest(line, second))
    stay = [*left, *changed]
    stays = Amended(tuple(changed), tuple(gone), (), sum(x.net for x in stay), sum(x.tax for x in stay))
    return Split(stays, tuple(replace(line, number=n) for n, line in enumerate(moved, start=1)))


def _part(line: Line, quantity: int, currency: str) -> Line:
    whole = values.line_net(quantity, line.unit_price, currency)
    fair = whole - part(line.net, line.quantity, 0, quantity)
    discount = min(max(0, fair), line.discount)
    ids = sorted(line.discounts)
    shares = allocate(discount, [line.discounts[one] for one in ids]) if ids else []
    return replace(
        line,
        quantity=quantity,
        discount=discount,
        net=whole - discount,
        tax=part(line.tax, line.quantity, 0, quantity),
        discounts=dict(zip(ids, shares, strict=True)),
        shipped=0,
        returned=0,
    )


def _rest(line: Line, second: Line) -> Line:
    return replace(
        line,
        quantity=line.quantity - second.quantity,
        discount=line.discount - second.discount,
        net=line.net - second.net,
        tax=line.tax - second.tax,
        discounts={one: amount - second.discounts[one] for one, amount in line.discounts.items()},
    )
