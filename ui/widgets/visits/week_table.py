"""The plan of a week: a row for each visit, the day before the first of each, free days named too."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent

from ui.i18n import N_, formats, t, two_names
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.viewmodels.visit_week import Week, WeekRow
from ui.widgets.partners.words import minute
from ui.widgets.table_view import TableView

STATES = {
    "planned": N_("Planned"),
    "under_way": N_("Under way"),
    "done": N_("Done"),
    "cancelled": N_("Called off"),
}
_TONES = {"planned": "plain", "under_way": "accent", "done": "good", "cancelled": "outline"}


class WeekTable(TableView):
    """``chosen`` carries the row under the cursor."""

    chosen = Signal(object)
    cancel_wanted = Signal()

    def __init__(self) -> None:
        columns = [
            Column(
                "day", t("Day"), _day, width=104, sortable=False, strong=self._is_today, tone=self._day_tone
            ),
            Column("time", t("Time"), _time, width=64, sortable=False, strong=True),
            Column(
                "partner",
                t("Partner"),
                _partner,
                width=180,
                sortable=False,
                stretch=True,
                tone=_partner_tone,
                second=_second,
                provisional=_provisional,
            ),
            Column("purpose", t("Purpose"), _purpose, width=230, sortable=False, tip=_purpose, tone=_quiet),
            Column("state", t("State"), _state, Kind.CHIP, 96, sortable=False, tone=_state_tone),
            Column(
                "overdue",
                t("Overdue"),
                _overdue,
                Kind.MONEY,
                96,
                sortable=False,
                currency=_currency,
                whole=True,
                tone=_bad,
            ),
            Column("last", t("Last visit"), _last, Kind.DAY, 104, sortable=False, tone=_quiet),
        ]
        super().__init__(columns, t("Visits of the week"), filters=False)
        self._today = ""
        self.rows = TableModel(columns, parent=self)
        self.setModel(self.rows)
        self.moved.connect(self._moved)

    def show_week(self, week: Week, at: int) -> None:
        if week.today != self._today:
            self.viewport().update()
        self._today = week.today
        self.rows.update_rows(week.rows)
        if week.rows:
            index = self.rows.index(max(0, min(at, len(week.rows) - 1)), 2)
            moved = index.row() != self.currentIndex().row()
            self.setCurrentIndex(index)
            self.scrollTo(index)
            if not moved:
                self._moved()

    def row(self) -> WeekRow | None:
        """The row under the cursor."""
        index = self.currentIndex()
        found = self.rows.row(index.row()) if index.isValid() else None
        return found if isinstance(found, WeekRow) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, what the pane beside it says as well gives way."""
        wide = self.width()
        for name, least in (("purpose", 560), ("overdue", 980), ("last", 1_080)):
            self.setColumnHidden(self._column(name), wide < least)
        self.setColumnWidth(self._column("day"), 84 if wide < 700 else 104)
        super().resizeEvent(event)
        self.stretch()

    def _column(self, name: str) -> int:
        return next(at for at, one in enumerate(self.columns) if one.id == name)

    def _moved(self, _index: object = None) -> None:
        self.chosen.emit(self.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.cancel_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _is_today(self, row: WeekRow) -> bool:
        return row.day == self._today

    def _day_tone(self, row: WeekRow) -> str:
        return "accent" if row.day == self._today else "tertiary" if row.day < self._today else ""


def _day(row: WeekRow) -> str:
    if not row.first:
        return ""
    return formats().day_of_week(row.day)


def _time(row: WeekRow) -> str:
    return minute(row.visit.start_minute) if row.visit is not None else ""


def _partner(row: WeekRow) -> str:
    if row.visit is None:
        return t("No visit planned")
    return two_names(row.visit.partner, row.visit.partner_local)[0]


def _second(row: WeekRow) -> str:
    return two_names(row.visit.partner, row.visit.partner_local)[1] if row.visit is not None else ""


def _partner_tone(row: WeekRow) -> str:
    return "tertiary" if row.visit is None else "secondary" if row.visit.state == "done" else ""


def _provisional(row: WeekRow) -> str:
    if row.visit is None or not row.visit.provisional:
        return ""
    return t("A change of yours waits for headquarters.")


def _purpose(row: WeekRow) -> str:
    return (row.visit.purpose or "") if row.visit is not None else ""


def _quiet(_row: WeekRow) -> str:
    return "secondary"


def _bad(_row: WeekRow) -> str:
    return "bad"


def _state(row: WeekRow) -> str:
    return t(STATES[row.visit.state]) if row.visit is not None else ""


def _state_tone(row: WeekRow) -> str:
    return _TONES[row.visit.state] if row.visit is not None else ""


def _overdue(row: WeekRow) -> int | str | None:
    return (row.visit.overdue or None) if row.visit is not None else None


def _currency(row: WeekRow) -> str:
    return row.visit.currency if row.visit is not None else ""


def _last(row: WeekRow) -> str | None:
    return row.visit.last_visit if row.visit is not None else None
