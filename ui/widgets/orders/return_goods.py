"""Goods of an order come back: the counterpart of an order that headquarters has accepted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QWidget

from channeldesk.actions import orders as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.orders import OrderDetail
from ui.context import Context
from ui.i18n import t, tn
from ui.theme.tokens import ROW
from ui.widgets.button import QUIET, Button
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.label import Label
from ui.widgets.orders import words
from ui.widgets.orders.return_line import ReturnLine
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.scroll import scrolling
from ui.widgets.today.words import BETWEEN

_SHOWN = 8
"""Rows without scrolling."""


class ReturnDialog(FormDialog):
    """``then`` is given what was placed. Each line is credited at what it was sold for."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        detail: OrderDetail,
        then: Callable[[actions.OrderPlaced], None],
    ) -> None:
        super().__init__(parent, t("Return goods"), t("Place the return"), 600)
        self._context, self._detail, self._then = context, detail, then
        order = detail.order
        self.say(BETWEEN.join((words.two_names(order.partner, order.partner_local)[0], order.number)))
        self.everything = Button(t("All of it"), kind=QUIET)
        self.everything.clicked.connect(self._take_all)
        self.add_tool(self.everything)
        self.wrong = Label("", "caption", "bad", wrap=True)
        self.lines = [ReturnLine(line, self) for line in detail.lines]
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for at, line in enumerate(self.lines):
            line.place(grid, 2 * at)
            line.changed.connect(self._judge)
        grid.setRowStretch(2 * len(self.lines), 1)
        area = scrolling(body)
        area.setMinimumHeight((ROW + 6) * min(2 * len(detail.lines), _SHOWN))
        self.content.addWidget(area, 1)
        self.content.addWidget(self.wrong)
        self.confirmed.connect(self._place)
        if self.lines:
            self.lines[0].quantity.setFocus()
        self._judge()
        editors = {name: one for line in self.lines for name, one in line.editors.items()}
        FormKeeper(self, context, f"return.{order.id.hex()}", editors)

    def _take_all(self) -> None:
        for line in self.lines:
            line.take_all()

    def _read(self) -> tuple[DraftLine, ...]:
        """What comes back. Raises Problem for a line that cannot be read."""
        return tuple(found for line in self.lines if (found := line.read()) is not None)

    def _judge(self) -> None:
        first: ReturnLine | None = None
        for line in self.lines:
            if line.comes_back and first is not None:
                line.blockSignals(True)
                line.answer_like(first)
                line.blockSignals(False)
            first = first or (line if line.comes_back else None)
        told, ready = "", False
        try:
            ready = bool(self._read())
        except Problem as problem:
            told = tn(problem.notice)
        if ready and not all(line.answered for line in self.lines if line.comes_back):
            told, ready = t("Say of each line why it comes back and in which condition."), False
        self.wrong.setText(told)
        self.main.setEnabled(ready)

    def _place(self) -> None:
        order = self._detail.order
        draft = OrderDraft(order.partner_id, self._read(), "return", reference=order.number)
        self.act(self._context.tasks, actions.place, draft, then=self._placed, failed=self._refused)

    def _placed(self, done: Done[actions.OrderPlaced]) -> None:
        self.accept()
        self._then(done.value)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, actions.NotSendable):
            self.wrong.setText("\n".join(tn(reason) for reason in error.reasons))
        else:
            self._context.fail(error)
