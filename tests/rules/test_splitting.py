"""Amounts in parts: to the cent, however they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.splitting import allocate, part


def test_the_cent_that_is_left_goes_to_the_largest_remainder() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(100, [1, 5, 2]) == [12, 63, 25]
    assert allocate(5, [0, 0]) == [5, 0]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_parts_add_up_and_differ_by_less_than_a_cent_from_their_share(
    amount: int, weights: list[int]
) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    if whole := sum(weights):
        assert all(
            abs(part * whole - amount * weight) < whole for part, weight in zip(parts, weights, strict=True)
        )


def test_three_returns_of_a_third_are_the_whole() -> None:
    assert [part(100_00, 3, before, 1) for before in range(3)] == [33_33, 33_34, 33_33]
    assert part(-100_00, 3, 0, 3) == -100_00


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 50_000), min_size=1, max_size=12).filter(any))
def test_however_it_is_cut_it_comes_to_the_amount(amount: int, cuts: list[int]) -> None:
    whole, before, parts = sum(cuts), 0, []
    for quantity in cuts:
        parts.append(part(amount, whole, before, quantity))
        before += quantity
    assert sum(parts) == amount
    assert all(one * amount >= 0 for one in parts)


@pytest.mark.parametrize(("whole", "before", "quantity"), [(0, 0, 0), (3, 2, 2), (3, -1, 1), (3, 0, -1)])
def test_more_than_there_is_is_refused(whole: int, before: int, quantity: int) -> None:
    with pytest.raises(ValueError, match="within the whole"):
        part(100, whole, before, quantity)
