"""A partner's orders that another one may repeat."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.rules.resemblance import DAYS, REFERENCE_DAYS, Alike, Taken, alike

WATCHED = ("placed", "accepted")
"""Statuses in which it is not too late to notice."""

_TAKEN = f"""
SELECT s.id, coalesce(s.number, s.provisional_number, '') AS number, s.order_date, s.reference
FROM sales_order s
WHERE s.partner_id = :partner AND s.order_date BETWEEN :first AND :last AND s.order_kind = 'order'
  AND (s.reference IS NOT NULL OR s.order_date BETWEEN :near AND :near_last)
  AND s.status NOT IN ('draft', 'cancelled', 'rejected') AND NOT {marks.rejected("sales_order", "s")}
ORDER BY s.order_date DESC, s.rowid DESC
"""
_LINES = """
SELECT l.order_id, l.product_id, sum(l.quantity) AS quantity
FROM sales_order s CROSS JOIN order_line l ON l.order_id = s.id
WHERE s.partner_id = :partner AND s.order_date BETWEEN :near AND :near_last AND s.order_kind = 'order'
GROUP BY 1, 2
"""
_DAY = "SELECT partner_id, order_date FROM sales_order WHERE id = :id"


def taken(connection: sa.Connection, partner_id: bytes, day: date) -> tuple[Taken, ...]:
    """Orders of a partner that count, near ``day`` or with a number of the partner's. Lines are read of those
    near it alone: farther ones are compared by that number only.
    """
    found = {
        "partner": partner_id,
        "first": _from(day, -REFERENCE_DAYS),
        "last": _from(day, REFERENCE_DAYS),
        "near": _from(day, -DAYS),
        "near_last": _from(day, DAYS),
    }
    quantities: dict[bytes, dict[bytes, int]] = {}
    for line in connection.execute(sa.text(_LINES), found):
        quantities.setdefault(line.order_id, {})[line.product_id] = line.quantity
    return tuple(
        Taken(
            row.id, row.number, date.fromisoformat(row.order_date), row.reference, quantities.get(row.id, {})
        )
        for row in connection.execute(sa.text(_TAKEN), found)
    )


def of_order(connection: sa.Connection, order_id: bytes) -> tuple[Alike, ...]:
    """Those that an order may repeat; nothing for one that does not count."""
    order = connection.execute(sa.text(_DAY), {"id": order_id}).first()
    if order is None:
        return ()
    others = taken(connection, order.partner_id, date.fromisoformat(order.order_date))
    own = next((one for one in others if one.id == order_id), None)
    return () if own is None else tuple(alike(own, others))


def _from(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()
