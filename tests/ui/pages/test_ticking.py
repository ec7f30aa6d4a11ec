"""Every long list works as a spreadsheet does: ticks, ranges, copies, sums and exports by keyboard."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support.demo_pages import ShowPage, settle
from ui.shell.window import Window
from ui.widgets.list_table import ListTable

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_BUSIEST = "SELECT partner_id FROM sales_order GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
LISTS = ["partners", "orders", "stock", "visits/past", "partner/orders", "partner/stock", "partner/visits"]


def shown(name: str, show_page: ShowPage, desk: Desk, qtbot: QtBot) -> tuple[Window, ListTable]:
    page_id, _, tab = name.partition("/")
    busiest = bytes(desk.ask(lambda c: c.exec_driver_sql(_BUSIEST).scalar_one()))
    window = show_page(page_id, busiest if page_id == "partner" else None)
    page = window.router.page
    assert page is not None
    if tab:
        page.tabs.choose(tab)  # type: ignore[attr-defined]
        settle(qtbot, window)
    (table,) = [one for one in page.findChildren(ListTable) if one.isVisible()]
    return window, table


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_ticked_copied_and_exported_by_keys(
    name: str, show_page: ShowPage, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    window, table = shown(name, show_page, demo_desk, qtbot)
    view = table.view
    assert table.count >= 3
    view.setFocus()
    view.setCurrentIndex(table.model.index(0, 1))
    QTest.keyClick(view, Key.Key_Space)
    QTest.keyClick(view, Key.Key_Down, SHIFT)
    QTest.keyClick(view, Key.Key_Down, SHIFT)
    settle(qtbot, window)
    assert list(table.ticked_keys()) == list(table.model.keys[:3])

    QTest.keyClick(view, Key.Key_C, CONTROL)
    settle(qtbot, window)
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied[0].split("\t") == [column.title for column in view.shown_columns()]
    assert len(copied) >= 4, "the headings and three rows"

    table.export_to(str(tmp_path / "ticked.csv"))
    settle(qtbot, window)
    with (tmp_path / "ticked.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 4

    assert table.figures is not None
    qtbot.waitUntil(lambda: table.figures is not None and "3" in table.figures._over)
    QTest.keyClick(view, Key.Key_A, CONTROL)
    assert len(table.ticked_keys()) == table.count
    QTest.keyClick(view, Key.Key_Escape)
    assert not table.ticked_keys()
    settle(qtbot, window)
