"""Days for several visits, and what can be right about phone numbers, addresses and terms."""

from datetime import date

import pytest

from channeldesk.rules import contact_details
from channeldesk.rules.visits import spread

FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_visits_are_spread_over_weekdays() -> None:
    assert spread(3, FRIDAY, 2) == (FRIDAY, FRIDAY, MONDAY)
    assert spread(1, SATURDAY, 4) == (MONDAY,)
    assert spread(0, FRIDAY, 2) == ()
    assert spread(3, FRIDAY, 2, {FRIDAY: 1, MONDAY: 5}) == (FRIDAY, TUESDAY, TUESDAY)
    assert len(spread(40, FRIDAY, 3)) == 40
    assert not [day for day in spread(40, FRIDAY, 3) if day.weekday() > 4]


@pytest.mark.parametrize("text", ["", "wang@hengtai.cn", "a.b+c@x.co.uk"])
def test_addresses_that_can_be_right(text: str) -> None:
    assert contact_details.email(text) is None


@pytest.mark.parametrize("text", ["wang", "wang@", "@x.cn", "a b@x.cn", "a@x"])
def test_addresses_that_cannot(text: str) -> None:
    found = contact_details.email(text)
    assert found is not None
    assert text in found.english()


@pytest.mark.parametrize("text", ["0571 8822 4107", "+86 (571) 8822-4107", "0571 88224107 ext. 12", "110"])
def test_phone_numbers(text: str) -> None:
    assert contact_details.phone(text) is None
    assert contact_details.phone(f"call {text}") is not None


def test_terms_and_limits() -> None:
    assert contact_details.payment_days(None) is contact_details.payment_days(90) is None
    assert contact_details.payment_days(-1) is not None
    assert contact_details.payment_days(366) is not None
    assert contact_details.credit_limit(0) is contact_details.credit_limit(None) is None
    assert contact_details.credit_limit(-1) is not None
    assert contact_details.country("CN") is None
    assert contact_details.country("China") is not None
