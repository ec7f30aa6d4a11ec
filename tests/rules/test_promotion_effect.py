"""The effect of promotions: no cent lost, nothing claimed that the figures cannot carry."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Money
from channeldesk.rules.promotions import effect as rules
from channeldesk.rules.promotions.effect import Group, baseline, compare, days, effect, expected_on

FIRST = date(2026, 9, 7)
"""A Monday."""
DAILY = st.dictionaries(
    st.integers(-90, 40).map(lambda days: FIRST + timedelta(days=days)),
    st.integers(-5_000, 5_000_000),
    max_size=60,
)


def steady(per_day: int, before: int = 56, after: int = 28) -> dict[date, int]:
    return {FIRST + timedelta(days=at): per_day for at in range(-before, after)}


def codes(found: rules.Effect) -> list[str]:
    return [one.code for one in found.cautions]


@given(DAILY, st.integers(1, 8))
def test_the_baseline_of_a_week_is_all_that_was_sold_before_shared_by_weeks(
    daily: dict[date, int], weeks: int
) -> None:
    usual = baseline(daily, FIRST, weeks)
    before = sum(net for day, net in daily.items() if 0 < (FIRST - day).days <= 7 * weeks)
    assert sum(usual) * weeks == before
    for begin in range(7):
        start = FIRST + timedelta(days=begin)
        assert expected_on(usual, start, start + timedelta(days=6)) == Fraction(before, weeks)


@given(DAILY, st.integers(1, 8), st.integers(0, 40), st.randoms())
def test_what_is_sold_is_counted_once_whatever_the_order(
    daily: dict[date, int], weeks: int, length: int, source: Random
) -> None:
    last = FIRST + timedelta(days=length)
    shuffled = list(daily.items())
    source.shuffle(shuffled)
    found = compare(Group(9, daily), FIRST, last, weeks)
    assert found == compare(Group(9, dict(shuffled)), FIRST, last, weeks)
    assert found.sold == sum(daily.get(day, 0) for day in days(FIRST, last))


@given(DAILY, DAILY, st.integers(0, 40))
def test_two_groups_come_to_what_both_together_come_to(
    one: dict[date, int], other: dict[date, int], length: int
) -> None:
    last = FIRST + timedelta(days=length)
    both = {day: one.get(day, 0) + other.get(day, 0) for day in one.keys() | other.keys()}
    parts = [compare(Group(5, daily), FIRST, last, 8) for daily in (one, other)]
    whole = compare(Group(10, both), FIRST, last, 8)
    assert whole.sold == sum(part.sold for part in parts)
    assert abs(whole.expected - sum(part.expected for part in parts)) <= 1


@given(DAILY, DAILY, st.integers(0, 8), st.integers(0, 40))
def test_the_steps_end_in_the_lift(
    touched: dict[date, int], peers: dict[date, int], weeks: int, length: int
) -> None:
    last = FIRST + timedelta(days=length)
    found = effect(Group(9, touched), Group(7, peers), FIRST, last, weeks, "CNY")
    assert found.lift == found.touched.sold - found.expected
    by_code = {step.label.code: step.value for step in found.steps}
    assert by_code["step.lift"] == Money(found.lift, "CNY")
    assert ("step.lift_share" in by_code) == (found.share is not None)
    assert (found.peers is None) == ("step.at_peers" not in by_code)


def test_half_more_than_usual_is_a_lift_of_half() -> None:
    sold = steady(1_000) | {FIRST + timedelta(days=at): 1_500 for at in range(14)}
    found = effect(Group(9, sold), None, FIRST, FIRST + timedelta(days=13), 8, "CNY")
    assert (found.touched.sold, found.expected, found.lift, found.share) == (21_000, 14_000, 7_000, 5_000)
    assert found.certain
    assert codes(found) == ["effect.no_peers"]


def test_weekdays_are_compared_with_the_same_weekdays() -> None:
    sold = {
        day: 7_000
        for day in days(FIRST - timedelta(days=56), FIRST + timedelta(days=13))
        if day.weekday() == 0
    }
    monday = effect(Group(9, sold), None, FIRST, FIRST, 8, "CNY")
    assert (monday.expected, monday.lift) == (7_000, 0)
    tuesday = effect(Group(9, sold), None, FIRST + timedelta(days=1), FIRST + timedelta(days=1), 8, "CNY")
    assert (tuesday.expected, tuesday.touched.sold) == (0, 0)


def test_a_season_that_others_have_too_is_no_effect() -> None:
    season = steady(1_000) | {FIRST + timedelta(days=at): 1_500 for at in range(14)}
    last = FIRST + timedelta(days=13)
    found = effect(Group(9, season), Group(6, season), FIRST, last, 8, "CNY")
    assert (found.lift, found.share) == (0, 0)
    assert not found.certain
    alone = effect(Group(9, season), None, FIRST, last, 8, "CNY")
    assert alone.lift == 7_000


def test_small_numbers_are_told() -> None:
    last = FIRST + timedelta(days=6)
    few = effect(Group(3, steady(1_000)), Group(2, steady(1_000)), FIRST, last, 3, "CNY")
    assert codes(few) == [
        "effect.few_weeks",
        "effect.few_partners",
        "effect.few_peers",
        "effect.within_swing",
    ]
    assert few.peers is None
    new = effect(Group(9, {FIRST: 500}), Group(9, steady(1_000)), FIRST, last, 8, "CNY")
    assert "effect.no_baseline" in codes(new)
    assert (new.share, new.lift, new.certain) == (None, 500, False)
    nothing = effect(Group(0, {}), None, FIRST, last, 0, "CNY")
    assert (nothing.lift, nothing.swing) == (0, None)


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_weeks_are_rarely_called_an_effect(seed: int) -> None:
    """Of promotions that change nothing about one in ten is called certain where weeks are as skewed."""
    source = Random(seed)
    last = FIRST + timedelta(days=20)
    certain = 0
    for _ in range(200):
        sold = {
            day: round(source.lognormvariate(7, 0.8))
            for day in days(FIRST - timedelta(days=56), last)
            if day.weekday() < 5
        }
        beside = {day: round(source.lognormvariate(7, 0.8)) for day in sold}
        certain += effect(Group(20, sold), Group(12, beside), FIRST, last, 8, "CNY").certain
    assert certain <= 32


def test_partners_chosen_because_they_bought_show_a_lift_that_is_none() -> None:
    """Why all partners that a promotion is for give the fair figure: nothing changes here, and yet."""
    source = Random(11)
    last = FIRST + timedelta(days=13)
    partners = []
    for _ in range(200):
        step = source.randrange(21, 35)
        start = FIRST - timedelta(days=source.randrange(60, 60 + step))
        partners.append({start + timedelta(days=at * step): 10_000 for at in range(5)})
    buyers = [one for one in partners if any(FIRST <= day <= last for day in one)]
    assert 60 < len(buyers) < 150

    def lift(some: list[dict[date, int]]) -> float:
        together: dict[date, int] = {}
        for daily in some:
            for day, net in daily.items():
                together[day] = together.get(day, 0) + net
        found = effect(Group(len(some), together), None, FIRST, last, 8, "CNY")
        assert found.share is not None
        return found.share / 10_000

    assert lift(buyers) > 0.5
    assert abs(lift(partners)) < 0.25


def test_why_nobody_is_compared_with_is_told_as_it_is() -> None:
    last = FIRST + timedelta(days=27)
    own = Group(40, steady(100))
    for peers, weeks, told in (
        (Group(4, steady(100)), 8, "effect.few_peers"),
        (Group(9, {}), 8, "effect.peers_without"),
        (Group(9, steady(100, after=0)), 8, "effect.peers_without"),
        (Group(9, steady(100, before=0)), 8, "effect.peers_without"),
        (None, 8, "effect.no_peers"),
    ):
        found = effect(own, peers, FIRST, last, weeks, "CNY")
        assert found.peers is None
        assert [code for code in codes(found) if "peers" in code] == [told]
    without = effect(own, Group(9, steady(100)), FIRST, last, 0, "CNY")
    assert codes(without) == ["effect.few_weeks"]
