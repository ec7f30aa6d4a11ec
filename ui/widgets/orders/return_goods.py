"""Goods of an order come back: the counterpart of an order that headquarters has accepted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from channeldesk.actions import orders as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.orders import OrderDetail, OrderLine
from ui.context import Context
from ui.i18n import formats, t, tn
from ui.theme.tokens import ROW
from ui.widgets.button import QUIET, Button
from ui.widgets.label import Elided, Label
from ui.widgets.orders import words
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.scroll import scrolling
from ui.widgets.today.words import BETWEEN

_SHOWN = 8
"""Lines without scrolling."""


class ReturnDialog(FormDialog):
    """``then`` is given what was placed. Each line comes back at the price that it was ordered for."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        detail: OrderDetail,
        then: Callable[[actions.OrderPlaced], None],
    ) -> None:
        super().__init__(parent, t("Return goods"), t("Place the return"), 560)
        self._context, self._detail, self._then = context, detail, then
        order = detail.order
        self.say(BETWEEN.join((words.two_names(order.partner, order.partner_local)[0], order.number)))
        self.everything = Button(t("All of it"), kind=QUIET)
        self.everything.clicked.connect(self._take_all)
        self.add_tool(self.everything)
        self.wrong = Label("", "caption", "bad", wrap=True)
        self.quantities = [QLineEdit() for _ in detail.lines]
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for at, (line, editor) in enumerate(zip(detail.lines, self.quantities, strict=True)):
            name = words.two_names(line.name, line.name_local)[0]
            editor.setFixedWidth(96)
            editor.setAccessibleName(t("Comes back: {product}", product=name))
            editor.textChanged.connect(self._judge)
            grid.addWidget(Elided(name), at, 0)
            grid.addWidget(editor, at, 1)
            grid.addWidget(Label(_of(line), "caption"), at, 2)
        area = scrolling(body)
        area.setMinimumHeight((ROW + 6) * min(len(detail.lines), _SHOWN))
        self.content.addWidget(area, 1)
        self.content.addWidget(self.wrong)
        self.confirmed.connect(self._place)
        if self.quantities:
            self.quantities[0].setFocus()
        self._judge()

    def _take_all(self) -> None:
        for line, editor in zip(self._detail.lines, self.quantities, strict=True):
            editor.setText(formats().quantity(left) if (left := line.quantity - line.returned) else "")

    def _lines(self) -> tuple[DraftLine, ...]:
        """What comes back. Raises Problem for what is no quantity, or more than is left of the order."""
        found = []
        for line, editor in zip(self._detail.lines, self.quantities, strict=True):
            if not editor.text().strip():
                continue
            quantity = formats().read_quantity(editor.text())
            if not 0 <= quantity <= line.quantity - line.returned:
                raise _too_much(line)
            if quantity:
                found.append(DraftLine(line.product_id, -quantity, line.unit_price))
        return tuple(found)

    def _judge(self) -> None:
        try:
            some, told = bool(self._lines()), ""
        except Problem as problem:
            some, told = False, tn(problem.notice)
        self.wrong.setText(told)
        self.main.setEnabled(some)

    def _place(self) -> None:
        order = self._detail.order
        draft = OrderDraft(order.partner_id, self._lines(), "return", reference=order.number)
        self._context.tasks.act(actions.place, draft, then=self._placed, failed=self._refused)

    def _placed(self, done: Done[actions.OrderPlaced]) -> None:
        self.accept()
        self._then(done.value)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, actions.NotSendable):
            self.wrong.setText("\n".join(tn(reason) for reason in error.reasons))
        else:
            self._context.fail(error)


def _of(line: OrderLine) -> str:
    ordered = words.amount(line.quantity, line.unit)
    if not line.returned:
        return t("of {quantity}", quantity=ordered)
    returned = words.amount(line.returned, line.unit)
    return t("of {quantity}, {returned} back already", quantity=ordered, returned=returned)


def _too_much(line: OrderLine) -> Problem:
    ordered = words.amount(line.quantity, line.unit)
    if not line.returned:
        return Problem.of("order.return_too_much", sku=line.sku, ordered=ordered)
    returned = words.amount(line.returned, line.unit)
    left = words.amount(line.quantity - line.returned, line.unit)
    return Problem.of(
        "order.return_again_too_much", sku=line.sku, left=left, ordered=ordered, returned=returned
    )
