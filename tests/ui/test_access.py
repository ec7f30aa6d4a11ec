"""Every page by keyboard alone: Tab comes to everything, one sees where it is, a screen reader can say it.

``test_pages`` looks at names and at the order within one parent; here real keys go round the whole window.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QRadioButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support import looking
from tests.support.demo_pages import ShowPage, settle
from ui.charts.frame import ChartFrame
from ui.pages import PAGES
from ui.shell.window import Window
from ui.tour import guide

OF_A_PARTNER = ("partner", "order_entry", "count")
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)
PAINTED = {"BarsPlot", "EntryLine", "LinesPlot", "MixPlot", "Tabs", "VisitRow", "WaterfallPlot"}
"""Painted as a whole, without a role of Qt's: a screen reader has their name and description."""
TAKES_TAB = {"LinesGrid"}
"""Tab takes the suggested quantity; Shift+Tab leaves it, and Down past the last line."""


@pytest.fixture
def window(page_id: str, show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> Window:
    role = "headquarters" if page_id == "reference" else "manager"
    demo_desk.profile = replace(demo_desk.profile, role=role)
    subject = demo_desk.ask(guide.busy_partner) if page_id in OF_A_PARTNER else None
    made = show_page("performance" if page_id == "order_lines" else page_id, subject)
    if page_id == "order_lines":
        made.router.page.show_lines()
        settle(qtbot, made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def stops(window: QWidget) -> list[QWidget]:
    """What Tab is to come to. Of radio buttons it is the chosen one; arrows come to the others."""
    return [
        one
        for one in looking.shown_widgets(window)
        if one is not window
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
        and (not isinstance(one, QRadioButton) or one.isChecked())
    ]


def walk(window: QWidget, key: Qt.Key, qtbot: QtBot) -> list[QWidget]:
    """Where the keyboard stands after each press, all the way round."""
    came: list[QWidget] = []
    for _ in range(2 * len(stops(window)) + 40):
        qtbot.keyClick(window.focusWidget() or window, key)
        QApplication.processEvents()
        here = window.focusWidget()
        if here is not None and here not in came:
            came.append(here)
    return came


def told(widgets: list[QWidget]) -> list[str]:
    return [f"{type(one).__name__} {looking._name(one)!r}" for one in widgets]


@pytest.mark.parametrize("page_id", [one.id for one in PAGES])
def test_tab_comes_to_everything_and_one_sees_it(page_id: str, window: Window, qtbot: QtBot) -> None:
    wanted = stops(window)
    came = walk(window, Qt.Key.Key_Tab, qtbot)
    if any(type(one).__name__ in TAKES_TAB for one in came):
        came += [one for one in walk(window, Qt.Key.Key_Backtab, qtbot) if one not in came]
    assert told([one for one in wanted if one not in came and one.isVisible()]) == []

    silent = {type(one).__name__ for one in came if _role(one) in NO_ROLE}
    assert silent <= PAINTED, "no role"

    unseen = [one for one in came if one.isVisible() and not _shows_focus(one, window)]
    assert told(unseen) == [], "nobody sees that the keyboard is there"


def _role(widget: QWidget) -> QAccessible.Role:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.role() if interface is not None else QAccessible.Role.NoRole


def _shows_focus(widget: QWidget, window: Window) -> bool:
    """Whether anything around it looks otherwise while it has the focus."""
    step = widget.parentWidget()
    while step is not None:
        if isinstance(step, QScrollArea):
            step.ensureWidgetVisible(widget)
        step = step.parentWidget()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    window.ring.show_for_keyboard(True)
    QApplication.processEvents()
    if not widget.isVisible():
        return True
    focused = _around(widget, window)
    away = window.top.field if widget is not window.top.field else window.nav.items["partners"]
    away.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    return not widget.isVisible() or _around(widget, window) != focused


def _around(widget: QWidget, window: Window) -> QImage:
    here = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-6, -6, 6, 6)
    return window.grab(here & window.rect()).toImage()


@pytest.mark.parametrize("page_id", [one.id for one in PAGES])
def test_no_button_is_for_the_mouse_alone(page_id: str, window: Window) -> None:
    buttons = [one for one in looking.shown_widgets(window) if isinstance(one, QAbstractButton)]
    alone = [
        one
        for one in buttons
        if one.isEnabled()
        and not one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(one, QRadioButton)
        and one is not window.top.territory
    ]
    assert told(alone) == []


@pytest.mark.parametrize("page_id", ["today", "partner", "performance"])
def test_a_chart_says_what_it_shows(page_id: str, window: Window, qtbot: QtBot) -> None:
    plots = [one.plot for one in window.findChildren(ChartFrame) if one.isVisible() and one.plot is not None]
    assert plots
    for plot in plots:
        plot.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(plot, Qt.Key.Key_Right)
        assert plot.accessibleName()
        assert plot.accessibleDescription()
