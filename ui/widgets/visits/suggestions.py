"""Whom to visit: every partner ranked, why it stands where it stands, and one key that plans the visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout

from channeldesk.queries.visits import VisitSuggestion
from ui.i18n import formats, t, today_text, two_names
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.page import section
from ui.viewmodels.visit_week import Ranking
from ui.widgets.button import MAIN, Button
from ui.widgets.entrance import Entrance
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Elided
from ui.widgets.table_header import brief_day_width
from ui.widgets.table_view import TableView
from ui.widgets.today import words
from ui.widgets.today.next_visits import next_working_day

WEEK = 20
"""Visits of a planned week: four on each working day."""


class SuggestionList(Entrance):
    """``plan_wanted`` carries a suggestion and the day (ISO), ``opened`` a suggestion. ``week_wanted``
    carries those of a planned week, the most urgent first, and its first day.
    """

    plan_wanted = Signal(object, str)
    week_wanted = Signal(object, str)
    opened = Signal(object)

    def __init__(self, writes: bool = True) -> None:
        """``writes``: whether the person may plan."""
        super().__init__()
        self._today = ""
        self._count = 0
        self._ranked: Sequence[VisitSuggestion] = ()
        self.plan = Button(t("Plan visit"), icon="calendar-dots", keys="V", kind=MAIN)
        self.plan.clicked.connect(self._plan)
        self.plan_week = Button(
            t("Plan the week"),
            icon="calendar-dots",
            keys="W",
            tip=t("The most urgent without a visit, day by day; you see it before it is done"),
        )
        self.plan_week.clicked.connect(self._plan_week)
        if not writes:
            self.plan.hide()
            self.plan_week.hide()
        columns = [
            Column("place", t("Rank"), lambda row: row.place, Kind.INTEGER, 52, sortable=False, tone=_quiet),
            Column("partner", t("Partner"), _name, width=230, second=_second, sortable=False, strong=True),
            Column("drop", t("Sales drop"), _drop, width=92, right=True, sortable=False, tone=_drop_tone),
            Column(
                "risk", t("At risk"), _risk, Kind.MONEY, 112, currency=_currency, whole=True, sortable=False
            ),
            Column(
                "days", t("Days since visit"), self._days, width=116, right=True, sortable=False, tip=_last
            ),
            Column(
                "why",
                t("Why"),
                words.why,
                width=240,
                stretch=True,
                tone=_quiet,
                sortable=False,
                tip=words.why,
            ),
            Column(
                "planned",
                t("Planned"),
                self._planned,
                width=brief_day_width(t("Planned")),
                sortable=False,
                tone=_accent,
            ),
        ]
        self.view = TableView(columns, t("Whom to visit"), filters=False)
        self.model = TableModel(columns, parent=self.view)
        self.view.setModel(self.model)
        self.view.opened.connect(self._open)
        self.view.moved.connect(self._explain)
        self.why = Elided("", "body")
        formula = t("3-month sales drop on last year × money at risk × days since the last visit")
        head = section(t("Whom to visit"), formula, self.plan_week, self.plan)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head.setFixedHeight(36)
        column.addWidget(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.why)
        planning = (("V", t("plan the visit")), ("W", t("plan the week"))) if writes else ()
        column.addWidget(KeyRow((*planning, ("Return", t("open the partner")))))
        self.setFocusProxy(self.view)

    def fill(self, ranking: Ranking) -> None:
        if ranking.today != self._today:
            self.view.viewport().update()
        self._today, self._count, self._ranked = ranking.today, len(ranking.rows), ranking.rows
        here = self.view.currentIndex().row()
        self.model.update_rows(ranking.rows)
        if ranking.rows:
            self.view.setCurrentIndex(self.model.index(max(0, min(here, len(ranking.rows) - 1)), 1))
        self.plan.setEnabled(bool(ranking.rows))
        self.plan_week.setEnabled(any(row.planned_on is None for row in ranking.rows))
        self.plan.setText(t("Plan for {day}", day=formats().day_of_week(self._day())))
        self.plan.setAccessibleName(self.plan.text())
        self.plan.updateGeometry()
        self._explain()

    def narrow(self, narrow: bool) -> None:
        """The reason stands below the table as well."""
        self.view.setColumnHidden(5, narrow)
        if narrow:
            others = sum(self.view.columnWidth(at) for at in (0, 2, 3, 4, 6))
            self.view.setColumnWidth(1, max(140, self.view.width() - others - 12))
        else:
            self.view.setColumnWidth(1, 230)
            self.view.stretch()

    def current(self) -> VisitSuggestion | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _day(self) -> date:
        return next_working_day(date.fromisoformat(self._today))

    def _explain(self, _index: object = None) -> None:
        row = self.current()
        if row is None:
            self.why.set_text("")
            return
        told = (words.formula(row, self._count), words.why(row))
        self.why.set_text(words.BETWEEN.join(told))

    def _plan(self) -> None:
        row = self.current()
        if row is not None:
            self.plan_wanted.emit(row, self._day().isoformat())

    def _plan_week(self) -> None:
        free = [row for row in self._ranked if row.planned_on is None]
        self.week_wanted.emit(free[:WEEK], self._day().isoformat())

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.row(index.row()))

    def _days(self, row: VisitSuggestion) -> str:
        """As they are: the rank counts at most half a year of them."""
        if row.last_visit is None:
            return t("never")
        days = date.fromisoformat(self._today) - date.fromisoformat(row.last_visit)
        return formats().integer(days.days)

    def _planned(self, row: VisitSuggestion) -> str:
        if row.planned_on is None:
            return ""
        return today_text(date.fromisoformat(row.planned_on), date.fromisoformat(self._today))


def _name(row: VisitSuggestion) -> str:
    return two_names(row.partner, row.partner_local)[0]


def _second(row: VisitSuggestion) -> str:
    return two_names(row.partner, row.partner_local)[1]


def _drop(row: VisitSuggestion) -> str:
    return f"−{formats().percent(row.score.drop / 100, 0)}" if row.score.drop else "–"


def _drop_tone(row: VisitSuggestion) -> str:
    return "bad" if row.score.drop >= 20 else ""


def _risk(row: VisitSuggestion) -> int:
    return row.score.at_risk


def _currency(row: VisitSuggestion) -> str:
    return row.currency


def _last(row: VisitSuggestion) -> str:
    return words.last_visit(row.last_visit)


def _quiet(_row: VisitSuggestion) -> str:
    return "secondary"


def _accent(_row: VisitSuggestion) -> str:
    return "accent"
