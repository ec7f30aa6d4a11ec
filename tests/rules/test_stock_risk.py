"""What stock may cost, how old it is and how it goes on: against exact sums, and for any stock."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from channeldesk.model.notice import Money, Quantity
from channeldesk.rules.stock import Anchor, Movement, level
from channeldesk.rules.stock_ahead import ahead
from channeldesk.rules.stock_layers import Layer, age
from channeldesk.rules.stock_places import Place, levels
from channeldesk.rules.stock_risk import NORMAL_FROM, Held, danger, excess, shortage, turnover

TODAY = date(2026, 11, 23)
quantities = st.integers(0, 5_000).map(lambda units: units * 1000)
held = st.builds(
    Held,
    on_hand=st.integers(-50_000, 5_000_000),
    daily=st.integers(0, 300_000),
    lead_days=st.integers(0, 60),
    price=st.none() | st.integers(0, 10**8),
    currency=st.sampled_from(["CNY", "GBP", "JPY"]),
    incoming=quantities,
)


@pytest.mark.parametrize("mean", [0.3, 4.0, 30.0, 150.0])
@pytest.mark.parametrize("units", [0, 1, 5, 30, 170])
def test_a_shortage_is_that_of_a_poisson_demand(mean: float, units: int) -> None:
    chance, missing = shortage(units, mean)
    demand = stats.poisson(mean)
    assert chance == pytest.approx(demand.sf(units), abs=1e-9)
    summed = sum((n - units) * demand.pmf(n) for n in range(units + 1, units + 1 + 1000))
    assert missing == pytest.approx(summed, abs=1e-7)


@given(st.integers(0, 400))
def test_where_the_normal_distribution_takes_over_the_answer_hardly_changes(units: int) -> None:
    chance, missing = shortage(units, NORMAL_FROM)
    demand = stats.poisson(NORMAL_FROM)
    assert chance == pytest.approx(demand.sf(units), abs=0.005)
    exact = NORMAL_FROM * demand.sf(units - 1) - units * demand.sf(units)
    assert missing == pytest.approx(exact, abs=0.1)


@given(held)
def test_more_stock_is_never_more_danger_nor_less_excess(one: Held) -> None:
    more = Held(
        max(0, one.on_hand) + 10_000, one.daily, one.lead_days, one.price, one.currency, incoming=one.incoming
    )
    before, after = danger(one), danger(more)
    assert 0 <= after.chance <= before.chance <= 10_000
    assert 0 <= after.short <= before.short
    assert (before.lost is None) == (one.price is None)
    assert excess(more).quantity >= excess(one).quantity >= 0


@given(held)
def test_the_steps_of_an_excess_come_to_it(one: Held) -> None:
    found = excess(one)
    values = [step.value.amount for step in found.steps if isinstance(step.value, Quantity)]
    assert max(0, values[0] + values[1] - values[2]) == values[3] == found.quantity
    told = [step.value for step in found.steps if isinstance(step.value, Money)]
    assert told == ([] if found.tied is None else [Money(found.tied, one.currency)])


def test_nothing_is_lost_without_demand_and_all_of_it_without_stock() -> None:
    assert danger(Held(0, 0, 7, 10_000, "CNY")).lost == 0
    empty = danger(Held(0, 2_000, 7, 100_0000, "CNY"))
    assert (empty.chance, empty.short, empty.lost) == (round((1 - math.exp(-14)) * 10_000), 14_000, 1_400_00)


def test_turnover_is_sales_of_a_year_over_the_mean_level() -> None:
    assert turnover(90_000, 90, [100_000] * 91) == 365  # 3.65 times
    assert turnover(90_000, 90, [0, 200_000]) == 365
    assert turnover(90_000, 90, [0, 0]) is None


def test_stock_is_as_old_as_the_receipts_that_are_still_there() -> None:
    receipts = [(TODAY - timedelta(days=60), 50_000), (TODAY - timedelta(days=10), 30_000)]
    found = age(40_000, receipts, TODAY)
    assert found.layers == (
        Layer(TODAY - timedelta(days=60), 10_000),
        Layer(TODAY - timedelta(days=10), 30_000),
    )
    assert (found.mean_days, found.known) == (23, 10_000)  # 22.5, rounded half up
    older = age(100_000, receipts, TODAY)
    assert older.layers[0] == Layer(None, 20_000)
    assert older.known == 8_000
    assert age(-5_000, receipts, TODAY).layers == ()


@given(
    st.integers(-1000, 500_000),
    st.lists(
        st.tuples(st.integers(0, 900).map(lambda n: TODAY - timedelta(days=n)), st.integers(-9, 90_000))
    ),
)
def test_layers_come_to_what_is_there(on_hand: int, receipts: list[tuple[date, int]]) -> None:
    found = age(on_hand, receipts, TODAY)
    assert sum(one.quantity for one in found.layers) == max(0, on_hand)
    assert all(one.quantity > 0 for one in found.layers)
    days = [one.since for one in found.layers if one.since is not None]
    assert days == sorted(days)


anchors = st.lists(
    st.builds(
        Anchor,
        id=st.binary(min_size=2, max_size=2),
        as_of=st.integers(0, 100),
        quantity=st.integers(0, 900),
        source=st.just("count"),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
movements = st.lists(st.builds(Movement, at=st.integers(0, 100), quantity=st.integers(-90, 90)), max_size=20)


def _place(known: list[Anchor], moved: list[Movement]) -> Place:
    events = [(one.as_of, one.quantity) for one in sorted(known, key=lambda one: (one.as_of, one.id))]
    return Place(events, sorted((one.at, one.quantity) for one in moved))


@given(anchors, movements)
def test_the_history_ends_where_the_level_is(known: list[Anchor], moved: list[Movement]) -> None:
    (now,) = levels(_place(known, moved), [1000])
    found = level(known, moved)
    assert now == (found.moved if found.quantity is None else found.quantity)


@given(anchors.filter(bool), movements, st.integers(0, 100))
def test_between_anchors_a_level_changes_by_what_moved(
    known: list[Anchor], moved: list[Movement], moment: int
) -> None:
    before, after = levels(_place(known, moved), [moment, moment + 1])
    if not any(one.as_of == moment + 1 for one in known):
        assert after - before == sum(one.quantity for one in moved if one.at == moment + 1)


@given(st.integers(-9_000, 900_000), st.integers(0, 50_000), st.lists(quantities, min_size=1, max_size=40))
def test_the_days_ahead_lie_in_their_band(on_hand: int, daily: int, incoming: list[int]) -> None:
    for one in ahead(on_hand, daily, incoming):
        assert 0 <= one.low <= one.expected <= one.high <= max(0, on_hand) + sum(incoming)
