"""A whole list in its view: keys, filters, ticks, copy, export, a million rows."""

import csv
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.model.notice import Problem
from ui.models.columns import Column, Kind
from ui.tasks import Tasks
from ui.widgets.bulk_bar import BulkBar
from ui.widgets.button import Button
from ui.widgets.list_table import ListTable

Settle = Callable[[], None]


@dataclass(frozen=True)
class Partner:
    key: int
    name: str
    sales: int


class Data:
    """Queries over a range, and what they were asked."""

    def __init__(self, count: int = 1_000) -> None:
        self.count = count
        self.views: list[Any] = []

    def keys(self, _conn: object, view: Any) -> "array[int]":
        self.views.append(view)
        filters = dict(view.filters)
        if filters.get("sales") == "wrong":
            raise Problem.of("value.not_a_number", text="wrong")
        found = range(self.count) if "name" not in filters else range(0)
        if view.search:
            found = range(5)
        return array("q", reversed(found) if view.descending else found)

    def rows(self, _conn: object, keys: Sequence[int]) -> list[Partner]:
        return [Partner(key, f"=partner {key}", key * 100) for key in keys]


COLUMNS = [
    Column("name", "Name", lambda row: row.name, width=200, stretch=True),
    Column("sales", "Sales", lambda row: row.sales, Kind.MONEY, currency="CNY"),
]


@pytest.fixture
def data() -> Data:
    return Data()


@pytest.fixture
def table(tasks: Tasks, data: Data, qtbot: QtBot, settle: Settle) -> ListTable:
    made = ListTable(tasks, "Partners", COLUMNS, data.keys, data.rows, ticks=True)
    qtbot.addWidget(made)
    qtbot.addWidget(made.tools)
    made.resize(640, 480)
    made.show()
    made.reload()
    settle()
    return made


def test_it_shows_its_rows(table: ListTable) -> None:
    assert table.count == 1_000
    assert table.model.index(3, 1).data() == "=partner 3"
    assert table.face.isHidden()


def test_a_header_sorts_in_the_query(table: ListTable, data: Data, qtbot: QtBot, settle: Settle) -> None:
    header = table.view.header
    x = header.sectionViewportPosition(2) + 20
    from PySide6.QtCore import QPoint

    for sort, descending in (("sales", True), ("sales", False), ("", False)):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
        settle()
        assert (data.views[-1].sort, data.views[-1].descending) == (sort, descending)
    assert table.model.keys[0] == 0


def test_a_filter_asks_after_a_pause_and_can_be_cleared(
    table: ListTable, data: Data, qtbot: QtBot, settle: Settle
) -> None:
    table.view.setFocus()
    table.view.header.set_texts({})
    table.view.header.focus_filter()
    field = table.view.header._filters[1]
    asked = len(data.views)
    qtbot.keyClicks(field, "haimen")
    qtbot.wait(350)
    settle()
    assert len(data.views) == asked + 1, "one question for a typed word"
    assert dict(data.views[-1].filters) == {"name": "haimen"}
    assert table.face.kind == "empty"
    assert table.face.isVisible()
    table.face.pressed.emit()
    settle()
    assert table.count == 1_000
    assert field.text() == ""


def test_filters_stand_over_their_columns(table: ListTable) -> None:
    header = table.view.header
    table.view.setColumnWidth(1, 500)
    for at, field in header._filters.items():
        assert field.x() == header.sectionViewportPosition(at) + 3
    table.view.horizontalScrollBar().setValue(60)
    for at, field in header._filters.items():
        assert field.x() == header.sectionViewportPosition(at) + 3
    header.moveSection(1, 2)
    for at, field in header._filters.items():
        assert field.x() == header.sectionViewportPosition(at) + 3


def test_a_filter_that_cannot_be_read_is_told(table: ListTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.told) as told:
        table.view.header.set_texts({"sales": "wrong"})
        table.reload()
    assert "number" in told.args[0]
    assert table.count == 1_000, "the list stays"


def test_ticks_are_apart_from_the_current_cell(table: ListTable, qtbot: QtBot) -> None:
    view = table.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 1))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    assert table.ticked_keys() == array("q")
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert list(table.ticked_keys()) == [1, 3]
    assert view.header.ticks == Qt.CheckState.PartiallyChecked
    with qtbot.waitSignal(table.ticked) as ticked:
        qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert ticked.args == [1_000]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not table.ticked_keys()


def test_a_click_on_the_box_ticks_and_elsewhere_moves(table: ListTable, qtbot: QtBot) -> None:
    view = table.view
    box = view.visualRect(view.model().index(2, 0)).center()
    cell = view.visualRect(view.model().index(4, 1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert list(table.ticked_keys()) == [2]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert list(table.ticked_keys()) == [2]
    assert view.currentIndex().row() == 4


def test_shift_ticks_a_range_by_mouse_and_by_arrows(table: ListTable) -> None:
    view, shift = table.view, Qt.KeyboardModifier.ShiftModifier

    def click(row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        place = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifiers, place)

    click(2)
    click(5, shift)
    assert view.ticked_places() == [range(2, 6)]
    click(3, shift)
    assert view.ticked_places() == [range(2, 4)], "the same range, shorter"
    click(8)
    click(9, shift)
    assert view.ticked_places() == [range(2, 4), range(8, 10)], "what was ticked stays"
    view.clearSelection()
    QTest.keyClick(view, Qt.Key.Key_Space)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(view, key, shift)
    assert view.ticked_places() == [range(9, 11)]
    QTest.keyClick(view, Qt.Key.Key_End, shift | Qt.KeyboardModifier.ControlModifier)
    assert view.ticked_count() == view.model().rowCount() - 9


def test_ticks_and_cursor_stay_with_their_rows(table: ListTable, settle: Settle) -> None:
    table.view.tick_places([1, 2])
    table.show_key(5)
    table.view.header.set_sort("name", True)
    table.reload()
    settle()
    assert sorted(table.ticked_keys()) == [1, 2]
    assert table.current_row() == Partner(5, "=partner 5", 500)


def test_enter_opens_and_the_row_under_the_cursor_is_told(table: ListTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.current) as moved:
        table.show_key(7)
    assert moved.args[0].key == 7
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert opened.args[0].key == 7


def test_copy_gives_cells(table: ListTable, qtbot: QtBot, settle: Settle) -> None:
    table.view.tick_places([1, 2])
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert QGuiApplication.clipboard().text() == "Name\tSales\n'=partner 1\t1.00\n'=partner 2\t2.00"
    table.view.clearSelection()
    table.view.setCurrentIndex(table.model.index(3, 2))
    table.copy()
    assert QGuiApplication.clipboard().text() == "3.00"


def test_export_writes_what_is_shown(table: ListTable, tmp_path: Path, settle: Settle) -> None:
    table.tools.show_ids(["sales"])
    table.export_to(str(tmp_path / "partners.csv"))
    settle()
    with (tmp_path / "partners.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["Sales"]
    assert len(lines) == 1_001
    assert lines[-1] == ["999.00"]
    assert list(tmp_path.iterdir()) == [tmp_path / "partners.csv"]


def test_a_saved_view_comes_back(table: ListTable, data: Data, settle: Settle) -> None:
    table.apply({"columns": ["sales"], "sort": "sales", "descending": True, "filters": {"sales": "> 5"}})
    settle()
    assert table.state() == {
        "columns": ["sales"],
        "sort": "sales",
        "descending": True,
        "filters": {"sales": "> 5"},
    }
    assert dict(data.views[-1].filters) == {"sales": "> 5"}


def test_the_bulk_bar_shows_while_rows_are_ticked(table: ListTable) -> None:
    bar = BulkBar(table, Button("Plan visits"))
    assert not bar.isVisible()
    table.view.tick_places([1, 2, 3])
    assert bar.isVisible()
    assert bar._count.text() == "3 selected"
    table.resize(900, 500)
    assert bar.geometry().center().x() in range(440, 460)
    table.view.clearSelection()
    assert not bar.isVisible()


def test_a_million_rows_scroll(tasks: Tasks, qtbot: QtBot, settle: Settle) -> None:
    data = Data(1_000_000)
    table = ListTable(tasks, "Partners", COLUMNS, data.keys, data.rows, ticks=True)
    qtbot.addWidget(table)
    qtbot.addWidget(table.tools)
    table.resize(900, 700)
    table.show()
    table.reload()
    settle()
    assert table.count == 1_000_000
    for value in range(0, 28_000_000, 2_800_000):
        table.view.verticalScrollBar().setValue(value)
        table.view.viewport().repaint()
    settle()
    table.view.tick_all(True)
    assert table.view.ticked_count() == 1_000_000
