"""What a partner owes and pays on its page: recorded, taken back, promised, blocked and released."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import payments as actions
from channeldesk.desk import Desk
from channeldesk.queries import payments, receivables
from channeldesk.rules.payment_promises import State
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import formats
from ui.pages.orders import OrdersPage
from ui.pages.partner import PartnerPage
from ui.shell.window import Window
from ui.widgets.label import Label
from ui.widgets.partners.lists import InvoiceList
from ui.widgets.receivables.forms import PromiseToPayDialog, WordsDialog
from ui.widgets.receivables.invoice import InvoiceDialog
from ui.widgets.receivables.record import RecordPaymentDialog

_OWES = """SELECT partner_id FROM receivable WHERE open_amount > 0 AND partner_id NOT IN
(SELECT partner_id FROM credit_block WHERE status = 'blocked') GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""


@pytest.fixture
def partner_id(demo_desk: Desk) -> bytes:
    return bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_OWES).scalar_one()))


@pytest.fixture
def staff(demo_desk: Desk) -> None:
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")


def shown(show_page: ShowPage, qtbot: QtBot, partner_id: bytes) -> tuple[Window, PartnerPage, InvoiceList]:
    window = show_page("partner", partner_id)
    page = window.router.page
    assert isinstance(page, PartnerPage)
    page.tabs.choose("receivables")
    settle(qtbot, window)
    found = page.lists["receivables"]
    assert isinstance(found, InvoiceList)
    return window, page, found


def confirm(qtbot: QtBot, window: Window, dialog: object) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)  # type: ignore[call-overload]
    settle(qtbot, window)


@pytest.mark.usefixtures("staff")
def test_a_payment_is_recorded_as_proposed_and_taken_back(
    show_page: ShowPage, qtbot: QtBot, demo_desk: Desk, partner_id: bytes
) -> None:
    window, page, found = shown(show_page, qtbot, partner_id)
    first, second = demo_desk.ask(payments.invoices, partner_id)[:2]
    before = len(demo_desk.ask(payments.payments, partner_id))
    found.account.record.click()
    settle(qtbot, window)
    dialog = page.receivables.dialog
    assert isinstance(dialog, RecordPaymentDialog)
    assert not dialog.main.isEnabled()
    dialog.amount.setText("nothing")
    assert not dialog.main.isEnabled()
    QTest.keyClicks(dialog.reference, first.number)
    dialog.amount.setText(str((first.open + 1_000) / 100))
    assert dialog.entry.parts == {first.id: first.open, second.id: 1_000}
    QTest.keyClicks(dialog.parts[second.id], "9999999999")
    assert not dialog.main.isEnabled()
    dialog.again.click()
    confirm(qtbot, window, dialog)

    account = demo_desk.ask(payments.account, partner_id)
    payment = account.payments[0]
    assert (len(account.payments), payment.amount, payment.rest) == (before + 1, first.open + 1_000, 0)
    assert payment.provisional
    assert first.id not in {one.id for one in demo_desk.ask(payments.invoices, partner_id)}
    (row,) = [
        one
        for one in demo_desk.ask(receivables.rows, demo_desk.ask(receivables.keys, partner_id=partner_id))
        if one.id == second.id
    ]
    assert (row.open, row.provisional) == (second.open - 1_000, True)

    assert found.account.payment() is not None
    found.account.payments.view.selectRow(0)
    settle(qtbot, window)
    found.account.reverse.click()
    settle(qtbot, window)
    assert demo_desk.ask(payments.invoices, partner_id)[:2] == (first, second)
    assert demo_desk.ask(payments.account, partner_id).payments[0].reversed


@pytest.mark.usefixtures("staff")
def test_an_invoice_opens_to_its_payments_and_one_is_taken_off(
    show_page: ShowPage, qtbot: QtBot, demo_desk: Desk, partner_id: bytes
) -> None:
    first = demo_desk.ask(payments.invoices, partner_id)[0]
    new = actions.NewPayment("2026-06-01", first.currency, 500, reference="PART-7")
    payment = demo_desk.act(actions.record, partner_id, new, [(first.id, 300)]).value
    window, page, found = shown(show_page, qtbot, partner_id)
    at = next(row for row in range(found.model.rowCount()) if found.model.row(row).id == first.id)
    found.view.selectRow(at)
    QTest.keyClick(found.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    dialog = page.receivables.dialog
    assert isinstance(dialog, InvoiceDialog)
    lines = [label.text() for label in dialog.findChildren(Label)]
    assert f"Invoice {first.number}" in lines
    assert any("PART-7" in line and "not confirmed" in line for line in lines)
    assert formats().money(first.open - 300, first.currency) in lines

    dialog.takes_off[payment].click()
    settle(qtbot, window)
    assert payment not in dialog.takes_off
    assert formats().money(first.open, first.currency) in [one.text() for one in dialog.findChildren(Label)]
    assert next(one for one in demo_desk.ask(payments.payments, partner_id) if one.id == payment).rest == 500

    dialog.order.click()
    settle(qtbot, window)
    assert isinstance(window.router.page, OrdersPage)


def test_a_manager_sees_the_payments_of_an_invoice_and_takes_none_off(
    show_page: ShowPage, qtbot: QtBot, demo_desk: Desk
) -> None:
    sql = "SELECT partner_id, receivable_id FROM payment_allocation LIMIT 1"
    partner, paid = demo_desk.ask(lambda c: c.exec_driver_sql(sql).one())
    window, page, found = shown(show_page, qtbot, bytes(partner))
    keys = demo_desk.ask(receivables.keys, partner_id=bytes(partner))
    row = next(one for one in demo_desk.ask(receivables.rows, keys) if one.id == bytes(paid))
    found.opened.emit(row)
    settle(qtbot, window)
    dialog = page.receivables.dialog
    assert isinstance(dialog, InvoiceDialog)
    assert f"Invoice {row.number}" in [one.text() for one in dialog.findChildren(Label)]
    assert dialog.takes_off == {}
    dialog.reject()


def test_a_manager_writes_what_was_promised_and_takes_it_back_and_records_no_payment(
    show_page: ShowPage, qtbot: QtBot, demo_desk: Desk, partner_id: bytes
) -> None:
    window, page, found = shown(show_page, qtbot, partner_id)
    assert found.account.record.isHidden()
    assert found.account.block.isHidden()
    before = len(demo_desk.ask(payments.account, partner_id).promises)
    found.account.promise.click()
    settle(qtbot, window)
    dialog = page.receivables.dialog
    assert isinstance(dialog, PromiseToPayDialog)
    dialog.amount.setText("-3")
    assert not dialog.main.isEnabled()
    dialog.amount.setText("120.50")
    confirm(qtbot, window, dialog)
    made = demo_desk.ask(payments.account, partner_id).promises
    (own,) = [one for one in made if one.amount == 12_050]
    assert (len(made), own.standing.state, own.provisional) == (before + 1, State.OPEN, True)
    rows = [one.id for one in made]
    found.account.promises.view.selectRow(rows.index(own.id))
    found.account.withdraw.click()
    settle(qtbot, window)
    again = {one.id: one for one in demo_desk.ask(payments.account, partner_id).promises}
    assert again[own.id].standing.state is State.WITHDRAWN


@pytest.mark.usefixtures("staff")
def test_staff_block_with_a_reason_and_release(
    show_page: ShowPage, qtbot: QtBot, demo_desk: Desk, partner_id: bytes
) -> None:
    window, page, found = shown(show_page, qtbot, partner_id)
    assert found.banner.isHidden()
    found.account.block.click()
    settle(qtbot, window)
    dialog = page.receivables.dialog
    assert isinstance(dialog, WordsDialog)
    assert not dialog.main.isEnabled()
    dialog.words.setPlainText("Does not pay")
    confirm(qtbot, window, dialog)
    assert not found.banner.isHidden()
    assert "Does not pay" in found.banner.why.text()
    assert found.account.block.isHidden()
    found.banner.release.click()
    settle(qtbot, window)
    confirm(qtbot, window, page.receivables.dialog)
    assert found.banner.isHidden()
    assert demo_desk.ask(payments.block, partner_id) is None


def test_a_manager_asks_for_the_release_once(
    show_page: ShowPage, qtbot: QtBot, demo_desk: Desk, partner_id: bytes
) -> None:
    values = "(id, rv, partner_id, block_kind, blocked_on, reason, status)"
    with demo_desk.database.apply() as connection:
        sql = f"INSERT INTO credit_block {values} VALUES (?, 1, ?, 'person', '2026-11-02', 'Late', 'blocked')"
        connection.exec_driver_sql(sql, (bytes(16), partner_id))
    window, page, found = shown(show_page, qtbot, partner_id)
    assert not found.banner.ask.isHidden()
    assert found.banner.release.isHidden()
    found.banner.ask.click()
    settle(qtbot, window)
    dialog = page.receivables.dialog
    assert isinstance(dialog, WordsDialog)
    dialog.words.setPlainText("They pay on Friday")
    confirm(qtbot, window, dialog)
    held = demo_desk.ask(payments.block, partner_id)
    assert held is not None
    assert held.asked is not None
    assert held.mine
    assert found.banner.ask.isHidden()
