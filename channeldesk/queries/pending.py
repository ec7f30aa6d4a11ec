"""Orders that headquarters has not judged: the provisional part of sales and credit.

The summaries hold what is confirmed; this is exactly the rest of what counts (a test compares the two).
"""

from __future__ import annotations

from channeldesk.queries import marks

COUNTED = ("accepted", "partly_shipped", "shipped", "closed")
"""Statuses that count as sales once headquarters confirmed them."""
COUNTED_SQL = ", ".join(f"'{status}'" for status in COUNTED)

ORDERS = f"""
SELECT s.id FROM sales_order s WHERE s.status = 'placed' AND NOT {marks.rejected("sales_order", "s")}
UNION
SELECT s.id FROM outbox o JOIN sales_order s ON s.id = o.row_id
WHERE o.entity = 'sales_order' AND s.status IN ({COUNTED_SQL})
"""
"""Ids of the orders."""

LINES = f"""
SELECT s.partner_id, s.currency, s.id AS order_id, l.product_id, l.net, l.quantity,
       coalesce((SELECT CASE WHEN f.ends_on >= s.order_date THEN f.code END FROM fiscal_period f
                 WHERE f.starts_on <= s.order_date ORDER BY f.starts_on DESC, f.code DESC LIMIT 1),
                '') AS period,
       coalesce(d.category, '') AS category
FROM ({ORDERS}) w
JOIN sales_order s ON s.id = w.id
JOIN order_line l ON l.order_id = s.id
LEFT JOIN product d ON d.id = l.product_id
"""
"""Their lines, each with its fiscal period and category."""

BOOKED = f"(s.status IN ({COUNTED_SQL}, 'placed') AND NOT {marks.rejected('sales_order', 's')})"
"""Condition on ``sales_order s``: it counts as sales, confirmed or not."""
