"""Who ordered with a promotion, who could have and did not, and what it gave."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import pending
from channeldesk.queries.buyers import buyers
from channeldesk.rules.promotions.terms import Promotion


@dataclass(frozen=True, slots=True)
class Ordered:
    """A partner that ordered with it. Minor units: ``given`` is what came off, ``net`` what the same lines
    come to after it; ``waiting``: of ``given``, what headquarters has not confirmed.
    """

    partner_id: bytes
    name: str
    name_local: str | None
    orders: int
    given: int
    net: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A partner that it is for and that has not ordered with it. ``last``: its last order that counts."""

    partner_id: bytes
    name: str
    name_local: str | None
    last: str | None


@dataclass(frozen=True)
class Execution:
    """``ordered``: who was given most first; ``missing``: who ordered last first. ``meant``: partners here
    that it is for.
    """

    ordered: tuple[Ordered, ...]
    missing: tuple[Missing, ...]
    meant: int

    @property
    def given(self) -> int:
        return sum(one.given for one in self.ordered)

    @property
    def net(self) -> int:
        return sum(one.net for one in self.ordered)

    @property
    def orders(self) -> int:
        return sum(one.orders for one in self.ordered)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.ordered)


_ORDERED = f"""
SELECT x.partner_id, coalesce(p.name, '–') AS name, p.name_local, x.orders, x.given, x.net, x.waiting FROM (
    SELECT d.partner_id, count(DISTINCT d.order_id) AS orders, sum(d.amount) AS given,
           sum(l.net) AS net,
           coalesce(sum(d.amount) FILTER (WHERE d.order_id IN ({pending.ORDERS})), 0) AS waiting
    FROM order_discount d JOIN sales_order s ON s.id = d.order_id JOIN order_line l ON l.id = d.order_line_id
    WHERE d.promotion_id = :id AND {pending.BOOKED} GROUP BY 1) x
LEFT JOIN partner p ON p.id = x.partner_id ORDER BY x.given DESC, p.name
"""
_NAMES = f"""
SELECT p.id, p.name, p.name_local,
       (SELECT s.order_date FROM sales_order s WHERE s.partner_id = p.id AND s.order_kind = 'order'
        AND {pending.BOOKED} ORDER BY s.order_date DESC LIMIT 1) AS last
FROM json_each(:ids) k CROSS JOIN partner p ON p.id = unhex(k.value) ORDER BY p.name
"""


def meant_for(connection: sa.Connection, promotion: Promotion) -> frozenset[bytes]:
    """Partners here that trade, in its currency, and that it is for."""
    return frozenset(
        one.buyer.partner
        for one in buyers(connection)
        if one.trading and one.currency == promotion.currency and promotion.scope.meets(one.buyer)
    )


def execution(connection: sa.Connection, promotion: Promotion) -> Execution:
    """Of all partners on this laptop."""
    found = connection.execute(sa.text(_ORDERED), {"id": promotion.id})
    ordered = tuple(Ordered(**row._asdict()) for row in found)
    meant = meant_for(connection, promotion)
    without = meant - {one.partner_id for one in ordered}
    binds = {"ids": json.dumps([one.hex() for one in without])}
    names = connection.execute(sa.text(_NAMES), binds)
    missing = [Missing(row.id, row.name, row.name_local, row.last) for row in names]
    missing.sort(key=lambda one: one.last or "", reverse=True)
    return Execution(ordered, tuple(missing), len(meant | {one.partner_id for one in ordered}))
