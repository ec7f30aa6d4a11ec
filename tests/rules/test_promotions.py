"""What promotions take off an order: each mechanic, what goes together, budgets, and to the cent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.model.i18n import Translator
from channeldesk.rules.pricing import Buyer
from channeldesk.rules.promotions import Outcome, best
from channeldesk.rules.promotions.checking import refuse_discounts
from channeldesk.rules.promotions.choice import choose
from channeldesk.rules.promotions.offers import Line, Offer, offer
from channeldesk.rules.promotions.terms import Combination, Mechanic, Part, Promotion, Scope, Tier

DAY = date(2026, 11, 12)
BUYER = Buyer(b"partner", b"gold", b"store", (b"hangzhou", b"east"))
PC = 1000


def line(number: int, product: bytes = b"drill", pieces: int = 10, price: str = "100", **more: Any) -> Line:
    quantity, unit = pieces * PC, values.price_from(price)
    net = values.line_net(quantity, unit, "CNY")
    return Line(number, product, more.get("category", "Drills"), quantity, unit, net)


def promotion(code: str = "A", mechanic: Mechanic = Mechanic.PERCENT, **terms: Any) -> Promotion:
    return Promotion(code.encode(), code, mechanic, "CNY", **terms)


def held(*promotions: Promotion, lines: Sequence[Line]) -> Outcome:
    return best(promotions, BUYER, DAY, "CNY", lines)


def off(outcome: Outcome) -> dict[int, dict[str, int]]:
    return {n: {one.promotion.code: one.amount for one in s} for n, s in outcome.discounts.items()}


def why(outcome: Outcome) -> dict[str, str]:
    translator = Translator("en", home="CNY")
    return {
        one.promotion.code: translator.notice(one.why_not)
        for one in outcome.considered
        if one.why_not is not None
    }


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"mechanic": Mechanic.PERCENT, "rate": 500}, 50_00),
        ({"mechanic": Mechanic.AMOUNT, "amount": values.price_from("2.5")}, 25_00),
        (
            {"mechanic": Mechanic.AMOUNT, "amount": values.price_from("250")},
            1000_00,
        ),  # never more than the line
        ({"mechanic": Mechanic.FREE_GOODS, "buy": 4 * PC, "free": PC}, 200_00),
        ({"mechanic": Mechanic.THRESHOLD, "least": 1000_00, "amount": 70_00}, 70_00),
        (
            {
                "mechanic": Mechanic.TIERED,
                "tiers": (Tier(500_00, 300), Tier(1000_00, 400), Tier(2000_00, 900)),
            },
            40_00,
        ),
        ({"mechanic": Mechanic.TIERED, "by_quantity": True, "tiers": (Tier(10 * PC, 1000),)}, 100_00),
        ({"mechanic": Mechanic.BUNDLE, "rate": 2000, "parts": (Part(b"drill", 3 * PC),)}, 180_00),
    ],
)
def test_each_mechanic(terms: dict[str, Any], expected: int) -> None:
    outcome = held(promotion(**terms), lines=[line(1)])
    assert off(outcome) == {1: {"A": expected}}
    assert [one.amount for one in outcome.considered] == [expected]


def test_a_bundle_is_given_as_often_as_it_is_whole() -> None:
    kit = promotion(
        mechanic=Mechanic.BUNDLE, rate=1000, parts=(Part(b"drill", 2 * PC), Part(b"bit", 10 * PC))
    )
    lines = [line(1, b"drill", 5), line(2, b"bit", 30, "2"), line(3, b"saw")]
    assert off(held(kit, lines=lines)) == {1: {"A": 40_00}, 2: {"A": 4_00}}


def test_another_product_is_free_where_it_is_ordered() -> None:
    gift = promotion(
        mechanic=Mechanic.FREE_GOODS,
        scope=Scope(products=frozenset({b"drill"})),
        buy=4 * PC,
        free=PC,
        free_product=b"bit",
    )
    assert off(held(gift, lines=[line(1), line(2, b"bit", 5, "3")])) == {2: {"A": 6_00}}
    assert why(held(gift, lines=[line(1)])) == {"A": "A: 2 free are earned; order them as well."}


@pytest.mark.parametrize(
    "scope",
    [
        {"partners": frozenset({b"other"})},
        {"tiers": frozenset({b"silver"})},
        {"channel_types": frozenset({b"web"})},
        {"territories": frozenset({b"west"})},
        {"products": frozenset({b"saw"})},
        {"categories": frozenset({"Saws"})},
    ],
)
def test_what_is_for_others_is_not_considered(scope: dict[str, Any]) -> None:
    outcome = held(promotion(rate=500, scope=Scope(**scope)), lines=[line(1)])
    assert (outcome.total, outcome.considered) == (0, ())


def test_what_is_not_in_force_or_in_another_currency_is_not_considered() -> None:
    early = promotion(rate=500, valid_from=date(2026, 11, 13))
    late = promotion(rate=500, valid_to=date(2026, 11, 11))
    foreign = replace(promotion(rate=500), currency="GBP")
    assert held(early, late, foreign, lines=[line(1)]).considered == ()


def test_the_better_one_holds_on_each_line_and_the_other_says_why_not() -> None:
    drills = promotion("D", rate=1000, scope=Scope(products=frozenset({b"drill"})))
    everything, small = promotion("E", rate=500), promotion("S", rate=100)
    outcome = held(drills, everything, small, lines=[line(1), line(2, b"saw")])
    assert off(outcome) == {1: {"D": 100_00}, 2: {"E": 50_00}}
    assert why(outcome) == {"S": "S: more is taken off by D, E, which it does not go together with."}


def test_those_that_add_up_do_and_take_no_more_than_the_line() -> None:
    terms = {"combination": Combination.ADDS_UP}
    two = promotion("A", rate=6000, **terms), promotion("B", rate=3000, **terms)
    assert off(held(*two, lines=[line(1)])) == {1: {"A": 600_00, "B": 300_00}}
    outcome = held(*two, promotion("C", rate=3000, **terms), lines=[line(1)])
    assert off(outcome) == {1: {"A": 600_00, "B": 300_00, "C": 100_00}}


def test_one_that_stands_alone_is_compared_with_all_others_together() -> None:
    others = promotion("A", rate=500), promotion("B", rate=500, scope=Scope(products=frozenset({b"saw"})))
    lines = [line(1), line(2, b"saw")]
    small = promotion("Z", Mechanic.THRESHOLD, least=1, amount=99_00, combination=Combination.ALONE)
    assert off(held(*others, small, lines=lines)).keys() == {1, 2}
    large = replace(small, amount=101_00)
    assert off(held(*others, large, lines=lines)) == {1: {"Z": 50_50}, 2: {"Z": 50_50}}


def test_of_a_group_one_holds_in_the_order() -> None:
    drills = promotion("D", rate=1000, group="autumn", scope=Scope(products=frozenset({b"drill"})))
    saws = promotion("S", rate=1100, group="autumn", scope=Scope(products=frozenset({b"saw"})))
    assert off(held(drills, saws, lines=[line(1), line(2, b"saw")])) == {2: {"S": 110_00}}


def test_without_enough_budget_it_gives_nothing_and_the_next_best_holds() -> None:
    rich, poor = promotion("R", rate=500), promotion("P", rate=900, budget_left=89_99)
    outcome = held(rich, poor, lines=[line(1)])
    assert off(outcome) == {1: {"R": 50_00}}
    assert why(outcome) == {"P": "P: its budget is used up; ¥89.99 are left of ¥90.00 needed."}
    assert off(held(rich, replace(poor, budget_left=90_00), lines=[line(1)])) == {1: {"P": 90_00}}


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ({"mechanic": Mechanic.THRESHOLD, "least": 1500_00, "amount": 1}, "A: order ¥500.00 more."),
        (
            {"mechanic": Mechanic.TIERED, "by_quantity": True, "tiers": (Tier(12 * PC, 1),)},
            "A: order 2 more.",
        ),
        ({"mechanic": Mechanic.FREE_GOODS, "buy": 10 * PC, "free": PC}, "A: order 1 more."),
        (
            {"mechanic": Mechanic.BUNDLE, "rate": 1, "parts": (Part(b"saw", 3 * PC), Part(b"drill", PC))},
            "A: order 3 more.",
        ),
    ],
)
def test_what_is_not_reached_says_how_much_is_missing(terms: dict[str, Any], text: str) -> None:
    assert why(held(promotion(**terms), lines=[line(1)])) == {"A": text}


# to the cent, whatever comes

PRODUCTS = (b"drill", b"saw", b"bit")
LINES = st.lists(
    st.builds(
        lambda product, pieces, price: (product, pieces, price),
        st.sampled_from(PRODUCTS),
        st.integers(1, 30),
        st.sampled_from(("0.01", "3.33", "100", "99.9999")),
    ),
    min_size=1,
    max_size=6,
).map(lambda found: [line(n, p, q, price, category=p.decode()) for n, (p, q, price) in enumerate(found, 1)])
SCOPES = st.builds(
    Scope, products=st.frozensets(st.sampled_from(PRODUCTS), max_size=2), tiers=st.just(frozenset({b"gold"}))
)
TERMS = st.fixed_dictionaries(
    {
        "mechanic": st.sampled_from(Mechanic),
        "scope": SCOPES,
        "combination": st.sampled_from(Combination),
        "group": st.sampled_from((None, None, "g", "h")),
        "rate": st.integers(1, 10_000),
        "amount": st.integers(1, 5_000_00),
        "least": st.integers(0, 2_000_00),
        "buy": st.integers(1, 12).map(lambda n: n * PC),
        "free": st.integers(1, 3).map(lambda n: n * PC),
        "free_product": st.sampled_from((None, *PRODUCTS)),
        "by_quantity": st.booleans(),
        "tiers": st.lists(
            st.builds(Tier, st.integers(0, 1_000_00), st.integers(1, 10_000)), min_size=1, max_size=3
        ).map(tuple),
        "parts": st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=3, unique=True).map(
            lambda names: tuple(Part(name, (2 + at) * PC) for at, name in enumerate(names))
        ),
        "budget_left": st.sampled_from((None, None, 0, 100_00)),
    }
)
PROMOTIONS = st.lists(TERMS, max_size=6).map(
    lambda found: [promotion(f"P{n}", **one) for n, one in enumerate(found)]
)


@given(LINES, PROMOTIONS, st.randoms())
def test_no_cent_is_lost_and_the_order_of_lines_does_not_matter(
    lines: list[Line], promotions: list[Promotion], random: Any
) -> None:
    outcome = held(*promotions, lines=lines)
    by_number = {one.number: one for one in lines}
    assert all(0 < outcome.off(number) <= by_number[number].net for number in outcome.discounts)
    assert outcome.total == sum(one.amount for one in outcome.considered)
    for one in outcome.considered:
        assert (one.amount > 0) == (one.why_not is None)
        assert one.promotion.budget_left is None or one.amount <= one.promotion.budget_left
    mixed = list(lines)
    random.shuffle(mixed)
    random.shuffle(promotions)
    again = held(*promotions, lines=mixed)
    assert again.considered == outcome.considered
    same = [
        sorted(
            (by_number[n].product, by_number[n].quantity, by_number[n].unit_price, each.off(n))
            for n in by_number
        )
        for each in (outcome, again)
    ]
    assert same[0] == same[1]


def agree(offers: Sequence[Offer]) -> bool:
    """The rules of combination, said once more and plainly."""
    for one, other in combinations(offers, 2):
        same = one.promotion is other.promotion
        if not same and Combination.ALONE in (one.promotion.combination, other.promotion.combination):
            return False
        if not same and one.promotion.group is not None and one.promotion.group == other.promotion.group:
            return False
        shared = {at for at, _ in one.shares} & {at for at, _ in other.shares}
        if shared and {one.promotion.combination, other.promotion.combination} != {Combination.ADDS_UP}:
            return False
    return True


@st.composite
def few_offers(draw: st.DrawFn) -> list[Offer]:
    found = []
    for n in range(draw(st.integers(1, 4))):
        terms = promotion(
            f"P{n}",
            combination=draw(st.sampled_from(Combination)),
            group=draw(st.sampled_from((None, None, None, "g"))),
        )
        free = draw(st.permutations(range(4)))
        while free and draw(st.booleans()):
            size = draw(st.integers(1, len(free)))
            shares = tuple((at, draw(st.integers(1, 9))) for at in sorted(free[:size]))
            free = free[size:]
            found += offer(terms, shares)
    return found[:9]


@given(few_offers())
def test_no_other_choice_that_is_allowed_takes_more_off(offers: list[Offer]) -> None:
    chosen = choose(offers)
    assert agree(chosen)
    allowed = (some for size in range(len(offers) + 1) for some in combinations(offers, size) if agree(some))
    assert sum(one.total for one in chosen) == max(sum(one.total for one in some) for some in allowed)


def claims(outcome: Outcome) -> dict[int, dict[bytes, int]]:
    return {n: {one.promotion.id: one.amount for one in s} for n, s in outcome.discounts.items()}


def refused(claimed: Any, promotions: Sequence[Promotion], lines: Sequence[Line]) -> list[str]:
    found = refuse_discounts(claimed, promotions, BUYER, DAY, "CNY", lines)
    return [one.code for one in found]


@given(LINES, PROMOTIONS, st.randoms())
def test_what_the_laptop_works_out_headquarters_grants_and_nothing_more(
    lines: list[Line], promotions: list[Promotion], random: Any
) -> None:
    outcome = held(*promotions, lines=lines)
    claimed = claims(outcome)
    mixed = random.sample(lines, len(lines))
    assert refused(claimed, random.sample(promotions, len(promotions)), mixed) == []
    if claimed:
        number = random.choice(sorted(claimed))
        one = random.choice(sorted(claimed[number]))
        for change in (1, -1):
            other = {**claimed, number: {**claimed[number], one: claimed[number][one] + change}}
            assert refused(other, promotions, lines)


def test_headquarters_says_why_a_discount_is_not_given() -> None:
    percent, bundle = (
        promotion(rate=500),
        promotion("B", Mechanic.BUNDLE, rate=500, parts=(Part(b"drill", PC),)),
    )
    late = promotion("L", rate=500, valid_from=date(2027, 1, 1))
    lines = [line(1)]
    assert refused({1: {b"A": 50_00}}, [percent], lines) == []
    assert refused({1: {b"A": 51_00}}, [percent], lines) == ["order.promotion_amount"]
    assert refused({2: {b"A": 50_00}}, [percent], lines) == ["order.promotion_amount"]
    assert refused({1: {b"L": 50_00}}, [late], lines) == ["order.promotion_not_open"]
    assert refused({1: {b"X": 50_00}}, [percent], lines) == ["order.promotion_not_open"]
    assert refused({1: {b"A": 50_00, b"B": 50_00}}, [percent, bundle], lines) == ["order.promotions_apart"]
    short = replace(percent, budget_left=49_99)
    assert refused({1: {b"A": 50_00}}, [short], lines) == ["promotion.budget_used"]
    grouped = [replace(percent, group="g"), promotion("C", rate=500, group="g")]
    both = {1: {b"A": 50_00}, 2: {b"C": 50_00}}
    assert refused(both, grouped, [line(1), line(2)]) == ["order.promotions_apart"]
    alone = [replace(percent, combination=Combination.ALONE), promotion("C", rate=500)]
    assert refused(both, alone, [line(1), line(2)]) == ["order.promotions_apart"]
