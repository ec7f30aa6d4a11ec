"""Weeks begin as the reader's calendar does, and show the days of work whether or not there are visits."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from channeldesk.desk import Desk
from channeldesk.model.formats import Formats
from tests.support import demo_laptop
from ui.viewmodels.visit_week import week

NOBODY = b"n" * 16


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with demo_laptop.desk(tmp_path / "desk") as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "day", "first"),
    [
        ("en", "2026-11-12", "2026-11-09"),
        ("zh_CN", "2026-11-15", "2026-11-09"),
        ("zh_TW", "2026-11-12", "2026-11-08"),
        ("zh_TW", "2026-11-15", "2026-11-15"),
        ("zh_TW", "2026-11-14", "2026-11-08"),
    ],
)
def test_a_week_begins_on_the_day_of_the_readers_calendar(
    desk: Desk, language: str, day: str, first: str
) -> None:
    assert Formats(language).week_start(date.fromisoformat(day)).isoformat() == first
    shown = desk.ask(week, NOBODY, day, Formats(language))
    assert shown.first == first
    days = [date.fromisoformat(row.day) for row in shown.rows]
    assert len({one for one in days if one.weekday() < 5}) == 5
    assert {one for one in days if one.weekday() >= 5} <= {date.fromisoformat(shown.today)}
