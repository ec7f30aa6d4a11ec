"""The first page of the day: visits, promises, what waits, what came back, the month so far, what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, credit, inbox, news, payments, performance, promises, status, visits
from channeldesk.queries.inbox import InboxRow
from channeldesk.queries.news import News
from channeldesk.queries.performance import AgainstTarget
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.status import Status, Waiting
from channeldesk.queries.visits import PlannedVisit, VisitSuggestion

_SHOWN = 6
_MONEY_DAYS = 2
"""Days ahead in which promised money is looked for."""
_ALL = 1_000_000


@dataclass(frozen=True)
class Today:
    """``ranks`` says by partner why today's visits are worth it; ``suggestions`` are the most urgent partners
    that are not visited today, out of ``partners`` in all. ``money``: promises to pay, broken or near.
    """

    day: str
    visits: tuple[PlannedVisit, ...]
    ranks: Mapping[bytes, VisitSuggestion]
    suggestions: tuple[VisitSuggestion, ...]
    partners: int
    promises: tuple[PromiseRow, ...]
    money: tuple[payments.PromiseRow, ...]
    waiting: tuple[Waiting, ...]
    needs_you: tuple[InboxRow, ...]
    sales: AgainstTarget
    news: News
    status: Status
    as_of: int | None


def today(connection: sa.Connection, user_id: bytes | None = None, today: str | None = None) -> Today:
    """Everything the page shows, read in one snapshot."""
    day = today or clock.today(connection)
    planned = visits.plan(connection, day, day, user_id, day, credit.late(connection, day))
    ranked = visits.suggestions(connection, day, limit=_ALL)
    here = {one.partner_id for one in planned}
    return Today(
        day,
        planned,
        {one.partner_id: one for one in ranked if one.partner_id in here},
        tuple(one for one in ranked if one.partner_id not in here)[:_SHOWN],
        len(ranked),
        promises.due(connection, day, 7, user_id),
        payments.pressing(connection, day, _MONEY_DAYS),
        status.waiting(connection, drafts=True),
        inbox.items(connection),
        performance.against_target(connection, None, performance.MONTHS, day),
        news.news(connection, day),
        status.status(connection),
        clock.as_of(connection),
    )
