"""A day as people type it, read back in words while they type."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from channeldesk.model.notice import Problem
from ui.i18n import formats, t, tn
from ui.widgets.field import FormField


class DayField(FormField):
    """``day`` is None while what stands there is not a day, or lies before ``earliest``."""

    changed = Signal()

    def __init__(
        self, label: str, day: date, today: date, earliest: date | None = None, parent: QWidget | None = None
    ) -> None:
        self.line = QLineEdit(day.isoformat())
        super().__init__(label, self.line, " ", parent=parent)
        self.day: date | None = day
        self._today, self._earliest = today, earliest
        self._read(self.line.text())
        self.line.textChanged.connect(self._read)

    def _read(self, text: str) -> None:
        told = ""
        self.day = None
        try:
            found = formats().read_day(text, self._today)
            if self._earliest is not None and found < self._earliest:
                told = t("This day is past.")
            else:
                self.day = found
                self._hint = formats().day_full(found)
        except Problem as problem:
            told = tn(problem.notice)
        self.set_error(told)
        self.changed.emit()
