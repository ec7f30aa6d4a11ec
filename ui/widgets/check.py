"""A check box with three states, painted from the tokens; its helper paints the same box in table cells."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QWidget

from ui import paint
from ui.theme import colour

BOX = 14


def paint_box(painter: QPainter, x: float, middle: float, state: Qt.CheckState) -> None:
    """The box of 14 px with its left edge at ``x``."""
    box = QRectF(x, round(middle - BOX / 2), BOX, BOX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state == Qt.CheckState.Unchecked:
        painter.setBrush(colour("raised"))
        painter.setPen(QPen(colour("outline"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        return
    painter.setBrush(colour("accent_fill"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QPen(colour("on_accent"), 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    left, top = box.left(), box.top()
    if state == Qt.CheckState.PartiallyChecked:
        painter.drawLine(QPointF(left + 4, top + 7), QPointF(left + 10, top + 7))
    else:
        points = [
            QPointF(left + 3.4, top + 7.2),
            QPointF(left + 6, top + 9.8),
            QPointF(left + 10.6, top + 4.6),
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))


class Check(QCheckBox):
    """A check box; ``setTristate`` gives the middle state."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(BOX + 2 + (10 + paint.width(self.text()) if self.text() else 0), 24)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            middle = self.height() / 2
            paint_box(painter, 1, middle, self.checkState())
            room = QRectF(BOX + 10, 0, self.width() - BOX - 10, self.height())
            paint.text(painter, room, self.text(), tint="text" if self.isEnabled() else "tertiary")
