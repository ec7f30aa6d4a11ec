"""Views of a list under a name: saved, shown again, replaced, removed, taken back, kept across a restart."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from channeldesk.actions import saved_views as actions
from channeldesk.desk import Desk
from channeldesk.queries.saved_views import saved_views
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from tests.ui.conftest import QT_ALLOWED
from tests.ui.test_behind_the_lock import NO_MENUS
from ui.pages.orders import OrdersPage
from ui.shell.window import Window
from ui.widgets.saved_views import NameView, SavedViews
from ui.widgets.tabs import Tabs


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


def texts(tabs: Tabs) -> list[str]:
    return [text for _, text, _ in tabs._items]


def press(qtbot: QtBot, window: Window, tabs: Tabs, text: str) -> None:
    at = texts(tabs).index(text)
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs._boxes()[at].center())
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
    tabs.set_items([("every", "All", 3), ("coming", "To be delivered", 1)])
    assert tabs.accessibleName() == "Large orders", "counts that come later change nothing"
    tabs.choose("coming")
    settle(qtbot, window)
    assert table.view.header.texts() == {"status": "accepted|partly_shipped|shipped"}
    assert texts(tabs) == ["All", "To be delivered", "Large orders"], "its tab stays"
    press(qtbot, window, tabs, "Large orders")
    assert (table.state(), table.count) == (shown, few)
    tabs.choose("coming")

    choose(qtbot, window, "Remove a view", "Large orders")
    assert demo_desk.ask(saved_views, "orders") == {}
    assert texts(tabs) == ["All", "To be delivered"]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert demo_desk.ask(saved_views, "orders") == {"Large orders": shown}
    assert texts(tabs) == ["All", "To be delivered", "Large orders"], "it came back with its tab"
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


@pytest.mark.parametrize("page_id", ["partners", "orders", "stock"])
@pytest.mark.qt_log_ignore(*NO_MENUS, *QT_ALLOWED, extend=True)
def test_saved_views_are_tabs_again_after_a_restart(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, page_id: str
) -> None:
    for name in ("Ours", "Mine"):
        demo_desk.act(actions.save, page_id, name, {"filters": {"partner": "Ningbo"}, "sort": "partner"})
    tabs: Tabs = show_page(page_id).router.page.tabs  # type: ignore[union-attr,attr-defined]
    assert texts(tabs)[-2:] == ["Mine", "Ours"]
    assert tabs.accessibleName() == texts(tabs)[0], "none of them is shown yet"


@pytest.mark.qt_log_ignore(*NO_MENUS, *QT_ALLOWED, extend=True)
def test_the_tab_of_a_view_removes_it_and_the_list_is_whole_again(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    demo_desk.act(actions.save, "orders", "Large", {"filters": {"total": ">50000"}})
    window = show_page("orders")
    page = orders_page(window)
    every = page.table.count
    press(qtbot, window, page.tabs, "Large")
    assert page.table.count < every
    QApplication.sendEvent(
        page.tabs, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (remove,) = menu.actions()
    assert remove.text() == "Remove this view"
    remove.trigger()
    menu.close()
    settle(qtbot, window)
    assert demo_desk.ask(saved_views, "orders") == {}
    assert (page.tabs.key, page.table.count) == ("every", every)


@pytest.mark.qt_log_ignore(*NO_MENUS, *QT_ALLOWED, extend=True)
def test_views_without_room_stand_in_a_menu(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    names = [f"A view with a name that is long {at}" for at in range(8)]
    for name in names:
        demo_desk.act(actions.save, "orders", name, {"filters": {"number": name[-1]}})
    window = show_page("orders")
    page = orders_page(window)
    assert page.tabs.is_whole
    more = texts(page.tabs)[-1]
    assert more.endswith(" more") and names[-1] not in texts(page.tabs)
    press(qtbot, window, page.tabs, more)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(one for one in menu.actions() if one.text() == names[-1]).trigger()
    menu.close()
    settle(qtbot, window)
    assert page.tabs.accessibleName() == names[-1] and names[-1] in texts(page.tabs)
    assert page.table.view.header.texts() == {"number": "7"}
    assert page.tabs.is_whole
