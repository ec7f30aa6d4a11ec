"""A pop-up inside the window, with a shadow. A child widget, so an input beside it keeps the focus."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import colour
from ui.theme.tokens import RADIUS_POPUP

SHADOW = 12


class Popup(QWidget):
    """Leave ``SHADOW`` pixels free around the content: set it as the layout's margins."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(SHADOW, SHADOW - 2, -SHADOW, -SHADOW - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            shade = QColor(colour("shadow"))
            alpha = shade.alpha()
            for step in range(SHADOW - 2):
                shade.setAlpha(max(1, int(alpha * (1 - step / SHADOW) ** 2 / 5)))
                painter.setBrush(shade)
                spread = SHADOW - 2 - step
                painter.drawRoundedRect(
                    box.adjusted(-spread, -spread + 3, spread, spread + 2),
                    RADIUS_POPUP + spread,
                    RADIUS_POPUP + spread,
                )
            painter.setBrush(colour("raised"))
            painter.setPen(QPen(colour("border"), 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_POPUP, RADIUS_POPUP)
