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
from channeldesk.queries.stock_detail import StockDetail, stock_detail
from channeldesk.queries.stock_risk import RANKINGS
from channeldesk.queries.views import ALL
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
    rows = every_row(demo_desk)
    row = next(one for one in rows if not one.waits)
    demo_desk.act(actions.record_count, row.partner_id, [Counted(row.product_id, 0, None, "lost")])
    window = show_page("stock")
    page = page_of(window)
    totals = page.totals
    assert totals is not None and totals.waiting == sum(one.waits for one in rows) + 1
    for key in ("gone", "old", "never", "waiting", "every"):
        page.tabs.choose(key)
        settle(qtbot, window)
        assert page.table.count == getattr(totals, key), key


def test_risks_are_ranked_by_money_and_told_beside_the_list(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("stock")
    window.resize(1500, 900)
    page = page_of(window)
    for key, column in RANKINGS.items():
        page.which.choose(key)
        settle(qtbot, window)
        shown = [page.table.model.row(at) for at in range(page.table.count)]
        money = [getattr(row, column) for row in shown if row is not None]
        assert money and money == sorted(money, reverse=True) and money[-1] > 0
        page.table.view.setCurrentIndex(page.table.model.index(0, 1))
        settle(qtbot, window)
        detail = page.pane.detail
        assert page.pane.isVisible() and detail is not None
        assert (detail.partner_id, detail.product_id) == (shown[0].partner_id, shown[0].product_id)
        assert (detail.danger.lost if key == "out" else detail.excess.tied) == money[0]
        assert page.pane.chart.data is not None
        assert page.pane.chart.data.series[0].values[len(detail.past) - 1] == detail.on_hand
    page.which.choose("")
    settle(qtbot, window)
    assert page.table.view.header.sort_id == "partner"


def test_the_companys_warehouses_are_listed_without_their_movements(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("stock")
    window.resize(1500, 900)
    page = page_of(window)
    page.which.choose("own")
    settle(qtbot, window)
    row = page.table.model.row(0)
    assert row is not None and row.own and row.source == "WMS"
    assert page.pane.detail is None and page.pane.face.isVisible()
    assert {
        one.own for one in demo_desk.ask(stock.rows, demo_desk.ask(stock.keys, ALL, None, "own")[:200])
    } == {True}
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.router.page is page


def detail_where(desk: Desk, condition: str) -> StockDetail:
    with desk.database.read() as connection:
        sql = f"SELECT partner_id, product_id FROM stock_level WHERE {condition}"
        partner, product = map(bytes, connection.exec_driver_sql(sql).one_or_none() or (b"", b""))
    detail = desk.ask(stock_detail, partner, product)
    assert detail is not None
    return detail


def test_where_it_lies_and_lots_are_told(demo_desk: Desk) -> None:
    stored = detail_where(demo_desk, "warehouse_id IS NOT NULL LIMIT 1")
    (place,) = stored.places
    assert place.name is not None and place.name.startswith("Yuanyang")
    assert place.quantity == stored.on_hand
    aged = detail_where(demo_desk, "lot IS NOT NULL LIMIT 1")
    assert len(aged.lots) == 2
    assert [one.expires_on for one in aged.lots] == sorted(one.expires_on or "" for one in aged.lots)


def test_lots_that_expire_are_listed_the_first_at_the_top(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("stock")
    page = page_of(window)
    page.which.choose("expiring")
    settle(qtbot, window)
    rows = demo_desk.ask(stock.rows, page.table.model.keys)
    days = [row.expires for row in rows]
    assert page.totals is not None
    assert len(days) == page.totals.expiring > 0
    assert days == sorted(day or "" for day in days)
    assert "expires" in page.table.tools.visible_ids()
    page.which.choose("")
    settle(qtbot, window)
    assert page.table.count == page.totals.every


def test_what_is_on_its_way_is_in_the_days_ahead(demo_desk: Desk) -> None:
    row = next(row for row in every_row(demo_desk) if row.in_transit and row.quantity > 0)
    detail = demo_desk.ask(stock_detail, row.partner_id, row.product_id)
    assert detail is not None
    last = detail.to_come[-1]
    sold = detail.daily * len(detail.to_come)
    assert last.expected == max(0, detail.on_hand + row.in_transit - sold)
    assert last.high >= row.in_transit - sold


def test_marks_have_a_reason(demo_desk: Desk) -> None:
    rows = every_row(demo_desk)
    assert {Risk.OUT, Risk.LOW, Risk.OK} <= {row.risk for row in rows}
    for row in rows:
        marked = row.negative or row.risk in (Risk.OUT, Risk.LOW, Risk.OVER)
        assert bool(words.risk(row)) == marked or row.quantity == 0
        assert words.risk_tip(row)
        assert words.as_of_tip(row)
        assert bool(words.provisional(row)) == row.waits


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
