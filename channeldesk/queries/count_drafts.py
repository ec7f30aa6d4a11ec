"""A stock count that is not finished: kept as it is keyed, so that a closed lid costs nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class CountedLine:
    """A product and what was found of it (scale 3); ``reason_code`` (``model.stock.REASONS``) and ``reason``,
    in words, explain a difference to the books.
    """

    product_id: bytes
    quantity: int
    reason: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True)
class CountDraft:
    """A count under way at a partner, lines in the order in which they were counted.

    Without a warehouse it is of everything there.
    """

    partner_id: bytes
    lines: tuple[CountedLine, ...] = ()
    note: str | None = None
    visit_id: bytes | None = None
    warehouse_id: bytes | None = None
    id: bytes | None = None

    def body(self) -> str:
        """The JSON that is saved: all but the ids that have columns of their own."""
        lines = [[one.product_id.hex(), one.quantity, one.reason, one.reason_code] for one in self.lines]
        visit = None if self.visit_id is None else self.visit_id.hex()
        place = None if self.warehouse_id is None else self.warehouse_id.hex()
        values = {"lines": lines, "note": self.note, "visit": visit, "warehouse": place}
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def read(cls, draft_id: bytes, partner_id: bytes, body: str) -> CountDraft:
        """What :meth:`body` wrote, also by another version."""
        values = json.loads(body)
        lines = tuple(
            CountedLine(bytes.fromhex(product), *counted[:3]) for product, *counted in values.get("lines", ())
        )
        visit = bytes.fromhex(values["visit"]) if values.get("visit") else None
        place = bytes.fromhex(values["warehouse"]) if values.get("warehouse") else None
        return cls(partner_id, lines, values.get("note"), visit, place, draft_id)


def count_drafts(connection: sa.Connection, user_id: bytes, partner_id: bytes) -> tuple[CountDraft, ...]:
    """The person's unfinished counts at a partner, the newest first."""
    rows = connection.execute(
        sa.text(
            "SELECT id, body FROM draft WHERE user_id = :user AND partner_id = :partner "
            "AND draft_kind = 'count' ORDER BY created_at DESC"
        ),
        {"user": user_id, "partner": partner_id},
    )
    return tuple(CountDraft.read(row.id, partner_id, row.body) for row in rows)
