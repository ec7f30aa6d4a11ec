"""The day view of the visits: the day with its bar, the calendar, and the keys along the bottom."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from ui.i18n import formats, t
from ui.viewmodels.visit_day import Day
from ui.widgets.entrance import Entrance
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Label
from ui.widgets.scroll import scrolling
from ui.widgets.visits.day_calendar import DayCalendar
from ui.widgets.visits.span_bar import span_bar


class DayView(Entrance):
    """``day_wanted`` carries the ISO date of another day, None for the present one."""

    day_wanted = Signal(object)

    def __init__(self, writes: bool) -> None:
        super().__init__()
        self._writes = writes
        self.day: Day | None = None
        self.calendar = DayCalendar()
        self.area = scrolling(self.calendar)
        self.area.viewport().installEventFilter(self)
        self.calendar.chosen.connect(self._show_current)
        self.title = Label("", "section")
        bar = span_bar(
            self.title,
            (t("The day before"), self.earlier),
            (t("The day after"), self.later),
            (t("Today"), self.present),
        )
        writing = (
            ("Alt+Up", t("earlier")),
            ("Alt+Down", t("later")),
            ("Shift+Up", t("shorter")),
            ("Shift+Down", t("longer")),
            ("Del", t("call off")),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.area, 1)
        column.addWidget(KeyRow((*(writing if writes else ()), ("Return", t("open the partner")))))
        self.setFocusProxy(self.calendar)

    def fill(self, day: Day, wanted: bytes | None = None) -> None:
        self.day = day
        self.title.setText(formats().day_full(date.fromisoformat(day.day)))
        self.calendar.set_room(self.area.viewport().height())
        self.calendar.fill(day, wanted, writes=self._writes)

    def _show_current(self, _visit: object) -> None:
        """What the keyboard is at stays in sight."""
        found = self.calendar.current
        if found is not None:
            middle = found.box.center()
            half = int(found.box.height() / 2) + 8
            self.area.ensureVisible(int(middle.x()), int(middle.y()), 0, half)

    def earlier(self) -> None:
        self._go(-1)

    def later(self) -> None:
        self._go(1)

    def present(self) -> None:
        self.day_wanted.emit(None)

    def _go(self, by: int) -> None:
        if self.day is not None:
            self.day_wanted.emit((date.fromisoformat(self.day.day) + timedelta(days=by)).isoformat())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.calendar.set_room(self.area.viewport().height())
        return False
