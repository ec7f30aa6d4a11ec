"""Order routing without a solver: splits that can be carried out, what they cost, reasons that are true."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Money
from channeldesk.rules.routing import changed, told
from channeldesk.rules.routing.check import faults
from channeldesk.rules.routing.greedy import greedy, topped_up
from channeldesk.rules.routing.outcome import Proposal, Solver
from channeldesk.rules.routing.problem import Problem
from channeldesk.rules.routing.terms import Lane, Line, Order, Request, Stock, Terms
from tests.support.routing import (
    PIECE,
    codes,
    keeps_its_promises,
    larger,
    order,
    request,
    requests,
    shuffled,
    site,
    texts,
)


def greedily(asked: Request) -> Proposal:
    problem = Problem(asked)
    return told(problem, problem.split(greedy(problem)), Solver.GREEDY, None)


def by_hand(asked: Request, *parts: tuple[str, int, str, int]) -> Proposal:
    """Of (order, line, site, pieces)."""
    split = {(of.encode(), line, place.encode()): pieces * PIECE for of, line, place, pieces in parts}
    return changed(asked, split)


# --- the greedy split --------------------------------------------------------------------------------------


@given(requests(lines=5, sites=5, pieces=8))
def test_the_greedy_split_can_be_carried_out_and_beats_sending_nothing(asked: Request) -> None:
    found, problem = greedily(asked), Problem(asked)

    keeps_its_promises(asked, found)
    assert found.costs.total <= problem.nothing_sent
    assert bool(found.split) == bool(problem.ways), "what can be sent is sent"
    assert found.costs.total == problem.cost(greedy(problem))


@given(requests(lines=5, sites=5, pieces=8), st.randoms(use_true_random=False))
def test_nothing_stays_behind_that_a_site_could_still_send(asked: Request, chance: random.Random) -> None:
    problem = Problem(asked)
    begun = [0] * len(problem.ways)
    for at in chance.sample(range(len(begun)), len(begun) // 2):
        tried = [*begun[:at], chance.randint(0, problem.ways[at].most), *begun[at + 1 :]]
        begun = begun if faults(asked, problem.split(tried)) else tried
    full = topped_up(problem, begun)

    assert all(more >= less for more, less in zip(full, begun, strict=True))
    for at in range(len(full)):
        one_more = [packs + (place == at) for place, packs in enumerate(full)]
        assert faults(asked, problem.split(one_more)), "a further pack would have been possible"
    assert problem.cost(full) <= problem.cost(begun)


@given(requests())
def test_a_first_pack_is_worth_more_than_the_dearest_way_to_send_it(asked: Request) -> None:
    problem = Problem(asked)
    for at in range(len(problem.ways)):
        alone = [int(place == at) for place in range(len(problem.ways))]
        assert problem.cost(alone) < problem.nothing_sent


@given(requests(lines=5, sites=5), st.integers(0, 1_000))
def test_greedy_splits_do_not_depend_on_the_order_of_what_is_asked(asked: Request, seed: int) -> None:
    assert greedily(asked) == greedily(shuffled(asked, random.Random(seed)))


def test_a_greedy_split_of_many_orders_is_told_in_every_language() -> None:
    found = greedily(larger(random.Random(3), 60, 8))
    sentences = texts(found)

    assert len(found.orders) == 60 and len(sentences) > 600
    assert not [one for one in sentences if "{" in one or one in MESSAGES]


def test_where_stock_is_short_the_order_that_is_worth_more_has_it() -> None:
    few = site("few", {"p": 3})
    found = greedily(request([order("a", ("p", 3, 10_000)), order("b", ("p", 3, 90_000))], [few]))

    assert found.split == {(b"b", 1, b"few"): 3_000}
    assert codes(found, "a", 1) == [["routing.went_elsewhere"]]


def test_a_gift_is_sent_too() -> None:
    found = greedily(request([order("a", ("p", 3, 0))], [site("far", {"p": 3}, cost=90_000)]))
    assert found.split == {(b"a", 1, b"far"): 3_000}


# --- costs -------------------------------------------------------------------------------------------------


def test_costs_are_shipments_packs_and_days_late_and_are_explained() -> None:
    carton = Stock(24 * PIECE, 6 * PIECE, 250)
    asked = request(
        [order("a", ("p", 18, 50_000), ("q", 2, 1_000), within=1)],
        [site("hub", {"p": carton}, cost=900, days=3), site("store", {"q": 1}, cost=0, days=0)],
        late_cost=40,
    )
    found = by_hand(asked, ("a", 1, "hub", 18), ("a", 2, "store", 1))
    (routed,) = found.orders

    assert (found.costs.shipments, found.costs.goods, found.costs.late) == (900, 750, 80)
    assert found.costs.sending == 1_730
    assert found.costs.unmet == 5_000, "ten times the net of the piece that is missing"
    assert [(step.sign, str(step.label), step.value) for step in found.steps] == [
        ("", "Shipments: 2", Money(900, "CNY")),
        ("+", "Picking and sending the goods", Money(750, "CNY")),
        ("+", "Days late: 2", Money(80, "CNY")),
        ("=", "Cost of sending", Money(1_730, "CNY")),
        ("", "Not sent, as it counts when splits are compared", Money(5_000, "CNY")),
    ]
    assert routed.steps == found.steps and not routed.complete
    assert [(one.site, one.days, one.late_days, one.late_cost) for one in routed.shipments] == [
        (b"hub", 3, 2, 80),
        (b"store", 0, 0, 0),
    ]
    assert (found.solver, found.gap, found.proven) == (Solver.PERSON, None, False)


def test_candidates_stand_side_by_side_best_first() -> None:
    asked = request(
        [order("a", ("p", 4, 3_000), ("q", 1, 1_000), within=2)],
        [
            site("none", {}, cost=0),
            site("barred", {"p": 9, "q": 9}, cost=0, lanes={"a": None}),
            site("part", {"p": 2, "q": 1}, cost=10),
            site("late", {"p": 9, "q": 9}, cost=100, days=3),
            site("whole", {"p": 9, "q": 9}, cost=100, lanes={"a": Lane(120, 1)}),
        ],
        late_cost=50,
    )
    (routed,) = greedily(asked).orders

    assert [
        (one.site, one.lines, one.coverage, one.cost, one.days, one.late_days, one.chosen, one.permitted)
        for one in routed.candidates
    ] == [
        (b"whole", 2, 10_000, 120, 1, 0, True, True),
        (b"late", 2, 10_000, 150, 3, 1, False, True),
        (b"part", 1, 6_250, 10, 2, 0, False, True),
        (b"none", 0, 0, 0, 2, 0, False, True),
        (b"barred", 2, 10_000, None, None, 0, False, False),
    ]
    gifts = greedily(request([order("a", ("p", 4, 0))], [site("half", {"p": 2})]))
    assert [one.coverage for one in gifts.orders[0].candidates] == [5_000]


# --- reasons -----------------------------------------------------------------------------------------------


def test_the_only_site() -> None:
    sites = [site("here", {"p": 5}), site("barred", {"p": 9}, lanes={"a": None}), site("none", {"p": 0})]
    found = by_hand(request([order("a", ("p", 5, 100))], sites), ("a", 1, "here", 5))
    assert codes(found, "a", 1) == [["routing.only_site"]]


def test_no_other_has_enough() -> None:
    asked = request([order("a", ("p", 9, 100))], [site("big", {"p": 6}), site("small", {"p": 4})])
    found = by_hand(asked, ("a", 1, "big", 6), ("a", 1, "small", 3))
    assert codes(found, "a", 1) == [["routing.only_enough"], ["routing.only_enough"]]


def test_cheaper_and_earlier_than_the_next_best() -> None:
    sites = [
        site("near", {"p": 9}, cost=100, days=1),
        site("far", {"p": 9}, cost=250, days=4),
        site("dear", {"p": 9}, cost=900, days=0),
    ]
    found = by_hand(request([order("a", ("p", 5, 100))], sites), ("a", 1, "near", 5))

    assert codes(found, "a", 1) == [["routing.cheaper", "routing.earlier"]]
    assert [str(one) for one in found.orders[0].allocations[0].reasons] == [
        "CNY 1.50 cheaper than from far, the next best.",
        "Arrives earlier than from far; days gained: 3.",
    ]


def test_in_time_where_another_is_cheaper_but_late() -> None:
    sites = [site("near", {"p": 9}, cost=300, days=1), site("slow", {"p": 9}, cost=250, days=4)]
    asked = request([order("a", ("p", 5, 100), within=2)], sites, late_cost=100)
    found = by_hand(asked, ("a", 1, "near", 5))
    assert codes(found, "a", 1) == [["routing.in_time", "routing.earlier"]]
    assert "cost CNY 0.50 less, but come late; days late: 2" in str(found.orders[0].allocations[0].reasons[0])


def test_no_further_shipment() -> None:
    sites = [site("hub", {"p": 9, "q": Stock(9_000, 1_000, 30)}), site("other", {"q": 9}, cost=80)]
    asked = request([order("a", ("p", 1, 100), ("q", 1, 100))], sites)
    found = by_hand(asked, ("a", 1, "hub", 1), ("a", 2, "hub", 1))
    assert codes(found, "a", 2) == [["routing.same_shipment"]]
    assert "lines 1; one more from other would cost CNY 0.50 more" in str(
        found.orders[0].allocations[1].reasons[0]
    )


def test_as_cheap_from_another() -> None:
    sites = [site("one", {"p": 9}, days=1), site("two", {"p": 9}, days=1), site("old", {"p": 9}, days=3)]
    asked = request([order("a", ("p", 1, 100))], sites)
    assert codes(by_hand(asked, ("a", 1, "one", 1)), "a", 1) == [["routing.same_cost"]]
    asked = request([order("a", ("p", 1, 100))], [sites[0], sites[2]])
    assert codes(by_hand(asked, ("a", 1, "one", 1)), "a", 1) == [["routing.earlier"]]


def test_the_stock_of_a_cheaper_site_goes_to_others() -> None:
    orders = [order("a", ("p", 3, 100)), order("b", ("p", 3, 100))]
    asked = request(orders, [site("cheap", {"p": 4}), site("dear", {"p": 4}, cost=170)])
    found = by_hand(asked, ("a", 1, "cheap", 3), ("b", 1, "dear", 3))
    assert codes(found, "b", 1) == [["routing.stock_wanted"]]
    alone = by_hand(asked, ("b", 1, "dear", 3))
    assert codes(alone, "b", 1) == [["routing.dearer"]], "nobody else has it"
    assert codes(alone, "a", 1) == [["routing.left_over"]]


def test_a_cheaper_site_would_be_one_too_many() -> None:
    hub = site("hub", {"p": 9, "q": Stock(9_000, 1_000, 500)})
    asked = request([order("a", ("p", 1, 9), ("q", 1, 9))], [hub, site("x", {"q": 9})], most_sites=1)
    found = by_hand(asked, ("a", 1, "hub", 1), ("a", 2, "hub", 1))
    assert codes(found, "a", 2) == [["routing.too_many_for_cheaper"]]


def test_why_something_is_not_sent() -> None:
    def why(*sites: object, most: int = 3, pieces: int = 5) -> list[list[str]]:
        asked = request([order("a", ("p", pieces, 100))], list(sites), most_sites=most)  # type: ignore[arg-type]
        return codes(greedily(asked), "a", 1)[-1:]

    barred = site("barred", {"p": 9}, lanes={"a": None})
    assert why() == why(site("empty", {"p": 0}), site("owes", {"p": -3})) == [["routing.no_stock"]]
    assert why(barred) == [["routing.none_may"]]
    assert why(site("few", {"p": 2})) == [["routing.not_enough"]]
    assert why(site("few", {"p": 2}), barred) == [["routing.not_enough", "routing.others_may_not"]]
    assert why(site("few", {"p": 3}), site("rest", {"p": 2}), most=1) == [["routing.too_many_sites"]]
    assert why(site("six", {"p": Stock(12_000, 6_000)}), pieces=8) == [["routing.part_pack"]]


def test_many_names_are_cut_short() -> None:
    sites = [site(name, {"p": 9}, lanes={"a": None}) for name in "vwxyz"]
    (rest,) = greedily(request([order("a", ("p", 1, 1))], sites)).orders[0].unmet
    assert str(rest.reasons[0]) == "Only sites that may not serve this order have stock: v, w, x …."


# --- what may not be ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([("a", 1, "barred", 1)], "barred may not serve this order."),
        ([("a", 1, "six", 4)], "Line 1: six sends whole packs of 6 only."),
        ([("a", 1, "hub", 0)], "Line 1: hub sends whole packs of 1 only."),
        ([("a", 1, "hub", 7)], "Line 1: 7 are to be sent, but 6 were ordered."),
        ([("a", 1, "few", 2), ("b", 1, "few", 1)], "few is to send 3, but has 2."),
        ([("a", 1, "owes", 1)], "owes is to send 1, but has 0."),
        (
            [("a", 1, "hub", 1), ("a", 1, "few", 1), ("a", 1, "other", 1)],
            "The order would come from more sites than allowed: 3 instead of 2.",
        ),
    ],
)
def test_a_split_that_cannot_be_carried_out_is_refused_with_the_reason(
    parts: list[tuple[str, int, str, int]], sentence: str
) -> None:
    asked = request(
        [order("a", ("p", 6, 100)), order("b", ("p", 6, 100))],
        [
            site("hub", {"p": 20}),
            site("six", {"p": Stock(12_000, 6_000)}),
            site("few", {"p": 2}),
            site("other", {"p": 9}),
            site("owes", {"p": -2}),
            site("barred", {"p": 9}, lanes={"a": None}),
        ],
        most_sites=2,
    )
    split = {(of.encode(), line, place.encode()): pieces * PIECE for of, line, place, pieces in parts}

    assert [str(one) for one in faults(asked, split)] == [sentence]
    with pytest.raises(ValueError, match=sentence[:20]):
        changed(asked, split)


def test_a_line_or_site_that_nobody_asked_for_is_an_error() -> None:
    asked = request([order("a", ("p", 6, 100))], [site("hub", {"p": 20})])
    for key in ((b"a", 2, b"hub"), (b"b", 1, b"hub"), (b"a", 1, b"pub")):
        with pytest.raises(KeyError):
            faults(asked, {key: PIECE})


def test_what_headquarters_leaves_as_it_is_is_told_the_same() -> None:
    asked = larger(random.Random(5), 20, 5)
    proposed = greedily(asked)
    kept = changed(asked, proposed.split)
    assert (kept.orders, kept.costs) == (proposed.orders, proposed.costs)
    assert kept.solver is Solver.PERSON


def test_requests_that_make_no_sense_are_refused() -> None:
    one = order("a", ("p", 1, 1))
    for wrong in (
        lambda: Stock(1, 0),
        lambda: Stock(1, 1, -1),
        lambda: Lane(-1),
        lambda: Lane(1, -1),
        lambda: Line(1, b"p", 0),
        lambda: Line(1, b"p", 1, -1),
        lambda: Terms("CNY", most_sites=0),
        lambda: Terms("CNY", seconds=-1.0),
        lambda: request([one, one], []),
        lambda: request([], [site("x", {}), site("x", {})]),
        lambda: request([Order(b"a", one.lines * 2)], []),
    ):
        with pytest.raises(ValueError):
            wrong()
