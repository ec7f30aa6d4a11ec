"""The list of orders and what can be done with one, over the real demo profile and a real headquarters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders as actions
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import drafts, order_entry, orders, partners
from channeldesk.queries.column_figures import SUM
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.views import ListView
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import set_translator
from ui.pages import PAGES
from ui.pages.order import OrderPage
from ui.pages.order_entry import OrderEntryPage
from ui.pages.orders import OrdersPage
from ui.shell.window import Window
from ui.tasks import Tasks
from ui.viewmodels.order_entry import Wanted

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def buyer(desk: Desk) -> bytes:
    keys = desk.ask(partners.keys, ListView(sort="name"))
    return next(row.id for row in desk.ask(partners.rows, keys) if row.name.startswith("Hengtai"))


def draft_of(desk: Desk, lines: int, quantity: int = 0) -> OrderDraft:
    """Of what is suggested; ``quantity`` replaces what is suggested."""
    context = desk.ask(order_entry.entry_context, buyer(desk))
    assert context is not None
    wanted = [
        DraftLine(one.offer.product_id, quantity or one.suggestion.quantity)
        for one in context.suggestions[:lines]
    ]
    return OrderDraft(context.partner_id, tuple(wanted))


def orders_page(window: Window) -> OrdersPage:
    page = window.router.page
    assert isinstance(page, OrdersPage)
    return page


@contextmanager
def window_over(qtbot: QtBot, desk: Desk, page: str, subject: object = None) -> Iterator[Window]:
    window = Window(Tasks(desk), desk.profile, PAGES)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    window.start(page, subject)
    settle(qtbot, window)
    yield window
    window.hide()
    assert window.tasks.close()
    window.tasks.deleteLater()
    window.deleteLater()


def test_the_list_filters_sorts_searches_and_sums(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("orders")
    page = orders_page(window)
    every = demo_desk.ask(orders.keys)
    assert page.table.count == len(every)
    ((currency, sum_of),) = demo_desk.ask(orders.figures, every, {"total": SUM})["total"].items()
    assert currency == "CNY"
    assert page.table.figures is not None
    assert page.table.figures.cells["total"].text() == f"{sum_of.total / 100:,.2f}"
    page.tabs.choose("coming")
    settle(qtbot, window)
    counts = demo_desk.ask(orders.counts)
    assert page.table.count == counts.coming > 0
    page.tabs.choose("every")
    page.search.setText("hzht")
    QTest.keyClick(page.search, Key.Key_Return)
    settle(qtbot, window)
    found = demo_desk.ask(orders.rows, page.table.model.keys)
    assert found
    assert {row.partner_local for row in found} == {"杭州恒泰五金机电有限公司"}
    page.table.view.header.set_sort("total", True)
    page.table.reload()
    settle(qtbot, window)
    totals = [row.total for row in demo_desk.ask(orders.rows, page.table.model.keys)]
    assert totals == sorted(totals, reverse=True)
    page.search.setText("no such number")
    QTest.keyClick(page.search, Key.Key_Return)
    settle(qtbot, window)
    assert page.table.face.isVisible()


def test_the_newest_order_stands_beside_the_list_from_the_start(
    qtbot: QtBot, demo_desk: Desk, show_page: ShowPage
) -> None:
    """Also when the order was taken during a visit, to which the form went back."""
    placed = demo_desk.act(actions.place, draft_of(demo_desk, 3)).value
    page = orders_page(show_page("orders"))
    row = page.table.current_row()
    assert row is not None and row.id == placed.order_id
    assert page.pane.detail is not None and page.pane.detail.order.id == placed.order_id


def test_the_order_beside_the_list_follows_the_cursor(qtbot: QtBot, show_page: ShowPage) -> None:
    window = show_page("orders")
    page = orders_page(window)
    page.table.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(page.table.view, Key.Key_Down)
        settle(qtbot, window)
        detail = page.pane.detail
        assert detail is not None
        seen.append(detail.order.id)
        row = page.table.current_row()
        assert row is not None
        assert detail.order.id == row.id
        assert sum(line.net for line in detail.lines) == detail.order.net
        assert page.pane.history.accessibleDescription()
    assert len(set(seen)) == 3
    QTest.keyClick(page.table.view, Key.Key_Return)
    settle(qtbot, window)
    whole = window.router.page
    assert isinstance(whole, OrderPage)
    assert whole.pane.detail is not None
    assert whole.pane.detail.order.id == seen[-1]
    whole.pane.close_button.click()
    settle(qtbot, window)
    assert window.router.here == "orders"
    assert page.pane.detail is not None
    assert page.pane.detail.order.id == seen[-1]


def test_an_order_that_is_gone_says_so(qtbot: QtBot, show_page: ShowPage) -> None:
    window = show_page("order", bytes(16))
    page = window.router.page
    assert isinstance(page, OrderPage)
    assert page.face.kind == "empty"
    page.face.pressed.emit()
    settle(qtbot, window)
    assert window.router.here == "orders"


def test_an_order_is_opened_by_its_id_whatever_was_filtered(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("orders")
    page = orders_page(window)
    page.tabs.choose("returns")
    settle(qtbot, window)
    key = demo_desk.ask(orders.keys)[700]
    (row,) = demo_desk.ask(orders.rows, [key])
    window.router.go("orders", row.id)
    settle(qtbot, window)
    assert page.pane.detail is not None
    assert page.pane.detail.order.id == row.id
    current = page.table.current_row()
    assert current is not None
    assert current.id == row.id


def test_an_order_is_opened_though_the_list_answers_first(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("orders")
    page = orders_page(window)
    keys = demo_desk.ask(orders.keys)
    other, row = demo_desk.ask(orders.rows, [keys[0], keys[700]])
    window.router.go("orders", row.id)
    page.table.current.emit(other)
    settle(qtbot, window)
    assert page.pane.detail is not None
    assert page.pane.detail.order.id == row.id
    current = page.table.current_row()
    assert current is not None
    assert current.id == row.id


def test_repeating_an_order_takes_todays_prices(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("orders")
    page = orders_page(window)
    page.table.setFocus()
    QTest.keyClick(page.table.view, Key.Key_Down)
    settle(qtbot, window)
    detail = page.pane.detail
    assert detail is not None
    page.pane.repeat.click()
    settle(qtbot, window)
    form = window.router.page
    assert isinstance(form, OrderEntryPage)
    assert form.entry is not None
    assert form.entry.context.partner_id == detail.order.partner_id
    assert [(one.product_id, one.quantity) for one in form.entry.lines] == [
        (line.product_id, line.quantity) for line in detail.lines
    ]
    assert all(one.quoted.line.agreed_price is None for one in form.entry.lines)


def test_cancelling_a_waiting_order_can_be_undone(qtbot: QtBot, demo_desk: Desk, show_page: ShowPage) -> None:
    placed = demo_desk.act(actions.place, draft_of(demo_desk, 3)).value
    window = show_page("orders", placed.order_id)
    page = orders_page(window)
    assert page.pane.cancel.isVisible()
    others = len(demo_desk.ask(orders.keys))
    for _ in range(2):
        QTest.mouseClick(page.pane.cancel, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert demo_desk.ask(orders.detail, placed.order_id) is None, "it was never sent"
    assert len(demo_desk.ask(orders.keys)) == others - 1
    assert "cancelled" in window.messages.message, "a double click is no second order to cancel"
    window.messages.undo()
    settle(qtbot, window)
    again = demo_desk.ask(orders.detail, placed.order_id)
    assert again is not None
    assert len(again.lines) == 3


def test_only_the_highlighted_order_is_cancelled(qtbot: QtBot, demo_desk: Desk, show_page: ShowPage) -> None:
    """Down and the button at once: the pane still shows the order before."""
    placed = demo_desk.act(actions.place, draft_of(demo_desk, 3)).value
    window = show_page("orders")
    page = orders_page(window)
    assert page.pane.detail is not None and page.pane.detail.order.id == placed.order_id
    QTest.keyClick(page.table.view, Key.Key_Down)
    page.pane.cancel.click()
    settle(qtbot, window)
    assert demo_desk.ask(orders.detail, placed.order_id) is not None


def test_a_draft_is_offered_over_the_list(qtbot: QtBot, demo_desk: Desk, show_page: ShowPage) -> None:
    kept = demo_desk.act(actions.save_draft, draft_of(demo_desk, 2)).value
    window = show_page("orders")
    page = orders_page(window)
    assert page.drafts.isVisible()
    window.router.go("order_entry", Wanted(draft_id=kept.id))
    settle(qtbot, window)
    form = window.router.page
    assert isinstance(form, OrderEntryPage)
    assert form.entry is not None
    assert len(form.entry.lines) == 2


def test_a_rejected_order_is_put_right_and_accepted(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    """Too much for the credit limit: rejected, marked, put right at the keyboard, sent again, accepted."""
    with demo_profile.serving(), demo_profile.open() as desk:
        placed = desk.act(actions.place, draft_of(desk, 2, quantity=9_000_000)).value
        assert any(one.code == "credit.exceeded" for one in placed.warnings)
        with window_over(qtbot, desk, "orders", placed.order_id) as window:
            page = orders_page(window)
            row = page.table.current_row()
            assert row is not None
            assert (row.status, row.provisional) == ("placed", True)
            desk.sync(in_process=True)
            settle(qtbot, window)
            detail = page.pane.detail
            assert detail is not None
            assert detail.order.status == "rejected"
            assert detail.reasons[0].code == "credit.exceeded"
            assert page.pane.reasons.isVisible()
            assert page.pane.correct.isVisible()
            assert not page.pane.cancel.isVisible()
            page.tabs.choose("rejected")
            settle(qtbot, window)
            assert placed.order_id in {one.id for one in desk.ask(orders.rows, page.table.model.keys)}

            page.pane.correct.click()
            settle(qtbot, window)
            form = window.router.page
            assert isinstance(form, OrderEntryPage)
            assert form.entry is not None
            assert form.form is not None
            assert form.entry.revises == placed.order_id
            _key_quantities(qtbot, window, form, "3")
            assert [one.quantity for one in form.entry.lines] == [3000, 3000]
            assert form.entry.quote.warnings == ()
            _send(qtbot, window)
            assert window.router.here == "orders"
            window.messages.undo()
            settle(qtbot, window)
            assert window.router.here == "order_entry", "the correction is on the form again"
            assert form.entry.revises == placed.order_id
            assert [one.quantity for one in form.entry.lines] == [3000, 3000]
            again = desk.ask(orders.detail, placed.order_id)
            assert again is not None
            assert (again.order.status, again.order.rejected) == ("rejected", True)
            form.setFocus()
            _send(qtbot, window)

            assert window.router.here == "orders"
            detail = page.pane.detail
            assert detail is not None
            assert detail.order.id == placed.order_id
            assert (detail.order.status, detail.order.provisional) == ("placed", True)
            assert detail.order.number == placed.number, "it keeps its number"
            assert desk.ask(drafts.drafts, desk.profile.user_id) == ()
            desk.sync(in_process=True)
            settle(qtbot, window)
            detail = page.pane.detail
            assert detail is not None
            assert (detail.order.status, detail.order.provisional) == ("accepted", False)
            assert detail.order.number != placed.number, "headquarters gave its own"


def _send(qtbot: QtBot, window: Window) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Key.Key_Return, CONTROL)
    qtbot.wait(150)
    settle(qtbot, window)


def test_a_rejected_order_is_sent_again_or_given_up(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    with demo_profile.serving(), demo_profile.open() as desk:
        placed = desk.act(actions.place, draft_of(desk, 1, quantity=90_000_000)).value
        desk.sync(in_process=True)
        with window_over(qtbot, desk, "orders", placed.order_id) as window:
            page = orders_page(window)
            page.pane.resend.click()
            settle(qtbot, window)
            detail = desk.ask(orders.detail, placed.order_id)
            assert detail is not None
            assert detail.order.status == "placed"
            desk.sync(in_process=True)
            settle(qtbot, window)
            assert page.pane.give_up.isVisible(), "rejected once more"
            page.pane.give_up.click()
            settle(qtbot, window)
            assert desk.ask(orders.detail, placed.order_id) is None
            window.messages.undo()
            settle(qtbot, window)
            detail = desk.ask(orders.detail, placed.order_id)
            assert detail is not None
            assert (detail.order.status, len(detail.lines)) == ("rejected", 1)


def _key_quantities(qtbot: QtBot, window: Window, form: OrderEntryPage, quantity: str) -> None:
    """The same quantity into every line, from the last one up."""
    assert form.form is not None
    assert form.entry is not None
    form.form.grid.setFocus()
    for at in range(len(form.entry.lines)):
        form.form.grid.setCurrentIndex(form.form.grid.rows.index(at, form.form.grid.column("quantity")))
        QTest.keyClick(form.form.grid, quantity)
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClick(editor, Key.Key_Return)
        settle(qtbot, window)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_an_empty_profile_says_how_to_begin(
    qtbot: QtBot, empty_profile: DemoProfile, show_page: ShowPage, language: str, size: tuple[int, int]
) -> None:
    set_translator(Translator(language, zone="UTC", home="CNY"))
    with empty_profile.open() as desk, window_over(qtbot, desk, "orders") as window:
        window.resize(*size)
        page = orders_page(window)
        assert page.table.face.kind == "empty"
        assert page.pane.detail is None
        QTest.keyClick(page.table.view, Key.Key_N)
        qtbot.wait(150)
        settle(qtbot, window)
        assert window.router.here == "order_entry"
        form = window.router.page
        assert isinstance(form, OrderEntryPage)
        assert form.choose.isVisible()


def test_an_empty_list_names_every_filter_and_one_click_clears_them(
    qtbot: QtBot, show_page: ShowPage
) -> None:
    window = show_page("orders")
    page = orders_page(window)
    every = page.table.count
    QTest.keyClicks(page.search, "nobody is called so")
    QTest.keyClick(page.search, Key.Key_Return)
    page.tabs.choose("waiting")
    page.table.tools.show_ids(["number"])
    settle(qtbot, window)
    face = page.table.face
    assert face.isVisible()
    assert face._text.text().splitlines() == [
        "No order fits these filters.",
        "Status: Placed · searched for “nobody is called so”",
    ]
    QTest.mouseClick(face._button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert face.isHidden()
    assert (page.search.text(), page.tabs.key, page.table.count) == ("", "every", every)
