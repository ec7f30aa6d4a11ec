"""Order routing for tests: small requests made by hand or at random, and what every answer must keep."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import strategies as st

from channeldesk.model.i18n import Translator
from channeldesk.rules.routing.outcome import Proposal
from channeldesk.rules.routing.problem import Problem, Split, Wanted
from channeldesk.rules.routing.terms import Lane, Line, Order, Request, Site, SiteKind, Stock, Terms

PIECE = 1_000
LANGUAGES = tuple(Translator(name, "Asia/Shanghai", "CNY") for name in ("en", "zh_CN", "zh_TW"))


def order(name: str, *lines: tuple[str, int, int], within: int | None = None) -> Order:
    """Lines as (product, pieces, net)."""
    made = (Line(at, sku.encode(), pieces * PIECE, net) for at, (sku, pieces, net) in enumerate(lines, 1))
    return Order(name.encode(), tuple(made), within)


def site(
    name: str,
    stock: Mapping[str, int | Stock],
    cost: int = 100,
    days: int = 2,
    lanes: Mapping[str, Lane | None] | None = None,
) -> Site:
    """Stock in pieces that cost nothing to send, or as it is."""
    held = {sku.encode(): one if isinstance(one, Stock) else Stock(one * PIECE) for sku, one in stock.items()}
    ways = {of.encode(): lane for of, lane in (lanes or {}).items()}
    return Site(name.encode(), name, name, SiteKind.WAREHOUSE, held, Lane(cost, days), ways)


def request(orders: list[Order], sites: list[Site], **terms: int | float) -> Request:
    return Request(tuple(orders), tuple(sites), replace(Terms("CNY"), **terms))  # type: ignore[arg-type]


def codes(proposal: Proposal, order: str, line: int) -> list[list[str]]:
    """Codes of the reasons of each allocation of a line, by code of the site, then of what is unmet."""
    (one,) = (one for one in proposal.orders if one.order == order.encode())
    parts = sorted((part for part in one.allocations if part.line == line), key=lambda part: part.site)
    told = [*(part.reasons for part in parts), *(rest.reasons for rest in one.unmet if rest.line == line)]
    return [[reason.code for reason in reasons] for reasons in told]


@st.composite
def requests(draw: st.DrawFn, lines: int = 3, sites: int = 3, pieces: int = 3) -> Request:
    """Small enough to try every split."""
    some = st.integers
    orders = []
    for at in range(draw(some(1, 2))):
        wanted = tuple(
            Line(
                number,
                draw(st.sampled_from((b"p", b"q"))),
                draw(some(1, 2 * pieces)) * 500,
                draw(some(0, 900)),
            )
            for number in range(1, draw(some(1, max(1, lines - 1 if at == 0 else 1))) + 1)
        )
        orders.append(Order(b"o%d" % at, wanted, draw(st.none() | some(0, 3))))
    lane = st.builds(Lane, cost=some(0, 300), days=some(0, 5))
    stock = st.builds(
        Stock,
        some(-1, pieces + 1).map(lambda n: n * PIECE),
        st.sampled_from((500, 1_000, 1_500)),
        some(0, 60),
    )
    places = [
        Site(
            b"s%d" % at,
            draw(st.sampled_from("AB")),
            f"Site {at}",
            draw(st.sampled_from(SiteKind)),
            draw(st.dictionaries(st.sampled_from((b"p", b"q")), stock)),
            draw(lane),
            draw(st.dictionaries(st.sampled_from((b"o0", b"o1")), st.none() | lane)),
        )
        for at in range(draw(some(0, sites)))
    ]
    terms = Terms(
        "CNY",
        late_cost=draw(some(0, 200)),
        unmet_rate=draw(st.sampled_from((0, 10_000, 100_000))),
        most_sites=draw(some(1, 3)),
        seconds=60.0,
    )
    return Request(tuple(orders), tuple(places), terms)


def larger(chance: random.Random, orders: int, sites: int) -> Request:
    """Orders that compete: about as much in stock as is asked for, not everywhere for everybody."""
    skus = [b"p%d" % at for at in range(8)]
    asked = [
        Order(
            b"o%03d" % at,
            tuple(
                Line(number, sku, chance.randint(1, 12) * PIECE, chance.randint(0, 90_000))
                for number, sku in enumerate(chance.sample(skus, chance.randint(1, 4)), 1)
            ),
            chance.choice((None, 1, 3)),
        )
        for at in range(orders)
    ]
    each = 2 * orders * PIECE // sites
    places = [
        Site(
            b"s%02d" % at,
            f"S{at:02}",
            f"Site {at}",
            SiteKind.WAREHOUSE,
            {
                sku: Stock(
                    chance.randint(0, 2 * each),
                    chance.choice((PIECE, PIECE, 6 * PIECE)),
                    chance.randint(0, 90),
                )
                for sku in chance.sample(skus, 6)
            },
            Lane(chance.randint(100, 900), chance.randint(0, 5)),
            {one.id: None for one in asked if chance.random() < 0.3},
        )
        for at in range(sites)
    ]
    return Request(tuple(asked), tuple(places), Terms("CNY", late_cost=150, most_sites=2))


def shuffled(request: Request, chance: random.Random) -> Request:
    """The same request, written down in another order."""

    def mixed(some: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(some, len(some)))

    orders = tuple(replace(one, lines=mixed(one.lines)) for one in request.orders)
    sites = (
        replace(one, stock=dict(mixed(tuple(one.stock.items()))), lanes=dict(mixed(tuple(one.lanes.items()))))
        for one in request.sites
    )
    return Request(mixed(orders), mixed(tuple(sites)), request.terms)


def cheapest(request: Request) -> int:
    """What the cheapest of all splits costs, by trying them all; costs are added up by themselves."""
    lines = Problem(request).lines
    return min(_costs(request, lines, split) for split in _every(request))


def _every(request: Request) -> Iterator[dict[tuple[bytes, int, bytes], int]]:
    """Every split that can be carried out, and those that send more than there is left out early."""
    choices = []
    for one in request.orders:
        for line in one.lines:
            held = [
                (place, place.stock[line.product])
                for place in request.sites
                if place.lane_to(one.id) is not None and line.product in place.stock
            ]
            counts = [
                range(0, min(stock.available, line.quantity) + 1, stock.pack) or (0,) for _, stock in held
            ]
            choices.append(
                [
                    {
                        (one.id, line.number, place.id): much
                        for (place, _), much in zip(held, parts, strict=True)
                        if much
                    }
                    for parts in product(*counts)
                    if sum(parts) <= line.quantity
                ]
            )
    for chosen in product(*choices):
        split = {key: quantity for some in chosen for key, quantity in some.items()}
        if _possible(request, split):
            yield split


def _possible(request: Request, split: Split) -> bool:
    products = {(one.id, line.number): line.product for one in request.orders for line in one.lines}
    leaving = Counter[tuple[bytes, bytes]]()
    for (of, number, place), quantity in split.items():
        leaving[place, products[of, number]] += quantity
    there = {(one.id, sku): stock.available for one in request.sites for sku, stock in one.stock.items()}
    sites = Counter(of for of, _ in {(of, place) for of, _, place in split})
    return all(much <= there[key] for key, much in leaving.items()) and all(
        count <= request.terms.most_sites for count in sites.values()
    )


def _costs(request: Request, lines: Sequence[Wanted], split: Split) -> int:
    sites, orders = {one.id: one for one in request.sites}, {one.id: one for one in request.orders}
    total = 0
    for of, place in {(of, place) for of, _, place in split}:
        lane, within = sites[place].lane_to(of), orders[of].within
        assert lane is not None
        total += lane.cost
        if within is not None and lane.days > within:
            total += (lane.days - within) * request.terms.late_cost
    for wanted in lines:
        of, line = sorted(orders)[wanted.order], wanted.line
        parts = {place: much for (o, n, place), much in split.items() if (o, n) == (of, line.number)}
        for place, much in parts.items():
            stock = sites[place].stock[line.product]
            total += much // stock.pack * stock.cost
        total += wanted.unmet(sum(parts.values()))
    return total


def keeps_its_promises(request: Request, proposal: Proposal) -> None:
    """What holds of every answer, however it was found."""
    sites = {one.id: one for one in request.sites}
    leaving = Counter[tuple[bytes, bytes]]()
    assert [one.order for one in proposal.orders] == sorted(one.id for one in request.orders)
    for one, asked in zip(proposal.orders, sorted(request.orders, key=lambda each: each.id), strict=True):
        for line in asked.lines:
            parts = [part for part in one.allocations if part.line == line.number]
            rest = sum(part.quantity for part in one.unmet if part.line == line.number)
            assert sum(part.quantity for part in parts) + rest == line.quantity
            for part in parts:
                stock = sites[part.site].stock[line.product]
                assert part.quantity > 0 and part.quantity % stock.pack == 0
                assert sites[part.site].lane_to(asked.id) is not None
                leaving[part.site, line.product] += part.quantity
        used = {part.site for part in one.allocations}
        assert len(used) <= request.terms.most_sites
        assert {part.site for part in one.shipments} == used
        assert {part.site for part in one.candidates if part.chosen} == used
        assert {part.site for part in one.candidates} == set(sites)
        assert all(part.reasons for part in (*one.allocations, *one.unmet))
    for (place, sku), much in leaving.items():
        assert much <= sites[place].stock[sku].available
    assert proposal.costs.total == _costs(request, Problem(request).lines, proposal.split)
    assert proposal.costs.total == sum(one.costs.total for one in proposal.orders)


def texts(proposal: Proposal) -> list[str]:
    """Every sentence and label that goes with it, in every language."""
    notices = list(proposal.notes)
    for one in proposal.orders:
        notices += [reason for part in (*one.allocations, *one.unmet) for reason in part.reasons]
        notices += [step.label for step in one.steps]
    return [language.notice(one) for language in LANGUAGES for one in notices]
