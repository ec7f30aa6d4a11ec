"""A promotion's budget: what is used, what orders on this laptop use and nobody confirmed, what is left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.queries.promotion_detail import Budget
from ui import paint
from ui.i18n import formats, t
from ui.paint.bars import hatched
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM

_BAR, _LINE = 10, 20


class BudgetBar(QWidget):
    """Painted as one; its words are in the accessible description."""

    def __init__(self) -> None:
        super().__init__()
        self._budget: Budget | None = None
        self._currency = ""
        self.setAccessibleName(t("Budget"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_budget(self, budget: Budget | None, currency: str) -> None:
        self._budget, self._currency = budget, currency
        self.setVisible(budget is not None)
        told = [f"{text} {figure}" for text, figure in self._words()]
        self.setAccessibleDescription("; ".join(told))
        reason = t("Headquarters has not confirmed these orders yet.") if budget and budget.waiting else ""
        self.setToolTip("\n".join(filter(None, (*told, reason))))
        self.updateGeometry()
        self.update()

    def _words(self) -> list[tuple[str, str]]:
        budget = self._budget
        if budget is None:
            return []
        form = formats()

        def money(amount: int) -> str:
            return form.money(amount, self._currency, whole=True)

        told = [
            (t("Budget"), money(budget.whole)),
            (t("Used"), money(budget.used)),
            (t("Remaining"), money(budget.left)),
        ]
        if budget.waiting:
            told.insert(2, (t("Waits for headquarters"), money(budget.waiting)))
        return told

    def sizeHint(self) -> QSize:
        return QSize(260, 2 * _LINE + _BAR + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        budget = self._budget
        if budget is None:
            return
        with QPainter(self) as painter:
            wide = float(self.width())
            head = QRectF(0, 0, wide, _LINE)
            (name, whole), *others = self._words()
            paint.text(painter, head, name, tint="secondary", size=CAPTION)
            paint.text(painter, head, whole, align=RIGHT, size=CAPTION, figures=True)
            bar = QRectF(0, _LINE + 2, wide, _BAR)
            painter.fillRect(bar, colour("track"))
            unit = wide / max(1, budget.whole, budget.used + budget.waiting)
            full = budget.left == 0
            painter.fillRect(
                QRectF(0, bar.top(), budget.used * unit, _BAR),
                colour("warning_graphic" if full else "fact_bar"),
            )
            if budget.waiting:
                hatched(painter, QRectF(budget.used * unit, bar.top(), budget.waiting * unit, _BAR))
            left = 0.0
            for text, figure in others:
                room = QRectF(left, bar.bottom() + 4, wide - left, _LINE)
                left += paint.text(painter, room, text, tint="secondary", size=CAPTION) + 6
                room = QRectF(left, bar.bottom() + 4, wide - left, _LINE)
                left += paint.text(painter, room, figure, size=CAPTION, weight=MEDIUM, figures=True) + 18
