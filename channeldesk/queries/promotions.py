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
_PLANNED = """
SELECT * FROM promotion WHERE currency = :currency AND expected_lift > 0
AND coalesce(valid_from, :last) <= :last AND coalesce(valid_to, :first) >= :first
"""
_ONE = "SELECT * FROM promotion WHERE id = :id"
_ON_THE_WAY = f"""
SELECT d.promotion_id, sum(d.amount) AS amount FROM order_discount d
WHERE d.order_id IN ({pending.ORDERS}) GROUP BY 1
"""


def open_promotions(
    connection: sa.Connection, buyer: Buyer, on: date, currency: str
) -> tuple[Promotion, ...]:
    """Those in force for a buyer, by code."""
    return tuple(open_to(in_force(connection, on, currency), buyer, on, currency))


def in_force(connection: sa.Connection, on: date, currency: str) -> tuple[Promotion, ...]:
    """Those of a day, for whomever they are. Of a budget is left what headquarters last told, less what
    orders use that it has not confirmed.
    """
    found = connection.execute(sa.text(_IN_FORCE), {"currency": currency, "on": on.isoformat()}).mappings()
    return tuple(one for one in _made(connection, [dict(row) for row in found]) if one is not None)


def planned(
    connection: sa.Connection, buyer: Buyer, first: date, last: date, currency: str
) -> tuple[Promotion, ...]:
    """Those that run for a buyer on some of these days and are expected to sell more."""
    binds = {"currency": currency, "first": first.isoformat(), "last": last.isoformat()}
    found = connection.execute(sa.text(_PLANNED), binds).mappings()
    made = _made(connection, [dict(row) for row in found])
    return tuple(one for one in made if one is not None and one.scope.meets(buyer))


def declared(connection: sa.Connection, promotion_id: bytes) -> Promotion | None:
    """One of them, whenever it is; None where it is not here or lacks what its mechanic needs."""
    found = connection.execute(sa.text(_ONE), {"id": promotion_id}).mappings()
    made = _made(connection, [dict(row) for row in found])
    return made[0] if made else None


def _made(connection: sa.Connection, rows: list[dict[str, Any]]) -> list[Promotion | None]:
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    buyers, items = (_parts(connection, name, ids) for name in ("promotion_buyer", "promotion_item"))
    waiting = on_the_way(connection) if any(row["budget"] is not None for row in rows) else {}
    return [
        promotion({**row, "used": row["used"] + waiting.get(one, 0)}, buyers[one], items[one])
        for row in rows
        for one in (row["id"],)
    ]


def on_the_way(connection: sa.Connection) -> dict[bytes, int]:
    """What orders that headquarters has not confirmed use of each promotion, in minor units."""
    return {row.promotion_id: row.amount for row in connection.execute(sa.text(_ON_THE_WAY))}


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
