"""A chip: the status or kind of something, in a tone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint
from ui.theme.tokens import CHIP


class Chip(QWidget):
    """``tone``: plain, outline, good, warning, bad, accent, provisional (violet and dashed, only
    for that).
    """

    def __init__(
        self, text: str, tone: str = "outline", icon: str = "", tip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, tone, icon, tip)

    def set(self, text: str, tone: str = "outline", icon: str = "", tip: str = "") -> None:
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(paint.chip_width(self._text, self._icon), CHIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.chip(painter, QRectF(self.rect()), self._text, self._tone, self._icon)
