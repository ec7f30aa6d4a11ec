"""Asking for a change, or for the cancellation, of an order that headquarters has accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from channeldesk.actions import approvals as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries import approvals as query
from channeldesk.queries.orders import OrderDetail, OrderLine
from channeldesk.queries.prices import Offer
from channeldesk.rules.amending import Wanted
from channeldesk.rules.days_ahead import refuse_day
from ui.context import Context
from ui.errors import explain
from ui.i18n import formats, t, tn, today_here
from ui.theme.tokens import ROW
from ui.viewmodels.matching import matched
from ui.widgets.field import FormField
from ui.widgets.find_box import Found
from ui.widgets.find_field import FindField
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.label import Elided, Label
from ui.widgets.orders import words
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.scroll import scrolling
from ui.widgets.today.words import BETWEEN

_SHOWN = 8
"""Lines without scrolling."""
_EDITOR = 96


class AskDialog(FormDialog):
    """Why it is asked, and the way to headquarters; what is asked stands in the subclasses."""

    def __init__(
        self, parent: QWidget, context: Context, detail: OrderDetail, title: str, main: str, wide: int
    ) -> None:
        super().__init__(parent, title, main, wide)
        self._context, self._detail = context, detail
        order = detail.order
        self.say(BETWEEN.join((words.two_names(order.partner, order.partner_local)[0], order.number)))
        self.because = QLineEdit()
        self.because_field = FormField(t("Why *"), self.because)
        self.wrong = Label("", "caption", "bad", wrap=True)
        self.because.textChanged.connect(self._judge)
        self.confirmed.connect(self._send)

    def _end(self, form: str, editors: Mapping[str, QWidget] = MappingProxyType({})) -> None:
        """The words below the subclass's part. They and ``editors`` are kept over Esc, for ``form``."""
        self.content.addWidget(self.because_field)
        self.content.addWidget(self.wrong)
        self._judge()
        of = f"{form}.{self._detail.order.id.hex()}"
        FormKeeper(self, self._context, of, {**editors, "because": self.because})

    def _judge(self) -> None:
        self.main.setEnabled(bool(self.because.text().strip()))

    def _send(self) -> None:
        raise NotImplementedError

    def _sent(self, _done: Done[bytes]) -> None:
        self.accept()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self.wrong.setText(tn(error.notice))
        else:
            self._context.fail(error)


class AskCancelDialog(AskDialog):
    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail) -> None:
        super().__init__(parent, context, detail, t("Ask to cancel"), t("Ask headquarters"), 460)
        self._end("ask_cancel")
        self.because.setFocus()

    def _send(self) -> None:
        if self.main.isEnabled():
            parts = (self._detail.order.id, self.because.text())
            self.act(
                self._context.tasks, actions.ask_cancellation, *parts, then=self._sent, failed=self._refused
            )


class AskChangeDialog(AskDialog):
    """Every line with how many there shall be in all; none takes it out. Further products are found below."""

    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail) -> None:
        super().__init__(parent, context, detail, t("Ask for a change"), t("Ask headquarters"), 560)
        self.quantities = [QLineEdit(formats().quantity(line.quantity)) for line in detail.lines]
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for at, (line, editor) in enumerate(zip(detail.lines, self.quantities, strict=True)):
            name = words.two_names(line.name, line.name_local)[0]
            editor.setFixedWidth(_EDITOR)
            editor.setAccessibleName(t("Shall be: {product}", product=name))
            editor.textChanged.connect(self._judge)
            grid.addWidget(Elided(name), at, 0)
            grid.addWidget(editor, at, 1)
            grid.addWidget(Label(t("now {quantity}", quantity=_now(line)), "caption"), at, 2)
        self._grid = grid
        self.further: list[tuple[Offer, QLineEdit]] = []
        self._area = area = scrolling(body)
        area.setMinimumHeight((ROW + 6) * min(len(detail.lines), _SHOWN))
        self.content.addWidget(area, 1)
        self.product = FindField(context.tasks, t("Add a product: code, name or initials"), _as_found)
        self.product.setObjectName("")
        self.product.set_query(query.further_products, detail.order.id)
        self.product.chosen.connect(self._add)
        self.content.addWidget(self.product)
        self.day = QLineEdit()
        self.day.textChanged.connect(self._judge)
        self.content.addWidget(FormField(t("Wanted on"), self.day, hint=_day_now(detail)))
        editors = dict(zip((line.id.hex() for line in detail.lines), self.quantities, strict=True))
        self._end("ask_change", {**editors, "day": self.day})
        if self.quantities:
            self.quantities[0].setFocus()

    def _add(self, offer: Offer, _text: str) -> None:
        """One more line, to be typed over; a product that stands here already gets the cursor."""
        lines = dict(zip((line.product_id for line in self._detail.lines), self.quantities, strict=True))
        there = lines | {one.product_id: editor for one, editor in self.further}
        editor = there.get(offer.product_id)
        if editor is None:
            name, at = words.two_names(offer.name, offer.name_local)[0], self._grid.rowCount()
            editor = QLineEdit(formats().quantity(offer.pack))
            editor.setFixedWidth(_EDITOR)
            editor.setAccessibleName(t("Shall be: {product}", product=name))
            editor.textChanged.connect(self._judge)
            for column, part in enumerate((Elided(name), editor, Label(t("new"), "caption"))):
                self._grid.addWidget(part, at, column)
            self.further.append((offer, editor))
            self._grid.activate()  # so that the new line has its place
        editor.setFocus()
        editor.selectAll()
        self._area.ensureWidgetVisible(editor)
        self._judge()

    def _wanted(self) -> list[Wanted]:
        """Lines that change. Raises Problem for what is no quantity."""
        found = []
        for line, editor in zip(self._detail.lines, self.quantities, strict=True):
            text = editor.text().strip()
            quantity = formats().read_quantity(text) if text else 0
            if quantity < 0:
                raise Problem.of("approval.below_zero")
            if quantity != line.quantity:
                found.append(Wanted(line.id, line.product_id, quantity))
        for offer, editor in self.further:
            text = editor.text().strip()
            quantity = formats().read_quantity(text) if text else 0
            if quantity < 0:
                raise Problem.of("approval.no_quantity")
            if quantity:  # an emptied one is not wanted after all
                found.append(Wanted(None, offer.product_id, quantity))
        return found

    def _day(self) -> str | None:
        """Raises Problem for what is no day."""
        text = self.day.text().strip()
        if not text:
            return None
        day = read_wanted(text)
        return None if day == self._detail.order.requested_on else day

    def _judge(self) -> None:
        told, some = "", False
        try:
            wanted, day = self._wanted(), self._day()
            some = bool(wanted) or day is not None
        except Problem as problem:
            told = explain(problem).happened
        self.wrong.setText(told)
        self.main.setEnabled(some and bool(self.because.text().strip()))

    def _send(self) -> None:
        if self.main.isEnabled():
            parts = (self._detail.order.id, self._wanted(), self.because.text(), self._day())
            self.act(
                self._context.tasks, actions.ask_amendment, *parts, then=self._sent, failed=self._refused
            )


def _as_found(offer: Offer, text: str) -> Found:
    name = words.two_names(offer.name, offer.name_local)[0]
    return Found(offer, offer.sku, name, matched(name, text), "", "")


def read_wanted(text: str) -> str:
    """The day that is typed. Raises Problem for none, and for one on which nobody can deliver."""
    day: date = formats().read_day(text, today_here())
    if refused := refuse_day(day, today_here()):
        raise Problem(refused)
    return day.isoformat()


def _now(line: OrderLine) -> str:
    return words.amount(line.quantity, line.unit)


def _day_now(detail: OrderDetail) -> str:
    day = detail.order.requested_on
    return t("now {day}", day=formats().day(day)) if day else ""
