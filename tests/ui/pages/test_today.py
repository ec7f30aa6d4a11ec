"""Today over the demo network: visits worked through by keyboard, promises kept and moved, what waits."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.actions import visits as visit_actions
from channeldesk.desk import Desk
from channeldesk.model.changes import Topic
from channeldesk.queries import payments, promises, visits
from channeldesk.queries.today import today
from tests.support.demo_pages import ShowPage, settle
from ui.models.columns import cell_text
from ui.pages.today import TodayPage
from ui.shell.window import Window
from ui.widgets.partners.brief import BriefDialog
from ui.widgets.partners.change_promise import ChangePromiseDialog
from ui.widgets.today.agenda import VisitRow


@pytest.fixture
def window(show_page: ShowPage, qtbot: QtBot) -> Window:
    made = show_page("today")
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def page(window: Window) -> TodayPage:
    found = window.router.page
    assert isinstance(found, TodayPage)
    return found


@pytest.fixture
def wait(window: Window, qtbot: QtBot) -> Callable[[], None]:
    return lambda: settle(qtbot, window)


def rows(page: TodayPage) -> list[VisitRow]:
    return page.agenda.findChildren(VisitRow)


def test_the_day_in_order_with_the_next_visit_open(page: TodayPage, demo_desk: Desk) -> None:
    planned = demo_desk.ask(today, demo_desk.profile.user_id).visits
    assert len(planned) >= 3
    shown = [row.visit for row in page.agenda.findChildren(VisitRow)]
    assert shown == list(planned)
    assert [row.open for row in rows(page)] == [True] + [False] * (len(planned) - 1)
    assert rows(page)[0].hasFocus(), "the keyboard begins at the first visit"
    assert page.as_of_text


def test_a_visit_is_opened_and_checked_in_by_keyboard(
    page: TodayPage, window: Window, demo_desk: Desk, wait: Callable[[], None]
) -> None:
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    first, second = rows(page)[:2]
    assert (first.open, second.open) == (False, True)
    QTest.keyClick(second, Qt.Key.Key_Return)
    wait()
    plan = demo_desk.ask(visits.planned, second.visit.id)
    assert plan is not None
    assert plan.state == "under_way"
    assert window.messages.can_undo
    now = next(row for row in rows(page) if row.visit.id == plan.id)
    assert now.open
    assert now.visit.provisional, "headquarters does not know yet"
    assert page.found is not None
    assert [one.entity for one in page.found.waiting] == ["visit_plan", "visit_task"], "with its tasks"
    window.messages.undo()
    wait()
    undone = demo_desk.ask(visits.planned, plan.id)
    assert undone is not None
    assert undone.state == "planned"


def test_the_keyboard_stays_at_its_visit_when_the_page_is_asked_again(
    page: TodayPage, demo_desk: Desk, wait: Callable[[], None]
) -> None:
    row = rows(page)[1]
    row.setFocus()
    page.refresh()
    wait()
    assert QApplication.focusWidget() is row, "what is the same is left as it is"
    demo_desk.act(visit_actions.check_in, rows(page)[2].visit.id)
    wait()
    here = QApplication.focusWidget()
    assert isinstance(here, VisitRow)
    assert here is not row
    assert here.visit.id == row.visit.id


def test_space_shows_the_brief_and_p_opens_the_partner(
    page: TodayPage, window: Window, wait: Callable[[], None]
) -> None:
    row = rows(page)[0]
    QTest.keyClick(row, Qt.Key.Key_Space)
    wait()
    brief = QApplication.activeModalWidget()
    assert isinstance(brief, BriefDialog)
    assert row.visit.partner in brief.text
    QTest.keyClick(brief, Qt.Key.Key_Space)
    wait()
    assert window.router.here == "today"
    QTest.keyClick(row, Qt.Key.Key_P)
    wait()
    assert (window.router.here, window.router.subject) == ("partner", row.visit.partner_id)


def test_a_promise_is_ticked_and_taken_back(
    page: TodayPage, window: Window, demo_desk: Desk, wait: Callable[[], None]
) -> None:
    line = page.promises._lines[0]
    before = len(page.promises._lines)
    line.check.setFocus()
    QTest.keyClick(line.check, Qt.Key.Key_Space)
    wait()
    assert len(page.promises._lines) == before - 1
    assert line.promise.promised in window.messages.message
    window.messages.undo()
    wait()
    assert len(page.promises._lines) == before


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # dialogs without a screen
def test_a_promise_is_changed_and_removed_with_the_keys_on_its_box(
    page: TodayPage, window: Window, demo_desk: Desk, wait: Callable[[], None]
) -> None:
    line = page.promises._lines[0]
    promise, count = line.promise, len(page.promises._lines)
    line.check.setFocus()
    QTest.keyClick(line.check, Qt.Key.Key_F2)
    wait()
    dialog = page.findChild(ChangePromiseDialog)
    assert dialog is not None
    assert not dialog.main.isEnabled()
    dialog.promised.setText("Something else altogether")
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait()
    changed = demo_desk.ask(promises.one, promise.id)
    assert changed is not None and changed.promised == "Something else altogether"
    assert "Something else altogether" in {one.promise.promised for one in page.promises._lines}

    line = next(one for one in page.promises._lines if one.promise.id == promise.id)
    line.check.setFocus()
    QTest.keyClick(line.check, Qt.Key.Key_Delete)
    wait()
    assert demo_desk.ask(promises.one, promise.id) is None
    assert len(page.promises._lines) == count - 1
    window.messages.undo()
    wait()
    assert len(page.promises._lines) == count


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a screen
def test_a_promise_is_postponed_from_its_date(
    page: TodayPage, demo_desk: Desk, wait: Callable[[], None], qtbot: QtBot
) -> None:
    line = page.promises._lines[0]
    promise = line.promise
    line.later.click()
    menu = line.findChild(QMenu)
    assert menu is not None
    action = menu.actions()[-1]
    later = action.data()
    menu.hide()
    action.trigger()
    wait()
    found = demo_desk.ask(promises.of_partner, promise.partner_id)
    moved = next(one for one in found if one.id == promise.id)
    assert (moved.due_on, moved.postponed) == (later, promise.postponed + 1)


def test_the_most_urgent_partner_is_planned_with_one_key(
    page: TodayPage, demo_desk: Desk, wait: Callable[[], None]
) -> None:
    chosen = page.next.current()
    assert chosen is not None
    assert chosen.place == min(one.place for one in page.found.suggestions)  # type: ignore[union-attr]
    before = len(demo_desk.ask(visits.plan, "2000-01-01", "2100-01-01"))
    QTest.keyClick(page.window(), Qt.Key.Key_V)
    wait()
    wait()
    assert len(demo_desk.ask(visits.plan, "2000-01-01", "2100-01-01")) == before + 1


def test_what_another_part_changes_shows_without_asking(
    page: TodayPage, demo_desk: Desk, wait: Callable[[], None]
) -> None:
    partner = rows(page)[0].visit.partner_id
    done = demo_desk.act(partners.edit, partner, {"city": "Ningbo"})
    assert Topic.PARTNERS in done.changes
    wait()
    assert [one.entity for one in page.found.waiting] == ["partner"]  # type: ignore[union-attr]
    assert len(page.waiting.lines) == 1


def test_a_fall_of_sales_says_over_which_time(page: TodayPage) -> None:
    """Performance compares the last month, the rank of visits three of them."""
    told = [page.next.model.row(at) for at in range(page.next.model.rowCount())]
    column = next(one for one in page.next.view.columns if one.id == "why")
    falls = [text for row in told if "sales" in (text := cell_text(column, row))]
    assert falls and all(text.startswith("3-month sales −") for text in falls)


def test_money_that_was_promised_leads_to_its_partner(
    window: Window, page: TodayPage, qtbot: QtBot, demo_desk: Desk
) -> None:
    promised = demo_desk.ask(payments.pressing, None, 2)
    assert promised
    assert [one.promised_on for one in promised] == sorted(one.promised_on for one in promised)
    assert page.money.isVisible()
    page.money.opened.emit(promised[0].partner_id)
    settle(qtbot, window)
    assert window.router.here == "partner"
