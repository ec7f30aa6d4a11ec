"""A titled list of short findings beside an order, each with a sign and a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import icons, paint
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, STRONG, font, metrics

_LINE = 26
_ICONS = {
    "good": "check-circle",
    "warning": "warning",
    "bad": "x-circle",
    "open": "circle-dashed",
}


@dataclass(frozen=True)
class Check:
    """``tone`` good, warning (headquarters decides), bad (cannot be sent), open (not known here)."""

    tone: str
    text: str
    figure: str = ""


class CheckList(QWidget):
    """Painted as one list under a title; each text wraps."""

    def __init__(self, title: str, note: str = "") -> None:
        super().__init__()
        self.found: Sequence[Check] = ()
        self._title, self._note = title, note
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_found(self, found: Sequence[Check]) -> None:
        self.found = found
        self.setAccessibleName(self._title)
        self.setAccessibleDescription("; ".join(f"{one.text} {one.figure}" for one in self.found))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 30 + sum(self._high(one, width) for one in self.found)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(self.width() or 240))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(self.width() or 240))

    def _room(self, one: Check, width: int) -> int:
        return width - 24 - (paint.width(one.figure, CAPTION) + 8 if one.figure else 0)

    def _high(self, one: Check, width: int) -> int:
        return max(_LINE, self._text_high(one, width) + 8)

    def _text_high(self, one: Check, width: int) -> int:
        flags = Qt.TextFlag.TextWordWrap.value
        return metrics(BODY).boundingRect(0, 0, self._room(one, width), 1000, flags, one.text).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = self.width()
            room = QRectF(0, 0, wide, 28)
            taken = paint.text(painter, room, self._title, weight=STRONG)
            beside = room.adjusted(taken + 8, 0, 0, 0)
            paint.text(painter, beside, self._note, tint="secondary", size=CAPTION)
            y = 30.0
            for one in self.found:
                high = self._high(one, wide)
                self._paint_one(painter, QRectF(0, y, wide, high), one)
                y += high

    def _paint_one(self, painter: QPainter, box: QRectF, one: Check) -> None:
        tint = "provisional" if one.tone == "open" else one.tone
        icons.paint(painter, 0, box.top() + 5, _ICONS[one.tone], tint)
        figure = QRectF(box.left(), box.top(), box.width(), _LINE)
        paint.text(painter, figure, one.figure, tint="secondary", size=CAPTION, align=RIGHT, figures=True)
        painter.setFont(font(BODY))
        painter.setPen(colour(one.tone if one.tone in ("bad", "warning") else "text"))
        room = QRectF(24, box.top() + 4, self._room(one, int(box.width())), box.height() - 6)
        painter.drawText(room, Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignTop.value, one.text)
