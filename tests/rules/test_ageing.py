"""Bands of days past due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.ageing import ageing, band
from channeldesk.rules.credit import OpenItem, overdue

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-40, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_the_band_of_a_day(days: int, expected: int) -> None:
    assert band(TODAY - timedelta(days), TODAY) == expected


def test_credit_notes_stand_beside_the_invoices_and_currencies_apart() -> None:
    items = [
        OpenItem(100, "CNY", TODAY),
        OpenItem(50, "CNY", TODAY - timedelta(45)),
        OpenItem(-30, "CNY", TODAY - timedelta(200)),
        OpenItem(70, "EUR", TODAY - timedelta(100)),
    ]
    found = {one.currency: one for one in ageing(items, TODAY)}
    assert list(found) == ["CNY", "EUR"]  # the largest debt first
    assert (found["CNY"].bands, found["CNY"].credits, found["CNY"].owed) == ((100, 0, 50, 0, 0), -30, 120)
    assert (found["EUR"].bands, found["EUR"].late) == ((0, 0, 0, 0, 70), 70)


ITEMS = st.lists(
    st.builds(
        OpenItem,
        st.integers(-(10**6), 10**6).filter(bool),
        st.sampled_from(("CNY", "EUR")),
        st.integers(-400, 400).map(lambda days: TODAY - timedelta(days)),
    )
)


@given(ITEMS)
def test_it_adds_up_to_what_is_open_and_agrees_with_what_is_overdue(items: list[OpenItem]) -> None:
    found = {one.currency: one for one in ageing(items, TODAY)}
    for currency, one in found.items():
        assert one.owed == sum(item.open_amount for item in items if item.currency == currency)
    for late in overdue(items, TODAY):
        assert late.amount <= found[late.currency].late
