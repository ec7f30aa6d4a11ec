"""Performance over the demo profile: down by clicks and by keys, and the rows add up to the figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders
from channeldesk.desk import Desk
from channeldesk.queries import drill, mix, order_entry, order_lines, partners, performance
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.sales import Scope
from tests.support import demo
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.pages.order_lines import OrderLinesPage
from ui.pages.orders import OrdersPage
from ui.pages.performance import PerformancePage
from ui.shell.window import Window
from ui.viewmodels.performance import LinesView, View
from ui.widgets.button import Button


def page_of(window: Window) -> PerformancePage:
    page = window.router.page
    assert isinstance(page, PerformancePage)
    return page


def lines_of(window: Window) -> OrderLinesPage:
    page = window.router.page
    assert isinstance(page, OrderLinesPage)
    return page


def whole_month(scope: Scope | None = None) -> View:
    """The last one: on the first of a month nothing is sold yet in the one that runs."""
    last = demo.today().replace(day=1) - timedelta(days=1)
    return View(scope, until=f"{last.year}-P{last.month:02d}")


def active(qtbot: QtBot, window: Window) -> Window:
    """With the keyboard, so that shortcuts reach it."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def to_lines(qtbot: QtBot, window: Window) -> None:
    """By the key of the button, which clicks it a moment later."""
    qtbot.keyClick(window, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: window.router.here == "order_lines")
    settle(qtbot, window)


def cell(page: PerformancePage, row: int, column: str) -> QPoint:
    """Where a cell of the ranking is on screen, inside its viewport."""
    view = page.ranking.view
    at = next(at for at, one in enumerate(view.columns) if one.id == column)
    return view.visualRect(view.model().index(row, at)).center() - QPoint(10, 0)


def click(qtbot: QtBot, window: Window, row: int, column: str) -> None:
    page = page_of(window)
    where = cell(page, row, column)
    qtbot.mouseClick(page.ranking.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    settle(qtbot, window)


def to_network(qtbot: QtBot, window: Window) -> None:
    link = next(one for one in page_of(window).crumbs.findChildren(Button) if one.text() == "All territories")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    settle(qtbot, window)


def shown_sum(desk: Desk, page: OrderLinesPage) -> dict[str, int]:
    """Net of the rows of the table as it stands."""
    total: dict[str, int] = {}
    for row in desk.ask(order_lines.rows, page.table.model.keys):
        total[row.currency] = total.get(row.currency, 0) + row.net
    return total


def test_opens_at_ones_own_territory_with_all_its_figures(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    page = page_of(show_page("performance"))
    answer = page.answer
    assert answer is not None
    assert [one.name for one in answer.path] == ["", "China", "East China", "East China 2"]
    sales = demo_desk.ask(performance.against_target, answer.scope)
    assert answer.sales == sales
    assert page.chart.data is not None
    assert page.chart.data.series[0].values == tuple(one.net for one in sales.periods)
    assert page.mix.chart.data is not None
    assert page.concentration.chart.data is not None
    assert page.ranking.model.rowCount() == len(answer.parts) > 10
    assert "Figures as of" in page.as_of_text
    assert page.filters.territory.value_text() == "East China 2"


def test_on_the_first_morning_of_a_month_nothing_is_projected(show_page: ShowPage, demo_desk: Desk) -> None:
    page = page_of(show_page("performance"))
    assert page.answer is not None
    first = (demo.today().replace(day=1) + timedelta(days=32)).replace(day=1).isoformat()
    sales = demo_desk.ask(lambda c: performance.against_target(c, page.answer.scope, today=first))
    mixed = demo_desk.ask(lambda c: mix.channel_mix(c, page.answer.scope, today=first))
    assert sales.running
    page.figures.show_answer(replace(page.answer, sales=sales))
    page.mix.show_answer(replace(page.answer, mix=mixed))
    assert "nothing sold yet" in page.figures.projection.toolTip()
    assert page.mix._index.text() == "Nothing sold yet in this period."


def test_by_clicks_from_the_network_to_the_rows_of_a_category(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("performance", whole_month())
    to_network(qtbot, window)
    levels = []
    while isinstance(window.router.page, PerformancePage):
        answer = page_of(window).answer
        assert answer is not None
        levels.append(answer.level)
        assert sum(part.net for part in answer.parts) == (
            answer.sales.current.net if answer.sales.current else None
        )
        figure = answer.parts[0].net
        click(qtbot, window, 0, "name")
        assert len(levels) < 8
    assert levels == ["territory", "territory", "territory", "partner", "category"]
    lines = lines_of(window)
    assert shown_sum(demo_desk, lines) == {"CNY": figure}
    assert lines.sums.equal is True


def test_by_keys_the_same_way_and_back(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("performance", whole_month(Scope())))
    seen = []
    for _ in range(5):
        page = page_of(window)
        assert page.answer is not None
        seen.append(page.answer.scope)
        qtbot.waitUntil(page.ranking.view.hasFocus)
        qtbot.keyClick(page.ranking.view, Qt.Key.Key_Down)
        qtbot.keyClick(page.ranking.view, Qt.Key.Key_Up)
        qtbot.keyClick(page.ranking.view, Qt.Key.Key_Return)
        settle(qtbot, window)
    assert lines_of(window).sums.equal is True
    for scope in reversed(seen):
        qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        settle(qtbot, window)
        answer = page_of(window).answer
        assert answer is not None
        assert answer.scope == scope


def test_alt_up_goes_up_one_level_also_from_the_lines(show_page: ShowPage, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("performance", whole_month()))
    click(qtbot, window, 0, "name")
    partner = page_of(window).answer
    assert partner is not None
    click(qtbot, window, 0, "name")
    assert len(lines_of(window)._path) == len(partner.path) + 1
    qtbot.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.router.here == "performance")
    settle(qtbot, window)
    page = page_of(window)
    assert page.answer is not None
    assert page.answer.scope == partner.scope
    qtbot.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.view.scope == partner.path[-2].scope)
    settle(qtbot, window)
    assert page.answer.scope == partner.path[-2].scope


def test_the_navigation_goes_to_the_top_and_leaves_no_empty_step(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("performance")
    page_of(window).show_level("channel_type")
    settle(qtbot, window)
    drilled = page_of(window).view

    window.router.go("performance")
    settle(qtbot, window)
    assert page_of(window).view == View()
    window.router.go("performance")
    window.router.back()
    settle(qtbot, window)
    assert page_of(window).view == drilled, "one step back, not two"


def test_the_bottom_leads_on_to_its_order(show_page: ShowPage, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("performance", whole_month()))
    click(qtbot, window, 3, "net")
    row = lines_of(window).table.model.row(5)
    assert row is not None
    lines_of(window).table.show_key(row.key)
    qtbot.keyClick(lines_of(window).table.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, OrdersPage)
    shown = page.table.current_row()
    assert shown is not None
    assert shown.id == row.order_id
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window)
    assert lines_of(window).sums.equal is True


def test_a_partner_leads_on_to_its_page(show_page: ShowPage, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("performance"))
    click(qtbot, window, 1, "name")
    answer = page_of(window).answer
    assert answer is not None
    qtbot.keyClick(window, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: window.router.here == "partner")
    settle(qtbot, window)
    assert window.router.subject == answer.scope.partner_id


@pytest.mark.parametrize("row", [0, 3, 7])
def test_a_click_on_an_amount_shows_the_rows_behind_it(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot, row: int
) -> None:
    window = show_page("performance", whole_month())
    part = page_of(window).answer.parts[row]  # type: ignore[union-attr]
    click(qtbot, window, row, "net")
    lines = lines_of(window)
    assert isinstance(lines.subject, LinesView)
    assert lines.subject.figure == part.net
    assert shown_sum(demo_desk, lines) == {"CNY": part.net}
    assert lines.sums.equal is True


def test_a_double_click_opens_one_level_and_not_two(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("performance", View(Scope()))
    page = page_of(window)
    viewport, where = page.ranking.view.viewport(), cell(page, 0, "name")
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    settle(qtbot, window)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    settle(qtbot, window)
    assert len(page.answer.path) == 2  # type: ignore[union-attr]


def test_every_level_of_every_cut_leads_on(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("performance"))
    for level in ("channel_type", "category", "partner"):
        page = page_of(window)
        page.ranking.level.choose(level)
        settle(qtbot, window)
        answer = page.answer
        assert answer is not None
        assert answer.level == level
        part = answer.parts[0]
        qtbot.keyClick(page.ranking.view, Qt.Key.Key_Return)
        settle(qtbot, window)
        below = page_of(window).answer
        assert below is not None
        assert below.scope == part.scope
        assert sum(one.net for one in below.parts) == part.net
        qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        settle(qtbot, window)


def test_a_picked_bar_shows_that_period_and_its_rows(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = active(qtbot, show_page("performance"))
    page = page_of(window)
    before = page.answer.sales.periods[-3]  # type: ignore[union-attr]
    plot = page.chart.plot
    plot.setFocus()
    for _ in range(3):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    settle(qtbot, window)
    answer = page_of(window).answer
    assert answer is not None
    assert answer.sales.current is not None
    assert (answer.sales.current.code, answer.sales.current.net) == (before.code, before.net)
    assert not answer.sales.running
    to_lines(qtbot, window)
    lines = lines_of(window)
    assert shown_sum(demo_desk, lines) == {"CNY": before.net}
    assert lines.sums.equal is True


def test_a_filter_over_the_rows_says_that_it_leaves_something_out(show_page: ShowPage, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("performance", whole_month()))
    to_lines(qtbot, window)
    lines = lines_of(window)
    assert lines.sums.equal is True
    lines.table.view.header.set_texts({"quantity": ">100"})
    lines.table.reload()
    settle(qtbot, window)
    assert lines.sums.equal is False
    assert lines.sums.sums is not None
    assert lines.sums.sums.count == lines.table.count > 0


def test_the_filter_bar_narrows_all_figures(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = show_page("performance")
    page = page_of(window)
    channel = page.answer.channels[0]  # type: ignore[union-attr]
    page.filters.channel.choose(channel.id)
    settle(qtbot, window)
    answer = page.answer
    assert answer is not None
    assert answer.scope.channel_type_id == channel.id
    assert answer.sales.current is not None
    cut = demo_desk.ask(drill.drill, answer.scope, "partner")
    assert answer.sales.current.net == cut.net
    page.filters.compare.choose("target")
    settle(qtbot, window)
    assert page.chart.data is not None
    assert [one.name for one in page.chart.data.series] == ["Fact", "Target"]


def test_copy_and_export_of_the_ranking(show_page: ShowPage, qtbot: QtBot, tmp_path: Path) -> None:
    window = show_page("performance", whole_month())
    page = page_of(window)
    page.ranking.copy()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == page.ranking.model.rowCount() + 1
    assert copied[0].split("\t")[1] == "Partner"
    page.ranking.export_to(str(tmp_path / "ranking.csv"))
    settle(qtbot, window)
    written = (tmp_path / "ranking.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == len(copied)
    for chart, name in ((page.chart, "sales"), (page.mix.chart, "mix"), (page.concentration.chart, "share")):
        for kind in ("png", "svg", "csv"):
            chart.export_to(str(tmp_path / f"{name}.{kind}"))
            settle(qtbot, window)
            assert (tmp_path / f"{name}.{kind}").stat().st_size > 50


def test_an_order_taken_offline_counts_at_once_and_is_marked(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = active(qtbot, show_page("performance"))
    page = page_of(window)
    before = page.answer.sales.current  # type: ignore[union-attr]
    assert before is not None
    assert page.figures.sales.toolTip() != ""
    net, partner_id = take_order(demo_desk)
    settle(qtbot, window)
    now = page.answer.sales.current  # type: ignore[union-attr]
    assert now is not None
    assert (now.net, now.pending) == ((before.net or 0) + net, before.pending + net)
    assert "provisional" in page.figures.sales.toolTip()
    part = next(one for one in page.answer.parts if one.scope.partner_id == partner_id)  # type: ignore[union-attr]
    column = next(one for one in page.ranking.view.columns if one.id == "net")
    assert column.provisional is not None
    assert "provisional" in column.provisional(part)
    to_lines(qtbot, window)
    lines = lines_of(window)
    assert shown_sum(demo_desk, lines) == {"CNY": now.net}
    assert lines.sums.equal is True
    marked = [row for row in demo_desk.ask(order_lines.rows, lines.table.model.keys) if row.provisional]
    assert sum(row.net for row in marked) == now.pending


def take_order(desk: Desk) -> tuple[int, bytes]:
    """Of what is suggested, at the first partner where nothing speaks against it: (net, partner)."""
    for key in desk.ask(partners.keys):
        row = desk.ask(partners.rows, [key])[0]
        context = desk.ask(order_entry.entry_context, row.id)
        if context is None:
            continue
        wanted = [one for one in context.suggestions if one.suggestion.quantity > 0][:3]
        draft = OrderDraft(
            row.id, tuple(DraftLine(one.offer.product_id, one.suggestion.quantity) for one in wanted)
        )
        if wanted and desk.ask(orders.assess, draft, context.today).sendable:
            placed = desk.act(orders.place, draft).value
            return sum(line.net for line in desk.ask(_lines_of, placed.order_id)), row.id
    raise AssertionError("no partner can order")


def _lines_of(connection: sa.Connection, order_id: bytes) -> list[order_lines.LineRow]:
    found = connection.execute(sa.text("SELECT rowid FROM order_line WHERE order_id = :o"), {"o": order_id})
    return order_lines.rows(connection, list(found.scalars()))


def test_the_table_of_a_chart_names_the_unit_of_its_own_amounts(show_page: ShowPage, qtbot: QtBot) -> None:
    page = page_of(show_page("performance"))
    plotted = page.chart._unit.text()
    qtbot.mouseClick(page.chart._table_button, Qt.MouseButton.LeftButton)
    assert (plotted, page.chart._unit.text()) == ("CNY million", "CNY")
    assert not page.chart.legend.isVisible()
    qtbot.mouseClick(page.chart._table_button, Qt.MouseButton.LeftButton)
    assert page.chart._unit.text() == "CNY million"
    assert page.chart.legend.isVisible()


def test_sorting_keeps_missing_values_last(show_page: ShowPage, qtbot: QtBot) -> None:
    page = page_of(show_page("performance"))
    page.show_overdue()
    amounts = [page.ranking.model.row(at).overdue for at in range(page.ranking.model.rowCount())]  # type: ignore[union-attr]
    known = [one for one in amounts if one is not None]
    assert known == sorted(known, reverse=True)
    assert amounts[: len(known)] == known


@pytest.fixture
def empty_desk(empty_profile: DemoProfile) -> Iterator[Desk]:
    with empty_profile.open() as opened:
        yield opened


def test_an_empty_profile_says_what_to_do(empty_desk: Desk, show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("performance", desk=empty_desk)
    page = page_of(window)
    assert page.face.isVisible()
    assert page.face.kind == "empty"
    window.router.go("order_lines")
    settle(qtbot, window)
    assert lines_of(window).face.kind == "empty"


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_nothing_is_wider_than_the_window(show_page: ShowPage, qtbot: QtBot, size: tuple[int, int]) -> None:
    page = page_of(show_page("performance", size=size))
    view = page.ranking.view
    assert not view.horizontalScrollBar().isVisible() or size[0] < 1200
    right = page.mapToGlobal(page.rect().bottomRight()).x()
    for part in (page.header, page.filters, page.figures, page.chart, page.mix, page.ranking):
        assert part.mapToGlobal(part.rect().bottomRight()).x() <= right


def test_the_current_row_is_the_first_after_going_down(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("performance")
    click(qtbot, window, 2, "name")
    index: QModelIndex = page_of(window).ranking.view.currentIndex()
    assert index.row() == 0
