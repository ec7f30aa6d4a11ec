"""Prices and deviations over the demo profile: every price with its way, every deviation with its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import settings
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import deviations, order_lines, partner_prices
from tests.support import looking
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import formats, set_translator
from ui.pages.order_lines import OrderLinesPage
from ui.pages.prices import PricesPage
from ui.shell.window import Window
from ui.viewmodels.prices import Part, PricesView
from ui.widgets.prices.deviations import DeviationsPart
from ui.widgets.prices.part import PricesPart
from ui.widgets.table_view import TableView


def page_of(window: Window) -> PricesPage:
    page = window.router.page
    assert isinstance(page, PricesPage)
    return page


def prices_of(window: Window) -> PricesPart:
    return page_of(window).prices


def report_of(window: Window) -> DeviationsPart:
    return page_of(window).deviations


def active(qtbot: QtBot, window: Window) -> Window:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def one(desk: Desk, sql: str) -> bytes:
    return bytes(desk.ask(lambda c: c.execute(sa.text(sql)).scalar_one()))


def hengtai(desk: Desk) -> bytes:
    return one(desk, "SELECT id FROM partner WHERE name LIKE 'Hengtai%'")


# the page


def test_tabs_are_steps_of_the_way_back(show_page: ShowPage, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("prices"))
    page = page_of(window)
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window)
    assert page.view.part == "prices"
    assert page.prices.isVisible()
    assert page.prices.face.isVisible()
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, window)
    assert page.deviations.isVisible()
    window.router.back()
    window.router.back()
    settle(qtbot, window)
    assert page.promotions.isVisible()
    assert page.tabs.key == "promotions"
    QTest.keyClicks(window, "GM")
    settle(qtbot, window)
    assert window.router.here == "prices"


def test_what_was_chosen_in_one_part_stays_while_another_is_changed(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("prices", PricesView("prices", partner=hengtai(demo_desk), quantity=5_000))
    page = page_of(window)
    page.tabs.choose("deviations")
    settle(qtbot, window)
    page.deviations.days.choose(30)
    settle(qtbot, window)
    page.tabs.choose("prices")
    settle(qtbot, window)
    assert (page.view.partner, page.view.quantity, page.view.days) == (hengtai(demo_desk), 5_000, 30)
    assert page.prices.table.isVisible()
    page.prices.quantity.setText("7")
    page.prices.quantity.editingFinished.emit()
    settle(qtbot, window)
    page.tabs.choose("deviations")
    settle(qtbot, window)
    assert page.deviations.days.key == 30


@pytest.fixture
def empty_desk(empty_profile: DemoProfile) -> Iterator[Desk]:
    with empty_profile.open() as desk:
        yield desk


@pytest.mark.parametrize("part", ["promotions", "prices", "deviations"])
def test_an_empty_profile_says_what_is_missing(empty_desk: Desk, show_page: ShowPage, part: Part) -> None:
    page = page_of(show_page("prices", PricesView(part), desk=empty_desk))
    face = {
        "promotions": page.promotions.table.face,
        "prices": page.prices.face,
        "deviations": page.deviations.list.face,
    }[part]
    assert face.isVisible()
    assert face.kind == "empty"
    assert face.accessibleName()


def test_a_partner_who_has_nothing_yet_is_told_so(empty_desk: Desk, show_page: ShowPage) -> None:
    empty_desk.profile = replace(empty_desk.profile, role="partner")
    part = page_of(show_page("prices", PricesView("prices"), desk=empty_desk)).prices
    assert part.face.isVisible()
    assert not part.table.isVisible()
    assert part.face.accessibleName() == "No prices"


# prices


def test_a_partner_is_found_by_typing_and_its_first_price_is_explained(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("prices", PricesView("prices"))
    part = prices_of(window)
    QTest.keyClicks(part.partner, "hengtai")
    settle(qtbot, window)
    QTest.keyClick(part.partner, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert page_of(window).view.partner == hengtai(demo_desk)
    assert part.whose.text() == "Hengtai Hardware, Hangzhou"
    assert part.table.count == demo_desk.ask(
        lambda c: c.execute(sa.text("SELECT count(*) FROM product WHERE active = 1")).scalar()
    )
    found = part.pane.priced
    assert found is not None
    assert found.made is not None
    row = part.table.current_row()
    assert (found.row.product_id, found.row.net) == (row.product_id, row.net)
    assert part.pane.steps.steps == found.made.steps
    data = part.pane.chart.data
    assert data is not None
    assert data.keys == tuple(bar.part for bar in found.made.bars)
    assert formats().money(found.made.bars[-1].amount, "CNY") in part.pane.steps.accessibleDescription()
    lists = [line.entry for line in part.pane.lists.lines]
    assert [entry.title.split()[-1] for entry in lists] == [
        each.code
        for each in part.pane.lists_found.lists  # type: ignore[union-attr]
    ]
    holding = [entry for entry in lists if entry.tone == "good"]
    assert [entry.title.split()[-1] for entry in holding] == [found.row.price_list]


def test_a_quantity_reaches_its_break_and_shows_it_as_a_bar(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("prices", PricesView("prices", partner=hengtai(demo_desk)))
    part = prices_of(window)
    part.quantity.setText("2,400")
    part.quantity.editingFinished.emit()
    settle(qtbot, window)
    assert page_of(window).view.quantity == 2_400_000
    rows = [part.table.model.row(at) for at in range(60)]
    at = next(at for at, row in enumerate(rows) if row.price < row.first)
    part.table.view.setCurrentIndex(part.table.model.index(at, 1))
    settle(qtbot, window)
    found = part.pane.priced
    assert found is not None
    assert found.made is not None
    assert [bar.part for bar in found.made.bars][:2] == ["list", "break"]
    assert "From a quantity of" in part.pane.chart.plot.accessibleDescription()
    window.router.back()
    settle(qtbot, window)
    assert page_of(window).view.quantity is None
    assert part.quantity.text() == ""


def test_a_quantity_that_is_none_is_refused(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = show_page("prices", PricesView("prices", partner=hengtai(demo_desk)))
    part = prices_of(window)
    for text, told in (("ten", "not a number"), ("0", "above zero")):
        part.quantity.setText(text)
        part.quantity.editingFinished.emit()
        assert told in window.messages.message
        assert page_of(window).view.quantity is None


def test_a_product_costs_every_partner_what_the_rules_say(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("prices", PricesView("prices", partner=hengtai(demo_desk)))
    part = prices_of(window)
    row = part.table.current_row()
    part.way.choose("product")
    settle(qtbot, window)
    assert part.product.isVisible()
    assert not part.partner.isVisible()
    QTest.keyClicks(part.product, row.code)
    settle(qtbot, window)
    QTest.keyClick(part.product, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert page_of(window).view.product == row.product_id
    same = next(
        each
        for at in range(part.table.count)
        if (each := part.table.model.row(at)) is not None and each.partner_id == hengtai(demo_desk)
    )
    assert (same.price, same.net, same.price_list) == (row.price, row.net, row.price_list)
    asked = partner_prices.Asked(product_id=row.product_id)
    assert part.table.count == len(demo_desk.ask(partner_prices.keys, part.table.view_asked(), asked))


# deviations


def test_the_report_leads_to_lines_that_add_up(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("prices", PricesView("deviations")))
    part = report_of(window)
    found = demo_desk.ask(deviations.report)
    assert part.report == found
    wrong = [row for row in found.rows if row.found.too_far or row.found.under_floor]
    assert part.list.rows == tuple(wrong)
    assert wrong
    row = part.pane.row
    assert row == wrong[0]
    part.list.view.setFocus()
    QTest.keyClick(part.list.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, OrderLinesPage)
    assert page.table.count == row.lines
    assert page.sums.equal
    page.go_up()
    settle(qtbot, window)
    assert page_of(window).view.part == "deviations"


def test_only_the_lines_below_the_floor(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = active(qtbot, show_page("prices", PricesView("deviations")))
    part = report_of(window)
    part.tabs.choose("floor")
    settle(qtbot, window)
    row = part.pane.row
    assert row is not None
    assert row.found.under_floor
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.router.here == "order_lines")
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, OrderLinesPage)
    ids = {each.id for each in demo_desk.ask(order_lines.rows, page.table.model.keys)}
    assert ids == {each.line.id for each in row.found.below}
    assert page.sums.equal


def test_a_bar_leads_to_the_lines_of_its_channel(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    window = show_page("prices", PricesView("deviations"))
    part = report_of(window)
    row = part.pane.row
    assert row is not None
    channel = row.found.channels[0]
    data = part.pane.chart.data
    assert data is not None
    assert data.series[0].values[0] == channel.price
    part.pane.channel.choose(0)
    assert formats().money(channel.net, row.currency) in part.pane.channel_steps.accessibleDescription()
    part.pane.chart.picked.emit(channel.channel)
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, OrderLinesPage)
    assert page.table.count == channel.lines


def test_the_bar_of_partners_without_a_channel_leads_to_their_lines(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    busiest = """SELECT l.partner_id FROM order_line l WHERE l.product_id = (
    SELECT product_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)
    GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""
    with demo_desk.database.apply() as connection:
        connection.execute(sa.text(f"UPDATE partner SET channel_type_id = NULL WHERE id = ({busiest})"))
    window = show_page("prices", PricesView("deviations", days=365))
    part = report_of(window)
    part.tabs.choose("every")
    assert part.report is not None
    product = one(demo_desk, MOST_SOLD)
    row = next(
        row
        for row in part.report.rows
        if row.product_id == product and any(each.channel is None for each in row.found.channels)
    )
    part.list.current.emit(row)
    channel = next(each for each in row.found.channels if each.channel is None)
    assert 0 < channel.lines < row.lines
    part.pane.chart.picked.emit(b"")
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, OrderLinesPage)
    assert page.table.count == channel.lines
    assert page.sums.equal


def test_search_period_and_setting_narrow_the_report(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    window = show_page("prices", PricesView("deviations"))
    part = report_of(window)
    part.tabs.choose("every")
    assert part.report is not None
    everything = len(part.report.rows)
    assert len(part.list.rows) == everything
    QTest.keyClicks(part.search, "grinder")
    qtbot.waitUntil(lambda: 0 < len(part.list.rows) < everything)
    part.search.setText("no such thing")
    part._fill()
    assert part.list.face.isVisible()
    part.search.clear()
    part.days.choose(30)
    settle(qtbot, window)
    assert page_of(window).view.days == 30
    assert len(part.list.rows) < everything
    part.show_view(PricesView("deviations", days=365))
    assert part.list.face.isVisible()
    assert part.list.face.kind == "loading"
    settle(qtbot, window)
    assert not part.list.face.isVisible()
    assert len(part.list.rows) > everything
    before = part.report.allowed
    window.tasks.act(settings.put, "price_spread", "30")
    settle(qtbot, window)
    assert (before, part.report.allowed) == (500, 3_000)
    assert part.allowed.text() == "Allowed: 30% apart"
    part.allowed.click()
    settle(qtbot, window)
    assert (window.router.here, window.router.subject) == ("settings", "price_spread")


def test_the_report_is_sorted_copied_and_exported(show_page: ShowPage, qtbot: QtBot, tmp_path: Path) -> None:
    window = show_page("prices", PricesView("deviations"))
    part = report_of(window)
    part.tabs.choose("every")
    rows = len(part.list.rows)
    part.list.view.header.sorted.emit("name", False)
    part.list.view.header.set_sort("spread", True)
    part.list.view.header.sorted.emit("spread", True)
    spreads = [part.list.model.row(at).found.spread for at in range(rows)]
    known = [each for each in spreads if each is not None]
    assert known == sorted(known, reverse=True)
    assert spreads == known + [None] * (rows - len(known))
    part.list.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == rows + 1
    for name in ("apart.csv", "apart.xlsx"):
        part.list.export_to(str(tmp_path / name))
        settle(qtbot, window)
        assert (tmp_path / name).stat().st_size > 500
    lines = (tmp_path / "apart.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == rows + 1
    assert lines[0].startswith("Article,Product,Cheapest,Dearest,Apart,Below floor,At stake")


# looks

MOST_SOLD = "SELECT product_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
SEEN = ("ordered", "missing", "effect", "stock", "prices", "product", "deviations")


def seen(show_page: ShowPage, desk: Desk, qtbot: QtBot, what: str, size: tuple[int, int]) -> Window:
    """The window with a part of the page as a person would see it."""
    view = {
        "prices": PricesView("prices", partner=hengtai(desk), quantity=2_400_000),
        "product": PricesView("prices", product=one(desk, MOST_SOLD)),
        "deviations": PricesView("deviations"),
    }.get(what, PricesView(promotion=one(desk, "SELECT id FROM promotion WHERE code = 'ORDER-20K'")))
    window = show_page("prices", view, size=size)
    if view.part == "promotions":
        page_of(window).promotions.pane.tabs.choose(what)
        settle(qtbot, window)
    return window


@pytest.mark.parametrize(
    ("language", "size"),
    [
        *((language, size) for language in ("en", "zh_CN", "zh_TW") for size in ((1440, 900), (1024, 700))),
        ("qps", (1440, 900)),
    ],
)
@pytest.mark.parametrize("what", SEEN)
def test_nothing_is_cut_off_in_any_part(
    show_page: ShowPage,
    demo_desk: Desk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    size: tuple[int, int],
    language: str,
) -> None:
    set_translator(Translator(language, home="CNY"))
    window = seen(show_page, demo_desk, qtbot, what, size)
    with looking.watching(monkeypatch) as painted:
        window.grab()
    assert looking.nameless(window) == []
    assert looking.tab_jumps(page_of(window)) == []
    assert looking.cut_off(window, painted) == []
    tables = [each for each in page_of(window).findChildren(TableView) if each.isVisible()]
    assert tables
    beyond = {each.accessibleName(): each.horizontalScrollBar().maximum() for each in tables}
    assert language == "qps" or not any(beyond.values()), beyond


def test_no_price_appears_once_nothing_is_chosen(show_page: ShowPage, qtbot: QtBot, demo_desk: Desk) -> None:
    """Its answer was on its way while the list became empty."""
    window = show_page("prices", PricesView("prices", partner=hengtai(demo_desk)))
    prices = prices_of(window)
    assert prices.pane.priced is not None
    QTest.keyClick(prices.table.view, Qt.Key.Key_Down)
    prices.table.model.set_keys([])
    prices.table.current.emit(None)
    settle(qtbot, window)
    assert prices.pane.priced is None
