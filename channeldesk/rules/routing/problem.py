"""Order routing as whole numbers: what may be sent from where, and what a split costs.

A split costs its shipments, the packs in them, days late, and what is not sent. For what is not sent of a
line counts its net at ``unmet_rate``; but for any pack at least one minor unit more than it would cost to
send that pack alone, from the dearest site that could. So a cheapest split leaves nothing behind that a site
could still send, be it a free gift.

Every term is an integer, so that two splits compare exactly, and a solver's answer can be proven or refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from channeldesk.model import values
from channeldesk.rules.routing.terms import Lane, Line, Order, Request, Site

Split = Mapping[tuple[bytes, int, bytes], int]
"""(order, number of the line, site) to quantity at scale 3."""


@dataclass(frozen=True, slots=True)
class Way:
    """A line from a site that may serve it and has a pack: ``order``, ``line`` and ``site`` are places in the
    problem; at most ``most`` packs of ``pack``. Each costs ``cost`` and spares ``worth`` of unmet demand.
    """

    order: int
    line: int
    site: int
    product: bytes
    pack: int
    most: int
    cost: int
    worth: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as the problem sees it. Packs of all its ways are multiples of ``grain``, and each grain that is
    not sent counts ``worth``; what is left of a grain counts as one and can never be sent.
    """

    order: int
    line: Line
    grain: int
    worth: int

    def unmet(self, sent: int) -> int:
        """What counts in minor units where ``sent`` of the quantity goes out."""
        return self.worth * -(-(self.line.quantity - sent) // self.grain)


class Problem:
    """A request in its own order: orders by id, lines by number, sites by code. A plan is a number of packs
    for each of ``ways``.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.orders: list[Order] = sorted(request.orders, key=lambda one: one.id)
        self.sites: list[Site] = sorted(request.sites, key=lambda one: (one.code, one.id))
        self.shipments: dict[tuple[int, int], int] = {}
        """(order, site) that is allowed, to the cost of a shipment and of its days late."""
        self.lines: list[Wanted] = []
        self.ways: list[Way] = []
        for at, order in enumerate(self.orders):
            for place, site in enumerate(self.sites):
                if (lane := site.lane_to(order.id)) is not None:
                    self.shipments[at, place] = lane.cost + self.late_cost(order, lane)
            for line in sorted(order.lines, key=lambda one: one.number):
                self._add(at, line)

    def _add(self, order: int, line: Line) -> None:
        found = []
        for place, site in enumerate(self.sites):
            stock = site.stock.get(line.product)
            if stock is None or (order, place) not in self.shipments:
                continue
            most = min(stock.packs, line.quantity // stock.pack)
            if most:
                found.append((place, stock, most))
        grain = math.gcd(*(stock.pack for _, stock, _ in found)) or line.quantity
        by_net = _up(line.net * self.request.terms.unmet_rate * grain, line.quantity * values.WHOLE)
        alone = (
            _up((self.shipments[order, at] + stock.cost + 1) * grain, stock.pack) for at, stock, _ in found
        )
        wanted = Wanted(order, line, grain, max(1, by_net, *alone))
        for place, stock, most in found:
            worth = wanted.worth * (stock.pack // grain)
            at = len(self.lines)
            self.ways.append(Way(order, at, place, line.product, stock.pack, most, stock.cost, worth))
        self.lines.append(wanted)

    def late_cost(self, order: Order, lane: Lane) -> int:
        """Minor units for the days by which a shipment misses the day on which the order is wanted."""
        return self.request.lateness(order, lane) * self.request.terms.late_cost

    @cached_property
    def nothing_sent(self) -> int:
        """The cost of a plan without a pack."""
        return sum(one.unmet(0) for one in self.lines)

    def cost(self, plan: Sequence[int]) -> int:
        """Minor units, unmet demand included."""
        sent = [(way, packs) for way, packs in zip(self.ways, plan, strict=True) if packs]
        used = {(way.order, way.site) for way, _ in sent}
        packs_cost = sum((way.cost - way.worth) * packs for way, packs in sent)
        return self.nothing_sent + packs_cost + sum(self.shipments[one] for one in used)

    def split(self, plan: Sequence[int]) -> dict[tuple[bytes, int, bytes], int]:
        """The plan in the words of the request."""
        return {
            (
                self.orders[way.order].id,
                self.lines[way.line].line.number,
                self.sites[way.site].id,
            ): way.pack * packs
            for way, packs in zip(self.ways, plan, strict=True)
            if packs
        }


def _up(number: int, divisor: int) -> int:
    return -(-number // divisor)
