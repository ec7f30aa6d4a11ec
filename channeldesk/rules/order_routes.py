"""Routes of orders: who proposes, confirms and changes them, what may stand in one, what stock they hold.

The laptop asks before it writes, with what it knows of stock; headquarters asks again and decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from channeldesk.model.notice import Notice, Quantity, Term, notice
from channeldesk.rules.shipping import SHIPPABLE
from channeldesk.rules.words import ROUTE_NAMES, STATUS_NAMES


class Status(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    """Headquarters decided another in its place."""
    WITHDRAWN = "withdrawn"
    """Who proposed it thought better of it, or the order came to its end."""


class Actor(StrEnum):
    HEADQUARTERS = "headquarters"
    """Its people."""
    PROPOSER = "proposer"
    """Who recorded it."""
    ORDER = "order"
    """By being cancelled."""


_H = frozenset({Actor.HEADQUARTERS})
TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.PROPOSED, Status.CONFIRMED): _H,
    (Status.PROPOSED, Status.CHANGED): _H,
    (Status.PROPOSED, Status.WITHDRAWN): frozenset(Actor),
    (Status.CONFIRMED, Status.CHANGED): _H,
    (Status.CONFIRMED, Status.WITHDRAWN): _H | {Actor.ORDER},
}
"""Every allowed change of status and who may make it."""
STANDING = frozenset({Status.PROPOSED, Status.CONFIRMED})
"""Of these an order has one at most."""
_LEAVES = frozenset(SHIPPABLE)
GONE = frozenset({"shipped", "closed"})
"""Statuses of an order of which nothing more leaves."""


@dataclass(frozen=True, slots=True)
class Part:
    """``quantity`` (scale 3) of a line of an order from a site; None: from nowhere."""

    line: bytes
    product: bytes
    site: bytes | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Open:
    """What no shipment holds yet of a line of an order."""

    product: bytes
    quantity: int


Available = Mapping[tuple[bytes, bytes], int]
"""Site and product to what is there and free."""


def refuse_move(current: str, target: str, actors: Iterable[Actor]) -> Notice | None:
    """Why none of ``actors`` may move a route; None if one may."""
    allowed = TRANSITIONS.get((Status(current), Status(target)))
    if allowed is None:
        names = Term(ROUTE_NAMES[current]), Term(ROUTE_NAMES[target])
        return notice("route.no_such_move", current=names[0], target=names[1])
    return None if allowed & frozenset(actors) else notice("route.headquarters_decides")


def refuse_route(
    order_status: str,
    still_open: Mapping[bytes, Open],
    parts: Sequence[Part],
    names: Mapping[bytes, str],
    available: Available | None,
) -> Notice | None:
    """Why ``parts`` are no route of an order with these lines. ``names``: the sites that may serve it;
    ``available``: None for a proposal, which holds no stock.
    """
    if order_status not in _LEAVES:
        return notice("route.order_not_open", status=Term(STATUS_NAMES[order_status]))
    if not any(part.site is not None for part in parts):
        return notice("route.sends_nothing")
    seen, told, leaving = set[tuple[bytes, bytes | None]](), Counter[bytes](), Counter[tuple[bytes, bytes]]()
    for part in parts:
        line = still_open.get(part.line)
        if line is None or line.product != part.product or part.quantity <= 0:
            return notice("route.order_changed")
        if (part.line, part.site) in seen:
            return notice("route.twice")
        seen.add((part.line, part.site))
        told[part.line] += part.quantity
        if part.site is not None:
            if part.site not in names:
                return notice("route.may_not_serve")
            leaving[part.site, part.product] += part.quantity
    if told != {line: one.quantity for line, one in still_open.items()}:
        return notice("route.order_changed")
    for (site, product), quantity in leaving.items() if available is not None else ():
        there = max(0, (available or {}).get((site, product), 0))
        if quantity > there:
            much = Quantity(quantity)
            return notice("route.short", site=names[site], quantity=much, available=Quantity(there))
    return None


def without(available: Available, parts: Iterable[Part]) -> dict[tuple[bytes, bytes], int]:
    """What is free once these parts are promised too."""
    left = dict(available)
    for part in parts:
        if part.site is not None:
            key = (part.site, part.product)
            left[key] = left.get(key, 0) - part.quantity
    return left


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of a confirmed route; ``until``: when its site last reported (ms UTC), None if it never did."""

    quantity: int
    until: int | None


def promised(
    parts: Sequence[Kept], ordered: int, order_status: str, left: Iterable[tuple[int | None, int]]
) -> list[int]:
    """How much of each part of one line, those from nowhere too, is still in what its site reported, and
    promised.

    ``left``: when goods of the line left (ms UTC; None: headquarters does not know yet) and how many. What
    left after the report is in it still. Of an order of which nothing more leaves, only that is.
    """
    gone = list(left)
    end = ordered if order_status in _LEAVES else 0
    if order_status in GONE:
        end = min(ordered, sum(quantity for _, quantity in gone))
    found = []
    for part, (start, stop) in zip(parts, _spans([one.quantity for one in parts], ordered), strict=True):
        reported = sum(
            quantity
            for at, quantity in gone
            if at is not None and part.until is not None and at <= part.until
        )
        found.append(max(0, min(stop, end) - max(start, reported)))
    return found


def to_ship(parts: Sequence[Part], held: int, ordered: int) -> list[Part]:
    """What is still to leave of a line, of which shipments hold ``held`` of all that is ``ordered``."""
    found = []
    for part, (start, stop) in zip(parts, _spans([one.quantity for one in parts], ordered), strict=True):
        rest = min(stop, ordered) - max(start, held)
        if rest > 0 and part.site is not None:
            found.append(replace(part, quantity=rest))
    return found


def _spans(quantities: Sequence[int], ordered: int) -> list[tuple[int, int]]:
    """From which to which piece of a line each part goes: goods leave part by part, after those that a
    shipment held before the route was made.
    """
    found, begin = [], max(0, ordered - sum(quantities))
    for quantity in quantities:
        found.append((begin, begin + quantity))
        begin += quantity
    return found
