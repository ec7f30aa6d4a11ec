"""What headquarters refused, as SQL over a table alias: what is derived and what is asked read it alike."""

from __future__ import annotations


def came_back(entity: str, alias: str) -> str:
    """1 where headquarters refused the row, or an edit of it, and the person has not decided yet. It is
    looked up by the row (the plus), since a whole file of refused rows may be open.
    """
    return (
        f"EXISTS (SELECT 1 FROM inbox mark_r WHERE mark_r.entity = '{entity}' "
        f"AND mark_r.row_id = {alias}.id AND +mark_r.state = 'open' AND mark_r.kind = 'rejection')"
    )


def refused(entity: str, alias: str) -> str:
    """1 where headquarters refused the row and so does not have it, and the person has not decided yet: it
    counts nowhere. A row that it has stands, whatever edit of it was refused.
    """
    return f"({alias}.rv = 0 AND {came_back(entity, alias)})"


def told_by_report(movement: str) -> str:
    """1 where a report of sell-out that stands tells of the same goods as this ``stock_movement``, a sale."""
    return f"""({movement}.movement_kind = 'sale' AND EXISTS (
    SELECT 1 FROM sell_out told_r WHERE told_r.partner_id = {movement}.partner_id
      AND told_r.product_id = {movement}.product_id AND told_r.reverses_id IS NULL
      AND {movement}.happened_on BETWEEN told_r.first_on AND told_r.last_on
      AND {stands("told_r")}))"""


def stands(report: str) -> str:
    """1 where nobody took this row of ``sell_out`` back, and headquarters did not refuse it."""
    return f"""(NOT {refused("sell_out", report)} AND NOT EXISTS (
      SELECT 1 FROM sell_out told_b WHERE told_b.reverses_id = {report}.id
        AND NOT {refused("sell_out", "told_b")}))"""
