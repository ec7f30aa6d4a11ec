"""How fast products go at a partner: what leaves its stock, or what it buys where its sales are unknown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.model.refused import told_by_report
from channeldesk.queries import marks, pending

DAYS = 90
"""Length of the time looked at."""

REPORTED = told_by_report("m")
"""Of ``stock_movement m``: a report of sell-out tells of the same goods; they count once, as in positions."""
MOVED = f"""m.movement_kind IN ('sale', 'return') AND m.happened_on > :first AND m.happened_on <= :today
      AND NOT {REPORTED}"""
"""Of ``stock_movement m``: a sale between ``:first`` and ``:today`` that no report tells of."""
_PAIRS = (
    f"""
    WITH pair AS MATERIALIZED (
      SELECT unhex(value ->> 0) AS partner_id, unhex(value ->> 1) AS product_id FROM json_each(:pairs))
    SELECT partner_id, product_id, sum(sold) AS sold FROM (
      SELECT m.partner_id, m.product_id, -m.quantity AS sold FROM pair k
      CROSS JOIN stock_movement m ON m.partner_id = k.partner_id AND m.product_id = k.product_id
      WHERE {MOVED}
      UNION ALL
      SELECT o.partner_id, o.product_id, o.quantity FROM pair k
      CROSS JOIN sell_out o ON o.partner_id = k.partner_id AND o.product_id = k.product_id
      WHERE o.last_on > :first AND o.last_on <= :today
        AND NOT {marks.rejected("sell_out", "o")})
    GROUP BY 1, 2
    """,
    f"""
    SELECT l.partner_id, l.product_id, sum(l.quantity) AS sold FROM json_each(:pairs) k
    CROSS JOIN order_line l ON l.partner_id = unhex(k.value ->> 0) AND l.product_id = unhex(k.value ->> 1)
    CROSS JOIN sales_order s ON s.id = l.order_id
    WHERE s.order_date > :first AND s.order_date <= :today AND {pending.BOOKED}
    GROUP BY 1, 2
    """,
)
_PARTNER = (
    f"""
    SELECT l.product_id, sum(l.quantity) AS sold FROM sales_order s
    CROSS JOIN order_line l ON l.order_id = s.id
    WHERE s.partner_id = :partner AND s.order_date > :first AND s.order_date <= :today
      AND {pending.BOOKED} GROUP BY 1
    """,
    f"""
    SELECT product_id, sum(sold) AS sold FROM (
      SELECT m.product_id, -m.quantity AS sold FROM stock_movement m
      WHERE m.partner_id = :partner AND {MOVED}
      UNION ALL
      SELECT o.product_id, o.quantity FROM sell_out o
      WHERE o.partner_id = :partner AND o.last_on > :first AND o.last_on <= :today
        AND NOT {marks.rejected("sell_out", "o")})
    GROUP BY 1
    """,
)
Pair = tuple[bytes, bytes]


def daily(connection: sa.Connection, pairs: Iterable[Pair], today: str) -> dict[Pair, int]:
    """Quantity (scale 3) a day by (partner, product); pairs without demand are absent."""
    wanted = list(dict.fromkeys(pairs))
    found: dict[Pair, int] = {}
    for sql in _PAIRS:
        missing = [[one.hex() for one in pair] for pair in wanted if pair not in found]
        if missing:
            binds = {"pairs": json.dumps(missing), "first": _first(today), "today": today}
            for row in connection.execute(sa.text(sql), binds):
                if row.sold > 0:
                    found[(row.partner_id, row.product_id)] = row.sold // DAYS
    return found


def of_partner(connection: sa.Connection, partner_id: bytes, today: str) -> dict[bytes, int]:
    """Quantity (scale 3) over the last :data:`DAYS` days by product of one partner."""
    found: dict[bytes, int] = {}
    binds = {"partner": partner_id, "first": _first(today), "today": today}
    for sql in _PARTNER:  # sales out of stock, where known, count more than purchases
        found |= {row.product_id: row.sold for row in connection.execute(sa.text(sql), binds) if row.sold > 0}
    return found


def _first(today: str) -> str:
    return (date.fromisoformat(today) - timedelta(days=DAYS)).isoformat()
