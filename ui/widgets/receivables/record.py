"""Recording a payment, or sharing out what is left of one: the proposal with its reasons, to be changed."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from channeldesk.actions import payments
from channeldesk.model.notice import Problem
from channeldesk.queries.payments import Account, PaymentRow
from channeldesk.rules.allocation import Invoice
from ui.context import Context
from ui.i18n import formats, t, tn
from ui.viewmodels.payment_entry import PaymentEntry
from ui.widgets.button import QUIET, Button
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.label import Label, Line
from ui.widgets.partners.day_field import DayField
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.receivables import words
from ui.widgets.scroll import scrolling

_WIDE, _ROOM = 780, 180


class RecordPaymentDialog(FormDialog):
    """``payment`` None: a new one. Amounts of invoices follow the proposal until one is typed."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        partner_id: bytes,
        account: Account,
        invoices: tuple[Invoice, ...],
        payment: PaymentRow | None = None,
    ) -> None:
        title = t("Record payment") if payment is None else t("Set against invoices")
        super().__init__(parent, title, t("Save"), _WIDE)
        self._context, self._partner, self._payment = context, partner_id, payment
        currency = account.currency if payment is None else payment.currency
        rest = None if payment is None else payment.rest
        said = "" if payment is None else payment.reference or ""
        self.entry = PaymentEntry(invoices, currency, rest, said, payment is not None)
        today = date.fromisoformat(account.today)
        self.amount = QLineEdit()
        self._amount = FormField(t("Amount"), self.amount, unit=currency)
        self.day = DayField(t("Received on"), today, today)
        self.method = Choice("", words.methods(), "transfer")
        self.reference = QLineEdit()
        self.note = QLineEdit()
        self.parts: dict[bytes, QLineEdit] = {}
        self._why: dict[bytes, Label] = {}
        self.told = Label("", "body", wrap=True)
        self.again = Button(t("Propose again"), icon="magic-wand", kind=QUIET)
        self._lay_out()
        self.amount.textChanged.connect(self._changed)
        self.reference.textChanged.connect(self._changed)
        self.day.changed.connect(self._judge)
        self.again.clicked.connect(self._propose)
        self.confirmed.connect(self._write)
        if payment is not None:
            left = formats().money(payment.rest, payment.currency)
            self.say(t("{amount} are left of the payment.", amount=left))
        self._show()
        (self.amount if payment is None else next(iter(self.parts.values()), self.again)).setFocus()

    def _lay_out(self) -> None:
        if self._payment is None:
            line = QHBoxLayout()
            line.setSpacing(16)
            line.addWidget(self._amount, 2)
            line.addWidget(self.day, 2)
            line.addWidget(FormField(t("Way"), self.method), 1)
            self.content.addLayout(line)
            hint = t("What the bank says. Numbers of invoices in it are paid first.")
            self.content.addWidget(FormField(t("Reference"), self.reference, hint))
            self.content.addWidget(FormField(t("Note for colleagues"), self.note))
            self.content.addWidget(Line())
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 20, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        form = formats()
        for at, one in enumerate(self.entry.shown):
            opened = t(
                "{number} · due {day} · {amount} open",
                number=one.number,
                day=form.day(one.due_on),
                amount=form.money(one.open, one.currency),
            )
            typed, why = QLineEdit(), Label("", "caption", wrap=True)
            typed.setFixedWidth(130)
            typed.setAlignment(Qt.AlignmentFlag.AlignRight)
            typed.setAccessibleName(opened)
            typed.textEdited.connect(lambda _text, invoice=one: self._typed(invoice))
            self.parts[one.id], self._why[one.id] = typed, why
            grid.addWidget(Label(opened), at, 0)
            grid.addWidget(why, at, 1)
            grid.addWidget(typed, at, 2)
        if not self.parts:
            grid.addWidget(Label(t("No invoice is open; all of it stays on account."), "caption"), 0, 0)
        grid.setRowStretch(len(self.parts), 1)
        area = scrolling(body)
        area.setMinimumHeight(min(_ROOM, 40 + 36 * len(self.parts)))
        self.content.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        foot.addWidget(self.again)
        self.content.addLayout(foot)

    def _changed(self) -> None:
        self.entry.reference = self.reference.text()
        text, wrong = self.amount.text(), ""
        try:
            self.entry.amount = formats().read_money(text, self.entry.currency) if text.strip() else None
        except Problem as problem:
            self.entry.amount, wrong = None, tn(problem.notice)
        if self.entry.amount is not None and self.entry.amount <= 0:
            wrong = t("The amount has to be above zero.")
        self._amount.set_error(wrong)
        self._show()

    def _typed(self, invoice: Invoice) -> None:
        text = self.parts[invoice.id].text().strip()
        try:
            amount = formats().read_money(text, self.entry.currency) if text else 0
        except Problem:
            self.entry.choose(invoice.id, None)
        else:
            self.entry.choose(invoice.id, amount)
        self._show(but=invoice.id)

    def _propose(self) -> None:
        self.entry.propose_again()
        self._show()

    def _show(self, but: bytes | None = None) -> None:
        """``but``: what is typed there stays as it is typed."""
        form, entry, parts = formats(), self.entry, self.entry.parts
        reasons = {one.invoice.id: tn(one.why) for one in entry.proposal.parts}
        for one in entry.shown:
            amount = parts.get(one.id, 0)
            if one.id != but and entry.chosen.get(one.id, 0) is not None:
                self.parts[one.id].setText(form.amount(amount, one.currency) if amount else "")
            refused = entry.refusal(one)
            unread = one.id in entry.chosen and entry.chosen[one.id] is None
            told = t("This is not an amount.") if unread else tn(refused) if refused else ""
            self._why[one.id].setText(told or ("" if entry.chosen else reasons.get(one.id, "")))
            self._why[one.id].set_tint("bad" if told else "secondary")
        self.again.setVisible(bool(entry.chosen))
        total, rest = sum(parts.values()), entry.rest
        self.told.setText(
            t(
                "{amount} against invoices, {rest} stay on account",
                amount=form.money(total, entry.currency),
                rest=form.money(max(0, rest), entry.currency),
            )
        )
        self._judge()

    def _judge(self) -> None:
        self.main.setEnabled(self.entry.sendable and self.day.day is not None)

    def _write(self) -> None:
        entry = self.entry
        if not self.main.isEnabled() or entry.amount is None or self.day.day is None:
            return
        parts = sorted(entry.parts.items())
        told = {"then": lambda _done: self.accept(), "failed": self._context.fail}
        if self._payment is not None:
            self.act(self._context.tasks, payments.allocate, self._payment.id, parts, **told)
            return
        made = payments.NewPayment(
            self.day.day.isoformat(),
            entry.currency,
            entry.amount,
            str(self.method.key),
            self.reference.text().strip() or None,
            self.note.text().strip() or None,
        )
        self.act(self._context.tasks, payments.record, self._partner, made, parts, **told)
