"""The day calendar with real keys and mouse over the real encrypted profile; every move is undone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import visits as actions
from channeldesk.desk import Desk
from channeldesk.queries import clock, visits
from channeldesk.rules.day_grid import Span
from tests.support.demo_pages import ShowPage, settle
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.widgets.visits import day_calendar
from ui.widgets.visits.day_calendar import DayCalendar
from ui.widgets.visits.day_grid import Entry
from ui.widgets.visits.plan_dialog import PlanDialog

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def open_day(
    qtbot: QtBot, show_page: ShowPage, size: tuple[int, int] = (1440, 900)
) -> tuple[Window, VisitsPage]:
    window = show_page("visits", size=size)
    page = window.router.page
    assert isinstance(page, VisitsPage)
    page.tabs.choose("day")
    settle(qtbot, window)
    return window, page


def calendar(page: VisitsPage) -> DayCalendar:
    return page.days.calendar


def times(desk: Desk, plan_id: bytes) -> tuple[int | None, int | None]:
    found = desk.ask(visits.planned, plan_id)
    assert found is not None
    return found.start_minute, found.duration_minutes


def entry(page: VisitsPage, plan_id: bytes) -> Entry:
    return next(one for one in calendar(page).order if one.key == plan_id)


def first(page: VisitsPage) -> Entry:
    return next(one for one in calendar(page).order if one.span is not None)


def undo(qtbot: QtBot, window: Window) -> None:
    window.messages.undo()
    settle(qtbot, window)


def test_keys_move_a_visit_and_change_its_length(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, page = open_day(qtbot, show_page)
    shown, one = calendar(page), first(page)
    assert page.pane.form is not None
    shown._choose(one.key)
    start, length = times(demo_desk, one.key)
    assert start is not None and length is not None
    for key, held, wanted in (
        (Qt.Key.Key_Down, ALT, (start + 15, length)),
        (Qt.Key.Key_Up, ALT, (start - 15, length)),
        (Qt.Key.Key_Down, SHIFT, (start, length + 15)),
        (Qt.Key.Key_Up, SHIFT, (start, length - 15)),
    ):
        QTest.keyClick(shown, key, held)
        settle(qtbot, window)
        assert times(demo_desk, one.key) == wanted
        assert entry(page, one.key).span == Span(*wanted)
        undo(qtbot, window)
        assert times(demo_desk, one.key) == (start, length)
    assert shown.current is not None and shown.current.key == one.key


def test_arrows_go_through_the_day_and_the_visit_stands_beside(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window, page = open_day(qtbot, show_page)
    shown = calendar(page)
    order = [one for one in shown.order if one.visit is not None]
    shown._choose(order[0].key)
    for one in order[1:]:
        QTest.keyClick(shown, Qt.Key.Key_Down)
        settle(qtbot, window)
        assert page.pane.form is not None and page.pane.form.visit.id == one.key
        assert one.visit is not None and one.visit.partner in shown.accessibleDescription()
    QTest.keyClick(shown, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.router.here == "partner"


def test_what_the_keyboard_is_at_stays_in_sight(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, page = open_day(qtbot, show_page, (1024, 700))
    shown = calendar(page)
    QTest.keyClick(shown, Qt.Key.Key_Home)
    QTest.keyClick(shown, Qt.Key.Key_End)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        for _ in shown.order:
            QTest.keyClick(shown, key)
        settle(qtbot, window)
        current = shown.current
        assert current is not None
        assert shown.visibleRegion().boundingRect().contains(current.box.toRect().adjusted(2, 2, -2, -2))


def drag(shown: DayCalendar, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(shown, LEFT, NONE, begin)
    QTest.mouseMove(shown, (begin + end) / 2)
    QTest.mouseMove(shown, end)
    QTest.mouseRelease(shown, LEFT, NONE, end)


def test_a_visit_is_dragged_to_another_time_and_by_its_edge_to_another_length(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window, page = open_day(qtbot, show_page)
    shown, one = calendar(page), first(page)
    start, length = times(demo_desk, one.key)
    assert start is not None and length is not None
    hour = round(shown.grid.hour)
    inside = one.box.center().toPoint()
    drag(shown, inside, inside + QPoint(0, hour))
    settle(qtbot, window)
    assert times(demo_desk, one.key) == (start + 60, length)
    undo(qtbot, window)
    edge = QPoint(round(one.box.center().x()), round(one.box.bottom()) - 2)
    drag(shown, edge, edge + QPoint(0, hour))
    settle(qtbot, window)
    assert times(demo_desk, one.key) == (start, length + 60)
    undo(qtbot, window)

    QTest.mousePress(shown, LEFT, NONE, inside)
    QTest.mouseMove(shown, inside + QPoint(0, 2 * hour))
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    QTest.mouseRelease(shown, LEFT, NONE, inside + QPoint(0, 2 * hour))
    settle(qtbot, window)
    assert times(demo_desk, one.key) == (start, length), "Esc lets go of it where it was"


def test_a_visit_without_a_time_gets_one_by_key_or_drag(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    partner = first(open_day(qtbot, show_page)[1]).visit
    assert partner is not None
    today = demo_desk.ask(clock.today)
    plan = demo_desk.act(actions.plan, partner.partner_id, today, None, 30).value
    window, page = open_day(qtbot, show_page)
    shown = calendar(page)
    shown._choose(plan)
    assert entry(page, plan).span is None
    QTest.keyClick(shown, Qt.Key.Key_Down, ALT)
    settle(qtbot, window)
    start, length = times(demo_desk, plan)
    assert length == 30 and start is not None
    beside = [one.span for one in shown.order if one.span is not None and one.key != plan]
    assert all(start >= one.end or start + 30 <= one.start for one in beside), "the first free time"
    undo(qtbot, window)
    above = entry(page, plan).box.center().toPoint()
    drag(shown, above, QPoint(above.x(), round(shown.grid.y(15 * 60))))
    settle(qtbot, window)
    assert times(demo_desk, plan) == (15 * 60, 30)


def test_what_overlaps_stands_beside_each_other(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    _, page = open_day(qtbot, show_page)
    one = first(page)
    assert one.visit is not None and one.span is not None
    other = demo_desk.act(actions.plan, one.visit.partner_id, one.visit.day, one.span.start + 15, 60).value
    _, page = open_day(qtbot, show_page)
    boxes = [entry(page, key).box for key in (one.key, other)]
    assert not boxes[0].intersects(boxes[1])
    assert boxes[0].width() == pytest.approx(boxes[1].width())
    assert boxes[0].width() < calendar(page).width() / 2


def test_hours_outside_work_are_folded_until_they_are_wanted(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    _, page = open_day(qtbot, show_page)
    shown = calendar(page)
    grid = shown.grid
    assert grid.early is not None and grid.late is not None
    QTest.mouseClick(shown, LEFT, NONE, grid.early.center().toPoint())
    assert (shown.grid.first, shown.grid.early) == (0, None)
    QTest.keyClick(shown, Qt.Key.Key_End)
    assert (shown.grid.last, shown.grid.late) == (24 * 60, None)


def test_the_present_time_has_a_line_on_the_present_day_only(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    today = date.fromisoformat(demo_desk.ask(clock.today))
    at = datetime.combine(today, time(6, 30), zone)
    monkeypatch.setattr(day_calendar, "now_ms", lambda: int(at.timestamp() * 1000))
    window, page = open_day(qtbot, show_page)
    shown = calendar(page)
    assert shown._now() == 6 * 60 + 30, "in the zone of the person's territory"
    assert shown.grid.first == 8 * 60, "it unfolds nothing"
    QTest.keyClick(shown, Qt.Key.Key_Period)
    settle(qtbot, window)
    assert shown.day is not None and shown.day.day == (today + timedelta(days=1)).isoformat()
    assert shown._now() is None
    QTest.keyClick(shown, Qt.Key.Key_T)
    settle(qtbot, window)
    assert shown.day is not None and shown.day.day == today.isoformat()


def test_a_double_click_plans_at_that_time(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    _, page = open_day(qtbot, show_page)
    shown = calendar(page)
    free = QPoint(shown.width() - 30, round(shown.grid.y(12 * 60 + 40)))
    assert shown.grid.at(free.x(), free.y()) is None
    QTest.mouseDClick(shown, LEFT, NONE, free)
    dialog = page.findChild(PlanDialog)
    assert dialog is not None and dialog.time.text() == "12:30"
    dialog.reject()


def test_week_and_day_show_the_same_visit(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, page = open_day(qtbot, show_page)
    shown = calendar(page)
    last = [one for one in shown.order if one.visit is not None][-1]
    shown._choose(last.key)
    settle(qtbot, window)
    page.tabs.choose("week")
    settle(qtbot, window)
    row = page.table.row()
    assert row is not None and row.visit is not None and row.visit.id == last.key
    shown._choose(None)
    page.tabs.choose("day")
    settle(qtbot, window)
    current = calendar(page).current
    assert current is not None and current.key == last.key


def test_done_visits_and_readers_move_nothing(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    _, page = open_day(qtbot, show_page)
    one = first(page)
    before = times(demo_desk, one.key)
    demo_desk.act(actions.check_in, one.key)
    window, page = open_day(qtbot, show_page)
    shown = calendar(page)
    shown._choose(one.key)
    QTest.keyClick(shown, Qt.Key.Key_Down, ALT)
    inside = entry(page, one.key).box.center().toPoint()
    drag(shown, inside, inside + QPoint(0, 100))
    settle(qtbot, window)
    assert times(demo_desk, one.key) == before
