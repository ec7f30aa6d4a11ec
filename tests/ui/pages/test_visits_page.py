"""Visits with real keys over the real encrypted profile: plan, move, check in, note, promise, check out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import visit_tasks as task_actions
from channeldesk.actions import visits as visit_actions
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import clock, visits
from channeldesk.queries.visit_notes import visit_note
from channeldesk.queries.visits import PlannedVisit, planned_by_day
from channeldesk.rules.visits import spread
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import formats
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.viewmodels.visit_week import ranking
from ui.widgets.button import Button
from ui.widgets.label import Label
from ui.widgets.partners.plan_visits import PlanVisitsDialog
from ui.widgets.today.next_visits import next_working_day
from ui.widgets.visits.correct import CorrectVisitDialog
from ui.widgets.visits.plan_dialog import PlanDialog
from ui.widgets.visits.suggestions import WEEK

ENTER, CONTROL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def page_of(window: Window) -> VisitsPage:
    page = window.router.page
    assert isinstance(page, VisitsPage)
    return page


def planned(desk: Desk, plan_id: bytes) -> PlannedVisit:
    found = desk.ask(visits.planned, plan_id)
    assert found is not None
    return found


def at_hand(page: VisitsPage) -> PlannedVisit:
    """The visit beside the list."""
    assert page.pane.form is not None
    return page.pane.form.visit


def one(desk: Desk, sql: str, **binds: object) -> sa.Row[tuple[object, ...]] | None:
    return desk.ask(lambda connection: connection.execute(sa.text(sql), binds).first())


def undo(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(page_of(window).table, Qt.Key.Key_Z, CONTROL)
    settle(qtbot, window)


def test_check_in_note_promise_check_out_and_undo(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("visits")
    page = page_of(window)
    visit = at_hand(page)
    assert visit.state == "planned" and visit.day == demo_desk.ask(clock.today)
    QTest.keyClick(page.table, Qt.Key.Key_I)
    settle(qtbot, window)
    assert planned(demo_desk, visit.id).state == "under_way"
    QTest.keyClicks(page.pane.note, "Rack stands, two more wanted")
    QTest.keyClicks(page.pane.promise, "Send the new price list")
    QTest.keyClick(page.pane.promise, ENTER)
    settle(qtbot, window)
    promise = one(demo_desk, "SELECT promised, due_on FROM promise WHERE rv = 0")
    due = (date.fromisoformat(visit.day) + timedelta(days=7)).isoformat()
    assert promise is not None and tuple(promise) == ("Send the new price list", due)
    assert page.pane.note.toPlainText() == "Rack stands, two more wanted", "what was typed stays"
    qtbot.waitUntil(lambda: demo_desk.ask(visit_note, visit.id) is not None, timeout=5_000)
    QTest.keyClick(page.pane.note, ENTER, CONTROL)
    settle(qtbot, window)
    assert planned(demo_desk, visit.id).state == "done"
    sql = "SELECT outcome, note FROM visit WHERE plan_id = :plan"
    fact = one(demo_desk, sql, plan=visit.id)
    assert fact is not None and tuple(fact) == ("met", "Rack stands, two more wanted")
    assert demo_desk.ask(visit_note, visit.id) is None
    undo(qtbot, window)
    assert one(demo_desk, sql, plan=visit.id) is None
    assert planned(demo_desk, visit.id).state == "under_way"
    kept = demo_desk.ask(visit_note, visit.id)
    assert kept is not None and kept.note == "Rack stands, two more wanted"


def test_plan_move_and_call_off(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("visits")
    page = page_of(window)
    today = date.fromisoformat(demo_desk.ask(clock.today))
    QTest.keyClick(page.table, Qt.Key.Key_N)
    dialog = page.findChild(PlanDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.partner, "zhongke")
    settle(qtbot, window)
    QTest.keyClick(dialog.partner, ENTER)
    dialog.day.setText((today + timedelta(days=7)).isoformat())
    QTest.keyClick(dialog.day, Qt.Key.Key_Up)
    QTest.keyClicks(dialog.time, "25")
    QTest.keyClicks(dialog.purpose, "New shelf")
    QTest.keyClick(dialog.purpose, ENTER)
    assert dialog.time_box.wrong
    dialog.time.setText("15:30")
    QTest.keyClick(dialog.purpose, ENTER)
    settle(qtbot, window)
    visit = at_hand(page)
    assert (visit.start_minute, visit.purpose) == (15 * 60 + 30, "New shelf")
    assert visit.day == (today + timedelta(days=8)).isoformat(), "its week is shown"

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(page.table, Qt.Key.Key_M)
    moving = next(one for one in page.findChildren(PlanDialog) if one is not dialog)
    moving.day.setText((today + timedelta(days=15)).isoformat())
    moving.time.setText("9")
    QTest.keyClick(moving.time, ENTER)
    settle(qtbot, window)
    moved = planned(demo_desk, visit.id)
    assert (moved.day, moved.start_minute) == ((today + timedelta(days=15)).isoformat(), 540)
    when = formats().day_and_time(moved.day, 540)
    assert when.endswith(", 09:00")
    assert window.messages.message == f"Visit to {visit.partner} moved to {when}."
    assert at_hand(page).id == visit.id, "its new week is shown"
    undo(qtbot, window)
    assert planned(demo_desk, visit.id).day == visit.day
    assert at_hand(page) == visit, "and its old one again"

    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert planned(demo_desk, visit.id).state == "cancelled"
    undo(qtbot, window)
    assert planned(demo_desk, visit.id).state == "planned"

    QTest.keyClick(page.table, Qt.Key.Key_Period)
    settle(qtbot, window)
    assert page.week is not None
    assert page.week.first > visit.day, "going on by oneself goes on"


def test_one_key_plans_the_most_urgent_and_says_why(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("visits")
    page = page_of(window)
    page.tabs.choose("next")
    settle(qtbot, window)
    urgent = demo_desk.ask(ranking).rows[0]
    assert page.next.current() == urgent
    assert str(urgent.score.days) in page.next.why.text()
    assert str(urgent.score.drop) in page.next.why.text()
    sql = "SELECT count(*) FROM visit_plan WHERE partner_id = :partner AND state = 'planned'"
    before = one(demo_desk, sql, partner=urgent.partner_id)
    QTest.keyClick(page.next.view, Qt.Key.Key_V)
    settle(qtbot, window)
    after = one(demo_desk, sql, partner=urgent.partner_id)
    assert before is not None and after is not None and after[0] == before[0] + 1


def test_one_key_plans_the_week_and_one_takes_it_back(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("today")
    plan = next(one for one in window.findChildren(Button) if one.text() == "Plan visits" and one.isVisible())
    QTest.mouseClick(plan, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    page = page_of(window)
    assert page.next.isVisible(), "at whom it is worth going to"
    before = demo_desk.ask(ranking)
    free = [row for row in before.rows if row.planned_on is None]
    there = demo_desk.ask(planned_by_day, demo_desk.profile.user_id, before.today)
    assert there, "visits stand in the week already"
    QTest.keyClick(page.next.view, Qt.Key.Key_W)
    settle(qtbot, window)
    dialog = page.findChild(PlanVisitsDialog)
    assert dialog is not None
    assert [row.id for row in dialog._rows] == [row.partner_id for row in free[:WEEK]]
    QTest.keyClick(dialog.first, ENTER, CONTROL)
    settle(qtbot, window)
    now = {row.partner_id: row.planned_on for row in demo_desk.ask(ranking).rows}
    days = [now[row.partner_id] for row in free[:WEEK]]
    first = next_working_day(date.fromisoformat(before.today))
    assert days == [day.isoformat() for day in spread(len(days), first, 4, there)]
    window.messages.undo()
    settle(qtbot, window)
    assert demo_desk.ask(ranking) == before


def test_a_plan_is_shown_in_its_week_and_past_visits_are_listed(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    today = date.fromisoformat(demo_desk.ask(clock.today))
    last = (today + timedelta(days=30)).isoformat()
    later = demo_desk.ask(visits.plan, today.isoformat(), last, demo_desk.profile.user_id)[-1]
    window = show_page("visits", later.id)
    page = page_of(window)
    assert at_hand(page).id == later.id
    page.weeks.present()
    settle(qtbot, window)
    assert page.week is not None and page.week.first <= today.isoformat()
    page.tabs.choose("past")
    settle(qtbot, window)
    assert page.past.count == len(demo_desk.ask(visits.keys))


def test_a_closed_visit_is_put_right_beside_the_week_and_in_the_list(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("visits")
    page = page_of(window)
    visit = at_hand(page)
    demo_desk.act(visit_actions.close, visit.id, "met", "Six racks wanted")
    settle(qtbot, window)
    assert (planned(demo_desk, visit.id).state, at_hand(page).id) == ("done", visit.id)
    assert "Six racks wanted" in page.pane.told.text()

    QTest.keyClick(page.table, Qt.Key.Key_E)
    settle(qtbot, window)
    dialog = page.findChild(CorrectVisitDialog)
    assert dialog is not None
    assert dialog.note.toPlainText() == "Six racks wanted"
    assert not dialog.main.isEnabled(), "nothing is other than it was told"
    dialog.note.setPlainText("Sixteen racks wanted")
    dialog.outcome.choose("issue_open")
    QTest.keyClick(dialog.note, ENTER, CONTROL)
    settle(qtbot, window)
    assert "Sixteen racks wanted" in page.pane.told.text() and "corrected" in page.pane.told.text()
    undo(qtbot, window)
    assert "Six racks wanted" in page.pane.told.text() and "corrected" not in page.pane.told.text()

    page.tabs.choose("past")
    settle(qtbot, window)
    row = page.past.current_row()
    assert row is not None and row.note == "Six racks wanted"
    assert page.put_right.isEnabled()
    count = page.past.count
    QTest.keyClick(page.past.view, Qt.Key.Key_E)
    settle(qtbot, window)
    again = next(one for one in page.findChildren(CorrectVisitDialog) if one.isVisible())
    again.note.setPlainText("Sixteen racks")
    QTest.keyClick(again.note, ENTER, CONTROL)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: page.past.current_row() is not None)
    row = page.past.current_row()
    assert row is not None and (row.note, row.corrected, row.provisional) == ("Sixteen racks", True, True)
    assert page.past.count == count, "it is one visit still"
    page.put_right.click()
    settle(qtbot, window)
    third = next(one for one in page.findChildren(CorrectVisitDialog) if one.isVisible())
    assert any("Six racks wanted" in label.text() for label in third.findChildren(Label))
    third.reject()
    settle(qtbot, window)


def test_who_was_never_visited_is_not_told_as_days(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    partner = demo_desk.ask(ranking).rows[0].partner_id
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM visit WHERE partner_id = ?", (partner,))
    window = show_page("visits", "next")
    shown = page_of(window).next
    found = demo_desk.ask(ranking)
    place = next(at for at, row in enumerate(found.rows) if row.last_visit is None)
    days = next(at for at, one in enumerate(shown.view.columns) if one.id == "days")
    assert shown.model.index(place, days).data() == "never"
    for at, row in enumerate(found.rows):
        if row.last_visit is not None:
            since = date.fromisoformat(found.today) - date.fromisoformat(row.last_visit)
            assert shown.model.index(at, days).data() == str(since.days), "the rank counts no more than 180"
    shown.view.setCurrentIndex(shown.model.index(place, 1))
    assert "never visited, which counts as 180 days" in shown.why.text()


def test_a_wrong_check_in_is_taken_back_later_and_tasks_of_a_closed_visit_stay_open(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("visits")
    page = page_of(window)
    visit = at_hand(page)
    assert not page.pane.back.isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_I)
    settle(qtbot, window)
    task = demo_desk.act(task_actions.add, visit.id, "Ask for the window").value
    settle(qtbot, window)
    page.pane.back.click()
    settle(qtbot, window)
    found = planned(demo_desk, visit.id)
    assert (found.state, found.checked_in_at) == ("planned", None)
    window.messages.undo()
    settle(qtbot, window)
    assert planned(demo_desk, visit.id).state == "under_way"
    page.pane.back.click()
    settle(qtbot, window)
    with pytest.raises(Problem) as caught:
        demo_desk.act(visit_actions.not_checked_in, visit.id)
    assert caught.value.notice.code == "visit.not_under_way"

    demo_desk.act(visit_actions.close, visit.id, "met", "")
    settle(qtbot, window)
    tasks = page.pane.tasks
    at = next(at for at, one in enumerate(tasks.tasks) if one.id == task)
    assert not tasks.new.isVisible(), "a closed visit gets no further ones"
    tasks.rows[at].check.click()
    settle(qtbot, window)
    assert page.pane.tasks.tasks[at].done
