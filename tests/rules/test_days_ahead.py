"""A wanted day is neither past nor years ahead."""

from datetime import date, timedelta

import pytest

from channeldesk.rules.days_ahead import FAR, refuse_day

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (TODAY, None),
        (TODAY + FAR, None),
        (TODAY - timedelta(days=1), "value.day_past"),
        (date(1900, 1, 1), "value.day_past"),
        (TODAY + FAR + timedelta(days=1), "value.day_far"),
        (date.max, "value.day_far"),
    ],
)
def test_a_day_from_today_to_two_years_ahead(day: date, code: str | None) -> None:
    refused = refuse_day(day, TODAY)
    assert (refused and refused.code) == code
