"""Work not yet placed: what a form holds, kept as JSON in private drafts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class Return:
    """Why and how goods come back, and of which order line."""

    line_id: bytes
    reason: str | None = None
    condition: str | None = None
    disposition: str | None = None


@dataclass(frozen=True)
class DraftLine:
    """A line as keyed: ``quantity`` at scale 3 in base units; ``agreed_price`` (scale 4) or the list's."""

    product_id: bytes
    quantity: int
    agreed_price: int | None = None
    returned: Return | None = None


@dataclass(frozen=True)
class OrderDraft:
    """An order being keyed; returns carry negative quantities. ``id``: the saved draft it came from.

    ``revises`` is the rejected order that it puts right. Lines of quantity 0 are kept in sight, not ordered.
    """

    partner_id: bytes
    lines: tuple[DraftLine, ...] = ()
    kind: str = "order"
    requested_on: str | None = None
    reference: str | None = None
    note: str | None = None
    id: bytes | None = None
    revises: bytes | None = None
    because: str | None = None
    """Why headquarters should accept it beyond its limits."""

    def body(self) -> str:
        """The JSON that is saved: all but the ids that have columns of their own."""
        values = asdict(self)
        del values["id"], values["partner_id"]
        values["lines"] = [
            [one.product_id.hex(), one.quantity, one.agreed_price, _told(one.returned)] for one in self.lines
        ]
        values["revises"] = None if self.revises is None else self.revises.hex()
        return json.dumps(values, ensure_ascii=False, sort_keys=True)

    @classmethod
    def read(cls, draft_id: bytes, partner_id: bytes, body: str) -> OrderDraft:
        """What :meth:`body` wrote, also by another version: unknown keys are left out."""
        values = json.loads(body)
        lines = tuple(
            DraftLine(bytes.fromhex(one[0]), one[1], one[2], _read(one[3]) if len(one) > 3 else None)
            for one in values.get("lines", ())
        )
        texts = {name: values.get(name) for name in ("requested_on", "reference", "note", "because")}
        revises = bytes.fromhex(values["revises"]) if values.get("revises") else None
        return cls(partner_id, lines, values.get("kind") or "order", id=draft_id, revises=revises, **texts)


def _told(returned: Return | None) -> list[str | None] | None:
    if returned is None:
        return None
    return [returned.line_id.hex(), returned.reason, returned.condition, returned.disposition]


def _read(told: list[str] | None) -> Return | None:
    return None if told is None else Return(bytes.fromhex(told[0]), *told[1:])


@dataclass(frozen=True)
class DraftRow:
    """A saved draft in a list."""

    id: bytes
    kind: str
    partner_id: bytes | None
    partner: str | None
    partner_local: str | None
    lines: int
    saved_at: int | None


_LIST = """
SELECT d.id, d.draft_kind AS kind, d.partner_id, p.name AS partner, p.name_local AS partner_local,
       coalesce(json_array_length(d.body, '$.lines'), 0) AS lines,
       coalesce(d.updated_at, d.created_at) AS saved_at
FROM draft d LEFT JOIN partner p ON p.id = d.partner_id
WHERE d.user_id = :user AND (:kind IS NULL OR d.draft_kind = :kind) ORDER BY saved_at DESC
"""


def drafts(connection: sa.Connection, user_id: bytes, kind: str | None = None) -> tuple[DraftRow, ...]:
    """The person's drafts, the newest first; ``kind`` is order, count or visit."""
    found = connection.execute(sa.text(_LIST), {"user": user_id, "kind": kind})
    return tuple(DraftRow(**row._asdict()) for row in found)


def order_draft(connection: sa.Connection, draft_id: bytes) -> OrderDraft | None:
    """A saved order draft, or None when it was placed or discarded meanwhile."""
    row = connection.execute(
        sa.text("SELECT partner_id, body FROM draft WHERE id = :id AND draft_kind = 'order'"),
        {"id": draft_id},
    ).first()
    return None if row is None else OrderDraft.read(draft_id, row.partner_id, row.body)


def of_order(connection: sa.Connection, order_id: bytes) -> OrderDraft | None:
    """An order as a draft, to put a rejected one right or to order the same again; agreed prices are kept."""
    order = connection.execute(
        sa.text(
            "SELECT partner_id, order_kind, requested_on, reference, note FROM sales_order WHERE id = :id"
        ),
        {"id": order_id},
    ).first()
    if order is None:
        return None
    found = connection.execute(
        sa.text(
            "SELECT product_id, quantity, unit_price, list_price, origin_line_id, return_reason, condition, "
            "disposition FROM order_line WHERE order_id = :id ORDER BY line_number"
        ),
        {"id": order_id},
    )
    lines = tuple(
        DraftLine(
            row.product_id,
            row.quantity,
            None if row.unit_price == row.list_price else row.unit_price,
            Return(row.origin_line_id, row.return_reason, row.condition, row.disposition)
            if row.origin_line_id is not None
            else None,
        )
        for row in found
    )
    return OrderDraft(
        order.partner_id, lines, order.order_kind, order.requested_on, order.reference, order.note
    )
