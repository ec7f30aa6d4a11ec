"""Prices brought to endings: the nearest one, the same when done again, and no coin that does not exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.values import PRICE_SCALE, minor_units
from channeldesk.rules.bulk.rounding import EXACT, ROUNDINGS, rounded

PRICES = st.integers(0, 10**13)
NAMES = st.sampled_from([EXACT, *ROUNDINGS])
CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("price", "rounding", "currency", "expected"),
    [
        (12_3456, "coin", "CNY", 12_3500),
        (12_3450, "coin", "CNY", 12_3500),
        (12_3400, "five", "CNY", 12_3500),
        (12_3249, "five", "CNY", 12_3000),
        (12_3456, "ends_90", "CNY", 11_9000),
        (12_4000, "ends_90", "CNY", 12_9000),
        (2000, "ends_90", "CNY", 9000),
        (49, "coin", "CNY", 100),
        (0, "ends_99", "CNY", 0),
        (1_234_5000, "coin", "JPY", 1_235_0000),
        (1_234_0000, "ends_90", "JPY", 1_190_0000),
        (1_2345, "coin", "KWD", 1_2350),
        (12_3456, EXACT, "CNY", 12_3456),
    ],
)
def test_the_nearest_price_with_the_ending(price: int, rounding: str, currency: str, expected: int) -> None:
    assert rounded(price, rounding, currency) == expected


@given(PRICES, NAMES, CURRENCIES)
def test_rounding_again_changes_nothing(price: int, rounding: str, currency: str) -> None:
    once = rounded(price, rounding, currency)
    assert rounded(once, rounding, currency) == once


@given(PRICES, st.sampled_from(list(ROUNDINGS)), CURRENCIES)
def test_a_price_is_whole_coins_and_near(price: int, rounding: str, currency: str) -> None:
    declared, coin = ROUNDINGS[rounding], int(10 ** (PRICE_SCALE - minor_units(currency)))
    found = rounded(price, rounding, currency)
    assert found % coin == 0
    assert (found > 0) == (price > 0)
    lowest = (declared.ending or declared.step) * coin
    assert abs(found - price) * 2 <= declared.step * coin or found == lowest


@given(PRICES, PRICES, NAMES, CURRENCIES)
def test_a_higher_price_never_becomes_the_lower_one(
    one: int, other: int, rounding: str, currency: str
) -> None:
    low, high = sorted((one, other))
    assert rounded(low, rounding, currency) <= rounded(high, rounding, currency)
