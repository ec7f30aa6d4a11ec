"""Shipments: who moves them, what may go with one, and what they make of their order.

The laptop asks before it writes, headquarters before it books: nothing is shipped that was not ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from channeldesk.model.notice import Day, Notice, Quantity, Term, notice
from channeldesk.rules.orders import Status as OrderStatus
from channeldesk.rules.words import SHIPMENT_NAMES, STATUS_NAMES


class Status(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    HEADQUARTERS = "headquarters"
    """Its people."""
    RECEIVER = "receiver"
    """Who looks after the partner, or the partner's own people."""


_H = frozenset({Actor.HEADQUARTERS})
TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.PLANNED, Status.SENT): _H,
    (Status.PLANNED, Status.CANCELLED): _H,
    (Status.SENT, Status.ARRIVED): _H | {Actor.RECEIVER},
    (Status.SENT, Status.CANCELLED): _H,  # it came back, or never left
}
"""Every allowed change of status and who may make it."""

HELD = frozenset({Status.PLANNED, Status.SENT, Status.ARRIVED})
"""Statuses whose goods cannot go with another shipment."""
LEFT = frozenset({Status.SENT, Status.ARRIVED})
COMING = frozenset({Status.PLANNED, Status.SENT})
SHIPPABLE = (OrderStatus.ACCEPTED.value, OrderStatus.PARTLY_SHIPPED.value)
"""Statuses of an order of which goods may leave."""
_FOLLOWS = (OrderStatus.ACCEPTED, OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED)
"""Statuses of an order that its shipments decide."""


@dataclass(frozen=True, slots=True)
class Item:
    """How many of a line of an order, and of which product."""

    line: bytes
    product: bytes
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment as its order sees it. ``expected_on``: ISO; ``sent_at``: ms UTC."""

    status: str
    expected_on: str | None
    items: tuple[Item, ...]
    sent_at: int | None

    @property
    def sent(self) -> bool:
        """It left once, whatever became of it."""
        return self.sent_at is not None or self.status in LEFT


@dataclass(frozen=True, slots=True)
class Progress:
    """``expected_on``: the next day on which goods should arrive; None where none are to come or nobody
    said when.
    """

    status: str
    expected_on: str | None


def refuse_move(current: str, target: str, actor: Actor) -> Notice | None:
    """Why ``actor`` may not move a shipment; None if it may."""
    actors = TRANSITIONS.get((Status(current), Status(target)))
    if actors is None:
        names = Term(SHIPMENT_NAMES[current]), Term(SHIPMENT_NAMES[target])
        return notice("shipment.no_such_move", current=names[0], target=names[1])
    return None if actor in actors else notice("shipment.headquarters_sends")


def held(parcels: Iterable[Parcel], statuses: Iterable[str] = HELD) -> dict[bytes, int]:
    """By line, how many are in shipments of these statuses."""
    counted, found = frozenset(statuses), dict[bytes, int]()
    for parcel in parcels:
        for item in parcel.items if parcel.status in counted else ():
            found[item.line] = found.get(item.line, 0) + item.quantity
    return found


def still_open(ordered: Iterable[Item], parcels: Iterable[Parcel]) -> dict[bytes, int]:
    """By line, how many no shipment holds yet; lines that are through are left out."""
    taken = held(parcels)
    rest = {item.line: item.quantity - taken.get(item.line, 0) for item in ordered}
    return {line: quantity for line, quantity in rest.items() if quantity > 0}


def refuse_shipment(
    order_status: str, ordered: Sequence[Item], parcels: Sequence[Parcel], wanted: Sequence[Item]
) -> Notice | None:
    """Why ``wanted`` cannot leave for an order with these lines and shipments."""
    if order_status not in SHIPPABLE:
        return notice("shipment.order_not_open", status=Term(STATUS_NAMES[order_status]))
    if not wanted:
        return notice("shipment.no_lines")
    known, rest = {item.line: item for item in ordered}, still_open(ordered, parcels)
    seen = set[bytes]()
    for item in wanted:
        line = known.get(item.line)
        if line is None or line.product != item.product:
            return notice("shipment.unknown_line")
        if item.line in seen:
            return notice("shipment.twice")
        seen.add(item.line)
        if item.quantity <= 0:
            return notice("shipment.no_quantity")
        if item.quantity > rest.get(item.line, 0):
            left = Quantity(rest.get(item.line, 0))
            return notice("shipment.too_many", quantity=Quantity(item.quantity), left=left)
    return None


def refuse_days(sent_on: str | None, expected_on: str | None) -> Notice | None:
    """Why goods that leave on one day cannot be expected on the other."""
    if sent_on is not None and expected_on is not None and expected_on < sent_on:
        return notice("shipment.expected_before_sent", sent=Day(sent_on), expected=Day(expected_on))
    return None


def refuse_departure(sent_on: str | None, today: str) -> Notice | None:
    """Why goods cannot have left on that day. Where they leave it may be tomorrow already."""
    if sent_on is None or date.fromisoformat(sent_on) <= date.fromisoformat(today) + timedelta(days=1):
        return None
    return notice("shipment.leaves_later", sent=Day(sent_on), today=Day(today))


def refuse_arrival(sent_on: str | None, arrived_on: str, today: str) -> Notice | None:
    """Why goods cannot have arrived on that day."""
    if arrived_on > today:
        return notice("shipment.arrives_later", arrived=Day(arrived_on), today=Day(today))
    if sent_on is not None and arrived_on < sent_on:
        return notice("shipment.arrived_before_sent", sent=Day(sent_on), arrived=Day(arrived_on))
    return None


def progress(
    current: str, ordered: Sequence[Item], parcels: Sequence[Parcel], requested_on: str | None
) -> Progress:
    """What shipments make of their order. An order that is over, or not accepted, stays what it is."""
    if current not in _FOLLOWS:
        return Progress(current, None)
    left, arrived = held(parcels, LEFT), held(parcels, (Status.ARRIVED,))
    if not any(one.sent for one in parcels):
        status = OrderStatus(current)  # what left before there were shipments, nobody here knows
    elif not left:
        status = OrderStatus.ACCEPTED
    elif any(left.get(item.line, 0) < item.quantity for item in ordered):
        status = OrderStatus.PARTLY_SHIPPED
    elif any(arrived.get(item.line, 0) < item.quantity for item in ordered):
        status = OrderStatus.SHIPPED
    else:
        status = OrderStatus.CLOSED
    days = [one.expected_on for one in parcels if one.status in COMING and one.expected_on is not None]
    if requested_on is not None and still_open(ordered, parcels):
        days.append(requested_on)
    return Progress(status.value, min(days, default=None))


def moments(before: Mapping[str, int | None], status: str, now: int) -> dict[str, int | None]:
    """When an order got so far (ms UTC), by field: kept where it was that far before, taken back with what
    made it so.
    """
    reached = {
        "sent_at": status in (OrderStatus.PARTLY_SHIPPED, OrderStatus.SHIPPED, OrderStatus.CLOSED),
        "shipped_at": status in (OrderStatus.SHIPPED, OrderStatus.CLOSED),
        "closed_at": status == OrderStatus.CLOSED,
    }
    return {name: (before[name] or now) if there else None for name, there in reached.items()}
