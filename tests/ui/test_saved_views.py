"""Views of a list under a name: saved, shown again, replaced, removed, taken back, kept across a restart."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries.saved_views import saved_views
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from tests.ui.conftest import QT_ALLOWED
from tests.ui.test_behind_the_lock import NO_MENUS
from ui.pages.orders import OrdersPage
from ui.shell.window import Window
from ui.widgets.saved_views import NameView, SavedViews


def orders_page(window: Window) -> OrdersPage:
    page = window.router.page
    assert isinstance(page, OrdersPage)
    return page


def menu_of(qtbot: QtBot, window: Window) -> QMenu:
    button = orders_page(window).table.tools.findChild(SavedViews)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(qtbot: QtBot, window: Window, *way: str) -> None:
    menu = menu_of(qtbot, window)
    first = next(one for one in menu.actions() if one.text() == way[0])
    if len(way) > 1:
        inner = first.menu()
        assert isinstance(inner, QMenu)
        next(one for one in inner.actions() if one.text() == way[1]).trigger()
    else:
        first.trigger()
    menu.close()
    settle(qtbot, window)


def name_it(qtbot: QtBot, window: Window, name: str) -> NameView:
    choose(qtbot, window, "Save this view…")
    dialog = next(one for one in orders_page(window).table.findChildren(NameView) if one.isVisible())
    QTest.keyClicks(dialog.name, name)
    return dialog


def save(qtbot: QtBot, window: Window, name: str) -> None:
    dialog = name_it(qtbot, window, name)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    settle(qtbot, window)


@pytest.mark.qt_log_ignore(*NO_MENUS, *QT_ALLOWED, extend=True)
def test_a_view_comes_back_under_its_name(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, demo_profile: DemoProfile
) -> None:
    window = show_page("orders")
    table = orders_page(window).table
    table.tools.show_ids(["number", "partner", "total"])
    table.view.header.set_sort("total", True)
    table.view.header.set_texts({"total": ">50000"})
    table.reload()
    settle(qtbot, window)
    shown, few = table.state(), table.count
    save(qtbot, window, "Large  orders")
    assert list(demo_desk.ask(saved_views, "orders")) == ["Large orders"]
    assert "Large orders" in window.messages.message

    table.tools.show_ids(["date"])
    table.view.header.set_texts({})
    table.reload()
    settle(qtbot, window)
    assert table.count > few > 0
    tabs = orders_page(window).tabs
    tabs.choose("coming")
    choose(qtbot, window, "Large orders")
    assert table.state() == shown
    assert table.count == few
    assert tabs.accessibleName() == "Large orders", "no tab says what is not shown"
    tabs.set_items(tabs_before := [("every", "All", 3), ("coming", "To be delivered", 1)])
    assert tabs.accessibleName() == "Large orders", "counts that come later change nothing"
    tabs.choose("coming")
    settle(qtbot, window)
    assert (tabs.key, len(tabs._items)) == ("coming", len(tabs_before))
    assert table.view.header.texts() == {"status": "accepted|partly_shipped"}

    choose(qtbot, window, "Remove a view", "Large orders")
    assert demo_desk.ask(saved_views, "orders") == {}
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert demo_desk.ask(saved_views, "orders") == {"Large orders": shown}
    assert demo_desk.ask(saved_views, "partners") == {}, "each list has its own"


@pytest.mark.qt_log_ignore(*NO_MENUS, *QT_ALLOWED, extend=True)
def test_a_name_that_is_taken_is_replaced_and_none_is_refused(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("orders")
    table = orders_page(window).table
    save(qtbot, window, "Mine & yours")
    table.tools.show_ids(["date"])
    dialog = name_it(qtbot, window, "Mine & yours")
    assert dialog.main.text() == "Replace"
    dialog.main.click()
    settle(qtbot, window)
    assert demo_desk.ask(saved_views, "orders")["Mine & yours"]["columns"] == ["date"]
    dialog = name_it(qtbot, window, "   ")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert dialog.isVisible()
    assert dialog.box.wrong
    dialog.reject()
