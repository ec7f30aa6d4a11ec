"""What is written during a visit before it is closed, and what was done during it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class VisitNote:
    """An unfinished note; ``outcome`` None: none chosen yet."""

    draft_id: bytes
    note: str
    outcome: str | None

    def body(self, plan_id: bytes) -> str:
        """The JSON that is saved: all but the ids that have columns of their own."""
        values = {"plan": plan_id.hex(), "note": self.note, "outcome": self.outcome}
        return json.dumps(values, ensure_ascii=False)


def visit_note(connection: sa.Connection, plan_id: bytes) -> VisitNote | None:
    """What was written during this visit so far."""
    row = connection.execute(
        sa.text("SELECT id, body FROM draft WHERE draft_kind = 'visit' AND body ->> '$.plan' = :plan"),
        {"plan": plan_id.hex()},
    ).first()
    if row is None:
        return None
    values = json.loads(row.body)
    return VisitNote(row.id, values.get("note") or "", values.get("outcome"))


@dataclass(frozen=True)
class Done:
    """How much was done at a partner since a moment."""

    orders: int
    counted: int
    promises: int
    kept: int


_DONE = """
SELECT (SELECT count(*) FROM sales_order s
        WHERE s.partner_id = :partner AND s.created_at >= :since) AS orders,
       (SELECT count(*) FROM stock_count_line l JOIN stock_count c ON c.id = l.stock_count_id
        WHERE l.partner_id = :partner AND c.counted_at >= :since) AS counted,
       (SELECT count(*) FROM promise r WHERE r.partner_id = :partner AND r.created_at >= :since) AS promises,
       (SELECT count(*) FROM promise r WHERE r.partner_id = :partner AND r.done_on IS NOT NULL
        AND r.updated_at >= :since) AS kept
"""


def done_since(connection: sa.Connection, partner_id: bytes, since: int) -> Done:
    """Orders taken, products counted, promises made and kept since an instant (ms)."""
    row = connection.execute(sa.text(_DONE), {"partner": partner_id, "since": since}).one()
    return Done(**row._asdict())
