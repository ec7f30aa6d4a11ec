"""What a promotion changed at the partners of this laptop: the figures behind ``rules.promotions.effect``.

Net of the products it holds, by the order's business date; orders only, since what comes back was bought at
another time. Today is left out: it is not over.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from channeldesk.model.notice import Notice, notice
from channeldesk.queries import clock, pending
from channeldesk.queries.promotion_orders import meant_for
from channeldesk.rules.promotions.effect import DAYS_OF_WEEK, WEEKS, Effect, Group, compare, effect
from channeldesk.rules.promotions.terms import Promotion

Who = Literal["meant", "ordered"]
"""All partners that it is for; or those that ordered with it."""


@dataclass(frozen=True)
class Found:
    """``effect`` is None before the first whole day. ``daily``: of the partners looked at, for the chart."""

    who: Who
    effect: Effect | None
    touched: Group
    as_of: int | None


HOLDS = """
(SELECT count(*) FROM promotion_item WHERE promotion_id = :id) = 0
OR {product} IN (SELECT product_id FROM promotion_item WHERE promotion_id = :id
                 UNION SELECT d.id FROM promotion_item i JOIN product d ON d.category = i.category
                 WHERE i.promotion_id = :id)
"""
"""Condition on a product: a promotion holds it. A promotion that names nothing holds all."""
_SOLD = f"""
SELECT s.partner_id, json_group_array(json_array(s.order_date, x.net)) AS days FROM (
    SELECT s.id, sum(l.net) AS net FROM sales_order s CROSS JOIN order_line l ON l.order_id = s.id
    WHERE s.order_date >= :first AND s.order_date <= :last AND s.currency = :currency
      AND s.order_kind = 'order' AND {pending.BOOKED} AND ({HOLDS.format(product="l.product_id")})
    GROUP BY s.id) x
JOIN sales_order s ON s.id = x.id GROUP BY s.partner_id
"""
_WITH = f"""
SELECT DISTINCT d.partner_id FROM order_discount d JOIN sales_order s ON s.id = d.order_id
WHERE d.promotion_id = :id AND {pending.BOOKED}
"""
Sold = dict[bytes, list[tuple[str, int]]]
"""By partner, day and net of each order."""
_EARLIEST = "SELECT min(order_date) FROM sales_order"


def measured(
    connection: sa.Connection, promotion: Promotion, who: Who = "meant", today: str | None = None
) -> Found:
    """Compared with partners that it is not for; of those that ordered, where there are none of these, with
    those that could have.
    """
    day = date.fromisoformat(today or clock.today(connection))
    first, last = days_of(promotion, day)
    sold = _sold(connection, promotion, first - timedelta(days=WEEKS * DAYS_OF_WEEK), last)
    meant = meant_for(connection, promotion)
    ordered = set(connection.execute(sa.text(_WITH), {"id": promotion.id}).scalars())
    outside = sold.keys() - meant - ordered
    looked_at = meant | ordered if who == "meant" else ordered
    touched = _group(sold, looked_at)
    as_of = clock.as_of(connection)
    if last < first:
        return Found(who, None, touched, as_of)
    weeks = _weeks(connection, first) if promotion.valid_from is not None else 0
    extra = [notice("effect.chosen")] if who == "ordered" else []
    if promotion.valid_from is None:
        extra.append(notice("effect.no_beginning"))
    beside = outside
    if who == "ordered" and not outside:
        beside, told = _could_have(sold, meant - ordered, first, last, weeks)
        extra.append(told)
    peers = _group(sold, beside) if beside else None
    found = effect(touched, peers, first, last, weeks, promotion.currency)
    return Found(who, replace(found, cautions=(*found.cautions, *extra)), touched, as_of)


def _could_have(
    sold: Sold, without: frozenset[bytes], first: date, last: date, weeks: int
) -> tuple[set[bytes], Notice]:
    """Partners that it is for and that did not order with it, as peers; none where they bought less than half
    of what they used to: then they did not order at all, which says nothing about what would have been.
    """
    beside = sold.keys() & without
    compared = compare(_group(sold, beside), first, last, weeks)
    if compared.sold * 2 < compared.expected:
        return set(), notice("effect.peers_stopped")
    return beside, notice("effect.peers_chose")


def days_of(promotion: Promotion, today: date) -> tuple[date, date]:
    """Its whole days so far; the first is after the last where there is none. Of one without a beginning the
    last four weeks.
    """
    yesterday = today - timedelta(days=1)
    last = min(promotion.valid_to or yesterday, yesterday)
    return promotion.valid_from or last - timedelta(days=4 * DAYS_OF_WEEK - 1), last


def _sold(connection: sa.Connection, promotion: Promotion, first: date, last: date) -> Sold:
    binds = {
        "id": promotion.id,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "currency": promotion.currency,
    }
    return {row.partner_id: json.loads(row.days) for row in connection.execute(sa.text(_SOLD), binds)}


def _group(sold: Sold, partners: set[bytes] | frozenset[bytes]) -> Group:
    daily = defaultdict[str, int](int)
    for one in partners:
        for day, net in sold.get(one, ()):
            daily[day] += net
    return Group(len(partners), {date.fromisoformat(day): net for day, net in daily.items()})


def _weeks(connection: sa.Connection, first: date) -> int:
    """Whole weeks before ``first`` of which this laptop has orders."""
    earliest = connection.execute(sa.text(_EARLIEST)).scalar()
    if earliest is None:
        return 0
    return max(0, min(WEEKS, (first - date.fromisoformat(earliest)).days // DAYS_OF_WEEK))
