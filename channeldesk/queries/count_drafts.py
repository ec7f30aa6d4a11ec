"""A stock count that is not finished: kept as it is keyed, so that a closed lid costs nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class CountedLine:
    """A product and what was found of it (scale 3); ``reason`` explains a difference to the books."""

    product_id: bytes
    quantity: int
    reason: str | None = None


@dataclass(frozen=True)
class CountDraft:
    """A count under way at a partner, lines in the order in which they were counted."""

    partner_id: bytes
    lines: tuple[CountedLine, ...] = ()
    note: str | None = None
    visit_id: bytes | None = None
    id: bytes | None = None

    def body(self) -> str:
        """The JSON that is saved: all but the ids that have columns of their own."""
        lines = [[one.product_id.hex(), one.quantity, one.reason] for one in self.lines]
        visit = None if self.visit_id is None else self.visit_id.hex()
        return json.dumps({"lines": lines, "note": self.note, "visit": visit}, ensure_ascii=False)

    @classmethod
    def read(cls, draft_id: bytes, partner_id: bytes, body: str) -> CountDraft:
        """What :meth:`body` wrote, also by another version."""
        values = json.loads(body)
        lines = tuple(CountedLine(bytes.fromhex(one[0]), one[1], one[2]) for one in values.get("lines", ()))
        visit = bytes.fromhex(values["visit"]) if values.get("visit") else None
        return cls(partner_id, lines, values.get("note"), visit, draft_id)


def count_draft(connection: sa.Connection, user_id: bytes, partner_id: bytes) -> CountDraft | None:
    """The person's unfinished count at a partner, the newest if there are several."""
    row = connection.execute(
        sa.text(
            "SELECT id, body FROM draft WHERE user_id = :user AND partner_id = :partner "
            "AND draft_kind = 'count' ORDER BY created_at DESC LIMIT 1"
        ),
        {"user": user_id, "partner": partner_id},
    ).first()
    return None if row is None else CountDraft.read(row.id, partner_id, row.body)
