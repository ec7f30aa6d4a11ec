"""Small forms about what a partner owes: a promise to pay, a block, its release, asking for that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from channeldesk.actions import payments
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries.payments import Account
from channeldesk.rules.allocation import Invoice
from ui.context import Context
from ui.i18n import formats, t, tn
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.partners.day_field import DayField
from ui.widgets.partners.dialog import FormDialog

_DAYS = 7


class WordsDialog(FormDialog):
    """Asks for words and does ``act`` with them: what was typed stays until it is done."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        title: str,
        label: str,
        act: Callable[..., Done[Any]],
        subject: bytes,
        *,
        needed: bool = True,
        say: str = "",
    ) -> None:
        super().__init__(parent, title, title)
        self._context, self._act, self._subject, self._needed = context, act, subject, needed
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setMinimumHeight(80)
        self.say(say)
        self.content.addWidget(FormField(label, self.words), 1)
        self.words.textChanged.connect(self._judge)
        self.confirmed.connect(self._write)
        self.words.setFocus()
        self._judge()

    def _judge(self) -> None:
        self.main.setEnabled(not self._needed or bool(self.words.toPlainText().strip()))

    def _write(self) -> None:
        if not self.main.isEnabled():
            return
        act, said = self._act, self.words.toPlainText().strip()
        self.act(
            self._context.tasks,
            act,
            self._subject,
            said,
            then=lambda _done: self.accept(),
            failed=self._context.fail,
        )


class PromiseToPayDialog(FormDialog):
    """``invoices`` are open; the first of ``account``'s currency is offered with what it has open."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        partner_id: bytes,
        account: Account,
        invoices: tuple[Invoice, ...],
        chosen: bytes | None = None,
    ) -> None:
        super().__init__(parent, t("Promise to pay"), t("Save"))
        self._context, self._partner, self._currency = context, partner_id, account.currency
        self._invoices = {one.id: one for one in invoices}
        today = date.fromisoformat(account.today)
        form = formats()
        options: list[tuple[object, str]] = [(None, t("What is owed"))]
        options += [(one.id, f"{one.number} · {form.money(one.open, one.currency)}") for one in invoices]
        self.about = Choice("", options, chosen if chosen in self._invoices else None)
        self.amount = QLineEdit()
        self._amount = FormField(t("Amount"), self.amount, unit=account.currency)
        self.until = DayField(t("Until"), today + timedelta(days=_DAYS), today, today)
        self.note = QLineEdit()
        self.content.addWidget(FormField(t("For"), self.about))
        self.content.addWidget(self._amount)
        self.content.addWidget(self.until)
        self.content.addWidget(FormField(t("Note"), self.note))
        self.about.chosen.connect(lambda _key: self._offer())
        self.amount.textChanged.connect(self._judge)
        self.until.changed.connect(self._judge)
        self.confirmed.connect(self._write)
        self._offer()
        self.amount.setFocus()

    def _invoice(self) -> Invoice | None:
        key = self.about.key
        return self._invoices.get(key) if isinstance(key, bytes) else None

    def _offer(self) -> None:
        invoice = self._invoice()
        currency = self._currency if invoice is None else invoice.currency
        owed = sum(one.open for one in self._invoices.values() if one.currency == currency)
        self._amount.set_unit(currency)
        amount = owed if invoice is None else invoice.open
        self.amount.setText(formats().amount(amount, currency) if amount > 0 else "")
        self._judge()

    def _money(self) -> tuple[int | None, str, str]:
        """Amount, its currency, and what is wrong with it."""
        invoice = self._invoice()
        currency = self._currency if invoice is None else invoice.currency
        try:
            amount = formats().read_money(self.amount.text(), currency)
        except Problem as problem:
            return None, currency, tn(problem.notice)
        return amount, currency, "" if amount > 0 else t("The amount has to be above zero.")

    def _judge(self) -> None:
        amount, _, wrong = self._money()
        typed = bool(self.amount.text().strip())
        self._amount.set_error(wrong if typed else "")
        self.main.setEnabled(amount is not None and not wrong and self.until.day is not None)

    def _write(self) -> None:
        amount, currency, _ = self._money()
        if not self.main.isEnabled() or amount is None or self.until.day is None:
            return
        invoice = self._invoice()
        self.act(
            self._context.tasks,
            payments.promise,
            self._partner,
            amount,
            currency,
            self.until.day.isoformat(),
            None if invoice is None else invoice.id,
            self.note.text().strip() or None,
            then=lambda _done: self.accept(),
            failed=self._context.fail,
        )
