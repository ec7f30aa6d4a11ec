"""What headquarters decided and changed since the last working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from channeldesk.model.notice import Money
from channeldesk.queries import clock

_FRIDAY = 4
_SOON = 7
"""Days ahead in which the start of a price list is news."""


@dataclass(frozen=True)
class NewPrices:
    """A price list that starts now or soon."""

    name: str
    products: int
    valid_from: str


@dataclass(frozen=True)
class News:
    """Since the day ``since`` (ISO): orders accepted, with amounts by currency; price lists; partners that
    changed at headquarters, by name. ``partner_ids`` stand in the same order.
    """

    since: str
    orders: int
    amounts: tuple[Money, ...]
    prices: tuple[NewPrices, ...]
    partners: tuple[str, ...]
    partner_ids: tuple[bytes, ...]


_ORDERS = """
SELECT currency, count(*) AS count, sum(total) AS amount FROM sales_order
WHERE updated_at >= :since AND rv > 0 AND number IS NOT NULL AND status NOT IN ('rejected', 'cancelled')
GROUP BY 1 ORDER BY 3 DESC
"""
_PRICES = """
SELECT l.name, l.valid_from,
       (SELECT count(DISTINCT i.product_id) FROM price_item i WHERE i.price_list_id = l.id) AS products
FROM price_list l WHERE l.valid_from BETWEEN :from AND :to ORDER BY l.valid_from, l.name
"""
_PARTNERS = """
SELECT id, name FROM partner WHERE updated_at >= :since AND rv > 0
AND (updated_by IS NULL OR updated_by <> (SELECT unhex(value) FROM local_state WHERE key = 'user_id'))
ORDER BY updated_at DESC, name
"""


def news(connection: sa.Connection, today: str | None = None) -> News:
    """Since the working day before ``today`` began, in the person's own zone."""
    day = date.fromisoformat(today or clock.today(connection))
    since = last_working_day(day)
    zone = ZoneInfo(clock.zone(connection))
    began = int(datetime(since.year, since.month, since.day, tzinfo=zone).timestamp() * 1000)
    orders = connection.execute(sa.text(_ORDERS), {"since": began}).all()
    span = {"from": since.isoformat(), "to": (day + timedelta(days=_SOON)).isoformat()}
    partners = connection.execute(sa.text(_PARTNERS), {"since": began}).all()
    return News(
        since.isoformat(),
        sum(row[1] for row in orders),
        tuple(Money(row.amount, row.currency) for row in orders),
        tuple(
            NewPrices(row.name, row.products, row.valid_from)
            for row in connection.execute(sa.text(_PRICES), span)
        ),
        tuple(row.name for row in partners),
        tuple(bytes(row.id) for row in partners),
    )


def last_working_day(day: date) -> date:
    """The day before, or Friday from a Saturday, Sunday or Monday."""
    before = day - timedelta(days=1)
    return before - timedelta(days=max(0, before.weekday() - _FRIDAY))
