"""Whom to visit next, and which promises fall due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from channeldesk.model import values
from channeldesk.model.notice import Money, Rate, notice
from channeldesk.rules.explain import Step

NEVER_VISITED = 180
"""Days that count for a partner nobody has visited, and the most that count for any."""


@dataclass(frozen=True, slots=True)
class VisitCase:
    """One partner's figures, all in one currency: sales now and those expected (last year's same time, or a
    forecast) in minor units, overdue receivables, last visit.
    """

    partner: bytes
    name: str
    currency: str
    sales: int
    expected_sales: int
    overdue: int = 0
    last_visit: date | None = None


@dataclass(frozen=True, slots=True)
class VisitScore:
    """``score`` = ``drop`` (whole percentage points) x ``at_risk`` (minor units) x ``days``; only its order
    means something.
    """

    case: VisitCase
    score: int
    drop: int
    at_risk: int
    days: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """The factors, for those few of all partners whose rank is explained."""
        label = notice("step.days_since_visit") if self.case.last_visit else notice("step.never_visited")
        return (
            Step(notice("step.sales_drop"), Rate(self.drop * 100)),
            Step(notice("step.money_at_risk"), Money(self.at_risk, self.case.currency), "*"),
            Step(label, self.days, "*"),
        )


def score(case: VisitCase, today: date) -> VisitScore:
    """Sales drop x money at risk x days since the last visit.

    Money at risk is the missing sales and the overdue receivables. Each factor is at least 1, so that one
    factor at zero does not hide what the others say; days end at :data:`NEVER_VISITED`.
    """
    missing = max(0, case.expected_sales - case.sales)
    expected = case.expected_sales
    drop = min(100, values.round_half_up(missing * 100, expected)) if expected > 0 else 0
    at_risk = missing + max(0, case.overdue)
    days = NEVER_VISITED
    if case.last_visit is not None:
        days = min(NEVER_VISITED, max(0, (today - case.last_visit).days))
    return VisitScore(case, max(1, drop) * max(1, at_risk) * max(1, days), drop, at_risk, days)


def rank(cases: Iterable[VisitCase], today: date) -> tuple[VisitScore, ...]:
    """Most urgent first; equals by money at risk, then by name."""
    scores = [score(case, today) for case in cases]
    return tuple(sorted(scores, key=lambda one: (-one.score, -one.at_risk, one.case.name, one.case.partner)))


def spread(
    count: int, first: date, per_day: int, planned: Mapping[date, int] | None = None
) -> tuple[date, ...]:
    """Days for ``count`` visits from ``first`` on, none at a weekend, at most ``per_day`` each together with
    those that are ``planned`` already.
    """
    days: list[date] = []
    day, known = first, planned or {}
    while len(days) < count:
        if day.weekday() < 5:
            room = max(0, max(1, per_day) - known.get(day, 0))
            days += [day] * min(room, count - len(days))
        day += timedelta(days=1)
    return tuple(days)


class Due(StrEnum):
    DONE = "done"
    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


def promise_due(due_on: date, done_on: date | None, today: date, soon_days: int = 7) -> Due:
    """How a promise stands today."""
    if done_on is not None:
        return Due.DONE
    days = (due_on - today).days
    if days < 0:
        return Due.OVERDUE
    if days == 0:
        return Due.TODAY
    return Due.SOON if days <= soon_days else Due.LATER
