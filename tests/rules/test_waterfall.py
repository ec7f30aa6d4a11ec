"""From list price to what is paid: every step to the cent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.values import line_net
from channeldesk.rules.pricing import ListPrice, PriceItem, PriceList, find_price
from channeldesk.rules.waterfall import Waterfall, waterfall

LIST = PriceList(b"l" * 16, "GOLD", "CNY")
ITEMS = [
    PriceItem(LIST.id, least, price, 1)
    for least, price in ((0, 99_9999), (12_000, 95_5555), (40_000, 90_0001))
]


def made(quantity: int, tax: int = 1_300, *shares: int) -> Waterfall:
    found = find_price(quantity, ITEMS, [LIST])
    assert isinstance(found, ListPrice)
    net = line_net(quantity, found.price, "CNY")
    taken = [(f"P{at}", net * one // 100) for at, one in enumerate(shares)]
    return waterfall(found, ITEMS, quantity, tax, [one for one in taken if one[1]])


@given(st.integers(1, 90_000), st.integers(0, 2_500), st.lists(st.integers(0, 30), max_size=3))
def test_bars_between_two_sums_add_up_to_the_second(quantity: int, tax: int, shares: list[int]) -> None:
    found = made(quantity, tax, *shares)
    running = 0
    for bar in found.bars:
        if bar.is_sum and bar.part != "list":
            assert running == bar.amount, bar.part
        else:
            running += bar.amount
    assert found.bars[0].amount == line_net(quantity, ITEMS[0].price, "CNY")
    assert found.bars[-1].amount == found.priced.net + found.priced.tax


def test_only_what_happened_has_a_bar() -> None:
    assert [bar.part for bar in made(1_000).bars] == ["list", "net", "tax", "total"]
    parts = [bar.part for bar in made(40_000, 1_300, 5, 3).bars]
    assert parts == ["list", "break", "promotion", "promotion", "net", "tax", "total"]
    labels = [bar.label.params.get("promotion") for bar in made(40_000, 1_300, 5, 3).bars]
    assert labels == [None, None, "P0", "P1", None, None, None]


def test_the_steps_tell_the_same() -> None:
    codes = [step.label.code for step in made(12_000, 1_300, 5).steps]
    assert codes == [
        "step.price_list",
        "step.break",
        "step.quantity",
        "step.net",
        "step.promotion",
        "step.after_promotions",
        "step.tax",
        "step.to_pay",
    ]
