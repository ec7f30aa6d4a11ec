"""The page of approvals, and asking from the pages about orders, over the real demo profile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.actions import credit_blocks, stock
from channeldesk.actions import orders as actions
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Money, notice
from channeldesk.queries import approvals, clock, count_sheet, order_entry, orders
from channeldesk.queries.drafts import DraftLine, OrderDraft
from tests.support.counting import set_limit
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from tests.ui.pages.test_orders_list import buyer, window_over
from ui.pages.approvals import ApprovalsPage
from ui.pages.stock import StockPage
from ui.shell.window import Window
from ui.viewmodels.order_entry import Wanted
from ui.widgets.approvals.pass_on import PassOnDialog
from ui.widgets.label import Label
from ui.widgets.orders.ask_change import AskCancelDialog, AskChangeDialog


def huge(desk: Desk) -> OrderDraft:
    """Beyond any credit limit of the demo."""
    with desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE partner SET credit_limit = 1000")
    context = desk.ask(order_entry.entry_context, buyer(desk))
    assert context is not None
    offer = next(one.offer for one in context.suggestions)
    return OrderDraft(context.partner_id, (DraftLine(offer.product_id, 9_000_000),))


def nothing_asked(desk: Desk) -> None:
    """Without the requests that the demo brings."""
    with desk.database.apply() as connection:
        for table in ("approval_line", "approval"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def asked(desk: Desk, count: int = 1) -> list[bytes]:
    """Orders that wait for a person, as another manager asked for them: their requests."""
    nothing_asked(desk)
    for number in range(count):
        desk.act(actions.place, replace(huge(desk), because=f"Reason {number}"))
    with desk.database.apply() as connection:
        connection.exec_driver_sql(
            "UPDATE approval SET created_by = (SELECT id FROM app_user WHERE login = 'wang.fang')"
        )
        connection.exec_driver_sql("UPDATE app_user SET approves = 1")
    return [row.id for row in desk.ask(approvals.rows, desk.ask(approvals.keys))]


def page_of(window: Window) -> ApprovalsPage:
    page = window.router.page
    assert isinstance(page, ApprovalsPage)
    return page


def statuses(desk: Desk) -> list[str]:
    return sorted(row.status for row in desk.ask(approvals.rows, desk.ask(approvals.keys)))


def test_one_is_read_and_decided(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    asked(demo_desk, 2)
    window = show_page("approvals")
    page = page_of(window)
    pane = page.pane
    assert page.table.count == 2
    assert pane.detail is not None
    assert "Reason" in pane.because.text()
    assert pane.approve.isVisible()
    pane.words.setText("This once")
    pane.refuse.click()
    settle(qtbot, window)
    assert statuses(demo_desk) == ["asked", "refused"]
    assert page.table.count == 1
    page.tabs.choose("decided")
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.rows, page.table.model.keys)
    assert row.decision == "This once"
    window.messages.undo()
    settle(qtbot, window)
    assert statuses(demo_desk) == ["asked", "asked"]


@pytest.fixture
def hasty() -> Iterator[None]:
    """Every press is as close to the one before as the second of a double click."""
    usual = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(60_000)
    yield
    QApplication.setDoubleClickInterval(usual)


@pytest.mark.usefixtures("hasty")
def test_a_double_click_does_not_decide_the_next_one_too(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    """What moves up into the place of the first was not read yet."""
    asked(demo_desk, 3)
    window = show_page("approvals")
    page = page_of(window)
    for _ in range(2):
        QTest.mouseClick(page.pane.approve, Qt.MouseButton.LeftButton)
        settle(qtbot, window)
    QTest.keyClick(page.table.view, Qt.Key.Key_A)
    settle(qtbot, window)
    assert statuses(demo_desk) == ["approved", "asked", "asked"]
    QApplication.setDoubleClickInterval(0)
    QTest.mouseClick(page.pane.approve, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert statuses(demo_desk) == ["approved", "approved", "asked"]


@pytest.mark.usefixtures("hasty")
def test_only_the_highlighted_request_is_decided(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    """Down and A at once: the pane still shows the request before."""
    asked(demo_desk, 2)
    window = show_page("approvals")
    page = page_of(window)
    first, second = page.table.model.keys
    QTest.keyClick(page.table.view, Qt.Key.Key_Down)
    QTest.keyClick(page.table.view, Qt.Key.Key_A)
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.rows, [first])
    assert row.status == "asked"
    QApplication.setDoubleClickInterval(0)
    QTest.keyClick(page.table.view, Qt.Key.Key_A)
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.rows, [second])
    assert row.status == "approved"


def test_what_headquarters_would_not_take_is_said_before(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    """The demo has a request to take a line out of an order whose goods are on a planned shipment."""
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE app_user SET approves = 1")
    found = demo_desk.ask(approvals.rows, demo_desk.ask(approvals.keys))
    row = next(one for one in found if demo_desk.ask(approvals.impossible, one.id) is not None)
    window = show_page("approvals", row.id)
    pane = page_of(window).pane
    assert pane.detail is not None
    assert pane.detail.row.id == row.id
    assert "planned ones too" in pane.reasons.text()
    assert not pane.approve.isEnabled()
    assert "planned ones too" in pane.approve.toolTip()
    assert pane.refuse.isEnabled()
    pane.refuse.click()
    settle(qtbot, window)
    assert "refused" in statuses(demo_desk)


def test_several_are_decided_at_once(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    asked(demo_desk, 3)
    window = show_page("approvals")
    page = page_of(window)
    page.table.view.selectAll()
    settle(qtbot, window)
    assert page.bar.isVisible()
    page.all_yes.click()
    settle(qtbot, window)
    assert statuses(demo_desk) == ["approved"] * 3
    assert page.table.face.isVisible()


def test_it_is_passed_on(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    asked(demo_desk)
    window = show_page("approvals")
    page = page_of(window)
    page.pane.pass_on.click()
    settle(qtbot, window)
    dialog = page.findChild(PassOnDialog)
    assert dialog is not None
    assert not dialog.main.isEnabled()
    dialog.person.setCurrentIndex(1)
    to = dialog.person.currentText()
    assert dialog.main.isEnabled()
    dialog.main.click()
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.rows, demo_desk.ask(approvals.keys))
    assert row.assigned == to


def test_without_the_right_one_reads_only(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    asked(demo_desk)
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE app_user SET approves = 0")
    page = page_of(show_page("approvals"))
    assert page.pane.detail is not None
    assert not page.pane.approve.isVisible()
    assert not page.pane.refuse.isVisible()


def test_ones_own_request_is_taken_back(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    nothing_asked(demo_desk)
    demo_desk.act(actions.place, replace(huge(demo_desk), because="Mine"))
    window = show_page("approvals")
    page = page_of(window)
    assert page.table.count == 0
    page.tabs.choose("mine")
    settle(qtbot, window)
    assert page.table.count == 1
    assert page.pane.withdraw.isVisible()
    assert not page.pane.approve.isVisible()
    page.pane.withdraw.click()
    settle(qtbot, window)
    assert statuses(demo_desk) == [], "what was never sent goes away with its order"
    assert page.table.count == 0


def test_the_order_form_asks_why_where_a_person_may_accept_it(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    nothing_asked(demo_desk)
    saved = demo_desk.act(actions.save_draft, huge(demo_desk)).value
    window = show_page("order_entry", Wanted(draft_id=saved.id))
    form = window.router.page.form  # type: ignore[attr-defined]
    assert form.pane.because_field.isVisible()
    QTest.keyClicks(form.pane.because_field.editor, "They pay on Friday")
    form.pane.place.click()
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.rows, demo_desk.ask(approvals.keys))
    assert (row.because, row.status) == ("They pay on Friday", "asked")


@contextmanager
def accepted(qtbot: QtBot, profile: DemoProfile) -> Iterator[tuple[Desk, Window, Any]]:
    """The page of an order that headquarters accepted."""
    with profile.serving(), profile.open() as desk:
        context = desk.ask(order_entry.entry_context, buyer(desk))
        assert context is not None
        lines = tuple(DraftLine(one.offer.product_id, 3_000) for one in context.suggestions[:2])
        placed = desk.act(actions.place, OrderDraft(context.partner_id, lines)).value
        desk.sync(in_process=True)
        with window_over(qtbot, desk, "order", placed.order_id) as window:
            yield desk, window, window.router.page.pane  # type: ignore[attr-defined]


def test_a_change_is_asked_for_decided_and_carried_out(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    with accepted(qtbot, demo_profile) as (desk, window, pane):
        before = pane.detail
        assert pane.change.isVisible()
        pane.change.click()
        settle(qtbot, window)
        dialog = window.router.page.findChild(AskChangeDialog)
        assert dialog is not None
        assert not dialog.main.isEnabled()
        dialog.quantities[0].setText("1")
        assert not dialog.main.isEnabled(), "it does not say why"
        dialog.because.setText("They need fewer")
        dialog.quantities[1].setText("many")
        assert dialog.wrong.text()
        assert not dialog.main.isEnabled()
        dialog.quantities[1].setText("-1")
        assert "below zero" in dialog.wrong.text()
        dialog.quantities[1].setText("3")
        for typed, told in (("2020-01-01", "is past"), ("9999-12-31", "Check the year")):
            dialog.day.setText(typed)
            assert told in dialog.wrong.text()
            assert not dialog.main.isEnabled()
        dialog.day.setText("")
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, window)
        assert pane.detail.asked == "amendment"
        assert not pane.change.isVisible()
        desk.sync(in_process=True)
        rows = desk.ask(approvals.rows, desk.ask(approvals.keys))
        assert [row.provisional for row in rows if row.mine and row.order_id == before.order.id] == [False]
        after = desk.ask(orders.detail, before.order.id)
        assert after.order.total == before.order.total, "nothing happens before somebody decides"


def test_a_change_adds_a_product(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    with accepted(qtbot, demo_profile) as (desk, window, pane):
        before = pane.detail
        context = desk.ask(order_entry.entry_context, before.order.partner_id)
        assert context is not None
        known = {line.product_id for line in before.lines}
        new = next(one.offer for one in context.suggestions if one.offer.product_id not in known)
        pane.change.click()
        settle(qtbot, window)
        dialog = window.router.page.findChild(AskChangeDialog)
        assert dialog is not None
        dialog.because.setText("One more product")
        found = desk.ask(approvals.further_products, new.sku, before.order.id)
        assert [one.product_id for one in found] == [new.product_id]
        dialog.product.chosen.emit(found[0], new.sku)
        dialog.product.chosen.emit(found[0], new.sku)
        ((_, editor),) = dialog.further
        editor.setText("-2")
        assert dialog.wrong.text()
        editor.setText("")
        assert not dialog.main.isEnabled(), "nothing changes"
        editor.setText("5")
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, window)
        assert pane.detail.asked == "amendment"
        desk.sync(in_process=True)
        rows = desk.ask(approvals.rows, desk.ask(approvals.keys))
        (row,) = (one for one in rows if one.mine and one.order_id == before.order.id)
        detail = desk.ask(approvals.detail, row.id)
        assert detail is not None
        assert [one.after for one in detail.changes] == [5_000]
        assert detail.total_after is not None


def test_a_cancellation_is_asked_for(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    with accepted(qtbot, demo_profile) as (_, window, pane):
        pane.ask_cancel.click()
        settle(qtbot, window)
        dialog = window.router.page.findChild(AskCancelDialog)
        assert dialog is not None
        dialog.because.setText("They closed")
        dialog.main.click()
        settle(qtbot, window)
        assert pane.detail.asked == "cancellation"
        window.messages.undo()
        settle(qtbot, window)
        assert pane.detail.asked is None


def test_the_demo_has_something_to_decide(show_page: ShowPage) -> None:
    page = page_of(show_page("approvals"))
    assert page.table.count > 2
    assert page.pane.approve.isVisible()


def test_the_right_is_given_by_staff(demo_profile: DemoProfile) -> None:
    with demo_profile.serving() as headquarters, demo_profile.open() as desk:
        assert desk.ask(approvals.may_approve, desk.profile.user_id)
        with headquarters.database.write() as connection:
            connection.exec_driver_sql("UPDATE app_user SET approves = 0 WHERE login = 'li.wei'")
        desk.sync(in_process=True)
        assert not desk.ask(approvals.may_approve, desk.profile.user_id)


def waiting_count(desk: Desk) -> bytes:
    """A count of another manager that headquarters let wait: its request."""
    set_limit(desk, 0)
    partner = buyer(desk)
    sheet = desk.ask(count_sheet.count_sheet, partner)
    line = next(one for one in sheet if one.price and (one.expected or 0) > 0)
    desk.act(stock.record_count, partner, [Counted(line.product_id, 0, "in the yard", "damaged")])
    request = new_id()
    against = notice("count.above_amount", amount=Money(90_000, "CNY"), most=Money(10_000, "CNY"))
    with desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM approval")
        connection.exec_driver_sql(
            """
            INSERT INTO approval (id, rv, created_at, created_by, partner_id, approval_kind, because, status,
              reasons)
            SELECT ?, 1, ?, id, ?, 'count', '', 'asked', ? FROM app_user WHERE login = 'wang.fang'
            """,
            (request, clock.now_ms(), partner, json.dumps([against.to_wire()])),
        )
        connection.exec_driver_sql("UPDATE stock_count SET approval_id = ? WHERE rv = 0", (request,))
        connection.exec_driver_sql("UPDATE app_user SET approves = 1")
    return request


def test_a_count_is_read_with_its_differences_and_decided(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    request = waiting_count(demo_desk)
    window = show_page("approvals")
    page = page_of(window)
    pane = page.pane
    assert pane.detail is not None
    assert pane.detail.row.id == request
    (line,) = pane.detail.counted
    assert (line.counted, line.reason_code, line.reason) == (0, "damaged", "in the yard")
    assert pane.counted.isVisible()
    assert not pane.lines.isVisible()
    assert not pane.because.isVisible()
    assert not pane.order.isVisible()
    assert "900" in pane.reasons.text()
    (row,) = demo_desk.ask(approvals.rows, page.table.model.keys)
    assert (row.total, row.currency) == (90_000, "CNY")
    figures = demo_desk.ask(approvals.figures, page.table.model.keys, {"total": "sum"})
    assert figures["total"]["CNY"].total == 90_000

    pane.approve.click()
    settle(qtbot, window)
    assert statuses(demo_desk) == ["approved"]
    page.tabs.choose("decided")
    settle(qtbot, window)
    pane.stock.click()
    settle(qtbot, window)
    assert isinstance(window.router.page, StockPage)


def test_a_release_shows_what_the_partner_owes(show_page: ShowPage, demo_desk: Desk) -> None:
    nothing_asked(demo_desk)
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM credit_block")
        owing = "SELECT partner_id, sum(open_amount) FROM receivable WHERE open_amount > 0 GROUP BY 1 LIMIT 1"
        partner, owed = connection.exec_driver_sql(owing).one()
        connection.exec_driver_sql("DELETE FROM receivable WHERE open_amount < 0")
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    block = demo_desk.act(credit_blocks.block, partner, "Does not pay").value
    demo_desk.act(credit_blocks.ask_release, block, "They pay on Friday")
    (row,) = demo_desk.ask(approvals.rows, demo_desk.ask(approvals.keys))
    assert (row.kind, row.total) == ("release", owed)


def test_who_asked_for_nothing_is_told_so(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    nothing_asked(demo_desk)
    window = show_page("approvals")
    page = page_of(window)
    page.tabs.choose("mine")
    page.tabs.chosen.emit("mine")
    settle(qtbot, window)
    assert page.table.count == 0
    assert "You have asked for nothing" in [one.text() for one in page.table.face.findChildren(Label)]
