"""routing: 200 orders shared out over 10 sites, the cheapest split searched for and explained."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.outcome import Outcome
from benchmarks.samples import interleave, median
from channeldesk.analytics.routing import propose
from channeldesk.rules.routing import told
from channeldesk.rules.routing.greedy import greedy
from channeldesk.rules.routing.outcome import Proposal, Solver
from channeldesk.rules.routing.problem import Problem
from channeldesk.rules.routing.terms import Lane, Line, Order, Request, Site, SiteKind, Stock, Terms

PRODUCTS, REGIONS = 400, 4
_PIECE = 1_000
_FIGURES = ("sending", "unmet", "shipments", "lines_short")
_KINDS = (SiteKind.WAREHOUSE,) * 3 + (SiteKind.PARTNER,) * 4 + (SiteKind.PICKUP,) * 3
_HOLDS = {SiteKind.WAREHOUSE: (0.9, 0.75), SiteKind.PARTNER: (0.5, 0.3), SiteKind.PICKUP: (0.3, 0.12)}
"""Share of the products that a site has, and of what is asked for of one how much on average."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=int, default=200, help="of 1 to 8 lines (default %(default)s)")
    parser.add_argument("--sites", type=int, default=10, help="(default %(default)s)")
    parser.add_argument(
        "--batches", type=int, default=5, help="so many different requests (default %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="limit of a search (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    batches = [
        request(random.Random(seed), options.orders, options.sites, options.seconds)
        for seed in range(options.batches)
    ]
    sides = {"ours": lambda: _routed(batches, propose), "floor": lambda: _routed(batches, _greedily)}
    samples = interleave(sides, options.runs, figure="s")
    ours, floor = samples["ours"], samples["floor"]
    detail = {
        "orders": options.orders,
        "sites": options.sites,
        "batches": options.batches,
        "limit_s": options.seconds,
        "lines": [sum(len(order.lines) for order in one.orders) for one in batches],
        "slowest_s": max(second for one in ours for second in one["seconds"]),
        "proven_share": sum(one["proven"] for one in ours) / (len(ours) * options.batches),
        "largest_gap_to_sending": max(one["gap"] for one in ours),
        "to_greedy": {figure: sum(ours[-1][figure]) / max(1, sum(floor[-1][figure])) for figure in _FIGURES},
        "totals": {name: {figure: some[-1][figure] for figure in _FIGURES} for name, some in samples.items()},
        "seconds": {name: [one["seconds"] for one in some] for name, some in samples.items()},
    }
    return Outcome("s", median(ours, "s"), median(floor, "s"), {}, detail)


def _routed(batches: Sequence[Request], how: Callable[[Request], Proposal]) -> dict[str, Any]:
    """All batches, one after the other; ``s`` is the mean of one."""
    seconds, found = [], []
    for one in batches:
        begun = time.perf_counter()
        found.append(how(one))
        seconds.append(time.perf_counter() - begun)
    gaps = [one.gap / one.costs.sending for one in found if one.gap is not None]
    return {
        "s": sum(seconds) / len(seconds),
        "seconds": seconds,
        "proven": sum(one.proven for one in found),
        "gap": max(gaps, default=0.0),
        "sending": [one.costs.sending for one in found],
        "unmet": [one.costs.unmet for one in found],
        "shipments": [sum(len(order.shipments) for order in one.orders) for one in found],
        "lines_short": [sum(len(order.unmet) for order in one.orders) for one in found],
    }


def _greedily(asked: Request) -> Proposal:
    problem = Problem(asked)
    return told(problem, problem.split(greedy(problem)), Solver.GREEDY, None)


def request(chance: random.Random, orders: int, sites: int, seconds: float) -> Request:
    """Warehouses for everybody, partners for their region, stores for whoever fetches there; one line in
    twenty asks for more than can be had.
    """
    skus = [f"{at:03}".encode() for at in range(PRODUCTS)]
    packs = {sku: chance.choice((1, 1, 6, 12)) * _PIECE for sku in skus}
    asked = [_order(chance, at, skus, packs) for at in range(orders)]
    homes = {one.id: chance.randrange(REGIONS) for one in asked}
    wanted = dict.fromkeys(skus, 0)
    for line in (line for one in asked for line in one.lines):
        wanted[line.product] += line.quantity
    places = [_site(chance, at, packs, wanted, homes) for at in range(sites)]
    return Request(tuple(asked), tuple(places), Terms("CNY", late_cost=1_500, seconds=seconds))


def _order(chance: random.Random, at: int, skus: Sequence[bytes], packs: dict[bytes, int]) -> Order:
    """Some products are asked for much more often than others."""
    often = [(1 + place) ** -0.6 for place in range(len(skus))]
    chosen = dict.fromkeys(chance.choices(skus, often, k=chance.randint(1, 8)))
    lines = []
    for number, sku in enumerate(chosen, 1):
        quantity = chance.randint(1, 12) * packs[sku]
        lines.append(Line(number, sku, quantity, quantity // _PIECE * (500 + int(sku) * 200)))
    return Order(f"{at:05}".encode(), tuple(lines), chance.choice((None, 2, 3, 5)))


def _site(
    chance: random.Random, at: int, packs: dict[bytes, int], wanted: dict[bytes, int], homes: dict[bytes, int]
) -> Site:
    kind, region = _KINDS[at % len(_KINDS)], at % REGIONS
    has, part = _HOLDS[kind]
    stock = {
        sku: Stock(int(chance.uniform(0, 2) * part * wanted[sku]), packs[sku], chance.randint(10, 200))
        for sku in wanted
        if chance.random() < has
    }
    lanes = {order: _lane(chance, kind, home == region) for order, home in homes.items()}
    return Site(f"{at:02}".encode(), f"S{at:02}", f"Site {at}", kind, stock, Lane(), lanes)


def _lane(chance: random.Random, kind: SiteKind, near: bool) -> Lane | None:
    if kind is SiteKind.PICKUP:
        return Lane(200, 1) if near and chance.random() < 0.6 else None
    if kind is SiteKind.PARTNER and not near:
        return None
    return (
        Lane(chance.randint(600, 1_500), chance.randint(1, 2))
        if near
        else Lane(chance.randint(1_500, 4_500), chance.randint(2, 6))
    )
