"""Visits: the week, or a day on a time grid, with the visit at hand beside it; whom to visit, what was done.

Subject: a plan's id, which is shown in its week or on its day; "next" opens whom to visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from channeldesk.actions import promises as promise_actions
from channeldesk.actions import visits as actions
from channeldesk.model.changes import Done, Topic
from channeldesk.queries.visits import PlannedVisit, VisitRow, VisitSuggestion
from ui.context import Context
from ui.i18n import formats, language, n, t, tc
from ui.page import Page, PageHeader
from ui.viewmodels.order_entry import Wanted
from ui.viewmodels.survey import SurveyOf
from ui.viewmodels.visit import VisitForm
from ui.viewmodels.visit_day import Day, visit_day
from ui.viewmodels.visit_week import (
    OpenedVisit,
    Ranking,
    Week,
    WeekRow,
    ranking,
    visit_opened,
    week,
)
from ui.widgets.button import Button
from ui.widgets.label import Line
from ui.widgets.partners.promise_work import PromiseWork
from ui.widgets.tabs import Tabs
from ui.widgets.today import words
from ui.widgets.visits.correct import Correcting
from ui.widgets.visits.day_view import DayView
from ui.widgets.visits.order_day import OrderDay
from ui.widgets.visits.past import past_list
from ui.widgets.visits.plan_dialog import PlanDialog
from ui.widgets.visits.suggestions import SuggestionList
from ui.widgets.visits.task_work import TaskWork
from ui.widgets.visits.visit_pane import NARROW, WIDTH, VisitPane
from ui.widgets.visits.week_tools import WeekTools
from ui.widgets.visits.week_view import WeekView

_NARROW = 1_000


class VisitsPage(Page):
    topics = frozenset(
        {
            Topic.VISITS,
            Topic.PROMISES,
            Topic.FILES,
            Topic.PARTNERS,
            Topic.ORDERS,
            Topic.STOCK,
            Topic.RECEIVABLES,
        }
    )
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.week: Week | None = None
        self._first: str | None = None
        self._day: str | None = None
        self._by_day = False
        self._wanted: bytes | None = None
        self._moved: bytes | None = None
        """Moved here: while it stays at hand its week is shown, also when the move is taken back."""
        plan = Button(t("Plan visit"), icon="plus", keys="N")
        plan.clicked.connect(self.plan)
        if not context.may("visit_plan"):
            plan.hide()
        trip = Button(t("Trip pack"), icon="briefcase", tip=t("Has everything for the planned visits here"))
        trip.clicked.connect(self.pack)
        report = Button(t("Day report"), icon="file-text", keys="S", tip=t("Of the day under the cursor"))
        report.clicked.connect(self.report)
        self.header = PageHeader(t("Visits"), report, trip, plan)
        self.tabs = Tabs(
            [
                ("week", t("Week"), None),
                ("day", tc("view", "Day"), None),
                ("next", t("Whom to visit"), None),
                ("past", t("Past visits"), None),
            ],
            numbered=True,
        )
        self.tabs.chosen.connect(self._show_tab)
        self.ordering = OrderDay(self, context)
        self.week_tools = WeekTools(context)
        self.week_tools.order_wanted.connect(self.propose_order)
        self.week_tools.file_wanted.connect(self.save_week)
        self.weeks = WeekView(context.may("visit_plan"))
        self.table = self.weeks.table
        self.days = DayView(context.may("visit_plan"))
        self.pane = VisitPane(context)
        self.task_work = TaskWork(self, self.pane)
        self.promise_work = PromiseWork(self, self.pane.promises)
        self.next = SuggestionList(context.may("visit_plan"))
        self.past = past_list(context)
        self.correcting = Correcting(self)
        self.put_right = self.correcting.button(self.past, keys="E")
        self.parts = QStackedWidget()
        for part in (self._make_planned(), self.next, self.past):
            self.parts.addWidget(part)
        line = QHBoxLayout()
        line.addWidget(self.tabs, 1)
        line.addWidget(self.week_tools)
        line.addWidget(self.past.tools)
        self.past.tools.hide()
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addLayout(line)
        self.content.addWidget(self.parts, 1)
        self._connect()
        self.setFocusProxy(self.table)

    def _make_planned(self) -> QWidget:
        """The week or the day, with the visit at hand beside it."""
        self.views = QStackedWidget()
        self.views.addWidget(self.weeks)
        self.views.addWidget(self.days)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.views, 1)
        row.addSpacing(16)
        row.addWidget(Line(upright=True))
        row.addWidget(self.pane)
        return made

    def _connect(self) -> None:
        self.weeks.week_wanted.connect(self._show_week)
        self.days.day_wanted.connect(self._show_day)
        self.days.calendar.chosen.connect(self._follow_visit)
        self.days.calendar.opened.connect(self._open_partner)
        self.days.calendar.placed.connect(self._place)
        self.days.calendar.plan_wanted.connect(self.plan_at)
        self.days.calendar.cancel_wanted.connect(self.cancel)
        self.table.chosen.connect(self._follow)
        self.table.opened.connect(self._open_row)
        self.table.cancel_wanted.connect(self.cancel)
        pane = self.pane
        pane.check_in.connect(self._check_in)
        pane.check_out.connect(self._check_out)
        pane.noted.connect(self._noted)
        pane.promised.connect(self._promised)
        pane.partner_wanted.connect(self._partner)
        pane.count_wanted.connect(self._count)
        pane.order_wanted.connect(self._order)
        pane.move_wanted.connect(self.move_visit)
        pane.cancel_wanted.connect(self.cancel)
        pane.survey_wanted.connect(self._survey)
        pane.right_wanted.connect(self._put_right)
        pane.back_wanted.connect(self._not_checked_in)
        self.next.plan_wanted.connect(self._plan_suggested)
        self.next.week_wanted.connect(self._plan_week)
        self.next.opened.connect(self._open_suggested)
        self.past.opened.connect(self._open_past)

    # what is shown

    def open(self, subject: Any) -> None:
        """A plan's id: its week, or day, is shown with the cursor on it."""
        if subject == "next":
            self.tabs.choose("next")
            return
        self._wanted = subject or None
        self.stale = True
        if self._wanted is not None and not self._by_day:
            self.tabs.choose("week")

    def refresh(self) -> None:
        form = self.pane.form
        if form is not None and form.visit.id == self._moved:
            self._wanted = self._moved
        if self._wanted is not None:
            user = self.context.profile.user_id
            self.ask(visit_opened, self._wanted, user, key="wanted", then=self._wanted_came)
        else:
            self._ask_views()
        self.ask(ranking, then=self._ranking_came)
        self.past.reload()

    def _wanted_came(self, found: OpenedVisit | None) -> None:
        if found is not None:
            self._first = found.visit.day
            self._day = found.visit.day
        if found is None or found.visit.state == "cancelled":
            self._wanted = None
        self._ask_views()

    def _ask_views(self) -> None:
        user = self.context.profile.user_id
        self.ask(week, user, self._first, formats(), key="week", then=self._week_came)
        if self._by_day:
            self.ask(visit_day, user, self._day, key="day", then=self._day_came)

    def _day_came(self, found: Day) -> None:
        form, wanted = self.pane.form, self._wanted
        self._day, self._wanted = found.day, None
        self.days.fill(found, wanted or (form.visit.id if form is not None else None))

    def _week_came(self, found: Week) -> None:
        old, self.week = self.week, found
        self.set_as_of(found.as_of)
        at = found.place(self._wanted)
        if at >= 0 and not self._by_day:
            self._wanted = None
        if at < 0 and self.pane.form is not None:
            at = found.place(self.pane.form.visit.id)
        if at < 0 and old is not None and old.first == found.first:
            at = self.table.currentIndex().row()
        self.show_content()
        self._fit()
        self.weeks.fill(found, at if at >= 0 else found.next_place)
        to_do = n("{count} visit to do", "{count} visits to do", found.to_do)
        self.header.note.set_text(" · ".join((to_do, n("{count} done", "{count} done", found.done))))

    def _ranking_came(self, found: Ranking) -> None:
        self.next.fill(found)

    def _follow(self, row: WeekRow | None) -> None:
        if not self._by_day:
            self._show_visit(row.visit if row is not None else None)

    def _follow_visit(self, visit: PlannedVisit | None) -> None:
        if self._by_day:
            self._show_visit(visit)

    def _show_visit(self, visit: PlannedVisit | None) -> None:
        if visit is None:
            told = t("Press N to plan one for this day.") if self.context.may("visit_plan") else ""
            self.pane.clear(t("No visit planned"), told)
            return
        user = self.context.profile.user_id
        self.ask(visit_opened, visit.id, user, key="visit", then=self._visit_came)

    def _visit_came(self, found: OpenedVisit | None) -> None:
        if found is None:
            self.pane.clear(t("No visit chosen"))
        else:
            self.pane.show_visit(found)

    def _show_tab(self, key: object) -> None:
        self.pane.save()
        was, self._by_day = self._by_day, key == "day"
        focus = {"week": self.weeks, "day": self.days, "next": self.next, "past": self.past}[str(key)]
        if self._by_day or key == "week":
            self.views.setCurrentWidget(focus)
            self.parts.setCurrentIndex(0)
        else:
            self.parts.setCurrentWidget(focus)
        self.past.tools.setVisible(key == "past")
        self.week_tools.setVisible(key in ("week", "day"))
        self.setFocusProxy(focus)
        if self.isVisible():
            focus.setFocus()
        self._fit()
        if self._by_day != was and self.week is not None:
            self._turn()

    def _turn(self) -> None:
        """The other view shows the same day, with the same visit chosen."""
        row, form = self.table.row(), self.pane.form
        if self._by_day and row is not None:
            self._day = row.day
        if form is not None:
            self._wanted = form.visit.id
        self.refresh()

    def _show_week(self, first: str | None) -> None:
        self._first, self._moved = first, None
        self.refresh()

    def _show_day(self, day: str | None) -> None:
        self._day, self._moved = day, None
        self.pane.save()
        self.refresh()

    def may_leave(self) -> bool:
        self.pane.save()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        self.pane.setFixedWidth(NARROW if narrow else WIDTH)
        self.next.narrow(narrow)

    # what the person does

    def _day_here(self) -> str | None:
        """The day under the cursor, or the one that is shown."""
        row = self.table.row()
        return self._day if self._by_day else row.day if row is not None else None

    def plan(self) -> None:
        """A new visit, on the day under the cursor unless that is past."""
        self.plan_at(None)

    def plan_at(self, minute: int | None) -> None:
        today = self.week.today if self.week is not None else ""
        dialog = PlanDialog(self, self.context, max(self._day_here() or today, today), at=minute)
        dialog.planned.connect(self._plan)
        dialog.open()

    def _place(self, plan_id: bytes, start: int, length: int) -> None:
        """Moved on the calendar, or made longer or shorter."""
        if self._day is not None:
            self.act(actions.move, plan_id, self._day, start, None, length)

    def _plan(self, partner: bytes, day: str, at: int | None, length: int, purpose: str) -> None:
        self.act(actions.plan, partner, day, at, length, purpose.strip() or None, then=self._was_planned)

    def _was_planned(self, done: Done[bytes]) -> None:
        self.open(done.value)
        self.refresh()

    def pack(self) -> None:
        """The trip pack for the planned visits, at once."""
        self.go("trip", "now")

    def report(self) -> None:
        """The day under the cursor, unless it is still to come."""
        day, today = self._day_here(), self.week.today if self.week is not None else ""
        self.go("day_report", day if day is not None and day < today else None)

    def move_visit(self, form: VisitForm | None = None) -> None:
        """Another day, time or purpose."""
        if form is not None:
            dialog = PlanDialog(self, self.context, form.visit.day, form.visit)
            dialog.planned.connect(self._move)
            dialog.open()

    def _move(self, _partner: bytes, day: str, at: int | None, _length: int, purpose: str) -> None:
        form = self.pane.form
        if form is not None:
            self._moved = form.visit.id
            self.act(actions.move, form.visit.id, day, at, purpose)

    def propose_order(self) -> None:
        """A shorter way through the visits of the day under the cursor."""
        day = self._day_here()
        if day is not None:
            self.ordering.propose(day)

    def save_week(self) -> None:
        """The week that is shown, as a calendar file."""
        if self.week is not None:
            self.week_tools.save_week(self.week.first)

    def cancel(self, _form: object = None) -> None:
        """Call the visit under the cursor off; undo brings it back."""
        visit = self._visit()
        if visit is not None and visit.state == "planned" and self.context.may("visit_plan"):
            self.act(actions.cancel, visit.id)

    def _visit(self) -> PlannedVisit | None:
        if self._by_day:
            entry = self.days.calendar.current
            return entry.visit if entry is not None else None
        row = self.table.row()
        return row.visit if row is not None else None

    def _check_in(self, form: VisitForm) -> None:
        local = language().startswith("zh")
        self.act(actions.check_in, form.visit.id, local, then=self._checked_in)

    def _checked_in(self, _done: Done[Any]) -> None:
        """The keyboard goes to the tasks: there the single letters keep working."""
        self.pane.focus_tasks()

    def _not_checked_in(self, form: VisitForm) -> None:
        self.act(actions.not_checked_in, form.visit.id)

    def _check_out(self, form: VisitForm) -> None:
        self.act(actions.close, form.visit.id, form.outcome, form.note)

    def _put_right(self, form: VisitForm) -> None:
        self.correcting.of_plan(form.visit.id)

    def _noted(self, plan_id: bytes, note: str, outcome: str | None) -> None:
        self.act(actions.keep_note, plan_id, note, outcome)

    def _promised(self, form: VisitForm, promised: str, due_on: str) -> None:
        self.act(promise_actions.make, form.visit.partner_id, promised, due_on)

    def _plan_suggested(self, row: VisitSuggestion, day: str) -> None:
        self.act(actions.plan, row.partner_id, day, None, 45, words.why(row))

    def _plan_week(self, rows: Sequence[VisitSuggestion], first: str) -> None:
        from ui.widgets.partners.plan_visits import PlanVisitsDialog

        PlanVisitsDialog(self, self.context, [row.key for row in rows], date.fromisoformat(first)).open()

    # going on

    def _partner(self, form: VisitForm) -> None:
        self.go("partner", form.visit.partner_id)

    def _count(self, form: VisitForm) -> None:
        self.go("count", form.visit.partner_id)

    def _order(self, form: VisitForm) -> None:
        self.go("order_entry", Wanted(partner_id=form.visit.partner_id))

    def _survey(self, form: VisitForm, survey_id: bytes) -> None:
        self.go("survey", SurveyOf(form.visit.id, survey_id))

    def _open_row(self, _index: QModelIndex) -> None:
        visit = self._visit()
        if visit is None:
            if self.context.may("visit_plan"):
                self.plan()
        else:
            self.go("partner", visit.partner_id)

    def _open_partner(self, partner_id: bytes) -> None:
        self.go("partner", partner_id)

    def _open_suggested(self, row: VisitSuggestion) -> None:
        self.go("partner", row.partner_id)

    def _open_past(self, row: VisitRow) -> None:
        self.go("partner", row.partner_id)
