"""Short tables that a page fills itself: copied whole, unless the page copies something of its own."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.widgets.table_view import TableView

COLUMNS = [
    Column("icon", "", lambda row: "check", Kind.ICON, 30),
    Column("name", "Name", lambda row: row[0], width=120),
    Column("amount", "Amount", lambda row: row[1], Kind.MONEY, currency="CNY"),
]


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[TableView]:
    view = TableView(COLUMNS, "People", filters=False)
    model = TableModel(COLUMNS, parent=view)
    view.setModel(model)
    model.set_rows([("王芳", 123_456), ("Li Wei", None)])
    qtbot.addWidget(view)
    view.show()
    yield view
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the tip without a screen
def test_it_is_copied_whole_as_cells(table: TableView) -> None:
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Name\tAmount\n王芳\t1234.56\nLi Wei\t"
    assert "2 rows" in QToolTip.text()
    table.setColumnHidden(2, True)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Name\n王芳\nLi Wei"


def test_a_page_that_copies_is_left_to_it(table: TableView) -> None:
    QGuiApplication.clipboard().setText("before")
    asked: list[bool] = []
    table.copy_wanted.connect(lambda: asked.append(True))
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert asked == [True]
    assert QGuiApplication.clipboard().text() == "before"
