"""The chart's tooltip: the category, then name and value of each series, clear of the line it explains."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import paint
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, STRONG

_LINE = 18
_PAD = 10


class Tip(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = ""
        self._lines: Sequence[tuple[str, str]] = ()
        self.hide()

    def show_at(self, point: QPoint, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Beside ``point``, on the side that has room."""
        self._title, self._lines = title, lines
        wide = max(
            [paint.width(title, CAPTION, STRONG)]
            + [
                paint.width(name, CAPTION) + 24 + paint.width(text, CAPTION, STRONG, figures=True)
                for name, text in lines
            ]
        )
        size = QSize(wide + 2 * _PAD, (len(lines) + 1) * _LINE + 2 * 6)
        parent = self.parentWidget()
        x = point.x() + 12
        if parent is not None and x + size.width() > parent.width():
            x = max(0, point.x() - 12 - size.width())
        y = max(0, min(point.y() - size.height() // 2, (parent.height() if parent else 0) - size.height()))
        self.setGeometry(x, y, size.width(), size.height())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("tooltip"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
            room = QRectF(_PAD, 6, self.width() - 2 * _PAD, _LINE)
            paint.text(painter, room, self._title, tint="on_tooltip", size=CAPTION, weight=STRONG)
            for name, text in self._lines:
                room = room.translated(0, _LINE)
                paint.text(painter, room, name, tint="on_tooltip", size=CAPTION)
                paint.text(
                    painter,
                    room,
                    text,
                    tint="on_tooltip",
                    size=CAPTION,
                    weight=STRONG,
                    align=RIGHT,
                    figures=True,
                )
