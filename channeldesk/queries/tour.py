"""Visits on their way: the planned visits of some days with where and when they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, marks
from channeldesk.rules.calendar_file import Appointment, calendar_file
from channeldesk.rules.route import USUAL_MINUTES, Place, Stop

Titled = Callable[[str, str | None], str]
"""What the reader's calendar calls the visit at a partner of these two names."""


@dataclass(frozen=True, slots=True)
class TourVisit:
    """A visit of one's plan. ``zone``: IANA name, of the partner's territory, in which ``start`` is meant;
    ``changed_at`` in ms UTC, as headquarters knows it: what waits to be sent is ``provisional``.
    """

    id: bytes
    partner: str
    partner_local: str | None
    day: str
    start: int | None
    minutes: int
    purpose: str | None
    state: str
    place: Place | None
    address: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    zone: str
    created_at: int
    changed_at: int
    provisional: bool

    @property
    def whole_address(self) -> str:
        """On one line; "" where nothing of it is known."""
        town = " ".join(filter(None, (self.postal_code, self.city)))
        return ", ".join(filter(None, (self.address, town, self.country)))

    def appointment(self, title: str, now_ms: int) -> Appointment:
        """For a calendar file."""
        return Appointment(
            self.id,
            title,
            self.day,
            self.start,
            self.minutes,
            self.zone,
            self.purpose,
            self.whole_address,
            self.place,
            self.created_at,
            now_ms if self.provisional else self.changed_at,
        )

    def stop(self, name: str) -> Stop:
        """For ordering the day; ``name`` is what the reader calls the partner."""
        return Stop(self.id, name, self.place, self.start, self.minutes, self.state != "planned")


_TOUR = f"""
SELECT n.id, coalesce(p.name, '') AS partner, p.name_local AS partner_local, n.planned_on AS day,
       n.start_minute AS start, coalesce(n.duration_minutes, :usual) AS minutes, n.purpose, n.state,
       p.latitude, p.longitude, p.address, p.postal_code, p.city, p.country,
       coalesce(t.time_zone, :zone) AS zone, coalesce(n.created_at, 0) AS created_at,
       coalesce(n.updated_at, n.created_at, 0) AS changed_at,
       {marks.provisional("visit_plan", "n")} AS provisional
FROM visit_plan n LEFT JOIN partner p ON p.id = n.partner_id LEFT JOIN territory t ON t.id = p.territory_id
WHERE n.user_id = :user AND n.planned_on BETWEEN :first AND :last AND n.state <> 'cancelled'
ORDER BY n.planned_on, n.state = 'planned', n.state = 'under_way', n.checked_in_at, n.start_minute IS NULL,
         n.start_minute, n.id
"""


def tour(connection: sa.Connection, user_id: bytes, first: str, last: str) -> tuple[TourVisit, ...]:
    """A person's visits from ``first`` to ``last`` (ISO dates, both included), by day: what is done in the
    order it was done, then the visit under way, then what waits.
    """
    binds = {
        "user": user_id,
        "first": first,
        "last": last,
        "usual": USUAL_MINUTES,
        "zone": clock.zone(connection),
    }
    return tuple(_visit(row) for row in connection.execute(sa.text(_TOUR), binds))


def calendar_of(
    connection: sa.Connection, user_id: bytes, first: str, last: str, titled: Titled
) -> tuple[str, int]:
    """A person's visits that are still to do as a calendar file, and how many they are."""
    now_ms = clock.now_ms()
    waiting = [one for one in tour(connection, user_id, first, last) if one.state != "done"]
    entries = [one.appointment(titled(one.partner, one.partner_local), now_ms) for one in waiting]
    return calendar_file(entries, now_ms), len(entries)


def _visit(row: sa.Row[tuple[object, ...]]) -> TourVisit:
    values = row._asdict()
    latitude, longitude = values.pop("latitude"), values.pop("longitude")
    known = latitude is not None and longitude is not None
    values["provisional"] = bool(values["provisional"])
    return TourVisit(**values, place=(latitude, longitude) if known else None)
