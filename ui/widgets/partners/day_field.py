"""A day as people type it, read back in words while they type."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from channeldesk.model.notice import Problem
from channeldesk.rules.days_ahead import refuse_day
from ui.i18n import formats, tn
from ui.widgets.field import FormField


class DayField(FormField):
    """``day`` is None while what stands there is not a day, or, of a form with an ``earliest``,
    lies before it or years ahead.
    """

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
            refused = self._earliest and refuse_day(found, self._today, self._earliest)
            if refused:
                told = tn(refused)
            else:
                self.day = found
                same = found.year == self._today.year
                self._hint = formats().day_full(found) if same else formats().day(found)
        except Problem as problem:
            told = tn(problem.notice)
        self.set_error(told)
        self.changed.emit()
