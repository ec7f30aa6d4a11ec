"""The routing of orders as a person sees and changes it. Free of Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from channeldesk.actions.routes import Draft, DraftPart
from channeldesk.model.notice import Notice
from channeldesk.queries import routes
from channeldesk.queries.routes import Route
from channeldesk.queries.routing import MOST_ORDERS, OrderLine, RoutedOrder, Routing, asked
from channeldesk.rules import routing as rules
from channeldesk.rules.routing.check import faults
from channeldesk.rules.routing.outcome import Candidate, Proposal, Routed, Solver
from channeldesk.rules.routing.terms import SiteKind

Split = dict[tuple[bytes, int, bytes], int]
"""(order, number of the line, site) to quantity."""


@dataclass(frozen=True)
class Loaded:
    """``first``: a split without a search, at hand at once; ``kept``: of the routes that stand, where every
    order has one and they can still be carried out.
    """

    routing: Routing
    first: Proposal
    kept: Proposal | None


def load(connection: Any, orders: Sequence[bytes], pickup: bool, local: bool) -> Loaded:
    """Without ``orders`` all that wait for a route. ``local``: sites by their names in the local script."""
    orders = orders or routes.waiting(connection, MOST_ORDERS)
    found = asked(connection, orders, pickup=pickup, local=local)
    return Loaded(found, rules.first(found.request), _kept(found))


def _kept(found: Routing) -> Proposal | None:
    sites = {one.id for one in found.request.sites}
    split: Split = {}
    for order in found.orders:
        numbers = {line.id: line.number for line in order.lines if line.open}
        if order.route is None:
            return None
        for part in order.route.parts:
            if part.warehouse_id is None:
                continue
            if part.warehouse_id not in sites or part.order_line_id not in numbers:
                return None
            split[order.id, numbers[part.order_line_id], part.warehouse_id] = part.quantity
    if not split or faults(found.request, split):
        return None
    return rules.changed(found.request, split)


@dataclass(frozen=True)
class Row:
    """A line from a site, chosen or not; ``free``: what the site could send of it."""

    line: OrderLine
    site: bytes
    quantity: int
    free: int
    cost: int
    days: int
    reasons: tuple[Notice, ...]


@dataclass
class RoutingForm:
    """``proposal``: what was proposed last; ``shown``: that, or as the person changed it."""

    loaded: Loaded
    proposal: Proposal = field(init=False)
    shown: Proposal = field(init=False)
    wrong: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        self.proposal = self.shown = self.loaded.kept or self.loaded.first

    @property
    def routing(self) -> Routing:
        return self.loaded.routing

    @property
    def is_changed(self) -> bool:
        return self.shown.split != self.proposal.split

    def found(self, proposal: Proposal) -> bool:
        """A search has ended; whether what is shown follows: what a person changed, or is kept, stays."""
        follows = not self.is_changed and self.loaded.kept is None and not self.wrong
        self.proposal = proposal
        if follows:
            self.shown = proposal
        return follows

    def take_proposal(self) -> None:
        """The program's split in place of the person's."""
        self.shown, self.wrong = self.proposal, ()

    def put(self, order: bytes, quantities: Mapping[tuple[int, bytes], int]) -> None:
        """The order's split as the person typed it; what is wrong with it stands in ``wrong``, and what was
        shown stays.
        """
        split: Split = {key: much for key, much in self.shown.split.items() if key[0] != order}
        split |= {(order, number, site): much for (number, site), much in quantities.items() if much}
        self.wrong = faults(self.routing.request, split)
        if not self.wrong and split != self.shown.split:
            same = split == self.proposal.split
            self.shown = self.proposal if same else rules.changed(self.routing.request, split)

    def routed(self, order: bytes, proposal: Proposal | None = None) -> Routed | None:
        return next((one for one in (proposal or self.shown).orders if one.order == order), None)

    def rows(self, order: RoutedOrder) -> dict[int, list[Row]]:
        """By number of the line: the sites that could send some of it, those that do first."""
        routed = self.routed(order.id)
        if routed is None:
            return {}
        sent = {(one.line, one.site): one for one in routed.allocations}
        found: dict[int, list[Row]] = {}
        for line in order.lines:
            rows = []
            for site in self.routing.request.sites:
                stock, lane = site.stock.get(line.product_id), site.lane_to(order.id)
                if not line.open or stock is None or lane is None or not stock.packs:
                    continue
                part = sent.get((line.number, site.id))
                quantity, cost = (0, 0) if part is None else (part.quantity, part.cost)
                reasons = () if part is None else part.reasons
                rows.append(Row(line, site.id, quantity, stock.available, cost, lane.days, reasons))
            found[line.number] = sorted(rows, key=lambda row: (row.quantity == 0, row.days, row.site))
        return found

    def is_fetched(self, site: bytes) -> bool:
        return any(one.id == site and one.kind is SiteKind.PICKUP for one in self.routing.request.sites)

    def candidates(self, order: bytes) -> tuple[Candidate, ...]:
        """Those that may serve the order and have something of it, best first."""
        routed = self.routed(order)
        found = () if routed is None else routed.candidates
        return tuple(one for one in found if one.permitted and one.coverage)

    def drafts(self) -> list[Draft]:
        """What is to be recorded, of every order of which something is sent."""
        orders = {one.id: one for one in self.routing.orders}
        made = (self._draft(orders[one.order], one) for one in self.shown.orders if one.allocations)
        return list(made)

    def _draft(self, order: RoutedOrder, routed: Routed) -> Draft:
        lines = {line.number: line for line in order.lines}
        days = {one.site: one.days for one in routed.shipments}
        parts = [
            DraftPart(
                lines[one.line].id,
                lines[one.line].product_id,
                one.site,
                one.quantity,
                one.cost,
                days[one.site],
                self.is_fetched(one.site),
                one.reasons,
            )
            for one in routed.allocations
        ]
        parts += [
            DraftPart(lines[one.line].id, lines[one.line].product_id, None, one.quantity, reasons=one.reasons)
            for one in routed.unmet
        ]
        solver = self.proposal.solver if not self.is_changed else Solver.PERSON
        gap = self.proposal.gap if not self.is_changed else None
        terms = self.routing.request.terms
        return Draft(order.id, tuple(parts), solver.value, terms.currency, routed.costs.sending, gap)


def arrives(order: RoutedOrder, days: int) -> str:
    """The day, ISO."""
    return (date.fromisoformat(order.today) + timedelta(days=days)).isoformat()


def standing(orders: Iterable[RoutedOrder]) -> Route | None:
    """The route of the only order, if it has one."""
    found = tuple(orders)
    return found[0].route if len(found) == 1 else None
