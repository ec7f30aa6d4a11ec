"""Sell-in and sell-out in the window: figures that explain themselves; reports keyed, read, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support.demo_pages import ShowPage, settle
from ui.pages.sell import REPORTS, SellPage
from ui.pages.sell_report import SellReportPage
from ui.shell.window import Window
from ui.viewmodels.sell_report import OpenedReport, SellReport

_WAITING = "SELECT count(*), coalesce(sum(quantity), 0) FROM sell_out WHERE rv = 0"
_SKUS = "SELECT sku FROM product WHERE active = 1 AND barcode IS NOT NULL ORDER BY sku LIMIT 12"


def ask(desk: Desk, sql: str, **binds: object) -> list[sa.Row]:  # type: ignore[type-arg]
    return desk.ask(lambda connection: connection.execute(sa.text(sql), binds).all())


def waiting(desk: Desk) -> tuple[int, int]:
    """Reports that headquarters has not, and their quantity."""
    return tuple(ask(desk, _WAITING)[0])


def sell_page(window: Window) -> SellPage:
    page = window.router.page
    assert isinstance(page, SellPage)
    return page


def form_page(window: Window) -> SellReportPage:
    page = window.router.page
    assert isinstance(page, SellReportPage)
    return page


@pytest.fixture
def seller(demo_desk: Desk) -> bytes:
    """A distributor with sub-dealers that reported."""
    sql = """SELECT o.partner_id FROM sell_out o WHERE o.buyer_partner_id IS NOT NULL
             GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""
    return bytes(ask(demo_desk, sql)[0][0])


@pytest.fixture
def skus(demo_desk: Desk) -> list[str]:
    return [row.sku for row in ask(demo_desk, _SKUS)]


def key_in(qtbot: QtBot, window: Window, code: str, quantity: str) -> None:
    form = form_page(window).form
    assert form is not None
    QTest.keyClicks(form.product, code)
    QTest.keyClick(form.product, Qt.Key.Key_Return)
    settle(qtbot, window)
    QTest.keyClicks(form.quantity, quantity)
    QTest.keyClick(form.quantity, Qt.Key.Key_Return)
    settle(qtbot, window)


def test_figures_tables_and_the_way_down(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, seller: bytes
) -> None:
    window = show_page("sell", seller)
    page = sell_page(window)
    assert page.answer is not None and page.answer.found is not None
    found = page.answer.found
    assert page.table.count == len(found.partners) > 1
    assert "Sell-through" in page.figures.through.toolTip()
    assert "Pipeline stock" in page.figures.pipeline.toolTip()
    page.tabs.choose("product")
    settle(qtbot, window)
    assert page.table.count == len(found.products)
    page.table.opened.emit(found.products[0])
    settle(qtbot, window)
    alone = page.answer.found
    assert alone is not None and alone.whole.flow == found.products[0].flow
    QTest.keyClick(page, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert page.answer.found is not None and page.answer.found.whole.flow == found.whole.flow
    page.tabs.choose("partner")
    page.table.opened.emit(found.partners[1])
    settle(qtbot, window)
    assert sell_page(window).answer.found.root.id == found.partners[1].key  # type: ignore[union-attr]


def test_keyed_recorded_and_taken_back(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, seller: bytes, skus: list[str]
) -> None:
    window = show_page("sell_report", seller)
    key_in(qtbot, window, skus[0], "3")
    key_in(qtbot, window, skus[1], "-2")
    key_in(qtbot, window, skus[2], "4")
    page = form_page(window)
    assert page.report is not None and page.table.count == 3
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert page.table.count == 2
    page.record.click()
    settle(qtbot, window)
    assert waiting(demo_desk) == (2, 1_000)
    listed = sell_page(window)
    listed.tabs.choose(REPORTS)
    settle(qtbot, window)
    at = next(
        at
        for at in range(listed.reports.count)
        if (row := listed.reports.model.row(at)) is not None and row.provisional
    )
    listed.reports.view.setCurrentIndex(listed.reports.model.index(at, 1))
    listed.back.click()
    settle(qtbot, window)
    assert waiting(demo_desk)[0] == 3
    window.messages.undo()
    settle(qtbot, window)
    assert waiting(demo_desk) == (2, 1_000)


def test_what_was_keyed_is_there_again_after_leaving(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, seller: bytes, skus: list[str]
) -> None:
    window = show_page("sell_report", seller)
    key_in(qtbot, window, skus[0], "3")
    window.router.go("stock")
    settle(qtbot, window)
    window.router.go("sell_report", "")
    settle(qtbot, window)
    window.router.go("sell_report", seller)
    settle(qtbot, window)
    page = form_page(window)
    assert page.report is not None and [one.quantity for one in page.report.sold] == [3_000]
    page.discard.click()
    settle(qtbot, window)
    assert page.report.sold == []
    assert waiting(demo_desk) == (0, 0)


def test_another_text_is_no_longer_the_product_chosen_before(
    qtbot: QtBot, show_page: ShowPage, seller: bytes, skus: list[str]
) -> None:
    """Else the first product is booked under the eyes of who typed a second one."""
    window = show_page("sell_report", seller)
    page = form_page(window)
    form = page.form
    assert form is not None
    form.enter(skus[0])
    settle(qtbot, window)
    assert form.product.text().startswith(skus[0])
    form.product.selectAll()
    QTest.keyClicks(form.product, skus[1])
    form.quantity.setText("3")
    form.add.click()
    settle(qtbot, window)
    assert page.table.count == 0
    assert "Scan a product first" in window.messages.message
    assert form.quantity.text() == "3", "nothing is lost"
    form.enter(skus[1])
    settle(qtbot, window)
    form.add.click()
    settle(qtbot, window)
    assert page.table.count == 1


def test_wrong_input_is_told_where_it_stands(
    qtbot: QtBot, show_page: ShowPage, seller: bytes, skus: list[str]
) -> None:
    window = show_page("sell_report", seller)
    form = form_page(window).form
    assert form is not None
    key_in(qtbot, window, skus[0], "three")
    assert "three" in form._fields["quantity"].editor.accessibleDescription()
    assert form.quantity.text() == "three"
    form.quantity.setText("3")
    form.first.setText("soon")
    form.add.click()
    settle(qtbot, window)
    assert "soon" in form._fields["first"].editor.accessibleDescription()
    assert form_page(window).table.count == 0
    form.first.setText("2026-01-05")
    form.add.click()
    settle(qtbot, window)
    assert form_page(window).table.count == 1


def test_the_form_of_a_partner_left_meanwhile_does_not_appear(
    qtbot: QtBot, show_page: ShowPage, seller: bytes
) -> None:
    window = show_page("stock")
    for page_id in ("sell_report", "count"):
        window.router.go(page_id, seller)
        window.router.go(page_id, "")
        settle(qtbot, window)
        page: Any = window.router.page
        assert page.form is None
        assert page.choose.isVisible()


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_product_that_is_typed_over_is_not_booked(
    qtbot: QtBot, show_page: ShowPage, seller: bytes, skus: list[str], confirmed: bool
) -> None:
    window = show_page("sell_report", seller)
    form = form_page(window).form
    assert form is not None
    QTest.keyClicks(form.product, skus[0])
    QTest.keyClick(form.product, Qt.Key.Key_Return)
    settle(qtbot, window)
    form.product.selectAll()
    QTest.keyClicks(form.product, "no such code")
    if confirmed:
        QTest.keyClick(form.product, Qt.Key.Key_Return)
    settle(qtbot, window)
    QTest.keyClicks(form.quantity, "3")
    QTest.keyClick(form.quantity, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert form_page(window).table.count == 0
    assert form.quantity.text() == "3"


def test_a_line_keyed_just_before_recording_is_recorded_too(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, seller: bytes, skus: list[str]
) -> None:
    window = show_page("sell_report", seller)
    key_in(qtbot, window, skus[0], "3")
    page = form_page(window)
    form = page.form
    assert form is not None
    QTest.keyClicks(form.product, skus[1])
    QTest.keyClick(form.product, Qt.Key.Key_Return)
    settle(qtbot, window)
    QTest.keyClicks(form.quantity, "4")
    QTest.keyClick(form.quantity, Qt.Key.Key_Return)
    for _ in range(2):  # the first press is too early: nothing of it may be lost
        page.record.click()
        settle(qtbot, window)
    assert waiting(demo_desk) == (2, 7_000)


def test_a_file_is_looked_at_recorded_and_not_booked_twice(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, seller: bytes, skus: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    rows = [f"2026-01-0{1 + at % 5},{sku},{at + 1}" for at, sku in enumerate(skus)]
    path.write_text("\n".join(["Date,SKU,Qty", *rows, "soon,x,1", rows[0]]) + "\n", "gb18030")
    window = show_page("sell_report", seller)
    page = form_page(window)
    page.read(str(path))
    settle(qtbot, window)
    assert page.told.text() == "12 sales will be booked"
    assert [count for _, _, count in page._tabs()] == [14, 12, 0, 1, 1]
    page.save_rejected(str(tmp_path / "rest.csv"))
    settle(qtbot, window)
    rest = (tmp_path / "rest.csv").read_text("utf-8-sig").splitlines()
    assert rest[0] == "Date,SKU,Qty,Line,Reason" and len(rest) == 3
    page.bar.again.choose(True)
    settle(qtbot, window)
    assert page.told.text() == "13 sales will be booked"
    page.bar.again.choose(False)
    page.record.click()
    assert page.told.text() == "Recording 12 sales…", "with many it takes a while"
    assert not page.record.isEnabled()
    settle(qtbot, window)
    assert waiting(demo_desk)[0] == 12

    window.router.go("sell_report", seller)
    settle(qtbot, window)
    page.read(str(path))
    settle(qtbot, window)
    assert "12 were reported before" in page.told.text()
    assert not page.record.isEnabled()


def test_columns_are_chosen_and_remembered(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, seller: bytes, skus: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(f"When,What,How many\n2026-01-05,{skus[0]},3\n", "utf-8")
    window = show_page("sell_report", seller)
    page = form_page(window)
    page.read(str(path))
    settle(qtbot, window)
    assert "Choose the columns" in page.told.text()
    for name, place in (("day", 0), ("product", 1), ("quantity", 2)):
        page.bar.columns[name].choose(place)
        settle(qtbot, window)
    assert page.told.text() == "1 sale will be booked"
    page.record.click()
    settle(qtbot, window)
    path.write_text(f"No,When,What,How many\n1,2026-01-06,{skus[0]},3\n", "utf-8")
    window.router.go("sell_report", seller)
    settle(qtbot, window)
    page.read(str(path))
    settle(qtbot, window)
    assert page.told.text() == "1 sale will be booked"


def test_cells_are_pasted_and_a_file_that_is_none_says_so(
    qtbot: QtBot, show_page: ShowPage, seller: bytes, skus: list[str], tmp_path: Path
) -> None:
    window = show_page("sell_report", seller)
    page = form_page(window)
    assert page.form is not None
    page.form.first.setText("2026-01-05")
    page.form.last.setText("2026-01-06")
    QGuiApplication.clipboard().setText(f"SKU\tQty\r\n{skus[0]}\t3\r\n")
    QTest.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert page.report is not None
    assert [(one.first_on, one.last_on) for one in page.report.lines] == [("2026-01-05", "2026-01-06")]
    (tmp_path / "empty.csv").write_bytes(b"")
    page.read(str(tmp_path / "empty.csv"))
    settle(qtbot, window)
    assert "is empty" in window.messages.message
    assert len(page.report.lines) == 1


def test_what_the_form_keeps_is_what_it_was() -> None:
    found = OpenedReport(bytes(16), "A", None, "CNY", "2026-01-05", (), ())
    report = SellReport(found)
    assert report.typed() == {} and not report.undo() and not report.remove(0)
