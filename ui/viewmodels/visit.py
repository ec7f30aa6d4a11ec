"""A visit under way: since when, what is still to do, and what will be written when it ends. Free of Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from channeldesk.model.messages import N_
from channeldesk.model.notice import Problem
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.surveys import SurveyRow
from channeldesk.queries.visit_tasks import TaskRow
from channeldesk.queries.visits import PlannedVisit
from channeldesk.rules.visits import Due

OUTCOMES = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "order_taken": N_("Order taken"),
    "issue_open": N_("Issue open"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done during the visit, as the summary counts it."""

    orders: int = 0
    counted: int = 0
    promises: int = 0
    kept: int = 0
    surveys: int = 0


@dataclass
class VisitForm:
    """State of the form. ``note`` and ``outcome`` are what the person chose; an order taken suggests one."""

    visit: PlannedVisit
    promises: tuple[PromiseRow, ...] = ()
    note: str = ""
    chosen: str | None = None
    happened: Happened = field(default_factory=Happened)
    tasks: tuple[TaskRow, ...] = ()
    surveys: tuple[SurveyRow, ...] = ()

    @property
    def under_way(self) -> bool:
        return self.visit.state == "under_way"

    @property
    def can_check_in(self) -> bool:
        return self.visit.state == "planned"

    @property
    def outcome(self) -> str:
        """The outcome to record: the chosen one, else what happened says."""
        if self.chosen is not None:
            return self.chosen
        if self.happened.orders:
            return "order_taken"
        return "met" if self.under_way or self.happened.counted else "not_met"

    @property
    def to_keep(self) -> tuple[PromiseRow, ...]:
        """Promises to speak about now: overdue and due today, the oldest first."""
        now = [one for one in self.promises if one.due in (Due.OVERDUE, Due.TODAY)]
        return tuple(sorted(now, key=lambda one: one.due_on))

    def minutes(self, now_ms: int) -> int | None:
        """Whole minutes since check-in; None before it. A clock set back counts as none."""
        if self.visit.checked_in_at is None:
            return None
        return max(0, now_ms - self.visit.checked_in_at) // 60_000

    def choose(self, outcome: str) -> None:
        """Raises ValueError for an outcome that does not exist."""
        if outcome not in OUTCOMES:
            raise ValueError(outcome)
        self.chosen = outcome

    @property
    def tasks_done(self) -> int:
        return sum(task.done for task in self.tasks)

    def refresh(
        self,
        visit: PlannedVisit,
        promises: Iterable[PromiseRow],
        happened: Happened,
        tasks: Iterable[TaskRow] = (),
        surveys: Iterable[SurveyRow] = (),
    ) -> None:
        """After a change: what the person typed stays."""
        self.visit, self.promises, self.happened = visit, tuple(promises), happened
        self.tasks, self.surveys = tuple(tasks), tuple(surveys)


_TIME = re.compile(r"(\d{1,2})(?:[:.：h时](\d{2})?)?分?$|(\d{1,2})(\d{2})$")


def read_minute(text: str) -> int | None:
    """A time of day as minutes after midnight ("9", "9:30", "0930"); None for nothing. Raises Problem."""
    typed = text.strip()
    if not typed:
        return None
    found = _TIME.match(typed)
    if found is not None:
        hour = int(found.group(1) or found.group(3))
        minute = int(found.group(2) or found.group(4) or 0)
        if hour < 24 and minute < 60:
            return 60 * hour + minute
    raise Problem.of("value.not_a_time", text=typed)
