"""The search for the cheapest split of orders: a mixed-integer linear program, and what to do without one.

Minimise shipments + packs + days late + unmet demand over whole packs of each line from each site and one
yes or no for each shipment, such that no line gets more than it asks for, no site sends more than it has, a
pack goes only where there is a shipment, and no order comes from more sites than allowed. A shipment is tied
to every line it carries by itself (strong forcing constraints), which makes the bound tight; see L. Wolsey,
Integer Programming, 1.6 and 8.4, on uncapacitated facility location.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from channeldesk.model.notice import Money, Notice, notice
from channeldesk.rules.routing.check import faults
from channeldesk.rules.routing.greedy import greedy, topped_up
from channeldesk.rules.routing.outcome import Proposal, Solver
from channeldesk.rules.routing.problem import Problem
from channeldesk.rules.routing.telling import told
from channeldesk.rules.routing.terms import Request

_TINY = 1e-6
"""By so much the solver takes a number for a whole one."""
_OPTIMAL, _OUT_OF_TIME = 0, 1
"""Statuses of scipy.optimize.milp."""


def propose(request: Request) -> Proposal:
    """The cheapest split that is found within ``terms.seconds``, never dearer than the greedy one.

    Slow (up to those seconds, and half a second to load the solver): not for the window's thread. The answer
    follows from the request alone; only where the time runs out (``gap`` above 0) does the machine's speed
    take part.
    """
    problem = Problem(request)
    first = greedy(problem)
    found = _searched(problem)
    plan, solver = first, Solver.GREEDY
    if found.plan is not None and problem.cost(found.plan) <= problem.cost(first):
        plan, solver = found.plan, Solver.MILP
    gap = None if found.bound is None else problem.cost(plan) - found.bound
    if gap is not None and gap < 0:  # A bound that a split refutes: numbers too large for the solver.
        gap = None
    return told(problem, problem.split(plan), solver, gap, _notes(request, found, solver, gap))


@dataclass(frozen=True, slots=True)
class _Found:
    """``plan``: None without one that can be carried out; ``bound``: no split costs less; ``trouble``: why
    the search ended early.
    """

    plan: list[int] | None = None
    bound: int | None = None
    trouble: Notice | None = None


def _notes(request: Request, found: _Found, solver: Solver, gap: int | None) -> Iterable[Notice]:
    if gap == 0:
        yield notice("routing.proven")
        return
    if found.trouble is not None:
        yield found.trouble
    if solver is Solver.GREEDY:
        yield notice("routing.greedy")
    if gap is not None:
        yield notice("routing.gap", amount=Money(gap, request.terms.currency))
    elif solver is Solver.MILP:
        yield notice("routing.unproven")


def _searched(problem: Problem) -> _Found:
    if not problem.ways:
        return _Found([], problem.nothing_sent)
    try:
        answer = _solved(problem)
    except ImportError:
        return _Found(trouble=notice("routing.no_solver"))
    except Exception as failure:
        # Whatever a solver dies of, there is a split without it.
        return _Found(trouble=notice("routing.solver_failed", reason=f"{type(failure).__name__}: {failure}"))
    trouble = None
    if answer.status == _OUT_OF_TIME:
        trouble = notice("routing.out_of_time", seconds=f"{problem.request.terms.seconds:g}")
    elif answer.status != _OPTIMAL:
        trouble = notice("routing.solver_failed", reason=str(answer.message))
    plan = None
    if answer.x is not None:
        # Down, not to the nearest: less than a feasible plan is feasible, and what is missing is topped up.
        packs = [math.floor(value + _TINY) for value in answer.x[: len(problem.ways)]]
        if faults(problem.request, problem.split(packs)):
            trouble = notice("routing.inexact")
        else:
            plan = topped_up(problem, packs)
    return _Found(plan, _bound(problem, answer.mip_dual_bound), trouble)


def _bound(problem: Problem, value: float | None) -> int | None:
    """Costs are whole, so every split costs at least the next whole number; half a unit is left for the
    solver's own rounding.
    """
    if value is None or not math.isfinite(value):
        return None
    return math.ceil(value + problem.nothing_sent - 0.5)


def _solved(problem: Problem) -> Any:
    """What scipy answers; its numbers begin with one for each of ``problem.ways``."""
    import numpy
    from scipy.optimize import Bounds, LinearConstraint, milp

    program = _Program(problem)
    options = {
        "time_limit": problem.request.terms.seconds,
        # The greater part of the objective is constant, so a share of it says nothing of the cost.
        "mip_rel_gap": 0.0,
        # It gains nothing here, and when it is undone HiGHS 1.12 writes to standard output.
        "presolve": False,
    }
    return milp(
        numpy.array(program.costs, dtype=float),
        integrality=numpy.array(program.whole),
        bounds=Bounds(0, numpy.array(program.most, dtype=float)),
        constraints=LinearConstraint(program.matrix(), ub=numpy.array(program.limits, dtype=float)),
        options=options,
    )


class _Program:
    """Columns: packs of each way, then a yes or no for each shipment. Every row is a sum with an upper
    limit.
    """

    def __init__(self, problem: Problem) -> None:
        ways, lines = problem.ways, problem.lines
        shipments = sorted({(way.order, way.site) for way in ways})
        column = {one: len(ways) + at for at, one in enumerate(shipments)}
        packs = {way.product: set[int]() for way in ways}
        for way in ways:
            packs[way.product].add(way.pack)
        self.costs = [way.cost - way.worth for way in ways] + [problem.shipments[one] for one in shipments]
        self.most = [way.most for way in ways] + [1] * len(shipments)
        # Where all packs of a product are equal, its part of the program is a transportation problem once the
        # shipments are chosen: whole by itself, and searched much faster if it need not be said.
        self.whole = [int(len(packs[way.product]) > 1) for way in ways] + [1] * len(shipments)
        self.limits: list[int] = []
        self._entries: tuple[list[int], list[int], list[int]] = ([], [], [])

        by_line, by_stock = dict[int, list[int]](), dict[tuple[int, bytes], list[int]]()
        for at, way in enumerate(ways):
            by_line.setdefault(way.line, []).append(at)
            by_stock.setdefault((way.site, way.product), []).append(at)
            self._row([(at, 1), (column[way.order, way.site], -way.most)], 0)
        for line, some in by_line.items():
            grain = lines[line].grain
            self._row([(at, ways[at].pack // grain) for at in some], lines[line].line.quantity // grain)
        for (site, product), some in by_stock.items():
            self._row([(at, 1) for at in some], problem.sites[site].stock[product].packs)
        by_order = dict[int, list[int]]()
        for order, site in shipments:
            by_order.setdefault(order, []).append(column[order, site])
        for some in by_order.values():
            self._row([(at, 1) for at in some], problem.request.terms.most_sites)

    def _row(self, entries: Sequence[tuple[int, int]], limit: int) -> None:
        """Left out where it cannot bind."""
        if sum(self.most[at] * factor for at, factor in entries if factor > 0) <= limit:
            return
        for at, factor in entries:
            for some, one in zip(self._entries, (factor, len(self.limits), at), strict=True):
                some.append(one)
        self.limits.append(limit)

    def matrix(self) -> Any:
        from scipy.sparse import csr_array

        factors, rows, columns = self._entries
        return csr_array((factors, (rows, columns)), shape=(len(self.limits), len(self.costs)), dtype=float)
