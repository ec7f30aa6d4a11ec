"""The first page of the day: visits, promises, what waits, what came back, the month so far."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, inbox, performance, promises, status, visits
from channeldesk.queries.inbox import InboxRow
from channeldesk.queries.performance import AgainstTarget
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.status import Status, Waiting
from channeldesk.queries.visits import PlannedVisit, VisitSuggestion


@dataclass(frozen=True)
class Today:
    """``suggestions`` are partners worth a visit that have none planned."""

    day: str
    visits: tuple[PlannedVisit, ...]
    suggestions: tuple[VisitSuggestion, ...]
    promises: tuple[PromiseRow, ...]
    waiting: tuple[Waiting, ...]
    needs_you: tuple[InboxRow, ...]
    sales: AgainstTarget
    status: Status
    as_of: int | None


def today(connection: sa.Connection, user_id: bytes | None = None, today: str | None = None) -> Today:
    """Everything the page shows, read in one snapshot."""
    day = today or clock.today(connection)
    suggested = visits.suggestions(connection, day, limit=20)
    return Today(
        day,
        visits.plan(connection, day, day, user_id, day),
        tuple(one for one in suggested if one.planned_on is None)[:6],
        promises.due(connection, day, 7, user_id),
        status.waiting(connection),
        inbox.items(connection),
        performance.against_target(connection, None, performance.MONTHS, day),
        status.status(connection),
        clock.as_of(connection),
    )
