"""The page of approvals, and asking from the pages about orders, over the real demo profile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders as actions
from channeldesk.desk import Desk
from channeldesk.queries import approvals, order_entry, orders
from channeldesk.queries.drafts import DraftLine, OrderDraft
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from tests.ui.pages.test_orders_list import buyer, window_over
from ui.pages.approvals import ApprovalsPage
from ui.shell.window import Window
from ui.viewmodels.order_entry import Wanted
from ui.widgets.approvals.pass_on import PassOnDialog
from ui.widgets.orders.ask_change import AskCancelDialog, AskChangeDialog


def huge(desk: Desk) -> OrderDraft:
    """Beyond any credit limit of the demo."""
    with desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE partner SET credit_limit = 1000")
    context = desk.ask(order_entry.entry_context, buyer(desk))
    assert context is not None
    offer = next(one.offer for one in context.suggestions)
    return OrderDraft(context.partner_id, (DraftLine(offer.product_id, 9_000_000),))


def asked(desk: Desk, count: int = 1) -> list[bytes]:
    """Orders that wait for a person, as another manager asked for them: their requests."""
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
    assert statuses(demo_desk) == ["withdrawn"]


def test_the_order_form_asks_why_where_a_person_may_accept_it(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
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
        dialog.quantities[1].setText("3")
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, window)
        assert pane.detail.asked == "amendment"
        assert not pane.change.isVisible()
        desk.sync(in_process=True)
        (row,) = desk.ask(approvals.rows, desk.ask(approvals.keys))
        assert not row.provisional
        after = desk.ask(orders.detail, before.order.id)
        assert after.order.total == before.order.total, "nothing happens before somebody decides"


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


def test_the_right_is_given_by_staff(demo_profile: DemoProfile) -> None:
    with demo_profile.serving() as headquarters, demo_profile.open() as desk:
        assert not desk.ask(approvals.may_approve, desk.profile.user_id)
        with headquarters.database.write() as connection:
            connection.exec_driver_sql("UPDATE app_user SET approves = 1 WHERE login = 'li.wei'")
        desk.sync(in_process=True)
        assert desk.ask(approvals.may_approve, desk.profile.user_id)
