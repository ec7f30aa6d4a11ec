"""Decided by keys, taken back, sent, given up."""

from dataclasses import replace

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from channeldesk.actions import contacts
from channeldesk.desk import Desk
from channeldesk.model.ids import new_id
from channeldesk.queries import inbox, orders
from channeldesk.queries.status import status
from tests.support.disputes import Disputes
from tests.support.headquarters import Headquarters
from tests.support.inbox_page import Wait, choose, item_of, press
from ui.pages.inbox import InboxPage
from ui.shell.window import Window
from ui.viewmodels.inbox_decision import Side


def test_a_conflict_is_decided_field_by_field_with_one_key_each(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.partner, wait)
    pane = page.conflict
    decision = pane.decision
    assert decision is not None
    assert [decision.side(name) for name in ("stage", "credit_limit", "currency", "delivery_note")] == [
        None,
        Side.THEIRS,
        Side.THEIRS,
        None,
    ]
    assert not pane.apply.isEnabled()
    press(window, Qt.Key.Key_1)
    assert decision.side("stage") is Side.MINE
    press(window, Qt.Key.Key_2)
    assert decision.side("delivery_note") is Side.THEIRS
    assert pane.apply.isEnabled()
    pane.grid.row("credit_limit").setFocus()  # type: ignore[union-attr]
    press(window, Qt.Key.Key_Left)
    assert decision.side("currency") is Side.MINE, "the group goes together"
    press(window, Qt.Key.Key_Space)
    assert decision.side("currency") is Side.THEIRS
    press(window, Qt.Key.Key_1)
    press(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait()
    wait()
    assert page.shown is not None
    assert page.shown.item.row.row_id != disputed.partner, "on to the next one"
    desk.sync(in_process=True)
    (row,) = headquarters.table("partner", id=disputed.partner)
    assert (row["stage"], row["credit_limit"], row["delivery_note"]) == ("onboarding", 36_000_000, "Gate 5")
    assert row["city"] == "杭州萧山", "what merged by itself stays"


def test_nothing_is_decided_while_the_laptop_only_reads(
    window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    router = window.router
    assert router.context is not None
    router.context = replace(router.context, only_reads=lambda: True)
    router.remake()
    wait()
    page = router.page
    assert isinstance(page, InboxPage)
    open_before = desk.ask(status).needs_you
    for row_id in (disputed.partner, disputed.order):
        choose(page, desk, row_id, wait)
        for key in (Qt.Key.Key_M, Qt.Key.Key_T, Qt.Key.Key_1, Qt.Key.Key_S, Qt.Key.Key_D, Qt.Key.Key_P):
            press(window, key)
        wait()
    page.list.selectAll()
    wait()
    for key in (Qt.Key.Key_M, Qt.Key.Key_D):
        press(window, key)
    wait()
    assert desk.ask(status).needs_you == open_before
    assert router.here == "inbox"
    assert page.head.export.isEnabled()


def test_keep_mine_and_undo_are_one_key_each(
    page: InboxPage, window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.contact, wait)
    press(window, Qt.Key.Key_M)
    wait()
    wait()
    assert desk.ask(status).conflicts == 1
    assert page.shown is not None
    assert page.shown.item.row.row_id != disputed.contact, "on to the next one"
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait()
    wait()
    assert desk.ask(status).conflicts == 2
    assert desk.ask(status).waiting == 0


def test_what_was_chosen_so_far_survives_a_refresh(
    page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.partner, wait)
    decision = page.conflict.decision
    assert decision is not None
    decision.choose("stage", Side.MINE)
    page.refresh()
    wait()
    assert page.conflict.decision is decision
    assert decision.side("stage") is Side.MINE


def test_a_field_is_written_by_hand(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.contact, wait)
    press(window, Qt.Key.Key_F2)
    wait()
    editor = QApplication.focusWidget()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "Mornings by e-mail")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait()
    page.conflict.apply.click()
    wait()
    desk.sync(in_process=True)
    (row,) = headquarters.table("contact", id=disputed.contact)
    assert row["note"] == "Mornings by e-mail"


def test_an_amount_is_written_by_hand_and_nonsense_is_refused(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.partner, wait)
    page.conflict.grid.row("credit_limit").setFocus()  # type: ignore[union-attr]
    press(window, Qt.Key.Key_Return)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText("a lot")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert "not a number" in window.messages.message
    editor.setText("340,000")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait()
    for name in ("stage", "delivery_note"):
        page.conflict.grid.row(name).setFocus()  # type: ignore[union-attr]
        press(window, Qt.Key.Key_2)
    press(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait()
    desk.sync(in_process=True)
    (row,) = headquarters.table("partner", id=disputed.partner)
    assert (row["credit_limit"], row["currency"]) == (34_000_000, "CNY")


def test_a_row_deleted_there_is_made_again_with_one_key(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    contact = desk.ask(other_contact, disputed.contact)
    desk.act(contacts.edit, contact, {"phone": "138 0000 0000"})
    headquarters.execute("UPDATE contact SET deleted = 1 WHERE id = :id", {"id": contact})
    desk.sync(in_process=True)
    choose(page, desk, contact, wait)
    assert page.conflict.recreate.isVisible()
    assert not page.conflict.mine.isVisible()
    press(window, Qt.Key.Key_R)
    wait()
    desk.sync(in_process=True)
    (row,) = headquarters.table("contact", id=contact)
    assert row["phone"] == "138 0000 0000"


def other_contact(connection: sa.Connection, taken: bytes) -> bytes:
    query = sa.text("SELECT id FROM contact WHERE id <> :id ORDER BY id LIMIT 1")
    return bytes(connection.execute(query, {"id": taken}).scalar_one())


def test_what_waits_for_a_decision_is_shown_and_goes_along(
    page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait, qtbot: QtBot
) -> None:
    movement = {
        "partner": disputed.partner,
        "order": disputed.order,
        "id": new_id(),
    }
    with desk.database.write() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO stock_movement (id, partner_id, product_id, order_id, movement_kind, quantity, "
                "happened_at, happened_on) SELECT :id, :partner, id, :order, 'sale', -1000, 1, '2026-11-21' "
                "FROM product LIMIT 1"
            ),
            movement,
        )
    choose(page, desk, disputed.order, wait)
    assert item_of(desk, disputed.order).waiting == 1
    assert page.rejection.waiting.isVisible()
    page.rejection.discard.click()
    box = page.findChild(QMessageBox)
    assert box is not None
    next(one for one in box.findChildren(QPushButton) if one.text() == "Give up all of it").click()
    qtbot.waitUntil(lambda: page.findChild(QMessageBox) is None)
    wait()
    assert desk.ask(status).waiting == 0


def test_a_rejected_order_says_why_and_opens_to_be_put_right(
    page: InboxPage, window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.order, wait)
    assert "no longer sold" in page.rejection._reason.sentence.text()
    assert "Put it right" in page.rejection._reason.remedy.text()
    page.rejection.setFocus()
    press(window, Qt.Key.Key_P)
    wait()
    wait()
    assert window.router.here == "order_entry"


def test_a_rejected_order_is_sent_again_when_the_reason_is_gone(
    page: InboxPage, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.order, wait)
    headquarters.execute("UPDATE product SET active = 1")
    page.rejection.resend.click()
    wait()
    desk.sync(in_process=True)
    found = desk.ask(orders.detail, disputed.order)
    assert found is not None
    assert found.order.status == "accepted"
    assert desk.ask(status).rejections == 0


def test_giving_up_removes_what_it_made_and_is_taken_back(
    page: InboxPage, window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.order, wait)
    press(window, Qt.Key.Key_D)
    wait()
    wait()
    assert desk.ask(orders.detail, disputed.order) is None
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait()
    wait()
    found = desk.ask(orders.detail, disputed.order)
    assert found is not None
    assert found.order.rejected


def test_a_row_set_aside_is_acknowledged(page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait) -> None:
    row = next(one for one in desk.ask(inbox.items) if one.kind == "set_aside")
    page.open(row.id)
    page.refresh()
    wait()
    page.rejection.discard.click()
    wait()
    assert desk.ask(status).set_aside == 0
