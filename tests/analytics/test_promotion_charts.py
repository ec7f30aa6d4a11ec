"""Charts of prices and promotions: what they show adds up to what they are made of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.analytics.chart import ChartShape, ChartUnit, Label
from channeldesk.analytics.promotion import channels, over_time, price_way
from channeldesk.rules.deviation import Sold, deviation
from channeldesk.rules.pricing import ListPrice, PriceItem, PriceList, find_price
from channeldesk.rules.promotions.effect import Group, effect
from channeldesk.rules.waterfall import waterfall

FIRST = date(2026, 9, 7)
DAILY = st.dictionaries(
    st.integers(-70, 60).map(lambda days: FIRST + timedelta(days=days)), st.integers(0, 900_000), max_size=50
)


@given(DAILY, st.integers(0, 55), st.integers(0, 8))
def test_bars_of_the_days_add_up_to_what_was_sold(daily: dict[date, int], length: int, weeks: int) -> None:
    last = FIRST + timedelta(days=length)
    group = Group(9, daily)
    found = effect(group, None, FIRST, last, weeks, "CNY")
    chart = over_time(found, group, None)
    sold, usual = chart.series
    during = [at for at, day in enumerate(chart.categories) if day >= FIRST.isoformat()]
    assert sum(sold.values[at] or 0 for at in during) == found.touched.sold
    before = chart.categories[0]
    assert sum(value or 0 for value in sold.values) == sum(
        net for day, net in daily.items() if before <= day.isoformat() <= last.isoformat()
    )
    marks = [value for value in usual.values if value is not None]
    assert len(marks) == (len(during) if weeks else 0)
    assert chart.footnote is not None
    assert ("marks" in chart.footnote.msgid) == bool(marks)
    assert abs(sum(marks) - found.touched.expected) <= len(marks)


@pytest.mark.parametrize(("length", "title", "bars"), [(7, "day", 21), (35, "week", 13)])
def test_short_promotions_are_shown_by_day_and_long_ones_by_week(length: int, title: str, bars: int) -> None:
    group = Group(9, {})
    found = effect(group, None, FIRST, FIRST + timedelta(days=length - 1), 8, "CNY")
    chart = over_time(found, group, None, running=True)
    assert chart.title.msgid.endswith(title)
    assert len(chart.categories) == bars
    assert chart.open_category is None


def test_a_week_that_is_not_over_is_drawn_so_far() -> None:
    group = Group(9, {})
    found = effect(group, None, FIRST, FIRST + timedelta(days=30), 8, "CNY")
    assert over_time(found, group, None, running=True).open_category == 12
    assert over_time(found, group, None).open_category is None


def test_the_way_to_a_price_has_a_bar_for_every_step() -> None:
    prices = PriceList(b"l" * 16, "GOLD", "CNY")
    items = [PriceItem(prices.id, 0, 100_0000), PriceItem(prices.id, 40_000, 95_0000)]
    found = find_price(40_000, items, [prices])
    assert isinstance(found, ListPrice)
    made = waterfall(found, items, 40_000, 1_300, [("P", 100_00)])
    chart = price_way(made, [bar.part for bar in made.bars], Label("Way"))
    assert chart.shape is ChartShape.WATERFALL
    assert chart.categories == ("list", "break", "promotion", "net", "tax", "total")
    sums, changes = chart.series
    assert sums.values == (4_000_00, None, None, 3_700_00, None, 4_181_00)
    assert changes.values == (None, -200_00, -100_00, None, 481_00, None)


def test_channels_stand_with_the_lowest_that_is_allowed() -> None:
    sold = [Sold(b"a", 10_000, 900_00, 4), Sold(b"b", 10_000, 1_000_00, 4), Sold(b"c", 1_000, 1_00, 1)]
    found = deviation(sold, (), 500, "CNY")
    chart = channels(found, ["C", "A", "B"], "CNY", None)
    price, lowest = chart.series
    assert chart.unit is ChartUnit.PRICE
    assert price.values == (1_0000, 90_0000, 100_0000)
    assert lowest.values == (None, 95_0000.0, 95_0000.0)
    single = channels(deviation([Sold(b"a", 1_000, 1_00, 1)], (), 500, "CNY"), ["A"], "CNY", None)
    assert len(single.series) == 1
