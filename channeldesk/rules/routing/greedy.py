"""A split without a solver: order by order, the site that helps most first. Feasible, seldom the best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from channeldesk.rules.routing.problem import Problem, Way

_Packs = dict[int, int]
"""Place of a way to packs."""


def greedy(problem: Problem) -> list[int]:
    """A plan. Orders that weigh most come first; each takes the site that spares it most, and a further one
    as long as that pays and is allowed.
    """
    table = _Table(problem, [0] * len(problem.ways))
    for order in table.by_weight:
        table.take(_best(table, order))
    return topped_up(problem, table.plan)


def topped_up(problem: Problem, plan: Sequence[int]) -> list[int]:
    """The plan and whatever can still be sent without changing it: from sites the order has anyway, then from
    others. A cheapest plan stays as it is.
    """
    table = _Table(problem, plan)
    for order in table.by_weight:
        for further in (False, True):
            for at, way in table.ways[order]:
                used = table.used(order)
                if way.site in used or (further and len(used) < problem.request.terms.most_sites):
                    table.take(table.filled([(at, way)]))
    return table.plan


class _Table:
    """A plan that grows, and what it leaves."""

    def __init__(self, problem: Problem, plan: Sequence[int]) -> None:
        self.problem = problem
        self.plan = [0] * len(problem.ways)
        self.stock = {
            (at, product): stock.packs
            for at, site in enumerate(problem.sites)
            for product, stock in site.stock.items()
        }
        self.wanted = [one.line.quantity for one in problem.lines]
        self.ways: dict[int, list[tuple[int, Way]]] = {order: [] for order in range(len(problem.orders))}
        for at, way in enumerate(problem.ways):
            self.ways[way.order].append((at, way))
        weights = dict.fromkeys(self.ways, 0)
        for one in problem.lines:
            weights[one.order] += one.unmet(0)
        self.by_weight = sorted(self.ways, key=lambda order: -weights[order])
        for ways in self.ways.values():
            ways.sort(key=lambda one: (Fraction(one[1].cost, one[1].pack), one[0]))
        self.take({at: packs for at, packs in enumerate(plan) if packs})

    def used(self, order: int) -> set[int]:
        return {way.site for at, way in self.ways[order] if self.plan[at]}

    def filled(self, ways: Iterable[tuple[int, Way]]) -> _Packs:
        """As many packs of each as are wanted and there, in turn."""
        wanted, stock = dict[int, int](), dict[tuple[int, bytes], int]()
        packs = {}
        for at, way in ways:
            place = way.site, way.product
            wants = wanted.get(way.line, self.wanted[way.line])
            there = stock.get(place, self.stock[place])
            if number := min(wants // way.pack, there):
                packs[at] = number
                wanted[way.line] = wants - number * way.pack
                stock[place] = there - number
        return packs

    def take(self, packs: _Packs) -> None:
        for at, number in packs.items():
            way = self.problem.ways[at]
            self.plan[at] += number
            self.wanted[way.line] -= number * way.pack
            self.stock[way.site, way.product] -= number


def _best(table: _Table, order: int) -> _Packs:
    """What the order takes from no more sites than are allowed, of what is left."""
    problem, ways = table.problem, table.ways[order]
    every = sorted({way.site for _, way in ways})
    chosen: set[int] = set()
    best: _Packs = {}
    least = 0
    while len(chosen) < problem.request.terms.most_sites:
        found: _Packs | None = None
        for site in every:
            if site in chosen:
                continue
            packs = table.filled(one for one in ways if one[1].site in chosen or one[1].site == site)
            value = _value(problem, packs)
            if value < least:
                least, found = value, packs
        if found is None:
            break
        best, chosen = found, {problem.ways[at].site for at in found}
    return best


def _value(problem: Problem, packs: _Packs) -> int:
    """What sending them costs, less what it spares."""
    used = {(problem.ways[at].order, problem.ways[at].site) for at in packs}
    goods = sum((problem.ways[at].cost - problem.ways[at].worth) * number for at, number in packs.items())
    return goods + sum(problem.shipments[one] for one in used)
