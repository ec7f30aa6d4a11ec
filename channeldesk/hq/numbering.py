"""Numbers of accepted orders: SO-2026-000123 by the year of receipt, without gaps, across all processes.

The count is one row that every accepted order changes, so orders are numbered when all else of a push is
done, under the sequencer's lock: taken earlier, one slow push would hold up every other order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import state
from channeldesk.model.tables import hq

Values = dict[str, Any]


def number(connection: sa.Connection, orders: Sequence[Values], now: int) -> dict[bytes, str]:
    """Numbers the written orders, in their rows too; by id. ``now`` in ms UTC."""
    year = datetime.fromtimestamp(now / 1000, UTC).year
    series: dict[str, list[Values]] = defaultdict(list)
    for order in orders:
        series[f"{'RT' if order['order_kind'] == 'return' else 'SO'}-{year}"].append(order)
    for name, own in sorted(series.items()):
        for order, given in zip(own, _next(connection, name, len(own)), strict=True):
            order["number"] = given
    found = {order["id"]: order["number"] for order in orders}
    if found:
        table = hq.tables["sales_order"]
        statement = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row_id_", type_=table.c.id.type))
            .values(number=sa.bindparam("number_"))
        )
        connection.execute(statement, [{"row_id_": i, "number_": n} for i, n in found.items()])
    return found


def _next(connection: sa.Connection, name: str, count: int) -> list[str]:
    """Goes on after numbers that a load brought."""
    order = hq.tables["sales_order"]
    while True:
        last = state.next_number(connection, name, count)
        numbers = [f"{name}-{value:06}" for value in range(last - count + 1, last + 1)]
        taken = sa.select(order.c.id).where(order.c.number.in_(numbers), order.c.deleted == 0).limit(1)
        if connection.execute(taken).first() is None:
            return numbers
        loaded = sa.select(sa.func.max(order.c.number)).where(
            order.c.number > f"{name}-",
            order.c.number < f"{name}.",
            sa.func.length(order.c.number) == len(numbers[0]),
        )
        newest = str(connection.execute(loaded).scalar())[len(name) + 1 :]
        if newest.isdigit():
            state.advance_number(connection, name, int(newest))
