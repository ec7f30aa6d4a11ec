"""The tasks of a visit with real keys over the real encrypted profile."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from channeldesk.actions import visit_tasks
from channeldesk.desk import Desk
from channeldesk.queries.visit_tasks import of_visit
from tests.support.demo_pages import ShowPage, settle
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.widgets.visits.task_list import TaskList

NO_MENUS = ("This plugin does not support raise", "This plugin does not support grabbing the keyboard")
ENTER, ALT = Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier


def shown(window: Window) -> TaskList:
    page = window.router.page
    assert isinstance(page, VisitsPage)
    return page.pane.tasks


def plan_of(window: Window) -> bytes:
    page = window.router.page
    assert isinstance(page, VisitsPage) and page.pane.form is not None
    return page.pane.form.visit.id


def words(desk: Desk, plan_id: bytes) -> list[tuple[str, bool]]:
    return [(one.task, one.done) for one in desk.ask(of_visit, plan_id)]


def test_a_list_is_worked_by_keyboard(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("visits")
    tasks, plan = shown(window), plan_of(window)
    for task in demo_desk.ask(of_visit, plan):
        demo_desk.act(visit_tasks.remove, task.id)
    window.router.page.refresh()
    settle(qtbot, window)
    assert tasks._none.isVisible()
    for text in ("Hand over leaflets", "Train the staff"):
        QTest.keyClicks(tasks.new, text)
        QTest.keyClick(tasks.new, ENTER)
        settle(qtbot, window)
    assert words(demo_desk, plan) == [("Hand over leaflets", False), ("Train the staff", False)]
    assert not tasks.new.text()

    tasks.take_focus()
    first, second = (row.check for row in tasks.rows[:2])
    assert first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert words(demo_desk, plan)[0] == ("Hand over leaflets", True)
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Up, ALT)
    settle(qtbot, window)
    assert words(demo_desk, plan) == [("Train the staff", False), ("Hand over leaflets", True)]
    assert first.hasFocus(), "the keyboard went along with the task"

    QTest.keyClick(first, Qt.Key.Key_F2)
    editor = tasks.rows[0].editor
    assert editor.hasFocus()
    QTest.keyClicks(editor, "Something else")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible() and first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_F2)
    QTest.keyClicks(editor, "Train the new staff")
    QTest.keyClick(editor, ENTER)
    settle(qtbot, window)
    assert words(demo_desk, plan)[0] == ("Train the new staff", False)

    QTest.keyClick(first, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert words(demo_desk, plan) == [("Hand over leaflets", True)]
    window.messages.undo()
    settle(qtbot, window)
    assert words(demo_desk, plan)[0] == ("Train the new staff", False)


@pytest.mark.qt_log_ignore(*NO_MENUS)
def test_the_mouse_has_a_menu_for_what_the_keys_do(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("visits")
    tasks, plan = shown(window), plan_of(window)
    demo_desk.act(visit_tasks.add, plan, "The last one")
    window.router.page.refresh()
    settle(qtbot, window)
    line = tasks.rows[len(tasks.tasks) - 1]
    for text, last in (("One place up", -2), ("Remove", None)):
        place = line.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, line.mapToGlobal(place))
        QApplication.sendEvent(line, event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(one for one in menu.actions() if one.text() == text).trigger()
        menu.close()
        settle(qtbot, window)
        found = [task for task, _ in words(demo_desk, plan)]
        assert ("The last one" in found) is (last is not None)
        if last is not None:
            assert found[last] == "The last one"
            line = tasks.rows[len(found) - 2]


def test_checking_in_brings_the_standard_tasks_and_the_summary_counts(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("visits")
    page, plan = window.router.page, plan_of(window)
    assert isinstance(page, VisitsPage)
    before = words(demo_desk, plan)
    QTest.keyClick(page.table, Qt.Key.Key_I)
    settle(qtbot, window)
    after = words(demo_desk, plan)
    assert len(after) > len(before)
    row = shown(window).rows[len(before)]
    row.check.click()
    settle(qtbot, window)
    assert f"1 of {len(after)}" in page.pane.happened.text()
    assert page.pane.leave.isVisible()


def test_who_only_reads_ticks_nothing(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    demo_desk.profile = demo_desk.profile.__class__(**{**vars(demo_desk.profile), "role": "viewer"})
    window = show_page("visits")
    tasks = shown(window)
    assert tasks.rows and not tasks.rows[0].check.isEnabled()
    assert not tasks.new.isVisible()
