"""Which sites an order could come from, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channeldesk.model import values
from channeldesk.rules.routing.outcome import Candidate
from channeldesk.rules.routing.problem import Problem, Wanted
from channeldesk.rules.routing.terms import NO_STOCK, Order, Site


def candidates(
    problem: Problem, order: Order, lines: Sequence[Wanted], chosen: Iterable[bytes]
) -> tuple[Candidate, ...]:
    """Every site, best first: those that may serve it, by what the order would cost from there alone with
    what would be left unmet; of equals the one that is there first.
    """
    ranked, chosen = [], frozenset(chosen)
    for site in problem.sites:
        sent, goods = _alone(site, lines)
        unmet = sum(one.unmet(sent[one.line.number]) for one in lines)
        lane = site.lane_to(order.id)
        late = cost = 0
        if lane is not None:
            late = problem.request.lateness(order, lane)
            cost = goods + lane.cost + problem.late_cost(order, lane) if any(sent.values()) else 0
        found = Candidate(
            site.id,
            sum(sent[one.line.number] == one.line.quantity for one in lines),
            _coverage(lines, sent),
            None if lane is None else cost,
            None if lane is None else lane.days,
            late,
            site.id in chosen,
        )
        ranked.append((lane is None, cost + unmet, found.days or 0, site.code, site.id, found))
    return tuple(one[-1] for one in sorted(ranked, key=lambda one: one[:-1]))


def _alone(site: Site, lines: Iterable[Wanted]) -> tuple[dict[int, int], int]:
    """By line, how much it could send of its whole stock, and what the packs cost."""
    left = dict[bytes, int]()
    sent, goods = {}, 0
    for one in lines:
        stock = site.stock.get(one.line.product, NO_STOCK)
        there = left.get(one.line.product, stock.packs)
        packs = min(there, one.line.quantity // stock.pack)
        left[one.line.product] = there - packs
        sent[one.line.number] = packs * stock.pack
        goods += packs * stock.cost
    return sent, goods


def _coverage(lines: Sequence[Wanted], sent: dict[int, int]) -> int:
    """Basis points; each line's part of its net is rounded down, so that all of it means all of it."""
    if net := sum(one.line.net for one in lines):
        part = sum(one.line.net * sent[one.line.number] // one.line.quantity for one in lines)
        return part * values.WHOLE // net
    return sum(sent.values()) * values.WHOLE // max(1, sum(one.line.quantity for one in lines))
