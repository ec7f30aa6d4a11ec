"""The week view of the visits: its bar, the table by day, and the keys along the bottom."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from ui.i18n import formats, t
from ui.viewmodels.visit_week import DAYS, Week
from ui.widgets.entrance import Entrance
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Label
from ui.widgets.visits.span_bar import span_bar
from ui.widgets.visits.week_table import WeekTable


class WeekView(Entrance):
    """``week_wanted`` carries the first day of another week (ISO), None for the present one."""

    week_wanted = Signal(object)

    def __init__(self, writes: bool) -> None:
        super().__init__()
        self.week: Week | None = None
        self.table = WeekTable()
        self.range = Label("", "section")
        bar = span_bar(
            self.range,
            (t("The week before"), self.earlier),
            (t("The week after"), self.later),
            (t("This week"), self.present),
        )
        writing = (("I", t("check in")), ("N", t("plan")), ("M", t("move")), ("Del", t("call off")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(KeyRow((*(writing if writes else ()), ("Return", t("open the partner")))))
        self.setFocusProxy(self.table)

    def fill(self, week: Week, at: int) -> None:
        self.week = week
        self.table.show_week(week, at)
        first = date.fromisoformat(week.first)
        last = first + timedelta(days=DAYS - 1)
        self.range.setText(t("{first} to {last}", first=formats().day_short(first), last=formats().day(last)))

    def earlier(self) -> None:
        self._go(-DAYS)

    def later(self) -> None:
        self._go(DAYS)

    def present(self) -> None:
        self.week_wanted.emit(None)

    def _go(self, by: int) -> None:
        if self.week is not None:
            self.week_wanted.emit((date.fromisoformat(self.week.first) + timedelta(days=by)).isoformat())
