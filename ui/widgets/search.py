"""A search field: magnifier, text, the key that reaches it. It says what was typed after a short pause."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from ui import icons, paint
from ui.widgets.keys import keys_text

PAUSE_MS = 80


class SearchField(QLineEdit):
    """``searched`` carries the text after a pause in typing, at once on Enter; Esc clears."""

    searched = Signal(str)

    def __init__(self, hint: str, *, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.keys = keys
        self._keys = keys_text(keys) if keys else ""
        self.setTextMargins(26, 0, paint.key_cap_width(self._keys) + 8 if self._keys else 0, 0)
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._say)
        self.textEdited.connect(self._typed)

    def _typed(self) -> None:
        self._pause.start()

    def _say(self) -> None:
        self.searched.emit(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._say()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pause.stop()
            self._say()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, 10, (self.height() - 16) // 2, "magnifying-glass", "secondary")
            if self._keys and not self.text():
                paint.key_cap(
                    painter, QRectF(0, 0, self.width() - 10, self.height()), self._keys, "secondary"
                )
