"""Rows that belong to an order and come and go with it: its lines, what promotions take off them, and the
request to accept it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import approvals, write
from channeldesk.actions.tx import Tx
from channeldesk.queries.drafts import OrderDraft, Return
from channeldesk.queries.quote import Quote

_OF_ORDER = {
    "order_line": "SELECT id FROM order_line WHERE order_id = :id ORDER BY line_number",
    "order_discount": "SELECT id FROM order_discount WHERE order_id = :id ORDER BY id",
    "approval": "SELECT id FROM approval WHERE order_id = :id AND approval_kind = 'order' ORDER BY id",
}
Parts = Mapping[str, list[dict[str, Any]]]
"""Rows by entity, lines first."""


def quoted(tx: Tx, judged: Quote, order_id: bytes, draft: OrderDraft) -> Parts:
    """The rows of an order as it was quoted, not written yet; the request to accept it where it needs one."""
    parts: dict[str, list[dict[str, Any]]] = {name: [] for name in _OF_ORDER}
    parts["approval"] = approvals.with_order(tx, draft, judged, order_id)
    own = {"order_id": order_id, "partner_id": draft.partner_id}
    for one in judged.lines:
        if one.priced is None:
            continue
        line_id = tx.new_id()
        line = {
            "id": line_id,
            **own,
            "line_number": one.number,
            "product_id": one.line.product_id,
            "quantity": one.priced.quantity,
            "list_price": one.priced.list_price,
            "unit_price": one.priced.unit_price,
            "tax_rate": one.priced.tax_rate,
            "discount": one.priced.discount,
            "net": one.priced.net,
            "tax": one.priced.tax,
            **_returned(one.line.returned),
        }
        parts["order_line"].append(line)
        parts["order_discount"] += [
            {
                "id": tx.new_id(),
                **own,
                "order_line_id": line_id,
                "promotion_id": taken.promotion.id,
                "amount": taken.amount,
            }
            for taken in one.discounts
        ]
    return parts


def _returned(back: Return | None) -> dict[str, Any]:
    return {
        "origin_line_id": None if back is None else back.line_id,
        "return_reason": None if back is None else back.reason,
        "condition": None if back is None else back.condition,
        "disposition": None if back is None else back.disposition,
    }


def stored(tx: Tx, order_id: bytes) -> Parts:
    """The rows as they stand."""
    return {
        name: [write.existing(tx, name, one) for one in _ids(tx, sql, order_id)]
        for name, sql in _OF_ORDER.items()
    }


def add(tx: Tx, parts: Parts) -> None:
    for name, rows in parts.items():
        write.insert_many(tx, name, list(rows))


def remove(tx: Tx, parts: Parts) -> None:
    """Deletes rows that headquarters never took."""
    for name, rows in reversed(list(parts.items())):
        for row in rows:
            write.remove(tx, name, row["id"])


def take_back(tx: Tx, order_id: bytes, parts: Parts) -> None:
    """An order that was never sent goes away as if it had not been."""
    for name, rows in reversed(list(parts.items())):
        write.withdraw(tx, name, [row["id"] for row in rows])
    write.withdraw(tx, "sales_order", [order_id])


def _ids(tx: Tx, sql: str, order_id: bytes) -> list[bytes]:
    return list(tx.connection.execute(sa.text(sql), {"id": order_id}).scalars())
