"""One invoice opened: what it came to, what was set against it, and what that leaves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import payments as actions
from channeldesk.model.changes import Changes, Topic
from channeldesk.queries.invoice import InvoiceDetail, Paid, invoice
from ui.i18n import formats, t
from ui.page import Page
from ui.widgets.button import LINK, MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label
from ui.widgets.receivables import words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class InvoiceDialog(Dialog):
    """``staff`` may take a payment off it; that is undone as any action of the page is."""

    def __init__(self, page: Page, invoice_id: bytes, *, staff: bool) -> None:
        super().__init__(page)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._page, self._invoice, self._staff = page, invoice_id, staff
        self._order: bytes | None = None
        self.takes_off: dict[bytes, Button] = {}
        self.title = Label("", "title")
        self.days = Label("", "caption", wrap=True)
        self._body = QWidget()
        self.order = Button(t("Open order"), icon="arrow-square-out")
        self.order.clicked.connect(self._go)
        self.order.setEnabled(False)
        done = Button(t("Close"), kind=MAIN, cap="Esc")
        done.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.order)
        foot.addStretch(1)
        foot.addWidget(done)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setSpacing(12)
        for part in (self.title, self.days, self._body):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._column.addLayout(foot)
        done.setFocus()
        page.context.tasks.changed.connect(self._moved)
        self._ask()

    def _ask(self) -> None:
        self._page.context.tasks.ask(self, "invoice", invoice, self._invoice, then=self._came)

    def _moved(self, changes: Changes) -> None:
        if Topic.RECEIVABLES in changes:
            self._ask()

    def _came(self, found: InvoiceDetail | None) -> None:
        if found is None:
            self.reject()
            return
        form = formats()
        name = t("Invoice {number}", number=found.number)
        self.setWindowTitle(name)
        self.title.setText(name)
        days = [t("Issued {day}", day=form.day(found.issued)), t("Due {day}", day=form.day(found.due))]
        if found.order:
            days.append(t("Order {number}", number=found.order))
        self.days.setText(" · ".join(days))
        self._order = found.order_id
        self.order.setEnabled(found.order_id is not None)
        made = self._lines(found)
        self._column.replaceWidget(self._body, made)
        self._body.hide()
        self._body.deleteLater()
        self._body = made

    def _lines(self, found: InvoiceDetail) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        self.takes_off.clear()
        self._line(grid, t("Amount"), found.amount, found.currency)
        if found.settled:
            self._line(grid, t("Settled before, by no payment here"), -found.settled, found.currency)
        for one in found.paid:
            row = self._line(grid, _told(one), -one.amount, found.currency)
            if self._staff and one.amount > 0:
                button = Button(t("Take off"), kind=LINK)
                button.clicked.connect(lambda _=False, payment=one.payment_id: self._take_off(payment))
                self.takes_off[one.payment_id] = button
                grid.addWidget(button, row, 2)
        if not found.paid:
            grid.addWidget(Label(t("No payment is set against it."), "caption"), grid.rowCount(), 0)
        self._line(grid, t("Still open"), found.open, found.currency, "strong")
        return made

    def _line(self, grid: QGridLayout, text: str, amount: int, currency: str, role: str = "body") -> int:
        row = grid.rowCount()
        grid.addWidget(Label(text, role, wrap=True), row, 0)
        grid.addWidget(Label(formats().money(amount, currency), role), row, 1, _RIGHT)
        return row

    def _take_off(self, payment_id: bytes) -> None:
        for button in self.takes_off.values():
            button.setEnabled(False)
        self._page.act(actions.take_off, payment_id, self._invoice, failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self._page.context.tasks.failed.emit(error)
        self._ask()

    def _go(self) -> None:
        if self._order is not None:
            self.accept()
            self._page.go("orders", self._order)


def _told(paid: Paid) -> str:
    """The payment in one line: day, way, reference, and whether headquarters knows it."""
    parts = [formats().day(paid.received_on), words.method(paid.method), paid.reference or ""]
    if paid.provisional:
        parts.append(t("not confirmed"))
    return " · ".join(filter(None, parts))
