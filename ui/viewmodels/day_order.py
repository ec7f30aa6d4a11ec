"""The route of one day: whether there is a shorter order, and why not. Free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.model.marked import N_
from channeldesk.queries import clock
from channeldesk.queries.tour import tour
from channeldesk.rules.calendar import local_minute
from channeldesk.rules.route import USUAL_BEGIN, Route, order

if TYPE_CHECKING:
    from sqlalchemy import Connection

Named = Callable[[str | None, str | None], str]
"""What the reader calls a partner of these two names."""


@dataclass(frozen=True)
class DayOrder:
    day: str
    today: str
    route: Route

    @property
    def nothing(self) -> str:
        """Why there is nothing to propose, a text to translate; "" where there is a shorter order."""
        waiting = sum(not one.stop.behind for one in self.route.after)
        if self.day < self.today:
            return N_("This day is past: its visits stay as they are.")
        if waiting < 2:
            return N_("Nothing to order: fewer than two visits of this day are still to do.")
        if self.route.ordered < 2:
            return N_("Nothing to order: it takes two partners whose place on the map is known.")
        if self.route.full:
            return N_("These visits do not fit into one day: move some to another day first.")
        if not self.route.shorter:
            return N_("No shorter order was found: this day stays as it is.")
        return ""


def day_order(connection: Connection, user_id: bytes, day: str, named: Named) -> DayOrder:
    """Visits without a time are not put before nine, nor before now."""
    now_ms, zone = clock.now_ms(), clock.zone(connection)
    today = clock.today(connection)
    begin = max(USUAL_BEGIN, local_minute(now_ms, zone)) if day == today else USUAL_BEGIN
    stops = [one.stop(named(one.partner, one.partner_local)) for one in tour(connection, user_id, day, day)]
    return DayOrder(day, today, order(stops, begin))
