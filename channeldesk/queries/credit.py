"""What a partner owes and may still order: the inputs of ``rules.credit``, and the same as SQL for lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from channeldesk.queries import clock, marks, pending
from channeldesk.queries.once import once
from channeldesk.queries.receivables import open_items
from channeldesk.rules.credit import Exposure, OpenItem, Overdue, Position, Use, overdue, position

UNINVOICED = ("accepted", "partly_shipped", "shipped")
"""Statuses of orders that take up credit until an invoice for them exists; so do those that were closed here,
when their goods arrived. Orders of before were loaded as closed with what is owed for them.
"""

_STATUSES = ", ".join(f"'{status}'" for status in UNINVOICED)
_TAKING_UP = f"""(
SELECT * FROM sales_order WHERE status IN ({_STATUSES})
UNION ALL SELECT * FROM sales_order WHERE closed_at > 0)"""
_OPEN_ITEMS = open_items()
_INVOICED = "EXISTS (SELECT 1 FROM receivable invoice WHERE invoice.order_id = o.id)"
_PENDING_ORDERS = f"""
FROM ({pending.ORDERS}) w JOIN sales_order s ON s.id = w.id
WHERE s.status = 'placed' AND s.total > 0"""

_OPEN_ITEMS_OF = open_items("r.partner_id IN (SELECT unhex(value) FROM json_each(:partners))")
_OPEN_ITEMS_OF_ONE = open_items("r.partner_id = :partner")
_OWED = """
SELECT i.partner_id, i.currency, sum(i.open_amount) AS amount,
       sum(CASE WHEN i.due_on < :today THEN i.open_amount ELSE 0 END) AS late,
       min(CASE WHEN i.due_on < :today AND i.open_amount > 0 THEN i.due_on END) AS since
FROM {items} i GROUP BY 1, 2"""
OWED = f"""LEFT JOIN ({_OWED.format(items=_OPEN_ITEMS)}) owed
ON owed.partner_id = p.id AND owed.currency = p.currency"""
"""Joins what each ``partner p`` owes in its own currency; reads ``:today``."""
ACCEPTED = f"""LEFT JOIN (
SELECT o.partner_id, o.currency, sum(o.total) AS amount FROM {_TAKING_UP} o
WHERE o.total > 0 AND NOT {_INVOICED}
GROUP BY 1, 2) accepted ON accepted.partner_id = p.id AND accepted.currency = p.currency"""
PENDING = f"""LEFT JOIN (
SELECT s.partner_id, s.currency, sum(s.total) AS amount {_PENDING_ORDERS}
GROUP BY 1, 2) asked ON asked.partner_id = p.id AND asked.currency = p.currency"""

OVERDUE = "CASE WHEN owed.late > 0 THEN owed.late END"
"""Null where nothing is overdue. Needs OWED."""
_ON_ACCOUNT = f"""
SELECT partner_id, currency, open_amount AS amount FROM payment WHERE open_amount > 0
UNION ALL
SELECT partner_id, currency, amount FROM payment y WHERE y.rv = 0 AND {marks.counts("payment", "y")}
UNION ALL
SELECT a.partner_id, r.currency, -a.amount FROM outbox o
JOIN payment_allocation a ON a.id = o.row_id AND a.rv = 0 JOIN receivable r ON r.id = a.receivable_id
WHERE o.entity = 'payment_allocation'"""
"""What payments leave on account; what unconfirmed allocations set against invoices, or take off, is not."""
ON_ACCOUNT = f"""LEFT JOIN (
SELECT partner_id, currency, sum(amount) AS amount FROM ({_ON_ACCOUNT}) GROUP BY 1, 2) paid
ON paid.partner_id = p.id AND paid.currency = p.currency"""
LEFT = """CASE WHEN p.credit_limit IS NOT NULL THEN max(0, p.credit_limit - coalesce(owed.amount, 0)
- coalesce(accepted.amount, 0) - coalesce(asked.amount, 0) + coalesce(paid.amount, 0)) END"""
"""What may still be ordered; null without a limit. Needs OWED, ACCEPTED, PENDING and ON_ACCOUNT."""

_EXPOSURES = f"""
SELECT 'receivable' AS use, currency, sum(open_amount) AS amount FROM {_OPEN_ITEMS_OF_ONE} GROUP BY currency
UNION ALL
SELECT 'accepted', currency, sum(total) FROM sales_order s
WHERE partner_id = :partner AND (s.status IN ({_STATUSES}) OR s.closed_at > 0) AND total > 0
AND s.id NOT IN (SELECT order_id FROM receivable WHERE partner_id = :partner AND order_id IS NOT NULL)
GROUP BY currency
UNION ALL
SELECT 'pending', s.currency, sum(s.total) {_PENDING_ORDERS}
AND s.partner_id = :partner AND s.id IS NOT :except GROUP BY s.currency
UNION ALL
SELECT 'on_account', currency, sum(amount) FROM ({_ON_ACCOUNT})
WHERE partner_id = :partner GROUP BY currency
"""
_LATE = """
SELECT i.partner_id, i.currency, sum(i.open_amount) AS late,
       min(CASE WHEN i.open_amount > 0 THEN i.due_on END) AS since
FROM {items} i WHERE i.due_on < :today GROUP BY 1, 2 HAVING sum(i.open_amount) > 0"""
_OPEN = f"SELECT open_amount, currency, due_on FROM {_OPEN_ITEMS_OF_ONE} WHERE due_on < :today"


class Late(NamedTuple):
    """What a partner owes past its due date in its own currency, and the oldest of those dates (ISO)."""

    amount: int
    since: str | None


LateOf = Mapping[tuple[bytes, str], Late]
"""By partner and currency."""


@once
def late(connection: sa.Connection, today: str, partners: tuple[bytes, ...] | None = None) -> LateOf:
    """Of all partners or of a few; who owes nothing that is overdue is absent."""
    binds = {"today": today}
    if partners is not None:
        binds["partners"] = json.dumps([one.hex() for one in partners])
    items = _OPEN_ITEMS if partners is None else _OPEN_ITEMS_OF
    found = connection.execute(sa.text(_LATE.format(items=items)), binds)
    return {(partner, currency): Late(amount, since) for partner, currency, amount, since in found}


@dataclass(frozen=True)
class Credit:
    """Credit of one partner. ``visible`` is false where the role may not see the limit."""

    position: Position
    overdue: tuple[Overdue, ...]
    payment_days: int | None
    visible: bool
    as_of: int | None
    blocked_on: date | None = None
    """Since when the partner is blocked."""


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
        blocked_on(connection, partner_id),
    )


def blocked_on(connection: sa.Connection, partner_id: bytes) -> date | None:
    """Since when a partner is blocked, as far as this laptop knows; None: it is not."""
    sql = f"""
    SELECT min(b.blocked_on) FROM credit_block b
    WHERE b.partner_id = :partner AND b.status = 'blocked' AND {marks.counts("credit_block", "b")}
    """
    found = connection.execute(sa.text(sql), {"partner": partner_id}).scalar()
    return None if found is None else date.fromisoformat(found)


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
