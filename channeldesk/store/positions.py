"""The stock position of every product at every partner, derived and never incremented.

The latest of reported levels and counts is the anchor (a count wins a tie); movements after its moment are
added. Without an anchor the movements alone make the position. What the person counted is in it at once.
"""

from __future__ import annotations

import sqlalchemy as sa


def _select(restrict: str) -> str:
    """``restrict`` is a condition on ``partner_id`` and ``product_id``, or empty."""
    where = f"WHERE {restrict}" if restrict else ""
    also = f"AND {restrict}" if restrict else ""
    return f"""WITH
        candidate AS (
            SELECT partner_id, product_id, as_of, 0 AS counted, id, quantity FROM stock_level {where}
            UNION ALL
            SELECT l.partner_id, l.product_id, c.counted_at, 1, l.id, l.counted
            FROM (SELECT * FROM stock_count_line {where}) AS l
            JOIN stock_count AS c ON c.id = l.stock_count_id),
        anchor AS MATERIALIZED (
            SELECT partner_id, product_id, as_of, counted, quantity FROM (
                SELECT *, row_number() OVER (
                    PARTITION BY partner_id, product_id ORDER BY as_of DESC, counted DESC, id DESC) AS place
                FROM candidate)
            WHERE place = 1),
        moved AS MATERIALIZED (
            SELECT m.partner_id, m.product_id,
                coalesce(sum(m.quantity) FILTER (
                    WHERE a.as_of IS NULL OR m.happened_at > a.as_of), 0) AS quantity
            FROM (SELECT * FROM stock_movement WHERE partner_id IS NOT NULL {also}) AS m
            LEFT JOIN anchor AS a ON a.partner_id = m.partner_id AND a.product_id = m.product_id
            GROUP BY 1, 2)
        SELECT a.partner_id, a.product_id, a.quantity + coalesce(m.quantity, 0), a.as_of,
            CASE a.counted WHEN 1 THEN 'count' ELSE 'reported' END, coalesce(m.quantity, 0)
        FROM anchor AS a
        LEFT JOIN moved AS m ON m.partner_id = a.partner_id AND m.product_id = a.product_id
        UNION ALL
        SELECT m.partner_id, m.product_id, m.quantity, 0, 'movements', m.quantity
        FROM moved AS m LEFT JOIN anchor AS a ON a.partner_id = m.partner_id AND a.product_id = m.product_id
        WHERE a.partner_id IS NULL"""


ALL = _select("")
"""All rows of ``stock_position``, in the order of its columns."""
_STALE = "(partner_id, product_id) IN (SELECT partner_id, product_id FROM temp.touched_stock)"


def refresh(connection: sa.Connection) -> None:
    """Compute the positions again that the notes of ``touched`` name."""
    connection.exec_driver_sql(f"DELETE FROM stock_position WHERE {_STALE}")
    connection.exec_driver_sql(f"INSERT INTO stock_position {_select(_STALE)}")
