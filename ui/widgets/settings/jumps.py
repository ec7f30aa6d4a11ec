"""The sections of a long page, to go to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.i18n import t
from ui.widgets.button import QUIET, Button


class Jumps(QWidget):
    """``chosen`` carries a section's code. Tab comes to the list, arrow keys move in it, Enter goes there."""

    chosen = Signal(str)

    def __init__(self, sections: Mapping[str, str]) -> None:
        super().__init__()
        self.setAccessibleName(t("Sections"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.buttons: dict[str, Button] = {}
        for code, title in sections.items():
            button = self.buttons[code] = Button(title, kind=QUIET)
            button.setAutoDefault(True)
            button.clicked.connect(partial(self.chosen.emit, code))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
