"""What orders used of the budgets of promotions.

``promotion.used`` is kept only where there is a budget: every change of it travels to every laptop. Whoever
changes it holds the lock of the promotion's row, so that two orders cannot both use the last of a budget.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.model.tables import hq

Row = Mapping[str, Any] | sa.RowMapping
RELEASED = ("cancelled", "rejected")
"""Statuses of orders that use nothing up any more."""


def promotions_of(connection: sa.Connection, orders: Collection[bytes]) -> set[bytes]:
    """Promotions that took something off these orders."""
    if not orders:
        return set()
    discount = hq.tables["order_discount"]
    query = sa.select(discount.c.promotion_id).where(bulk.among(connection, discount.c.order_id, orders))
    return set(connection.scalars(query.distinct()))


def given(discounts: Iterable[Row]) -> dict[bytes, int]:
    """What each promotion takes off in all."""
    found: dict[bytes, int] = defaultdict(int)
    for one in discounts:
        found[one["promotion_id"]] += one["amount"]
    return dict(found)


def of_order(connection: sa.Connection, order_id: bytes) -> dict[bytes, int]:
    """The same of a stored order."""
    discount = hq.tables["order_discount"]
    query = sa.select(discount.c.promotion_id, discount.c.amount).where(
        discount.c.order_id == order_id, discount.c.deleted == 0
    )
    return given(connection.execute(query).mappings())


def used(connection: sa.Connection, promotion_id: bytes) -> int:
    """What a promotion gave so far, from the orders themselves: for one that gets a budget."""
    discount, order = hq.tables["order_discount"], hq.tables["sales_order"]
    query = (
        sa.select(sa.cast(sa.func.coalesce(sa.func.sum(discount.c.amount), 0), sa.BigInteger))
        .join(order, order.c.id == discount.c.order_id)
        .where(
            discount.c.promotion_id == promotion_id,
            discount.c.deleted == 0,
            order.c.deleted == 0,
            order.c.status.not_in(RELEASED),
        )
    )
    return int(connection.scalar(query) or 0)
