"""Which list holds, breaks, amounts and totals."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.model.i18n import Translator
from channeldesk.model.notice import Notice
from channeldesk.rules.pricing import (
    PRECEDENCE,
    Buyer,
    ListPrice,
    PricedLine,
    PriceItem,
    PriceList,
    applicable,
    find_price,
    price_line,
    totals,
)

DAY = date(2026, 11, 12)
BUYER = Buyer(b"partner", b"gold", b"store", (b"hangzhou", b"east", b"china"))


def listed(code: str, **scope: object) -> PriceList:
    return PriceList(code.encode(), code, "CNY", **scope)  # type: ignore[arg-type]


BY_SCOPE = {
    "partner": listed("P", partner=b"partner"),
    "tier": listed("T", tier=b"gold"),
    "channel_type": listed("C", channel_type=b"store"),
    "territory": listed("H", territory=b"hangzhou"),
}
DEFAULT = listed("A")


def test_the_declared_order_is_the_order() -> None:
    lists = [DEFAULT, *reversed(BY_SCOPE.values())]
    found = applicable(lists, BUYER, DAY, "CNY")
    assert [one.code for one in found] == [*(BY_SCOPE[scope].code for scope in PRECEDENCE), "A"]


def test_the_nearest_territory_and_the_narrower_list_win() -> None:
    east, china = listed("E", territory=b"east"), listed("CN", territory=b"china")
    gold_east = listed("GE", tier=b"gold", territory=b"east")
    lists = [DEFAULT, china, BY_SCOPE["tier"], east, BY_SCOPE["territory"], gold_east]
    assert [one.code for one in applicable(lists, BUYER, DAY, "CNY")] == ["GE", "T", "H", "E", "CN", "A"]


def test_lists_of_others_other_days_and_other_currencies_are_left_out() -> None:
    lists = [
        listed("X1", partner=b"other"),
        listed("X2", tier=b"silver"),
        listed("X3", territory=b"north"),
        listed("X4", valid_from=date(2026, 11, 13)),
        listed("X5", valid_to=date(2026, 11, 11)),
        PriceList(b"X6", "X6", "EUR"),
        listed("ok", valid_from=DAY, valid_to=DAY),
    ]
    assert [one.code for one in applicable(lists, BUYER, DAY, "CNY")] == ["ok"]


def test_of_equal_lists_the_newer_then_the_first_by_code() -> None:
    lists = [listed("B"), listed("A"), listed("N", valid_from=date(2026, 11, 1))]
    assert [one.code for one in applicable(lists, BUYER, DAY, "CNY")] == ["N", "A", "B"]


ITEMS = [
    PriceItem(b"T", 0, 100_0000, 80_0000),
    PriceItem(b"T", 10_000, 95_0000, 80_0000),
    PriceItem(b"A", 0, 120_0000),
]


def test_the_break_reached_holds_also_for_a_return() -> None:
    lists = applicable([DEFAULT, BY_SCOPE["tier"]], BUYER, DAY, "CNY")
    for quantity, price in [(1_000, 100_0000), (9_999, 100_0000), (10_000, 95_0000), (-12_000, 95_0000)]:
        found = find_price(quantity, ITEMS, lists)
        assert isinstance(found, ListPrice)
        assert (found.price, found.floor, found.price_list.code) == (price, 80_0000, "T")


def test_a_list_without_the_product_or_the_break_is_passed_over() -> None:
    lists = applicable([DEFAULT, BY_SCOPE["tier"], BY_SCOPE["partner"]], BUYER, DAY, "CNY")
    from_ten = [item for item in ITEMS if item.min_quantity or item.price_list == b"A"]
    found = find_price(1_000, from_ten, lists)
    assert isinstance(found, ListPrice)
    assert found.price_list is DEFAULT
    nothing = [find_price(1_000, items, lists) for items in ([], from_ten[:1])]
    assert [one.code for one in nothing if isinstance(one, Notice)] == [
        "price.none",
        "price.below_first_break",
    ]


def test_a_line_explains_itself_in_two_languages() -> None:
    found = find_price(12_000, ITEMS, applicable([BY_SCOPE["tier"]], BUYER, DAY, "CNY"))
    assert isinstance(found, ListPrice)
    line = price_line(12_000, "CNY", 1300, found)
    assert (line.unit_price, line.net, line.tax) == (95_0000, 114_000, 14_820)
    english = Translator("en", home="CNY")
    told = [
        f"{step.sign} {english.notice(step.label)}: {english.formats.show(step.value)}".strip()
        for step in line.steps
    ]
    assert told == [
        "Price list T, for the tier: T",
        "= From a quantity of 10: ¥95.00",
        "* Quantity: 12",
        "= Net amount, rounded to CNY: ¥1,140.00",
        "+ Tax 13%: ¥148.20",
    ]
    assert Translator("zh_CN").notice(line.steps[0].label) == "价目表 T（该等级）"


def test_an_agreed_price_is_told_beside_the_list_price() -> None:
    found = find_price(1_000, ITEMS, applicable([BY_SCOPE["tier"]], BUYER, DAY, "CNY"))
    assert isinstance(found, ListPrice)
    line = price_line(1_000, "CNY", 0, found, agreed=90_0000)
    assert (line.unit_price, line.list_price, line.net) == (90_0000, 100_0000, 9_000)
    assert "step.agreed_price" in [step.label.code for step in line.steps]
    assert price_line(1_000, "CNY", 0, agreed=90_0000).list_price is None
    with pytest.raises(ValueError, match="agreed price"):
        price_line(1_000, "CNY", 0)


lines = st.builds(
    lambda quantity, price, rate: price_line(quantity, "CNY", rate, agreed=price),
    st.integers(-(10**7), 10**7),
    st.integers(0, 10**9),
    st.sampled_from([0, 600, 900, 1300]),
)


@given(st.lists(lines))
def test_totals_are_sums_of_what_is_printed(order: list[PricedLine]) -> None:
    sums = totals(order, "CNY")
    assert sums.net == sum(line.net for line in order)
    assert sums.total == sum(line.net + line.tax for line in order) == sums.net + sums.tax
    assert sum(share.net for share in sums.taxes) == sums.net
    assert sum(share.tax for share in sums.taxes) == sums.tax
    assert [share.rate for share in sums.taxes] == sorted({line.tax_rate for line in order})


@given(st.lists(lines), st.lists(lines))
def test_an_order_and_its_return_cancel_out(order: list[PricedLine], other: list[PricedLine]) -> None:
    back = [price_line(-line.quantity, "CNY", line.tax_rate, agreed=line.unit_price) for line in order]
    assert totals([*order, *other, *back], "CNY").total == totals(other, "CNY").total


scopes = st.fixed_dictionaries(
    {},
    optional={
        "partner": st.sampled_from([b"partner", b"other"]),
        "tier": st.sampled_from([b"gold", b"silver"]),
        "channel_type": st.sampled_from([b"store", b"web"]),
        "territory": st.sampled_from([b"hangzhou", b"east", b"north"]),
        "valid_from": st.dates(date(2026, 10, 1), date(2026, 12, 1)),
        "valid_to": st.dates(date(2026, 10, 1), date(2026, 12, 1)),
    },
)


@given(st.lists(scopes, max_size=8), st.randoms(use_true_random=False), st.integers(1, 50_000))
def test_the_price_does_not_depend_on_the_order_of_rows(
    made: list[dict[str, object]], mix: object, size: int
) -> None:
    lists = [listed(f"L{at}", **scope) for at, scope in enumerate(made)]
    items = [PriceItem(one.id, first, 10_0000 + at) for at, one in enumerate(lists) for first in (0, 10_000)]
    mixed_lists, mixed_items = list(lists), list(items)
    mix.shuffle(mixed_lists)  # type: ignore[attr-defined]
    mix.shuffle(mixed_items)  # type: ignore[attr-defined]
    first = find_price(size, items, applicable(lists, BUYER, DAY, "CNY"))
    assert find_price(size, mixed_items, applicable(mixed_lists, BUYER, DAY, "CNY")) == first
    if isinstance(first, ListPrice):
        assert first.price_list.valid_from is None or first.price_list.valid_from <= DAY
        assert first.item.min_quantity <= size


@given(st.integers(1, 10**6), st.integers(1, 10**8), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_a_line_stays_within_half_a_minor_unit(quantity: int, price: int, currency: str) -> None:
    line = price_line(quantity, currency, 1300, agreed=price)
    exact = values.to_decimal(quantity, 3) * values.to_decimal(price, 4)
    assert abs(
        values.to_decimal(line.net, values.minor_units(currency)) - exact
    ) * 2 <= 10 ** -values.minor_units(currency)
