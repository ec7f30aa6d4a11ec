"""A week of planned visits by day, and one visit with all that its form needs. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from channeldesk.model.formats import Formats
from channeldesk.queries import clock, promises, surveys, told_visits, visit_notes, visit_tasks, visits
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.surveys import SurveyRow
from channeldesk.queries.told_visits import ToldVisit
from channeldesk.queries.visit_notes import VisitNote
from channeldesk.queries.visit_tasks import TaskRow
from channeldesk.queries.visits import PlannedVisit, VisitSuggestion
from ui.viewmodels.visit import Happened

if TYPE_CHECKING:
    from sqlalchemy import Connection

DAYS = 7
_OPEN = ("planned", "under_way")


@dataclass(frozen=True)
class WeekRow:
    """A visit, or a day without one. ``first`` of its day: the day is written there."""

    day: str
    visit: PlannedVisit | None
    first: bool


@dataclass(frozen=True)
class Week:
    """``first`` is its first day (ISO)."""

    first: str
    today: str
    rows: tuple[WeekRow, ...]
    as_of: int | None

    @property
    def to_do(self) -> int:
        return sum(row.visit is not None and row.visit.state in _OPEN for row in self.rows)

    @property
    def done(self) -> int:
        return sum(row.visit is not None and row.visit.state == "done" for row in self.rows)

    def place(self, plan_id: bytes | None) -> int:
        """Where a visit stands, or -1."""
        return next(
            (at for at, row in enumerate(self.rows) if row.visit is not None and row.visit.id == plan_id), -1
        )

    @property
    def next_place(self) -> int:
        """The visit under way, else the next one to do, else today."""
        for wanted in ("under_way", "planned"):
            for at, row in enumerate(self.rows):
                if row.visit is not None and row.visit.state == wanted and row.day >= self.today:
                    return at
        return next((at for at, row in enumerate(self.rows) if row.day >= self.today), 0)


def week(
    connection: Connection, user_id: bytes, first: str | None = None, form: Formats | None = None
) -> Week:
    """The person's week that holds ``first``; the present one without it. ``form`` says with which day weeks
    begin. Weekends only with visits.
    """
    today = clock.today(connection)
    start = (form or Formats()).week_start(date.fromisoformat(first or today))
    last = start + timedelta(days=DAYS - 1)
    found = visits.plan(connection, start.isoformat(), last.isoformat(), user_id, today)
    rows: list[WeekRow] = []
    for number in range(DAYS):
        at_work = (start + timedelta(days=number)).weekday() < 5
        day = (start + timedelta(days=number)).isoformat()
        own = [one for one in found if one.day == day]
        rows += [WeekRow(day, one, at == 0) for at, one in enumerate(own)]
        if not own and (at_work or day == today):
            rows.append(WeekRow(day, None, True))
    return Week(start.isoformat(), today, tuple(rows), clock.as_of(connection))


@dataclass(frozen=True)
class OpenedVisit:
    """A visit with its partner's open promises, what was done since check-in, its tasks and surveys, and the
    note so far; once it is closed what was ``told`` of it.
    """

    visit: PlannedVisit
    promises: tuple[PromiseRow, ...]
    happened: Happened
    note: VisitNote | None
    today: str
    tasks: tuple[TaskRow, ...] = ()
    surveys: tuple[SurveyRow, ...] = ()
    told: ToldVisit | None = None


def visit_opened(connection: Connection, plan_id: bytes, user_id: bytes) -> OpenedVisit | None:
    """None where the plan is no longer here."""
    today = clock.today(connection)
    visit = visits.planned(connection, plan_id, today)
    if visit is None:
        return None
    asked = surveys.of_visit(connection, plan_id, offered=visit.state in _OPEN or visit.day >= today)
    happened = Happened()
    if visit.checked_in_at is not None:
        done = visit_notes.done_since(connection, visit.partner_id, visit.checked_in_at)
        answered = sum(one.answered for one in asked)
        happened = Happened(done.orders, done.counted, done.promises, done.kept, answered)
    return OpenedVisit(
        visit,
        promises.of_partner(connection, visit.partner_id, today),
        happened,
        visit_notes.visit_note(connection, plan_id),
        today,
        visit_tasks.of_visit(connection, plan_id),
        asked,
        told_visits.of_plan(connection, plan_id, user_id) if visit.state == "done" else None,
    )


@dataclass(frozen=True)
class Ranking:
    """Whom to visit, the most urgent first, of so many."""

    rows: tuple[VisitSuggestion, ...]
    today: str


def ranking(connection: Connection) -> Ranking:
    today = clock.today(connection)
    return Ranking(visits.suggestions(connection, today, limit=500), today)
