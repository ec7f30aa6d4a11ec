"""The stock position of every product at every partner, derived and never incremented.

The latest of reported levels and counts is the anchor (a count wins a tie); movements after its moment are
added. Without an anchor the movements alone make the position. What the person counted is in it at once, also
while it waits for an approval; a count that was refused or taken back is no anchor. What headquarters refused
to take, a count or a report of sell-out, does not count until the person has decided about it.

A reported sell-out leaves the stock as a movement would, once: a movement of the kind sale on a day of which
a report tells of the same product is the same goods and does not count beside it. Reports alone make no
position: where nothing else is known there is nothing that they could lower.

Each warehouse of a partner has an anchor of its own, and lots that were reported of one moment add up to one.
The position is the sum: as old as the oldest of its parts, and from the least sure of their sources.
What moved without a word of the warehouse counts from the newest of their anchors on. A count or report that
names no warehouse speaks of everything: where it is the newest it holds alone, where a warehouse's is, it is
of no account (``rules.stock_places`` reads the past alike).
"""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.model.refused import refused, told_by_report
from channeldesk.rules.counts import HOLDS_NOT

_REPORTED = told_by_report("v")
_SOURCES = "CASE {source} WHEN 0 THEN 'count' WHEN 1 THEN 'reported' ELSE 'movements' END"


def _places(restrict: str) -> str:
    """``WITH`` that names ``place``: what lies where, ``source`` from the surest, 0, to 2."""
    where = f"WHERE {restrict}" if restrict else ""
    sold = f"WHERE {restrict or 'true'} AND NOT {refused('sell_out', 'x')}"
    also = f"AND {restrict}" if restrict else ""
    return f"""WITH
        candidate AS (
            SELECT partner_id, product_id, warehouse_id, as_of, 0 AS counted, max(id) AS id,
                sum(quantity) AS quantity
            FROM stock_level {where} GROUP BY partner_id, product_id, warehouse_id, as_of
            UNION ALL
            SELECT l.partner_id, l.product_id, c.warehouse_id, c.counted_at, 1, l.id, l.counted
            FROM (SELECT * FROM stock_count_line {where}) AS l
            JOIN stock_count AS c ON c.id = l.stock_count_id AND c.status NOT IN {HOLDS_NOT}
                AND NOT {refused("stock_count", "c")}),
        known AS MATERIALIZED (
            SELECT partner_id, product_id, warehouse_id, as_of, counted, quantity, whole FROM (
                SELECT *, row_number() OVER (
                        PARTITION BY partner_id, product_id, warehouse_id
                        ORDER BY as_of DESC, counted DESC, id DESC) AS place,
                    first_value(warehouse_id IS NULL) OVER (
                        PARTITION BY partner_id, product_id
                        ORDER BY as_of DESC, warehouse_id IS NULL) AS whole
                FROM candidate)
            WHERE place = 1 AND whole = (warehouse_id IS NULL)),
        anchor AS MATERIALIZED (
            SELECT * FROM known
            UNION ALL
            SELECT partner_id, product_id, NULL, max(as_of), 1, 0, 0
            FROM known WHERE NOT whole GROUP BY 1, 2),
        moved AS MATERIALIZED (
            SELECT m.partner_id, m.product_id,
                CASE WHEN a.whole THEN NULL ELSE m.warehouse_id END AS warehouse_id,
                coalesce(sum(m.quantity) FILTER (
                    WHERE a.as_of IS NULL OR m.happened_at > a.as_of), 0) AS quantity,
                max(m.told) AS told
            FROM (
                SELECT v.partner_id, v.product_id, v.warehouse_id, v.quantity, v.happened_at, 1 AS told
                FROM stock_movement AS v WHERE v.partner_id IS NOT NULL {also} AND NOT {_REPORTED}
                UNION ALL
                SELECT partner_id, product_id, NULL, -quantity, happened_at, 0 FROM sell_out AS x {sold}) AS m
            LEFT JOIN anchor AS a ON a.partner_id = m.partner_id AND a.product_id = m.product_id
                AND (a.whole OR a.warehouse_id IS m.warehouse_id)
            GROUP BY 1, 2, 3),
        place AS (
            SELECT a.partner_id, a.product_id, a.warehouse_id,
                a.quantity + coalesce(m.quantity, 0) AS quantity, a.as_of,
                1 - a.counted AS source, coalesce(m.quantity, 0) AS moved
            FROM anchor AS a
            LEFT JOIN moved AS m ON m.partner_id = a.partner_id AND m.product_id = a.product_id
                AND m.warehouse_id IS a.warehouse_id
            UNION ALL
            SELECT m.partner_id, m.product_id, m.warehouse_id, m.quantity, 0, 2, m.quantity
            FROM moved AS m
            LEFT JOIN anchor AS a ON a.partner_id = m.partner_id AND a.product_id = m.product_id
                AND a.warehouse_id IS m.warehouse_id
            WHERE a.partner_id IS NULL AND m.told = 1)"""


def _select(restrict: str) -> str:
    """``restrict`` is a condition on ``partner_id`` and ``product_id``, or empty."""
    return f"""{_places(restrict)}
        SELECT partner_id, product_id, sum(quantity), min(as_of), {_SOURCES.format(source="max(source)")},
            sum(moved)
        FROM place GROUP BY partner_id, product_id"""


ALL = _select("")
"""All rows of ``stock_position``, in the order of its columns."""
_STALE = "(partner_id, product_id) IN (SELECT partner_id, product_id FROM temp.touched_stock)"


def refresh(connection: sa.Connection) -> None:
    """Compute the positions again that the notes of ``touched`` name."""
    connection.exec_driver_sql(f"DELETE FROM stock_position WHERE {_STALE}")
    connection.exec_driver_sql(f"INSERT INTO stock_position {_select(_STALE)}")
