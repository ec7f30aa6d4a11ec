"""How large a photo of a visit may be."""

import hypothesis.strategies as st
from hypothesis import given

from channeldesk.rules.photos import KEPT_AS_IT_IS, is_small, steps

SIDES = st.integers(1, 20_000)


@given(SIDES, SIDES)
def test_every_step_is_smaller_than_the_one_before_and_none_is_larger_than_the_photo(
    width: int, height: int
) -> None:
    found = list(steps(width, height))
    assert all(1 <= one[0] <= width and 1 <= one[1] <= height for one in found)
    assert all(max(one[:2]) <= 2_048 for one in found)
    worth = [(one[0] * one[1], one[2]) for one in found]
    assert worth == sorted(worth, key=lambda one: (-one[0], -one[1]))


@given(st.integers(2_049, 20_000), st.integers(2_049, 20_000))
def test_the_shape_stays(width: int, height: int) -> None:
    for wide, high, _ in steps(width, height):
        assert abs(wide * height - high * width) <= max(width, height)


def test_small_pictures_stay_as_they_are() -> None:
    assert is_small(KEPT_AS_IT_IS) and not is_small(KEPT_AS_IT_IS + 1)
