"""How long orders take from one state to the next: what is usual, and what nine in ten do not exceed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.queries import clock
from channeldesk.rules.order_times import percentile

DAYS = 90
"""Of orders that are looked at."""
LEGS = (
    ("accepted", "placed_at", "accepted_at"),
    ("sent", "accepted_at", "sent_at"),
    ("shipped", "sent_at", "shipped_at"),
    ("arrived", "shipped_at", "closed_at"),
    ("whole", "placed_at", "closed_at"),
)
"""From which moment to which, by name."""


@dataclass(frozen=True)
class Leg:
    """Of ``orders`` that passed it; times in ms, None where none did."""

    name: str
    orders: int
    median: int | None
    most: int | None
    """Nine in ten take no longer."""


@dataclass(frozen=True)
class Times:
    legs: tuple[Leg, ...]
    areas: tuple[tuple[bytes, str], ...]
    """Territories that can be looked at alone: id and name, from above."""


_MOMENTS = """
SELECT s.placed_at, s.accepted_at, s.sent_at, s.shipped_at, s.closed_at
FROM sales_order s JOIN partner p ON p.id = s.partner_id
WHERE s.order_kind = 'order' AND s.order_date > :first AND s.accepted_at IS NOT NULL
  AND (:area IS NULL OR p.territory_id IN (
    SELECT low.id FROM territory low JOIN territory top
      ON substr(low.path, 1, length(top.path)) = top.path WHERE top.id = :area))
"""
_AREAS = "SELECT id, name FROM territory ORDER BY path"


def times(connection: sa.Connection, area: bytes | None = None, today: str | None = None) -> Times:
    """Of the orders of the last :data:`DAYS` days, in a territory with all below it."""
    first = date.fromisoformat(today or clock.today(connection)) - timedelta(days=DAYS)
    binds = {"first": first.isoformat(), "area": area}
    rows = connection.execute(sa.text(_MOMENTS), binds).mappings().all()
    legs = []
    for name, start, end in LEGS:
        took = [
            max(0, row[end] - row[start]) for row in rows if row[start] is not None and row[end] is not None
        ]
        legs.append(Leg(name, len(took), percentile(took, 50), percentile(took, 90)))
    areas = tuple((row.id, row.name) for row in connection.execute(sa.text(_AREAS)))
    return Times(tuple(legs), areas)
