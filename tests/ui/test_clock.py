"""Whose time is shown: that of the person's territory, and the window says where the laptop's differs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from pytestqt.qtbot import QtBot

from channeldesk.actions import visits
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import clock
from channeldesk.queries.visits import plan
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from ui.i18n import clock_note, formats, set_translator, today_here
from ui.session import Session
from ui.widgets.day_report import outputs

Travel = Callable[[str], None]


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Travel]:
    """Set the laptop's clock to another zone."""

    def to(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield to
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def away(travel: Travel) -> None:
    """Far from Shanghai, where the demo's manager works."""
    travel("America/New_York")


def at_shanghai(at_ms: int) -> str:
    return formats().in_zone("Asia/Shanghai").time(at_ms)


def test_a_visit_and_its_report_tell_the_same_time(
    away: None, session: Session, qtbot: QtBot, demo_desk: Desk
) -> None:
    today = demo_desk.ask(clock.today)
    first = demo_desk.ask(plan, today, today, demo_desk.profile.user_id)[0]
    demo_desk.act(visits.check_in, first.id)
    window = session.app.window
    window.start("visits", first.id)
    settle(qtbot, window)
    page = window.router.page
    entered = at_shanghai(page.pane.form.visit.checked_in_at)  # type: ignore[attr-defined,union-attr]
    assert f"Checked in at {entered}" in page.pane.state.text()  # type: ignore[attr-defined,union-attr]
    demo_desk.act(visits.close, first.id)
    window.start("day_report", today)
    settle(qtbot, window)
    report = window.router.page.report  # type: ignore[attr-defined,union-attr]
    told = outputs.text(report, "", "")
    assert f"{entered}–" in told and "Shanghai time" in told
    assert window.messages._as_of.text().startswith("Shanghai time · Figures as of ")
    assert window.messages._as_of.toolTip() == "The clock of this laptop shows another time."


def test_at_home_nothing_is_said_of_zones(travel: Travel, session: Session, qtbot: QtBot) -> None:
    travel("Asia/Shanghai")
    window = session.app.window
    window.start("visits")
    settle(qtbot, window)
    assert window.messages._as_of.text().startswith("Figures as of ")
    assert window.messages._as_of.toolTip() == ""


def test_a_territory_in_another_zone_moves_the_times_of_an_open_page(
    away: None, online: Session, headquarters: Headquarters, qtbot: QtBot
) -> None:
    def told() -> str:
        return online.app.window.messages._as_of.text()

    online.app.window.start("visits")
    settle(qtbot, online.app.window)
    assert told().startswith("Shanghai time · ")
    headquarters.execute("UPDATE territory SET time_zone = 'Europe/London'")
    online.syncing.sync_now()
    qtbot.waitUntil(lambda: told().startswith("London time · "), timeout=20_000)
    online.app.set_language("zh_CN")
    settle(qtbot, online.app.window)
    assert told().startswith("伦敦时间 · ")


def test_today_is_the_day_on_the_clock_that_is_shown(travel: Travel) -> None:
    travel("America/New_York")
    set_translator(Translator("en", zone="Asia/Shanghai"))
    with time_machine.travel(datetime(2026, 11, 18, 20, tzinfo=UTC)):
        assert today_here() == date(2026, 11, 19)
        assert clock_note() == "Shanghai time"
