"""A split laid out for people: by order, with costs, reasons and the sites that were considered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channeldesk.model.notice import Money, Notice, notice
from channeldesk.rules.explain import Step
from channeldesk.rules.routing.candidates import candidates
from channeldesk.rules.routing.check import faults
from channeldesk.rules.routing.outcome import (
    Allocation,
    Costs,
    Proposal,
    Routed,
    Shipment,
    Solver,
    Unmet,
)
from channeldesk.rules.routing.problem import Problem, Split, Wanted
from channeldesk.rules.routing.reasons import Reasons
from channeldesk.rules.routing.terms import Order, Site


def told(
    problem: Problem, split: Split, solver: Solver, gap: int | None, notes: Iterable[Notice] = ()
) -> Proposal:
    """The proposal that a split is. ValueError for one that cannot be carried out."""
    if wrong := faults(problem.request, split):
        raise ValueError(str(wrong[0]))
    reasons = Reasons(problem, split)
    parts: dict[tuple[bytes, int], list[tuple[Site, int]]] = {}
    for site in problem.sites:
        for order, number in {key[:2] for key in split if key[2] == site.id}:
            parts.setdefault((order, number), []).append((site, split[order, number, site.id]))
    lines: list[list[Wanted]] = [[] for _ in problem.orders]
    for one in problem.lines:
        lines[one.order].append(one)
    orders = tuple(
        _routed(problem, order, lines[at], parts, reasons) for at, order in enumerate(problem.orders)
    )
    costs = sum((one.costs for one in orders), Costs())
    shipments = [shipment for one in orders for shipment in one.shipments]
    steps = _steps(costs, shipments, problem.request.terms.currency)
    return Proposal(orders, solver, gap, costs, steps, tuple(notes))


def _routed(
    problem: Problem,
    order: Order,
    lines: Sequence[Wanted],
    parts: dict[tuple[bytes, int], list[tuple[Site, int]]],
    reasons: Reasons,
) -> Routed:
    allocations, unmet, uncounted = [], [], 0
    used: dict[bytes, Site] = {}
    for one in lines:
        line, sent = one.line, 0
        for site, quantity in parts.get((order.id, line.number), ()):
            stock = site.stock[line.product]
            why = reasons.sent(order, line, site, quantity)
            cost = quantity // stock.pack * stock.cost
            allocations.append(Allocation(line.number, site.id, quantity, cost, why))
            used[site.id] = site
            sent += quantity
        if rest := line.quantity - sent:
            unmet.append(Unmet(line.number, rest, reasons.unmet(order, line, rest)))
            uncounted += one.unmet(sent)
    shipments = [_shipment(problem, order, site) for site in problem.sites if site.id in used]
    costs = Costs(
        sum(one.cost for one in shipments),
        sum(one.cost for one in allocations),
        sum(one.late_cost for one in shipments),
        uncounted,
    )
    return Routed(
        order.id,
        tuple(allocations),
        tuple(shipments),
        tuple(unmet),
        candidates(problem, order, lines, used),
        costs,
        _steps(costs, shipments, problem.request.terms.currency),
    )


def _shipment(problem: Problem, order: Order, site: Site) -> Shipment:
    lane = site.lane_to(order.id)
    assert lane is not None, "checked before"
    late = problem.request.lateness(order, lane)
    return Shipment(site.id, lane.cost, lane.days, late, problem.late_cost(order, lane))


def _steps(costs: Costs, shipments: Sequence[Shipment], currency: str) -> tuple[Step, ...]:
    late = sum(one.late_days for one in shipments)
    steps = [
        Step(notice("step.shipments", count=len(shipments)), Money(costs.shipments, currency)),
        Step(notice("step.goods_sent"), Money(costs.goods, currency), "+"),
    ]
    if late:
        steps.append(Step(notice("step.days_late", days=late), Money(costs.late, currency), "+"))
    steps.append(Step(notice("step.cost_of_sending"), Money(costs.sending, currency), "="))
    if costs.unmet:
        steps.append(Step(notice("step.unmet"), Money(costs.unmet, currency)))
    return tuple(steps)
