"""One section of the day report on screen: its heading with the count, its lines, notes in full."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.i18n import formats
from ui.widgets.day_report.words import Section
from ui.widgets.entries import EntryLine
from ui.widgets.label import Elided, Label

_INSET = 24


class Part(QWidget):
    """``opened`` carries the key of a line."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.shown: Section | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._title, self._count = Label("", "section"), Elided("", "caption")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._count, 1)
        self._body = QVBoxLayout()
        self._body.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._body)

    def fill(self, section: Section) -> None:
        """Show this; the same again changes nothing, so that focus and hover stay."""
        if section == self.shown:
            return
        self.shown = section
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._title.setText(section.title)
        count = section.count or formats().integer(len(section.lines))
        self._count.set_text(count if section.lines else section.none)
        for one in section.lines:
            line = EntryLine(one.entry)
            line.opened.connect(self.opened)
            self._body.addWidget(line)
            if one.note:
                note = Label(one.note, "body", wrap=True)
                note.setContentsMargins(_INSET, 0, 0, 8)
                self._body.addWidget(note)
