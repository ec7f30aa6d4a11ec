"""The stock list over the real encrypted profile: marks, tabs, one partner, and on to the count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import stock as actions
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.queries import stock
from channeldesk.queries.stock import StockRow
from channeldesk.rules.stock import Risk
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.pages.count import CountPage
from ui.pages.stock import StockPage
from ui.shell.window import Window
from ui.widgets.stock import words


def page_of(window: Window) -> StockPage:
    page = window.router.page
    assert isinstance(page, StockPage)
    return page


def every_row(desk: Desk) -> list[StockRow]:
    return desk.ask(stock.rows, desk.ask(stock.keys))


def test_tabs_count_what_their_list_shows(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    row = every_row(demo_desk)[0]
    demo_desk.act(actions.record_count, row.partner_id, [Counted(row.product_id, 0)])
    window = show_page("stock")
    page = page_of(window)
    totals = page.totals
    assert totals is not None and totals.waiting == 1
    for key in ("gone", "old", "never", "waiting", "every"):
        page.tabs.choose(key)
        settle(qtbot, window)
        assert page.table.count == getattr(totals, key), key


def test_marks_have_a_reason(demo_desk: Desk) -> None:
    rows = every_row(demo_desk)
    assert {Risk.OUT, Risk.LOW, Risk.OK} <= {row.risk for row in rows}
    for row in rows:
        marked = row.negative or row.risk in (Risk.OUT, Risk.LOW, Risk.OVER)
        assert bool(words.risk(row)) == marked or row.quantity == 0
        assert words.risk_tip(row)
        assert words.as_of_tip(row)
        assert not words.provisional(row)


def test_one_partner_then_all_and_on_to_the_count(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("stock")
    page = page_of(window)
    everything = page.table.count
    QTest.keyClicks(page.chooser, "hengtai")
    settle(qtbot, window)
    QTest.keyClick(page.chooser, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert 0 < page.table.count < everything
    assert {page.table.model.row(at).partner_id for at in range(page.table.count)} == {page.subject}
    partner = page.subject
    QTest.keyClick(page.table.view, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert page.table.count == everything
    window.router.go("stock", partner)
    settle(qtbot, window)
    page.count()
    settle(qtbot, window)
    counting = window.router.page
    assert isinstance(counting, CountPage)
    assert counting.form is not None and counting.form.count.draft.partner_id == partner


@pytest.fixture
def empty_desk(empty_profile: DemoProfile) -> Iterator[Desk]:
    with empty_profile.open() as desk:
        yield desk


def test_without_stock_it_says_what_to_do(empty_desk: Desk, show_page: ShowPage) -> None:
    window = show_page("stock", desk=empty_desk)
    page = page_of(window)
    assert page.face.isVisible() and page.face.kind == "empty"
