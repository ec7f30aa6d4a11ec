"""What order routing is asked: orders, the sites that could fill them, and what the company prefers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from channeldesk.model import values

_UNIT: int = 10**values.QUANTITY_SCALE


class SiteKind(StrEnum):
    WAREHOUSE = "warehouse"
    PARTNER = "partner"
    """A distributor or dealer who delivers from its own stock."""
    PICKUP = "pickup"
    """A store where the customer fetches the goods."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What a site has of one product. ``available`` at scale 3, free of other promises; below zero is none.

    It leaves in multiples of ``pack`` (scale 3), each of which costs ``cost`` minor units to pick and send.
    """

    available: int
    pack: int = _UNIT
    cost: int = 0

    def __post_init__(self) -> None:
        if self.pack <= 0 or self.cost < 0:
            raise ValueError("a pack is positive and its cost not negative")

    @property
    def packs(self) -> int:
        """Whole packs that can leave."""
        return max(0, self.available) // self.pack


NO_STOCK = Stock(0)


@dataclass(frozen=True, slots=True)
class Lane:
    """The way from a site to an order: minor units for a shipment, whatever is in it, and its days."""

    cost: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if self.cost < 0 or self.days < 0:
            raise ValueError("a shipment's cost and days are not negative")


@dataclass(frozen=True, slots=True)
class Site:
    """Somewhere an order may be filled from. ``stock`` by product.

    ``lane`` is its usual way to an order; ``lanes`` says by order where it differs, None: territory or
    channel forbid that it serves the order.
    """

    id: bytes
    code: str
    name: str
    kind: SiteKind
    stock: Mapping[bytes, Stock]
    lane: Lane
    lanes: Mapping[bytes, Lane | None] = field(default_factory=dict)

    def lane_to(self, order: bytes) -> Lane | None:
        """None: it may not serve the order."""
        return self.lanes.get(order, self.lane)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that waits: ``quantity`` at scale 3, above zero; its ``net`` in minor units gives it weight."""

    number: int
    product: bytes
    quantity: int
    net: int = 0

    def __post_init__(self) -> None:
        if self.quantity <= 0 or self.net < 0:
            raise ValueError("a line asks for something, at no negative amount")


@dataclass(frozen=True, slots=True)
class Order:
    """``within``: days in which it is wanted; None: nothing is late."""

    id: bytes
    lines: tuple[Line, ...]
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the company prefers; defaults it can change.

    ``late_cost``: minor units for each day that a shipment comes late. ``unmet_rate``: basis points of the
    net of what is not sent; it decides who goes without where stock is short. Sending what can be sent is
    preferred whatever the rate (:mod:`channeldesk.rules.routing.problem`). ``most_sites``: an order comes
    from so many at most. ``seconds``: the longest that a solver may search.
    """

    currency: str
    late_cost: int = 0
    unmet_rate: int = 10 * values.WHOLE
    most_sites: int = 3
    seconds: float = 10.0

    def __post_init__(self) -> None:
        if self.late_cost < 0 or self.unmet_rate < 0 or self.most_sites < 1 or self.seconds < 0:
            raise ValueError("costs and seconds are not negative, and an order comes from one site at least")


@dataclass(frozen=True, slots=True)
class Request:
    """Orders that are routed together, because they compete for the same stock. Ids occur once, and so do
    the numbers of an order's lines. The answer depends on neither's place in its tuple.
    """

    orders: tuple[Order, ...]
    sites: tuple[Site, ...]
    terms: Terms

    def __post_init__(self) -> None:
        sites = {one.id for one in self.sites}
        lines = {one.id: {line.number for line in one.lines} for one in self.orders}
        twice = len(sites) < len(self.sites) or len(lines) < len(self.orders)
        if twice or any(len(lines[one.id]) < len(one.lines) for one in self.orders):
            raise ValueError("an order, a site or a line stands there twice")

    def lateness(self, order: Order, lane: Lane) -> int:
        """Days."""
        return 0 if order.within is None else max(0, lane.days - order.within)
