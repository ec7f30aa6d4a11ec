"""Two orders of one, or the rest of one let go: headquarters' people do it, others ask for it."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from channeldesk.actions import approvals as actions
from channeldesk.model.notice import Problem
from channeldesk.queries.orders import OrderDetail, OrderLine
from channeldesk.rules.amending import Wanted
from channeldesk.rules.rights import HEADQUARTERS
from ui.context import Context
from ui.errors import explain
from ui.i18n import t
from ui.widgets.field import FormField
from ui.widgets.orders.ask_change import AskDialog, read_wanted
from ui.widgets.orders.line_quantities import LineQuantities


class SplitDialog(AskDialog):
    """How many of each line go into the second order."""

    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail) -> None:
        main = t("Split") if _staff(context) else t("Ask headquarters")
        super().__init__(parent, context, detail, t("Split order"), main, 560)
        lines = [line for line in detail.lines if _open(line) > 0]
        self.lines = LineQuantities(lines, _open, t("Into the second order: {product}"), filled=False)
        self.lines.changed.connect(self._judge)
        self.content.addWidget(self.lines, 1)
        self.day = QLineEdit()
        self.day.textChanged.connect(self._judge)
        self.content.addWidget(FormField(t("The second order is wanted on"), self.day))
        editors = dict(zip((line.id.hex() for line in lines), self.lines.editors, strict=True))
        self._end("split", {**editors, "day": self.day})
        self.lines.focus()

    def _wanted(self) -> list[Wanted]:
        return [Wanted(line.id, line.product_id, quantity) for line, quantity in self.lines.read()]

    def _day(self) -> str | None:
        text = self.day.text().strip()
        return read_wanted(text) if text else None

    def _judge(self) -> None:
        told, some = "", False
        try:
            some = bool(self._wanted())
            self._day()
        except Problem as problem:
            told, some = explain(problem).happened, False
        self.wrong.setText(told)
        self.main.setEnabled(some and bool(self.because.text().strip()))

    def _send(self) -> None:
        if self.main.isEnabled():
            parts = (self._detail.order.id, self._wanted(), self.because.text(), self._day())
            self.act(self._context.tasks, actions.ask_split, *parts, then=self._sent, failed=self._refused)


class LetGoDialog(AskDialog):
    """The rest of a partly shipped order does not come any more."""

    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail) -> None:
        main = t("Let it go") if _staff(context) else t("Ask headquarters")
        super().__init__(parent, context, detail, t("Let the rest go"), main, 460)
        self._end("let_go")
        self.because.setFocus()

    def _send(self) -> None:
        if self.main.isEnabled():
            parts = (self._detail.order.id, self.because.text())
            self.act(self._context.tasks, actions.ask_closing, *parts, then=self._sent, failed=self._refused)


def _staff(context: Context) -> bool:
    return bool(context.profile.role == HEADQUARTERS)


def _open(line: OrderLine) -> int:
    return line.quantity - max(line.held, line.returned)
