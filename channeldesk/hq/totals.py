"""Sales totals computed at headquarters, for a laptop to compare its own with."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.hq import policy
from channeldesk.hq.policy import Scope
from channeldesk.hq.schemas import SalesTotal
from channeldesk.model.entities import entity
from channeldesk.model.tables import hq

BOOKED = ("accepted", "partly_shipped", "shipped", "closed")
"""Statuses of confirmed sales; returns are orders with negative quantities."""


def sales_totals(connection: sa.Connection, scope: Scope) -> list[SalesTotal]:
    """By fiscal period and currency, of the orders in sight."""
    order, line, period = (hq.tables[name] for name in ("sales_order", "order_line", "fiscal_period"))
    in_period = sa.and_(
        period.c.deleted == 0,
        period.c.starts_on <= order.c.order_date,
        period.c.ends_on >= order.c.order_date,
    )
    query = (
        sa.select(
            period.c.year,
            sa.func.coalesce(period.c.code, "").label("period"),
            order.c.currency,
            sa.func.count(order.c.id.distinct()).label("orders"),
            sa.func.count().label("lines"),
            sa.cast(sa.func.sum(line.c.quantity), sa.BigInteger).label("quantity"),
            sa.cast(sa.func.sum(line.c.net), sa.BigInteger).label("net"),
        )
        .select_from(
            line.join(order, order.c.id == line.c.order_id).outerjoin(period, in_period),
        )
        .where(
            order.c.status.in_(BOOKED),
            policy.access(scope, entity("sales_order")).rows,
            policy.access(scope, entity("order_line")).rows,
        )
        .group_by(period.c.year, period.c.code, order.c.currency)
        .order_by(period.c.year, period.c.code, order.c.currency)
    )
    return [SalesTotal(**row._mapping) for row in connection.execute(query)]
