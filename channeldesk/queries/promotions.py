"""Promotions as this laptop knows them: those open to a partner on a day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import pending
from channeldesk.rules.pricing import Buyer
from channeldesk.rules.promotions.declared import promotion
from channeldesk.rules.promotions.terms import Promotion, open_to

_IN_FORCE = """
SELECT * FROM promotion
WHERE currency = :currency AND coalesce(valid_from, :on) <= :on AND coalesce(valid_to, :on) >= :on
"""
_ON_THE_WAY = f"""
SELECT d.promotion_id, sum(d.amount) AS amount FROM order_discount d
WHERE d.order_id IN ({pending.ORDERS}) GROUP BY 1
"""


def open_promotions(
    connection: sa.Connection, buyer: Buyer, on: date, currency: str
) -> tuple[Promotion, ...]:
    """Those in force for a buyer, by code. Of a budget is left what headquarters last told, less what orders
    use that it has not confirmed.
    """
    found = connection.execute(sa.text(_IN_FORCE), {"currency": currency, "on": on.isoformat()}).mappings()
    rows = [dict(row) for row in found]
    if not rows:
        return ()
    ids = [row["id"] for row in rows]
    buyers, items = (_parts(connection, name, ids) for name in ("promotion_buyer", "promotion_item"))
    on_the_way: dict[bytes, int] = {}
    if any(row["budget"] is not None for row in rows):
        on_the_way = {row.promotion_id: row.amount for row in connection.execute(sa.text(_ON_THE_WAY))}
    made = (
        promotion({**row, "used": row["used"] + on_the_way.get(one, 0)}, buyers[one], items[one])
        for row in rows
        for one in (row["id"],)
    )
    return tuple(open_to([one for one in made if one is not None], buyer, on, currency))


def used_up(connection: sa.Connection, order_id: bytes) -> frozenset[str]:
    """Promotions that headquarters said are used up when it refused this order, by code: who does not see
    budgets would ask for them again and again.
    """
    sql = sa.text("SELECT notice FROM inbox WHERE entity = 'sales_order' AND row_id = :id")
    notices = (json.loads(text) for text in connection.execute(sql, {"id": order_id}).scalars())
    return frozenset(one["params"]["promotion"] for one in notices if one["code"] == "promotion.used_up")


def _parts(
    connection: sa.Connection, table: str, promotions: Collection[bytes]
) -> dict[bytes, list[dict[str, Any]]]:
    wanted = json.dumps([one.hex() for one in promotions])
    sql = f"""SELECT t.* FROM json_each(:ids) k CROSS JOIN "{table}" t ON t.promotion_id = unhex(k.value)"""
    found = defaultdict[bytes, list[dict[str, Any]]](list)
    for row in connection.execute(sa.text(sql), {"ids": wanted}).mappings():
        found[row["promotion_id"]].append(dict(row))
    return found
