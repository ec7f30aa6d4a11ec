"""A day and a time of it, in the person's zone, as a moment that is still to come."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from time import time_ns
from unicodedata import normalize

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from channeldesk.model.notice import Problem, notice
from channeldesk.rules.publications import refuse_moment
from ui.i18n import clock_note, formats, t, tn, today_here
from ui.widgets.field import FormField
from ui.widgets.label import Label

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


class Moment(QWidget):
    """``at`` in ms UTC, None while it is not to be read or over. At first tomorrow morning."""

    changed = Signal()

    def __init__(self, at: int | None = None) -> None:
        super().__init__()
        start = formats().local(at) if at is not None else None
        day = start.date() if start is not None else today_here() + timedelta(days=1)
        self.day = QLineEdit(day.isoformat())
        self.time = QLineEdit(f"{start:%H:%M}" if start is not None else "06:00")
        self._day, self._time = FormField(t("Day"), self.day), FormField(t("Time"), self.time)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._day)
        row.addWidget(self._time)
        if note := clock_note():
            row.addWidget(Label(note, "caption"))
        self.at: int | None = None
        self.day.textChanged.connect(self._typed)
        self.time.textChanged.connect(self._typed)
        self._typed()

    def _typed(self, _text: str = "") -> None:
        self.at = self._read()
        self.changed.emit()

    def _read(self) -> int | None:
        self._day.set_error("")
        self._time.set_error("")
        try:
            day = formats().read_day(self.day.text(), today_here())
        except Problem as problem:
            self._day.set_error(tn(problem.notice))
            return None
        found = _TIME.fullmatch(normalize("NFKC", self.time.text()).strip())
        if found is None:
            self._time.set_error(t("A time looks like 06:30."))
            return None
        hour = time(int(found[1]), int(found[2]))
        try:
            wall = int(datetime.combine(day, hour, UTC).timestamp() * 1000)
            at = wall - _offset(wall)
            at = wall - _offset(at)  # the offset of that very moment, where clocks change in between
        except OverflowError:  # the first and the last day of the calendar
            self._day.set_error(tn(notice("value.not_a_date", text=self.day.text())))
            return None
        refused = refuse_moment(at, time_ns() // 1_000_000)
        if refused is not None:
            self._day.set_error(tn(refused))
            return None
        return at


def _offset(at: int) -> int:
    """Milliseconds by which the person's clock is ahead of UTC."""
    return int((formats().local(at).utcoffset() or timedelta(0)).total_seconds() * 1000)
