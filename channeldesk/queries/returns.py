"""Order lines that goods come back of, with what came back of them before."""

from __future__ import annotations

import json
from collections.abc import Collection

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.rules.returns import Origin

_COUNTED = f"""
FROM order_line r JOIN sales_order b ON b.id = r.order_id
WHERE r.partner_id = l.partner_id AND r.product_id = l.product_id AND b.order_kind = 'return'
  AND b.status NOT IN ('cancelled', 'rejected') AND NOT {marks.rejected("sales_order", "b")}
  AND (r.origin_line_id = l.id OR (r.origin_line_id IS NULL
       AND b.reference = (SELECT o.number FROM sales_order o WHERE o.id = l.order_id)
       AND NOT EXISTS (SELECT 1 FROM order_line f WHERE f.order_id = l.order_id
                       AND f.product_id = l.product_id AND f.line_number < l.line_number)))
"""
"""Lines of returns; what names only the order counts for the first line of the product."""
RETURNED = f"SELECT coalesce(-sum(r.quantity), 0) {_COUNTED}"
"""What came back of ``order_line l``, judged or not."""
_ORIGINS = f"""
SELECT l.id, l.partner_id, l.product_id, l.quantity, l.unit_price, l.tax_rate, l.net, l.tax,
       coalesce(s.number, s.provisional_number, '') AS number, s.status, s.currency,
       ({RETURNED}) AS returned, (SELECT coalesce(-sum(r.net), 0) {_COUNTED}) AS credited,
       (SELECT coalesce(-sum(r.tax), 0) {_COUNTED}) AS credited_tax
FROM json_each(:lines) k CROSS JOIN order_line l ON l.id = unhex(k.value)
JOIN sales_order s ON s.id = l.order_id AND s.order_kind = 'order'
"""


def origins(connection: sa.Connection, lines: Collection[bytes]) -> dict[bytes, Origin]:
    """By the line's id; lines that are not here are absent."""
    if not lines:
        return {}
    found = connection.execute(
        sa.text(_ORIGINS), {"lines": json.dumps([one.hex() for one in dict.fromkeys(lines)])}
    )
    return {
        row.id: Origin(
            line=row.id,
            order_number=row.number,
            status=row.status,
            partner=row.partner_id,
            product=row.product_id,
            quantity=row.quantity,
            unit_price=row.unit_price,
            tax_rate=row.tax_rate,
            net=row.net,
            tax=row.tax,
            returned=row.returned,
            credited=row.credited,
            credited_tax=row.credited_tax,
            currency=row.currency,
        )
        for row in found
    }
