"""The table model: pages on demand, Qt's own checks, a million rows."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ui.models.columns import Column, Kind
from ui.models.pages import AT_ONCE, KEPT, PAGE, Pages
from ui.models.table import TableModel
from ui.widgets.table_view import TableView

_Fatal = QAbstractItemModelTester.FailureReportingMode.Fatal


@dataclass(frozen=True)
class Row:
    key: int
    name: str
    amount: int | None


COLUMNS = (
    Column("name", "Name", lambda row: row.name),
    Column("amount", "Amount", lambda row: row.amount, Kind.MONEY, currency="CNY"),
)


class Source:
    """Answers at once, or holds the answers back."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, array[int]]] = []
        self.model: TableModel | None = None
        self.hold = False

    def fetch(self, page: int, keys: array[int]) -> None:
        self.asked.append((page, keys))
        if not self.hold:
            self.answer(page, keys)

    def answer(self, page: int, keys: array[int]) -> None:
        assert self.model is not None
        rows = [Row(key, f"row {key}", None if key % 3 == 0 else key * 100) for key in keys]
        self.model.deliver(self.model.generation, page, rows)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def model(source: Source, qtbot: QtBot) -> TableModel:
    made = TableModel(COLUMNS, source.fetch)
    source.model = made
    return made


def text(model: TableModel, row: int, column: int = 0) -> str:
    return str(model.data(model.index(row, column)))


def test_qt_finds_nothing_wrong(model: TableModel, qtbot: QtBot) -> None:
    tester = QAbstractItemModelTester(model, _Fatal)
    model.set_keys(array("q", range(1000, 1500)))
    text(model, 0)
    qtbot.waitUntil(lambda: text(model, 0) == "row 1000")
    model.set_keys(array("q", range(10)))
    model.set_keys(array("q"))
    model.set_rows([Row(1, "one", 1)])
    model.refresh()
    del tester


def test_only_pages_looked_at_are_fetched(model: TableModel, source: Source, qtbot: QtBot) -> None:
    model.set_keys(array("q", range(1_000_000)))
    assert source.asked == []
    assert text(model, 500_000) == ""
    qtbot.waitUntil(lambda: text(model, 500_000) == "row 500000")
    assert [page for page, _ in source.asked] == [500_000 // PAGE]


def test_missing_is_not_zero(model: TableModel, qtbot: QtBot) -> None:
    model.set_keys(array("q", range(10)))
    text(model, 0)
    qtbot.waitUntil(lambda: text(model, 0, 1) == "–")
    assert text(model, 1, 1) == "1.00"


def test_an_answer_to_an_older_order_is_dropped(model: TableModel, source: Source, qtbot: QtBot) -> None:
    source.hold = True
    model.set_keys(array("q", range(10)))
    old = model.generation
    text(model, 0)
    qtbot.waitUntil(lambda: len(source.asked) == 1)
    model.set_keys(array("q", reversed(range(10))))
    model.deliver(old, 0, [Row(key, "old", 1) for key in range(10)])
    assert text(model, 0) == ""


def test_rows_stay_while_they_are_fetched_again(model: TableModel, source: Source, qtbot: QtBot) -> None:
    model.set_keys(array("q", range(10)))
    text(model, 0)
    qtbot.waitUntil(lambda: text(model, 0) == "row 0")
    source.hold = True
    model.set_keys(array("q", range(10)))
    assert text(model, 0) == "row 0"
    model.set_keys(array("q", reversed(range(10))))
    assert text(model, 0) == "row 9", "a row known before bridges the gap under its new place"


def test_what_is_on_screen_is_fetched_again_and_painted_only_if_new(
    model: TableModel, source: Source, qtbot: QtBot
) -> None:
    model.set_keys(array("q", range(2 * PAGE)))
    for at in (PAGE - 1, PAGE):  # a screen across two pages
        model.data(model.index(at, 0))
    qtbot.waitUntil(lambda: len(source.asked) == 2)
    painted: list[QModelIndex] = []
    model.dataChanged.connect(lambda first, last: painted.append(first))

    model.set_keys(model.keys)
    qtbot.waitUntil(lambda: len(source.asked) == 4)
    assert {page for page, _ in source.asked[2:]} == {0, 1}
    assert painted == [], "the rows are as before"

    source.hold = True
    model.set_keys(model.keys)
    qtbot.waitUntil(lambda: len(source.asked) == 6)
    page, keys = source.asked[-1]
    model.deliver(model.generation, page, [Row(key, "changed", None) for key in keys])
    assert len(painted) == 1
    assert model.data(model.index(page * PAGE, 0)) == "changed"


def test_a_deleted_row_leaves_a_gap_and_not_a_shift(model: TableModel, source: Source, qtbot: QtBot) -> None:
    source.hold = True
    model.set_keys(array("q", [5, 6, 7]))
    text(model, 0)
    qtbot.waitUntil(lambda: len(source.asked) == 1)
    model.deliver(model.generation, 0, [Row(5, "five", 1), Row(7, "seven", 1)])
    assert [text(model, at) for at in range(3)] == ["five", "", "seven"]


def test_scrolling_past_forgets_pages() -> None:
    pages = Pages()
    for page in range(100):
        pages.row(page, page * PAGE)
    assert pages.next() == [96, 97, 98, 99]
    pages.row(50, 50 * PAGE)
    assert pages.next() == [], f"never more than {AT_ONCE} under way"
    for page in range(KEPT + 10):
        pages.put(page, [page * PAGE], [Row(page * PAGE, "", 1)])
    assert not pages.is_here(0)
    assert pages.is_here(KEPT)


def test_typing_is_announced_not_kept(qtbot: QtBot) -> None:
    column = Column("name", "Name", lambda row: row.name, edit=lambda row: row.key == 1)
    model = TableModel([column])
    model.set_rows([Row(0, "a", 1), Row(1, "b", 1)])
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(model.index(0, 0), "x")
    with qtbot.waitSignal(model.edited) as signal:
        assert model.setData(model.index(1, 0), "x")
    assert signal.args == [Row(1, "b", 1), "name", "x"]
    assert text(model, 1) == "b"


def test_typing_walks_as_in_a_spreadsheet(qtbot: QtBot) -> None:
    columns = [
        Column("name", "Name", lambda row: row.name),
        Column("amount", "Quantity", lambda row: row.amount, Kind.QUANTITY, edit=lambda row: row.key != 1),
    ]
    view, model = TableView(columns, "Lines", filters=False), TableModel(columns)
    qtbot.addWidget(view)
    model.set_rows([Row(at, f"line {at}", 1000) for at in range(4)])
    view.setModel(model)
    view.resize(400, 300)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    typed: list[tuple[int, str, str]] = []
    model.edited.connect(lambda row, column, text: typed.append((row.key, column, text)))
    view.setFocus()
    view.setCurrentIndex(model.index(0, 1))
    qtbot.keyClicks(view, "7")
    editor = view.findChild(QLineEdit, "cell")
    assert editor is not None
    assert editor.text() == "7"
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert typed == [(0, "amount", "7")]
    assert view.currentIndex().row() == 2, "row 1 cannot be typed into"
    editor = next(one for one in view.findChildren(QLineEdit, "cell") if one.isVisible())
    qtbot.keyClicks(editor, "12")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(typed) == 2)
    assert typed[1] == (2, "amount", "12")
    assert view.currentIndex().row() == 3
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = next(one for one in view.findChildren(QLineEdit, "cell") if one.isVisible())
    qtbot.keyClicks(editor, "5")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert len(typed) == 2


def test_a_million_rows_open_and_jump(model: TableModel, source: Source) -> None:
    keys = array("q", range(1_000_000))
    model.set_keys(keys)
    for at in range(0, 1_000_000, 50_000):
        text(model, at)
    assert model.rowCount() == 1_000_000
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.place(999_999) == 999_999
    assert not QModelIndex().isValid()
