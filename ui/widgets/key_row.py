"""Keys and what they do, along the bottom of a page that is worked by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint
from ui.theme import colour
from ui.theme.fonts import CAPTION
from ui.widgets.keys import keys_text

_GAP = 20


class KeyRow(QWidget):
    """``keys`` are (key, what it does); what does not fit at the end is left out."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = tuple(keys)
        self.setAccessibleName(", ".join(f"{keys_text(key)} {text}" for key, text in self.keys))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(QRectF(0, 0, self.width(), 1), colour("separator"))
            x = 0.0
            for key, text in self.keys:
                caps = [keys_text(one) for one in key.split(" ")] if " " in key else [keys_text(key)]
                label = "".join(caps) if len(caps) > 1 and all(len(one) == 1 for one in caps) else caps[0]
                wide = paint.key_cap_width(label)
                need = wide + 6 + paint.width(text, CAPTION)
                if x + need > self.width():
                    break
                paint.key_cap(painter, QRectF(x, 6, wide, 26), label, "secondary")
                room = QRectF(x + wide + 6, 6, need - wide, 26)
                paint.text(painter, room, text, tint="secondary", size=CAPTION)
                x += need + _GAP
