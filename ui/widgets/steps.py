"""How a figure comes about: one step below the other, the results set off by a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from channeldesk.model.notice import Notice, Param, Term
from channeldesk.rules.explain import Step
from ui import paint
from ui.i18n import formats, t, tn
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, REGULAR, STRONG, font, metrics

SIGNS = {"+": "+", "-": "\N{MINUS SIGN}", "*": "\N{MULTIPLICATION SIGN}", "=": "=", "": ""}
_SIGN, _PAD, _GAP = 18, 4, 12


def value_text(value: Param) -> str:
    """A value of a step, in the reader's notation."""
    if isinstance(value, Notice):
        return tn(value)
    return t(value.text) if isinstance(value, Term) else formats().show(value)


class Steps(QWidget):
    """``show_steps`` fills it; labels wrap where they are long. Its words are in the description."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.steps: tuple[Step, ...] = ()
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """The same again changes nothing."""
        if tuple(steps) == self.steps:
            return
        self.steps = tuple(steps)
        told = (f"{SIGNS[one.sign]} {tn(one.label)} {value_text(one.value)}".strip() for one in self.steps)
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return sum(self._high(one, width) for one in self.steps)

    def sizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(self.width() or 260))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(self.width() or 260))

    @staticmethod
    def _room(one: Step, width: int) -> int:
        taken = paint.width(value_text(one.value), BODY, STRONG, figures=True)
        return max(60, width - _SIGN - taken - _GAP)

    def _high(self, one: Step, width: int) -> int:
        flags = Qt.TextFlag.TextWordWrap.value
        room = self._room(one, width)
        return metrics(BODY).boundingRect(0, 0, room, 1000, flags, tn(one.label)).height() + 2 * _PAD

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            top, wide = 0, self.width()
            for at, one in enumerate(self.steps):
                high = self._high(one, wide)
                result = one.sign == "="
                if result and at:
                    painter.fillRect(QRectF(_SIGN, top, wide - _SIGN, 1), colour("separator"))
                line = QRectF(0, top + _PAD, wide, metrics(BODY).height())
                paint.text(painter, line, SIGNS[one.sign], tint="secondary", figures=True)
                value = value_text(one.value)
                weight = STRONG if result else REGULAR
                paint.text(painter, line, value, align=RIGHT, figures=True, weight=weight)
                painter.setFont(font(BODY, weight))
                painter.setPen(colour("text" if result else "secondary"))
                room = QRectF(_SIGN, top + _PAD, self._room(one, wide), high)
                flags = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value
                painter.drawText(room, flags, tn(one.label))
                top += high
