"""Whom to visit next: the partners that are most urgent and not visited today, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.visits import VisitSuggestion
from ui.i18n import formats, t, today_text, two_names
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.page import section
from ui.theme.tokens import ROW
from ui.widgets.button import Button
from ui.widgets.table_header import brief_day_width
from ui.widgets.table_view import TableView
from ui.widgets.today import words

_HEADER = 30
_NARROW = 600


class NextVisits(QWidget):
    """``opened`` carries a suggestion, ``plan_wanted`` one and the day (ISO) for it."""

    opened = Signal(object)
    plan_wanted = Signal(object, str)

    def __init__(self, writes: bool = True) -> None:
        """``writes``: whether the person may plan."""
        super().__init__()
        self._today = ""
        self._plan = Button(t("Plan visit"), icon="calendar-dots", keys="V")
        self._plan.clicked.connect(self._plan_clicked)
        if not writes:
            self._plan.hide()
        self._head = section(
            t("Whom to visit next"),
            t("3-month sales drop on last year × money at risk × days since the last visit"),
            self._plan,
        )
        columns = [
            Column("partner", t("Partner"), _name, width=240, second=_second, strong=True),
            Column("why", t("Why"), words.why, width=300, stretch=True, tone=_quiet),
            Column(
                "risk", t("At risk"), _risk, Kind.MONEY, 80, currency=_currency, whole=True, tip=self._tip
            ),
            Column("planned", t("Planned"), self._planned, width=brief_day_width(t("Planned"))),
        ]
        self.view = TableView(columns, t("Whom to visit next"), filters=False)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.model = TableModel(columns, parent=self.view)
        self.view.setModel(self.model)
        self.view.opened.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self.view)
        self._partners = 0
        self._given: tuple[object, ...] = ()

    def fill(self, suggestions: Sequence[VisitSuggestion], partners: int, today: str) -> None:
        given = (tuple(suggestions), partners, today)
        if given == self._given:
            return
        self._given = given
        here = self.view.currentIndex().row()
        self._today, self._partners = today, partners
        self.model.set_rows(list(suggestions))
        self.view.setFixedHeight(_HEADER + ROW * len(suggestions) + 2)
        if suggestions:
            self.view.setCurrentIndex(self.model.index(max(0, min(here, len(suggestions) - 1)), 0))
            day = next_working_day(date.fromisoformat(today))
            self._plan.setText(t("Plan for {day}", day=formats().day_of_week(day)))
            self._plan.setAccessibleName(self._plan.text())
            self._plan.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow the reason stands in the tooltip of the money only."""
        narrow = self.width() < _NARROW
        self.view.setColumnHidden(1, narrow)
        if narrow:
            rest = sum(column.width for column in self.view.columns[2:])
            self.view.setColumnWidth(0, max(120, self.width() - rest - 2))
        else:
            self.view.setColumnWidth(0, self.view.columns[0].width)
            self.view.stretch()

    def current(self) -> VisitSuggestion | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.row(index.row()))

    def _plan_clicked(self) -> None:
        chosen = self.current()
        if chosen is not None:
            day = next_working_day(date.fromisoformat(self._today))
            self.plan_wanted.emit(chosen, day.isoformat())

    def _planned(self, row: VisitSuggestion) -> str:
        if row.planned_on is None:
            return ""
        return today_text(date.fromisoformat(row.planned_on), date.fromisoformat(self._today))

    def _tip(self, row: VisitSuggestion) -> str:
        return "\n".join((words.why(row), words.formula(row, self._partners)))


def next_working_day(today: date) -> date:
    """Tomorrow, or Monday."""
    day = today + timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _name(row: VisitSuggestion) -> str:
    return two_names(row.partner, row.partner_local)[0]


def _second(row: VisitSuggestion) -> str:
    return two_names(row.partner, row.partner_local)[1]


def _risk(row: VisitSuggestion) -> int:
    return row.score.at_risk


def _currency(row: VisitSuggestion) -> str:
    return row.currency


def _quiet(_row: VisitSuggestion) -> str:
    return "secondary"
