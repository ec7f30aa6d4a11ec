"""A list to choose one of many from, that finds by any part of a name typed into it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QCompleter

from ui import icons

_SHOWN = 14
_LETTERS = 12
"""Room at least: the longest option does not decide how wide a form is."""


class Pick(QComboBox):
    """``options`` are (key, text). ``picked`` carries the key; ``missed`` that no option reads so."""

    picked = Signal(object)
    missed = Signal()

    def __init__(self, options: Sequence[tuple[object, str]], key: object = None) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(_SHOWN)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        self._keys: list[object] = []
        self._fill(options, key)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.currentTextChanged.connect(self._typed)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Others to choose from; what was typed meanwhile stays."""
        typed = self.currentText()
        with QSignalBlocker(self):
            self.clear()
            self._fill(options, None)
        self.setEditText(typed)

    def _fill(self, options: Sequence[tuple[object, str]], key: object) -> None:
        self._keys = [one for one, _ in options]
        self.addItems([_kept_blanks(text) for _, text in options])
        self.setCurrentIndex(self._keys.index(key) if key in self._keys else 0)

    def _typed(self, text: str) -> None:
        at = self.currentIndex()
        if at < 0 or self.itemText(at) != text:
            at = self.findText(text, Qt.MatchFlag.MatchFixedString)
        if at < 0:
            self.missed.emit()
        else:
            self.picked.emit(self._keys[at])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, self.width() - 20, (self.height() - 12) // 2, "caret-down", "secondary", 12)


def _kept_blanks(text: str) -> str:
    """Blanks before a name show how deep it lies."""
    bare = text.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(text) - len(bare)) + bare
