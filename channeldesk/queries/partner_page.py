"""One partner's page in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, partner, partner_edit, reference, timeline
from channeldesk.queries.partner import PartnerDetail
from channeldesk.queries.performance import AgainstTarget
from channeldesk.queries.reference import Choice
from channeldesk.queries.timeline import Event

TREND_PERIODS = 24
EVENTS = 60


@dataclass(frozen=True)
class PartnerPageData:
    """``theirs`` are headquarters' values of fields with edits that wait for it; ``today`` is the partner's
    business date, ISO text.
    """

    detail: PartnerDetail
    trend: AgainstTarget
    events: tuple[Event, ...]
    theirs: dict[str, object]
    tiers: tuple[Choice, ...]
    channel_types: tuple[Choice, ...]
    today: str


def own(connection: sa.Connection) -> bytes | None:
    """The partner whose people work here: theirs is the only one."""
    return connection.execute(sa.text("SELECT id FROM partner ORDER BY id LIMIT 1")).scalar()


def read(
    connection: sa.Connection,
    partner_id: bytes,
    kinds: frozenset[str] | None = None,
    language: str = "en",
) -> PartnerPageData | None:
    """None when the partner is no longer here. ``kinds`` of events: all by default, without the invoices that
    are not due yet. ``language`` orders the people by name.
    """
    today = clock.today_of(connection, partner_id)
    detail = partner.detail(connection, partner_id, today, language)
    if detail is None:
        return None
    events = timeline.events(connection, partner_id, kinds, EVENTS, today)
    if kinds is None:
        events = tuple(one for one in events if (one.kind, one.status) != ("receivable", "open"))
    return PartnerPageData(
        detail,
        partner.trend(connection, partner_id, TREND_PERIODS, today),
        events,
        partner_edit.waiting(connection, partner_id),
        reference.tiers(connection),
        reference.channel_types(connection),
        today,
    )
