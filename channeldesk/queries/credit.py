"""What a partner owes and may still order: the inputs of ``rules.credit``, and the same as SQL for lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from channeldesk.queries import clock, pending
from channeldesk.rules.credit import Exposure, OpenItem, Overdue, Position, Use, overdue, position

UNINVOICED = ("accepted", "partly_shipped", "shipped")
"""Statuses of orders that take up credit until an invoice for them exists."""

_STATUSES = ", ".join(f"'{status}'" for status in UNINVOICED)
_PENDING_ORDERS = f"""
FROM ({pending.ORDERS}) w JOIN sales_order s ON s.id = w.id
WHERE s.status = 'placed' AND s.total > 0"""

OVERDUE = """nullif(max(0, coalesce((SELECT sum(r.open_amount) FROM receivable r
WHERE r.partner_id = p.id AND r.due_on < :today AND r.open_amount <> 0
AND r.currency = p.currency), 0)), 0)"""
OVERDUE_SINCE = """(SELECT min(r.due_on) FROM receivable r
WHERE r.partner_id = p.id AND r.due_on < :today AND r.open_amount > 0 AND r.currency = p.currency)"""
PENDING = f"""coalesce((SELECT sum(s.total) {_PENDING_ORDERS}
AND s.partner_id = p.id AND s.currency = p.currency), 0)"""
_OWED = """coalesce((SELECT sum(r.open_amount) FROM receivable r
WHERE r.partner_id = p.id AND r.open_amount <> 0 AND r.currency = p.currency), 0)"""
_ACCEPTED = f"""coalesce((SELECT sum(s.total) FROM sales_order s
WHERE s.partner_id = p.id AND s.status IN ({_STATUSES}) AND s.total > 0 AND s.currency = p.currency
AND NOT EXISTS (SELECT 1 FROM receivable r WHERE r.partner_id = p.id AND r.order_id = s.id)), 0)"""
LEFT = f"""CASE WHEN p.credit_limit IS NOT NULL
THEN max(0, p.credit_limit - {_OWED} - {_ACCEPTED} - {PENDING}) END"""

_EXPOSURES = f"""
SELECT 'receivable' AS use, currency, sum(open_amount) AS amount FROM receivable
WHERE partner_id = :partner AND open_amount <> 0 GROUP BY currency
UNION ALL
SELECT 'accepted', currency, sum(total) FROM sales_order s
WHERE partner_id = :partner AND status IN ({_STATUSES}) AND total > 0
AND NOT EXISTS (SELECT 1 FROM receivable r WHERE r.partner_id = :partner AND r.order_id = s.id)
GROUP BY currency
UNION ALL
SELECT 'pending', s.currency, sum(s.total) {_PENDING_ORDERS}
AND s.partner_id = :partner AND s.id IS NOT :except GROUP BY s.currency
"""
_OPEN = """
SELECT open_amount, currency, due_on FROM receivable
WHERE partner_id = :partner AND open_amount <> 0 AND due_on < :today
"""


@dataclass(frozen=True)
class Credit:
    """Credit of one partner. ``visible`` is false where the role may not see the limit."""

    position: Position
    overdue: tuple[Overdue, ...]
    payment_days: int | None
    visible: bool
    as_of: int | None


def of_partner(
    connection: sa.Connection, partner_id: bytes, today: str | None = None, without: bytes | None = None
) -> Credit:
    """Where a partner stands; ``without`` leaves one pending order out (it is being judged or edited)."""
    day = date.fromisoformat(today or clock.today(connection))
    partner = connection.execute(
        sa.text("SELECT currency, credit_limit, payment_days FROM partner WHERE id = :partner"),
        {"partner": partner_id},
    ).first()
    if partner is None:
        return Credit(Position("", None), (), None, False, clock.as_of(connection))
    found = connection.execute(sa.text(_EXPOSURES), {"partner": partner_id, "except": without})
    exposures = [Exposure(Use(row.use), row.amount, row.currency) for row in found]
    items = connection.execute(sa.text(_OPEN), {"partner": partner_id, "today": day.isoformat()})
    late = overdue(
        (OpenItem(row.open_amount, row.currency, date.fromisoformat(row.due_on)) for row in items), day
    )
    return Credit(
        position(partner.currency, partner.credit_limit, exposures),
        late,
        partner.payment_days,
        sees_sensitive(connection),
        clock.as_of(connection),
    )


def sees_sensitive(connection: sa.Connection) -> bool:
    """Whether the person's role receives limits, terms and costs; yes before the roles have arrived."""
    found = connection.execute(
        sa.text(
            "SELECT sees_sensitive FROM role WHERE code = (SELECT value FROM local_state WHERE key = 'role')"
        )
    ).scalar()
    return found is None or bool(found)


def days_since(day: str | None, today: str) -> int | None:
    return None if day is None else (date.fromisoformat(today) - date.fromisoformat(day)).days
