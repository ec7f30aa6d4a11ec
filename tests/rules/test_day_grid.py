"""Times of a day on a grid."""

import hypothesis.strategies as st
from hypothesis import given

from channeldesk.rules.day_grid import (
    DAY,
    SHORTEST,
    STEP,
    WORKING,
    Place,
    Span,
    free_from,
    hours,
    moved,
    places,
    span,
    stretched,
)

SPANS = st.lists(st.builds(span, st.integers(0, DAY), st.one_of(st.none(), st.integers(0, 600))), max_size=14)


def overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def test_overlapping_entries_stand_beside_each_other_and_others_have_the_whole_width() -> None:
    spans = [Span(540, 60), Span(570, 60), Span(630, 30), Span(600, 30)]
    assert places(spans) == (Place(0, 2), Place(1, 2), Place(0, 1), Place(0, 2))


@given(SPANS)
def test_no_two_overlap_in_one_column_and_those_that_do_share_the_width(spans: list[Span]) -> None:
    found = places(spans)
    assert len(found) == len(spans)
    for at, one in enumerate(spans):
        assert 0 <= found[at].column < found[at].columns
        beside = [other for other, that in enumerate(spans) if other != at and overlap(one, that)]
        assert all(found[other].column != found[at].column for other in beside)
        assert all(found[other].columns == found[at].columns for other in beside)
        assert bool(beside) or found[at].columns == 1 or any(place.column for place in found)


@given(SPANS)
def test_what_is_shown_holds_every_entry(spans: list[Span]) -> None:
    first, last = hours(spans)
    assert first % 60 == last % 60 == 0
    assert 0 <= first <= WORKING[0] and WORKING[1] <= last <= DAY
    assert all(first <= one.start and one.end <= last for one in spans)


def test_a_day_without_entries_shows_working_hours_unless_more_is_wanted() -> None:
    assert hours([]) == WORKING
    assert hours([Span(7 * 60 + 30, 30)]) == (7 * 60, WORKING[1])
    assert hours([], early=True, late=True) == (0, DAY)


@given(st.builds(span, st.integers(0, DAY), st.integers(0, 600)), st.floats(-500, 2_000))
def test_moving_and_stretching_stay_within_the_day(one: Span, to: float) -> None:
    at = moved(one, to)
    assert at.length == one.length and 0 <= at.start <= DAY - at.length
    assert at.start % STEP == 0 or at.start == DAY - at.length
    longer = stretched(one, to)
    assert longer.start == one.start and longer.end <= DAY
    assert longer.length >= min(SHORTEST, DAY - one.start)


def test_a_free_time_is_found_from_nine_on() -> None:
    assert free_from([], 45) == 540
    assert free_from([Span(540, 60), Span(615, 60)], 30) == 675
    assert free_from([Span(0, DAY)], 30) == 540
