"""One of several: radio buttons painted from the tokens; arrow keys move within a group."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QWidget

from ui import paint
from ui.theme import colour

_SIZE = 14


class Radio(QRadioButton):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(_SIZE + 12 + paint.width(self.text()), 26)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            on = self.isChecked()
            circle = QRectF(1, self.height() / 2 - _SIZE / 2, _SIZE, _SIZE)
            painter.setPen(QPen(colour("accent" if on else "outline"), 1.4))
            painter.setBrush(colour("raised"))
            painter.drawEllipse(circle.adjusted(0.7, 0.7, -0.7, -0.7))
            if on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("accent"))
                painter.drawEllipse(circle.adjusted(3.5, 3.5, -3.5, -3.5))
            room = QRectF(_SIZE + 10, 0, self.width() - _SIZE - 10, self.height())
            paint.text(painter, room, self.text(), tint="text" if self.isEnabled() else "tertiary")
