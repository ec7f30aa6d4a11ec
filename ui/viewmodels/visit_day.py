"""One day of planned visits and of the promises that fall due, for the calendar. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.queries import clock, promises, visits
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.visits import PlannedVisit

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Day:
    """``promises``: of the person's own, open ones due on this day; on the present day overdue ones too."""

    day: str
    today: str
    visits: tuple[PlannedVisit, ...]
    promises: tuple[PromiseRow, ...]
    as_of: int | None
    zone: str
    """Of the times: the person's own."""

    @property
    def timed(self) -> tuple[PlannedVisit, ...]:
        return tuple(one for one in self.visits if one.start_minute is not None)

    @property
    def untimed(self) -> tuple[PlannedVisit, ...]:
        return tuple(one for one in self.visits if one.start_minute is None)


def visit_day(connection: Connection, user_id: bytes, wanted: str | None = None) -> Day:
    """A business date (ISO); without one the present day."""
    today = clock.today(connection)
    day = wanted or today
    open_ones = promises.due(connection, day, 0, user_id)
    due = tuple(one for one in open_ones if one.due_on == day or day == today)
    planned = visits.plan(connection, day, day, user_id, today)
    return Day(day, today, planned, due, clock.as_of(connection), clock.zone(connection))
