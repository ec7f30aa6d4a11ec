"""Visits on their way: the planned visits of some days with where and when they are."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock
from channeldesk.rules.route import USUAL_MINUTES, Place, Stop


@dataclass(frozen=True, slots=True)
class TourVisit:
    """A visit of one's plan. ``zone``: IANA name, of the partner's territory, in which ``start`` is meant;
    ``changed_at`` in ms UTC.
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

    def stop(self, name: str) -> Stop:
        """For ordering the day; ``name`` is what the reader calls the partner."""
        return Stop(self.id, name, self.place, self.start, self.minutes, self.state != "planned")


_TOUR = """
SELECT n.id, coalesce(p.name, '') AS partner, p.name_local AS partner_local, n.planned_on AS day,
       n.start_minute AS start, coalesce(n.duration_minutes, :usual) AS minutes, n.purpose, n.state,
       p.latitude, p.longitude, p.address, p.postal_code, p.city, p.country,
       coalesce(t.time_zone, :zone) AS zone, coalesce(n.created_at, 0) AS created_at,
       coalesce(n.updated_at, n.created_at, 0) AS changed_at
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


def _visit(row: sa.Row[tuple[object, ...]]) -> TourVisit:
    values = row._asdict()
    latitude, longitude = values.pop("latitude"), values.pop("longitude")
    known = latitude is not None and longitude is not None
    return TourVisit(**values, place=(latitude, longitude) if known else None)
