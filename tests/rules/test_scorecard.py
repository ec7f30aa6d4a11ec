"""Scores, health and grades: bounded, fair to what is missing, and explained by their parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.scorecard import FULL, MOST, Measure, health, points

_NUMBER = st.integers(-(10**9), 10**9)


@pytest.mark.parametrize(
    ("value", "floor", "target", "expected"),
    [
        (50, 0, 100, 5_000),
        (100, 0, 100, FULL),
        (140, 0, 100, MOST),
        (-5, 0, 100, 0),
        (45, 60, 30, 5_000),
        (30, 60, 30, FULL),
        (90, 60, 30, 0),
        (0, 60, 30, MOST),
        (1, 0, 3, 3_333),
    ],
)
def test_points_between_floor_and_target_whichever_way_is_better(
    value: int, floor: int, target: int, expected: int
) -> None:
    assert points(value, floor, target) == expected


def test_a_floor_that_is_the_target_is_refused() -> None:
    with pytest.raises(ValueError, match="both 7"):
        points(1, 7, 7)


@given(_NUMBER, _NUMBER, _NUMBER)
def test_less_is_better_mirrors_more_is_better(value: int, floor: int, target: int) -> None:
    if floor != target:
        assert points(value, floor, target) == points(-value, -floor, -target)


_MEASURES = st.lists(
    st.builds(
        Measure,
        st.sampled_from("abcdef"),
        st.integers(0, 5_000),
        st.just(0),
        st.integers(1, 1_000),
        st.none() | st.integers(-1_000, 2_000),
    ),
    max_size=14,
)


@given(_MEASURES)
def test_health_lies_among_its_parts_and_is_what_they_pull(measures: list[Measure]) -> None:
    found = health(measures)
    known = [
        one.points
        for one, of in zip(found.parts, measures, strict=True)
        if one.points is not None and of.weight
    ]
    if found.points is None:
        assert not known
        assert found.grade is None
        return
    assert min(known) <= found.points <= max(known)
    pulls = [one.pull for one in found.parts if one.pull is not None]
    assert abs(FULL + sum(pulls) - found.points) <= len(pulls)
    assert [abs(one.pull or 0) for one in found.reasons] == sorted(
        (abs(one) for one in pulls if one), reverse=True
    )


@given(_MEASURES, st.integers(2, 9))
def test_only_the_proportion_of_weights_matters(measures: list[Measure], times: int) -> None:
    more = [Measure(one.kpi, one.weight * times, one.floor, one.target, one.value) for one in measures]
    assert health(more) == health(measures)


def _card(known: int, value: int = 80) -> list[Measure]:
    return [Measure(str(at), 1_000, 0, 100, value if at < known else None) for at in range(10)]


def test_what_is_missing_is_not_zero_and_below_seventy_percent_there_is_no_grade() -> None:
    assert (health(_card(7)).points, health(_card(7)).grade, health(_card(7)).covered) == (8_000, "B", 7_000)
    assert (health(_card(6)).points, health(_card(6)).grade, health(_card(6)).covered) == (8_000, None, 6_000)
    nothing = health(_card(0))
    assert (nothing.points, nothing.covered, nothing.grade) == (None, 0, None)
    assert nothing.parts[0].deviation is None


@pytest.mark.parametrize(
    ("value", "grade"),
    [(125, "A"), (90, "A"), (89, "B"), (75, "B"), (74, "C"), (60, "C"), (59, "D"), (0, "D")],
)
def test_grades(value: int, grade: str) -> None:
    assert health(_card(10, value)).grade == grade


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        health([Measure("a", -1, 0, 1, 1)])
