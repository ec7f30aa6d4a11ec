"""What a person does about what a partner owes, as actions of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QDialog

from channeldesk.actions import credit_blocks
from channeldesk.actions import payments as actions
from channeldesk.queries import payments
from channeldesk.queries.payments import PaymentRow
from channeldesk.queries.receivables import InvoiceRow
from channeldesk.rules.allocation import Invoice
from ui.i18n import t
from ui.page import Page
from ui.widgets.partners.lists import InvoiceList
from ui.widgets.receivables.forms import PromiseToPayDialog, WordsDialog
from ui.widgets.receivables.invoice import InvoiceDialog
from ui.widgets.receivables.record import RecordPaymentDialog


class ReceivablesWork:
    """``page`` acts, so that the message bar tells it and offers undo."""

    def __init__(self, page: Page, shown: InvoiceList, partner_id: bytes) -> None:
        self._page, self._list, self._partner = page, shown, partner_id
        self.dialog: QDialog | None = None
        pane, banner = shown.account, shown.banner
        pane.record_wanted.connect(self.record)
        pane.allocate_wanted.connect(self.allocate)
        pane.reverse_wanted.connect(self.reverse)
        pane.block_wanted.connect(self.block)
        pane.promise_wanted.connect(self.promise)
        pane.withdraw_wanted.connect(self.withdraw)
        banner.ask_wanted.connect(self.ask_release)
        banner.release_wanted.connect(self.release)

    def open_invoice(self, row: InvoiceRow) -> None:
        """What is open of it, payment by payment."""
        staff = self._page.context.may("payment_allocation")
        self.dialog = InvoiceDialog(self._page, row.id, staff=staff)
        self.dialog.open()

    def record(self) -> None:
        self._with_invoices(lambda invoices: self._open(RecordPaymentDialog, invoices))

    def allocate(self) -> None:
        payment = self._list.account.payment()
        if payment is not None:
            self._with_invoices(lambda invoices: self._share_out(payment, invoices))

    def _share_out(self, payment: PaymentRow, invoices: tuple[Invoice, ...]) -> None:
        self._open(RecordPaymentDialog, invoices, payment)

    def reverse(self) -> None:
        payment = self._list.account.payment()
        if payment is not None:
            self._page.act(actions.reverse, payment.id)

    def promise(self) -> None:
        row = self._list.current_row()
        chosen = row.id if row is not None and row.open > 0 else None
        self._with_invoices(lambda invoices: self._open(PromiseToPayDialog, invoices, chosen))

    def withdraw(self) -> None:
        promise = self._list.account.promised()
        if promise is not None:
            self._page.act(actions.withdraw_promise, promise.id)

    def block(self) -> None:
        say = t("Orders of the partner then wait for a person, until it is released.")
        self._words(
            t("Block partner"), t("Why; colleagues read it"), credit_blocks.block, self._partner, say=say
        )

    def release(self) -> None:
        block = self._list.banner.block
        if block is not None:
            label = t("What you say about it")
            self._words(t("Release"), label, credit_blocks.release, block.id, needed=False)

    def ask_release(self) -> None:
        block = self._list.banner.block
        if block is not None:
            label = t("Why the partner should be released")
            self._words(t("Ask for release"), label, credit_blocks.ask_release, block.id)

    def _words(self, title: str, label: str, act: Callable[..., Any], subject: bytes, **more: Any) -> None:
        self.dialog = WordsDialog(self._page, self._page.context, title, label, act, subject, **more)
        self.dialog.open()

    def _with_invoices(self, then: Callable[[tuple[Invoice, ...]], None]) -> None:
        self._page.ask(payments.invoices, self._partner, key="open invoices", then=then)

    def _open(self, form: Callable[..., QDialog], *args: Any) -> None:
        account = self._list.found
        if account is not None:
            self.dialog = form(self._page, self._page.context, self._partner, account, *args)
            self.dialog.open()
