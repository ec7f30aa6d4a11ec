"""Parts with less room than they would like: they say less, they do not say it half."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.support import looking
from ui.widgets.button import Button
from ui.widgets.label import Elided, Label, Title
from ui.widgets.scroll import scrolling
from ui.widgets.tabs import Tabs


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


def test_a_title_is_told_briefly_where_the_whole_has_no_room(qtbot: QtBot) -> None:
    window = QWidget()
    row = QHBoxLayout(window)
    title = Title()
    row.addWidget(title)
    row.addWidget(Button("Plan visits"))
    title.set_texts("Wednesday, 18 November", "Wed 18 Nov")
    window.resize(600, 60)
    shown(qtbot, window)
    assert (title.text(), title.toolTip()) == ("Wednesday, 18 November", "")

    window.resize(280, 60)
    qtbot.waitUntil(lambda: title.text() == "Wed 18 Nov")
    assert title.toolTip() == "Wednesday, 18 November"
    assert title.width() >= title.fontMetrics().horizontalAdvance(title.text())

    window.resize(600, 60)
    qtbot.waitUntil(lambda: title.text() == "Wednesday, 18 November")


def test_two_letters_of_a_quiet_line_are_not_shown(qtbot: QtBot) -> None:
    note = Elided("Day report", "caption")
    note.resize(30, 20)
    shown(qtbot, note)
    assert note.toolTip() == "Day report"
    picture = note.grab().toImage()
    assert len({picture.pixel(x, 10) for x in range(picture.width())}) == 1


def test_tabs_stand_closer_before_one_is_cut_off(qtbot: QtBot) -> None:
    tabs = Tabs([(at, f"Not counted {at}", 100) for at in range(5)])
    tabs.resize(tabs.sizeHint())
    shown(qtbot, tabs)
    whole = tabs.width()
    counts = [tabs.is_whole and tabs._counted]
    for wide in (whole - 40, whole - 150):
        tabs.resize(wide, tabs.height())
        counts.append(tabs.is_whole and tabs._counted)
        assert tabs.is_whole
    assert counts == [True, True, False], "the gaps give way first, then the counts"
    chosen = []
    tabs.chosen.connect(chosen.append)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs._boxes()[4].center())
    assert chosen == [4]
    tabs.resize(200, tabs.height())
    assert not tabs.is_whole
    assert [one for one in looking.cut_off(tabs, looking.Painted()) if one.startswith("tabs")]


def test_a_control_that_goes_does_not_take_the_page_along(qtbot: QtBot) -> None:
    """As when the visits of the day are filled anew while one of them has the focus."""
    body = QWidget()
    column = QVBoxLayout(body)
    first, last = QLineEdit("visit"), QLineEdit("far below")
    column.addWidget(first)
    for _ in range(30):
        column.addWidget(Label("between"))
    column.addWidget(last)
    area = scrolling(body)
    area.resize(300, 200)
    shown(qtbot, area)
    first.setFocus()
    first.hide()
    assert last.hasFocus()
    assert area.verticalScrollBar().value() == 0

    first.show()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert area.verticalScrollBar().value() > 0, "who presses Tab sees where it led"
