"""Prices that stand too far apart or below their floor: sums keep every cent and any order of rows."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.values import line_net, share
from channeldesk.rules.deviation import (
    BelowFloor,
    Line,
    Sold,
    below_floor,
    channel_steps,
    deviation,
    price_of,
    steps,
)
from channeldesk.rules.pricing import Buyer, PriceItem, PriceList

A, B, C = (bytes([n]) * 16 for n in range(3))
PRODUCT = b"d" * 16
SOLD = st.lists(
    st.builds(
        Sold,
        st.none() | st.sampled_from([A, B, C]),
        st.integers(1, 500_000),
        st.integers(0, 90_000_000),
        st.integers(1, 9),
    ),
    max_size=12,
)


def line(price: int, *, quantity: int = 1_000, net: int | None = None, on: str = "2026-11-01") -> Line:
    charged = line_net(quantity, price, "CNY") if net is None else net
    buyer = Buyer(A, tier=B)
    return Line(b"l" * 16, PRODUCT, buyer, date.fromisoformat(on), "CNY", quantity, price, charged)


@given(SOLD, st.integers(0, 5_000), st.randoms())
def test_sums_of_channels_are_sums_of_their_parts(sold: list[Sold], allowed: int, source: Random) -> None:
    shuffled = list(sold)
    source.shuffle(shuffled)
    found = deviation(sold, (), allowed, "CNY")
    assert found == deviation(shuffled, (), allowed, "CNY")
    assert sum(one.net for one in found.channels) == sum(one.net for one in sold)
    assert sum(one.quantity for one in found.channels) == sum(one.quantity for one in sold)
    assert sum(one.lines for one in found.channels) == sum(one.lines for one in sold)
    prices = [one.price for one in found.channels]
    assert prices == sorted(prices)


@given(SOLD, st.integers(0, 5_000))
def test_money_is_at_stake_only_where_prices_are_too_far_apart(sold: list[Sold], allowed: int) -> None:
    found = deviation(sold, (), allowed, "CNY")
    assert found.apart >= 0
    assert found.spread is None or 0 <= found.spread <= 10_000
    if not found.too_far:
        assert found.at_stake == 0
    elif found.dearest is not None:
        lowest = share(found.dearest.price, 10_000 - allowed)
        below = [one for one in found.channels if one.counts and one.price < lowest]
        lacking = sum(line_net(one.quantity, lowest, "CNY") - one.net for one in below)
        assert abs(found.at_stake - lacking) <= len(found.channels)


@given(st.integers(1, 10**9), st.integers(1, 10**8))
def test_the_price_of_a_single_line_is_its_unit_price(price: int, units: int) -> None:
    quantity = units * 1_000
    assert abs(price_of(line_net(quantity, price, "CNY"), quantity, "CNY") - price) <= 50


def test_a_channel_with_one_sale_makes_no_spread() -> None:
    sold = [Sold(A, 10_000, 100_00, 5), Sold(B, 1_000, 1_00, 1)]
    found = deviation(sold, (), 1_000, "CNY")
    assert (found.spread, found.too_far, found.at_stake) == (None, False, 0)
    assert [one.counts for one in found.channels] == [False, True]


def test_what_the_cheaper_channel_brought_less_is_told_in_steps() -> None:
    sold = [Sold(A, 10_000, 1_000_00, 5), Sold(B, 20_000, 1_600_00, 4), Sold(B, 0, 0, 0)]
    found = deviation(sold, (), 1_000, "CNY")
    assert found.cheapest is not None
    assert found.dearest is not None
    assert (found.cheapest.channel, found.cheapest.price) == (B, 80_0000)
    assert (found.spread, found.apart, found.at_stake) == (2_000, 200_00, 200_00)
    told = [(one.label.code, one.sign) for one in steps(found, "CNY")]
    assert told == [
        ("step.dearest", ""),
        ("step.cheapest", "-"),
        ("step.spread", "="),
        ("step.allowed", ""),
        ("step.apart_money", ""),
        ("step.at_stake", "="),
    ]
    assert [one.label.code for one in channel_steps(found.cheapest, "CNY")][-1] == "step.channel_price"


LISTS = [
    PriceList(B, "OLD", "CNY", valid_to=date(2026, 10, 31)),
    PriceList(C, "NEW", "CNY", valid_from=date(2026, 11, 1)),
]
ITEMS = {PRODUCT: [PriceItem(B, 0, 90_0000, 70_0000), PriceItem(C, 0, 100_0000, 80_0000)]}


def judged(*lines: Line) -> list[BelowFloor]:
    return below_floor(lines, LISTS, ITEMS)


def test_the_floor_is_that_of_the_list_in_force_then() -> None:
    assert judged(line(75_0000, on="2026-10-31")) == []
    (found,) = judged(line(75_0000, on="2026-11-01"))
    assert (found.floor, found.price_list, found.promoted, found.money) == (80_0000, "NEW", False, 5_00)
    assert judged(line(75_0000)) != []
    assert below_floor([line(1_0000)], LISTS, {}) == []


def test_what_only_promotions_bring_below_is_marked_and_costs_nothing() -> None:
    (found,) = judged(line(100_0000, net=75_00))
    assert (found.promoted, found.money) == (True, 0)
    (both,) = judged(line(79_0000, net=60_00))
    assert (both.promoted, both.money) == (False, 1_00)
    at_stake = deviation([Sold(A, 1_000, 60_00, 1)], [found, both], 1_000, "CNY")
    assert [one.promoted for one in at_stake.below] == [False, True]
    assert (at_stake.at_stake, len(at_stake.under_floor)) == (1_00, 1)
