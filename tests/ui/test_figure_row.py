"""The row under a table: figures of what is shown or ticked, by mouse and keys, kept in the view."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from channeldesk.queries.column_figures import AVERAGE, LEAST, MOST, SUM, Asked, Figures, Measures
from tests.support import looking
from ui.models.columns import Column, Kind
from ui.tasks import Tasks
from ui.widgets import counted
from ui.widgets.figure_row import FigureCell, FigureRow
from ui.widgets.list_table import ListTable

Settle = Callable[[], None]
Key = Qt.Key


@dataclass(frozen=True)
class Row:
    key: int

    @property
    def amount(self) -> int:
        return self.key * 100

    @property
    def currency(self) -> str:
        return "EUR" if self.key >= 90 else "CNY"


def keys(_conn: object, view: object) -> "array[int]":
    filters = dict(view.filters)  # type: ignore[attr-defined]
    return array("q", range(50 if "name" in filters else 90))


def rows(_conn: object, keys: Sequence[int]) -> list[Row]:
    return [Row(key) for key in keys]


def comes_to(_conn: object, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    found: dict[str, Measures] = {}
    for name, figure in columns.items():
        for row in rows(None, keys):
            value = row.amount if name == "amount" else row.key
            measure = row.currency if name == "amount" else ""
            here = found.setdefault(name, {})
            here[measure] = here.get(measure, Figures()) + Figures(
                1,
                value if figure in (SUM, AVERAGE) else 0,
                value if figure == LEAST else None,
                value if figure == MOST else None,
                int(row.key == 7),
            )
    return found


COLUMNS = [
    Column("name", "Name", lambda row: str(row.key), width=160, stretch=True),
    Column("amount", "Amount", lambda row: row.amount, Kind.MONEY, 140, currency=lambda row: row.currency),
    Column("age", "Age", lambda row: row.key, Kind.INTEGER, 140),
]


@pytest.fixture
def table(tasks: Tasks, qtbot: QtBot, settle: Settle) -> ListTable:
    made = ListTable(tasks, "Things", COLUMNS, keys, rows, ticks=True, figures=comes_to)
    qtbot.addWidget(made)
    qtbot.addWidget(made.tools)
    made.resize(700, 420)
    made.show()
    made.activateWindow()
    made.reload()
    settle()
    return made


def row_of(table: ListTable) -> FigureRow:
    assert table.figures is not None
    return table.figures


def cell(table: ListTable, name: str) -> FigureCell:
    return row_of(table).cells[name]


def ticked(qtbot: QtBot, table: ListTable, settle: Settle, places: Sequence[int], expected: str) -> None:
    table.view.tick_places(places)
    qtbot.waitUntil(lambda: cell(table, "amount").text() == expected)
    settle()


def test_what_is_shown_is_summed_and_follows_the_filter(table: ListTable, settle: Settle) -> None:
    assert cell(table, "amount").text() == "4,005.00"
    assert cell(table, "age").text() == "", "a figure that says little is not shown before it is asked for"
    table.apply({"filters": {"name": "x"}})
    settle()
    assert cell(table, "amount").text() == "1,225.00"


def test_several_ticked_rows_are_summed_instead(qtbot: QtBot, table: ListTable, settle: Settle) -> None:
    ticked(qtbot, table, settle, [1, 2, 3], "6.00")
    assert "3" in cell(table, "amount").accessibleDescription()
    ticked(qtbot, table, settle, [5], "4,005.00")


def test_the_cell_follows_its_column(table: ListTable) -> None:
    table.view.setColumnWidth(2, 90)
    at = table.view.header.sectionViewportPosition(2) + table.view.viewport().x()
    assert (cell(table, "amount").x(), cell(table, "amount").width()) == (at, 90)
    table.tools.show_ids(["name"])
    assert cell(table, "amount").isHidden()
    assert not row_of(table).wanted()


def test_a_figure_without_room_is_never_cut(table: ListTable) -> None:
    one = cell(table, "amount")
    wide = one.width() - 16
    assert one._fitting(wide)[0] == "4,005.00"
    one.setText("4,005,000,000,000.00")
    assert one._fitting(wide)[0] in ("4,005,000,000,000.00", "…")
    assert one._fitting(40)[0] == "…"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a screen
def test_by_keys_to_the_figure_and_to_another(qtbot: QtBot, table: ListTable, settle: Settle) -> None:
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(0, 2))
    QTest.keyClick(table.view, Key.Key_Equal)
    qtbot.waitUntil(cell(table, "amount").hasFocus)
    QTest.keyClick(cell(table, "amount"), Key.Key_Right)
    qtbot.waitUntil(cell(table, "age").hasFocus)
    QTest.keyClick(cell(table, "age"), Key.Key_Return)
    menu = cell(table, "age").findChild(QMenu)
    assert menu is not None
    names = [one.text() for one in menu.actions()]
    assert names == ["Sum", "Average", "Lowest", "Highest", "Number of values", "Nothing"]
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)
    settle()
    assert cell(table, "age").text() == "44.5"
    QTest.keyClick(cell(table, "age"), Key.Key_Up)
    assert table.window().focusWidget() is table.view


def test_one_sign_stands_for_a_sum_in_every_column(
    table: ListTable, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wide or narrow, provisional or not; the figure itself is never cut."""
    one = cell(table, "age")
    one.choose("sum")
    one.show_figures({"": Figures(3, 71_345_188, 1, 9, 1)}, "3 rows")
    for wide in (100, 140, 260):
        table.view.setColumnWidth(3, wide)
        with looking.watching(monkeypatch) as painted:
            one.grab()
        assert {"Σ", "71,345,188"} <= painted.texts - painted.elided
        assert "Sum" not in painted.texts
    assert one.toolTip().startswith("Sum of Age")


def test_the_row_says_what_is_counted(tasks: Tasks, qtbot: QtBot, settle: Settle) -> None:
    made = ListTable(
        tasks, "Partners", COLUMNS, keys, rows, ticks=True, figures=comes_to, things=counted.partners
    )
    qtbot.addWidget(made)
    qtbot.addWidget(made.tools)
    made.show()
    made.reload()
    settle()
    assert cell(made, "amount").accessibleDescription().startswith("90 partners")
    made.view.tick_places([1, 2, 3])
    qtbot.waitUntil(lambda: cell(made, "amount").accessibleDescription().startswith("Ticked: 3 partners"))
    settle()


def test_currencies_stay_apart_and_are_copied_apart(table: ListTable, settle: Settle) -> None:
    one = cell(table, "amount")
    one.show_figures({"CNY": Figures(2, 300, 100, 200, 1), "EUR": Figures(1, 7000, 7000, 7000)}, "3 rows")
    assert one.text() == "2 currencies"
    assert "3.00" in one.accessibleName()
    assert "70.00" in one.accessibleName()
    assert "not added" in one.toolTip()
    assert "Headquarters may still change 1" in one.accessibleDescription()
    one.copy()
    assert QGuiApplication.clipboard().text() == "3.00\tCNY\n70.00\tEUR"


def test_the_choice_is_kept_in_the_view(table: ListTable, settle: Settle) -> None:
    row_of(table)._chosen("age", "most")
    settle()
    assert cell(table, "age").text() == "89"
    kept = table.state()
    row_of(table)._chosen("age", "")
    row_of(table)._chosen("amount", "count")
    settle()
    assert (cell(table, "age").text(), cell(table, "amount").text()) == ("", "90")
    table.apply(kept)
    settle()
    assert (cell(table, "age").text(), cell(table, "amount").text()) == ("89", "4,005.00")
    table.apply({"figures": {"age": "nonsense"}})
    assert cell(table, "age").choice == "most", "a view from elsewhere breaks nothing"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a screen
def test_another_figure_is_not_told_before_it_is_known(table: ListTable, settle: Settle) -> None:
    one = cell(table, "amount")
    row_of(table)._chosen("amount", "most")
    assert one.text() == "–"
    one.open_menu()
    one.copy()
    settle()
    assert one.text() == "89.00"
    assert "Highest" in one.toolTip()


def test_figures_that_are_still_arriving_are_not_told(qtbot: QtBot, tasks: Tasks, settle: Settle) -> None:
    columns = [Column("amount", "Amount", lambda row: None, Kind.MONEY, currency="CNY", known=lambda: False)]
    made = ListTable(tasks, "Things", columns, keys, rows, figures=comes_to)
    qtbot.addWidget(made)
    qtbot.addWidget(made.tools)
    made.show()
    made.reload()
    settle()
    assert cell(made, "amount").text() == "–"
    assert "arriving" in cell(made, "amount").toolTip()
