"""Sentences with an icon before them: what applying does, how a conflict came about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui.widgets.label import Label

_ICON = 28


class Notes(QWidget):
    """``fill`` takes (icon, sentence); a sentence wraps where it is long."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._notes: list[QWidget] = []

    def fill(self, notes: Sequence[tuple[str, str]]) -> None:
        for note in self._notes:
            self._column.removeWidget(note)
            note.hide()
            note.deleteLater()
        self._notes = [_Note(icon, text) for icon, text in notes]
        for note in self._notes:
            self._column.addWidget(note)


class _Note(QWidget):
    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(_ICON, 2, 0, 2)
        row.addWidget(Label(text, "body", "secondary", wrap=True), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icons.paint(painter, 0, 3, self._icon, "secondary")
