"""Under a partner's invoices: what it paid, and what it promised to pay."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from channeldesk.queries.payments import Account, PaymentRow, PromiseRow
from channeldesk.rules.payment_promises import State
from ui.i18n import formats, t
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.theme.tokens import ROW
from ui.widgets.button import Button
from ui.widgets.face import Face
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.receivables import words
from ui.widgets.table_header import long_days, wide_for
from ui.widgets.table_view import TableView

HIGH = 216
"""Where there is room."""
_GAP, _ABOVE, _BETWEEN = 6, 8, 24
_ROWS_LOW = 2
"""Of each table in a small window."""


class _Half(QWidget):
    """A title with buttons over a short table, or a sentence while there is nothing."""

    changed = Signal()

    def __init__(self, title: str, columns: list[Column], empty: str, *buttons: Button) -> None:
        super().__init__()
        self.title = Label(title, "section")
        self.note = Label("", "caption")
        self.view = TableView(columns, title, filters=False)
        self.model = TableModel(self.view.columns, parent=self)
        self.view.setModel(self.model)
        self.face = Face()
        self.face.empty(empty)
        self.buttons = buttons
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        shown = QWidget()  # before what it holds: a part without a parent would be a window of its own
        self._pages = QStackedLayout(shown)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.face)
        self._pages.addWidget(self.view)
        self.tools = Flow()
        for button in buttons:
            self.tools.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addLayout(head)
        column.addWidget(shown, 1)
        column.addLayout(self.tools)
        self.view.moved.connect(lambda _index: self.changed.emit())

    def fill(self, rows: tuple[PaymentRow, ...] | tuple[PromiseRow, ...]) -> None:
        at = self.view.currentIndex().row()
        self.model.update_rows(rows)
        self._pages.setCurrentIndex(1 if rows else 0)
        if rows and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(min(max(at, 0), len(rows) - 1), 0))
        self.changed.emit()

    def least_height(self, width: int) -> int:
        """With some rows and every button, which take a second line where they have to."""
        tools = self.tools.heightForWidth(width) if any(not one.isHidden() for one in self.buttons) else 0
        rows = (1 + _ROWS_LOW) * ROW + self.view.horizontalScrollBar().sizeHint().height() + 2
        return self.title.sizeHint().height() + rows + max(tools, 0) + 2 * _GAP

    def current(self) -> PaymentRow | PromiseRow | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None


class AccountPane(QWidget):
    """The signals are the buttons; those about one row are about the current one."""

    record_wanted = Signal()
    allocate_wanted = Signal()
    reverse_wanted = Signal()
    block_wanted = Signal()
    promise_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self, *, staff: bool, promises: bool, promise: bool) -> None:
        """``staff`` records payments and blocks; ``promises`` are seen, ``promise``: made, by this person."""
        super().__init__()
        self.record = Button(t("Record payment…"), icon="plus")
        self.allocate = Button(t("Set against invoices…"), icon="invoice")
        self.reverse = Button(t("Take back"), icon="arrow-counter-clockwise")
        self.block = Button(t("Block partner…"), icon="lock")
        self.promise = Button(t("Promise to pay…"), icon="plus")
        self.withdraw = Button(t("Counts no more"), icon="x")
        for button, signal in (
            (self.record, self.record_wanted),
            (self.allocate, self.allocate_wanted),
            (self.reverse, self.reverse_wanted),
            (self.block, self.block_wanted),
            (self.promise, self.promise_wanted),
            (self.withdraw, self.withdraw_wanted),
        ):
            button.clicked.connect(signal)
        money = (self.record, self.allocate, self.reverse, self.block)
        self.payments = _Half(t("Payments"), _payment_columns(), t("No payment is known here."), *money)
        self.promises = _Half(
            t("Promises to pay"),
            _promise_columns(),
            t("Nothing is promised."),
            self.promise,
            self.withdraw,
        )
        self._staff, self._promises, self._may_promise = staff, promises, promise
        for button in money:
            button.setVisible(staff)
        for button in (self.promise, self.withdraw):
            button.setVisible(promise)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, _ABOVE, 0, 0)
        row.setSpacing(_BETWEEN)
        row.addWidget(self.payments, 3)
        row.addWidget(self.promises, 2)
        self.promises.setVisible(promises)
        self.setFixedHeight(HIGH)
        self.payments.changed.connect(self._judge)
        self.promises.changed.connect(self._judge)
        self._judge()

    def set_low(self, low: bool, width: int) -> None:
        """``low``: a small window, where the invoices above get what the tables and buttons do not need."""
        self._row.setStretch(0, 1 if low else 3)
        self._row.setStretch(1, 1 if low else 2)
        halves = [one for one in (self.payments, self.promises) if not one.isHidden()]
        each = (width - _BETWEEN * (len(halves) - 1)) // max(1, len(halves))
        need = max((one.least_height(each) for one in halves), default=0) + _ABOVE
        self.setFixedHeight(need if low else HIGH)

    def fill(self, account: Account) -> None:
        form = formats()
        held = ", ".join(form.money(amount, currency) for currency, amount in account.on_account.items())
        self.payments.note.setText(t("{amount} on account", amount=held) if held else "")
        self.payments.fill(account.payments)
        self.promises.fill(account.promises)
        self.block.setVisible(self._staff and account.block is None)

    def payment(self) -> PaymentRow | None:
        found = self.payments.current()
        return found if isinstance(found, PaymentRow) else None

    def promised(self) -> PromiseRow | None:
        found = self.promises.current()
        return found if isinstance(found, PromiseRow) else None

    def _judge(self) -> None:
        payment, promise = self.payment(), self.promised()
        stands = payment is not None and not payment.reversed and not payment.rejected
        self.allocate.setEnabled(stands and payment is not None and payment.rest > 0)
        self.reverse.setEnabled(stands)
        waits = (State.OPEN, State.DUE, State.BROKEN)
        self.withdraw.setEnabled(promise is not None and promise.standing.state in waits)


def _payment_columns() -> list[Column]:
    return [
        Column(
            "day",
            t("Received on"),
            lambda row: row.received_on,
            Kind.DAY,
            wide_for(t("Received on"), long_days(), sorts=False),
            sortable=False,
        ),
        Column(
            "amount",
            t("Amount"),
            lambda row: row.amount,
            Kind.MONEY,
            112,
            currency=lambda row: row.currency,
            sortable=False,
            provisional=words.payment_unsure,
            tone=lambda row: "tertiary" if row.reversed else "",
        ),
        Column(
            "invoices",
            t("For"),
            words.invoices,
            width=140,
            stretch=True,
            sortable=False,
            tip=words.payment_tip,
        ),
        Column("method", t("Way"), lambda row: words.method(row.method), width=116, sortable=False),
    ]


def _promise_columns() -> list[Column]:
    return [
        Column(
            "until",
            t("Until"),
            lambda row: row.promised_on,
            Kind.DAY,
            wide_for(t("Until"), long_days(), sorts=False),
            sortable=False,
        ),
        Column(
            "amount",
            t("Amount"),
            lambda row: row.amount,
            Kind.MONEY,
            112,
            currency=lambda row: row.currency,
            sortable=False,
            provisional=words.promise_unsure,
            tip=words.promise_tip,
        ),
        Column(
            "for",
            t("For"),
            lambda row: row.number or t("What is owed"),
            width=100,
            stretch=True,
            sortable=False,
        ),
        Column(
            "state",
            t("Status"),
            words.state,
            Kind.CHIP,
            96,
            sortable=False,
            tone=lambda row: words.TONES[row.standing.state],
        ),
    ]
