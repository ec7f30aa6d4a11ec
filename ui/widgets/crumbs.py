"""The way to a page of one subject: links over its title."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.widgets.button import LINK, Button
from ui.widgets.label import Label


class Crumbs(QWidget):
    """``set`` takes (key, text); all but the last are links, ``chosen`` carries their key."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._keys: dict[Button, object] = {}
        self._steps: list[tuple[object, str]] = []

    def set(self, steps: Sequence[tuple[object, str]]) -> None:
        if list(steps) == self._steps:
            return
        self._steps = list(steps)
        self._keys.clear()
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, (key, text) in enumerate(steps):
            if at:
                self._row.addWidget(Label("/", "caption", "tertiary"))
            if at == len(steps) - 1:
                self._row.addWidget(Label(text, "caption"))
                continue
            link = Button(text, kind=LINK)
            link.clicked.connect(self._clicked)
            self._keys[link] = key
            self._row.addWidget(link)
        self._row.addStretch(1)

    def _clicked(self) -> None:
        link = self.sender()
        if isinstance(link, Button) and link in self._keys:
            self.chosen.emit(self._keys[link])
