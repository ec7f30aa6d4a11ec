"""Work that meets headquarters' own: conflicts, a rejected order, a row that cannot be stored.

Everything comes about as in life: edits on the laptop, edits at headquarters, one synchronisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.actions import contacts, orders, partners
from channeldesk.desk import Desk
from channeldesk.queries.drafts import DraftLine, OrderDraft
from tests.support.headquarters import Headquarters


@dataclass(frozen=True)
class Disputes:
    """Who and what is in dispute; ids of the laptop's rows."""

    partner: bytes
    contact: bytes
    order: bytes
    set_aside: bool = True


def make(desk: Desk, headquarters: Headquarters, *, set_aside: bool = True) -> Disputes:
    """Edits on both sides, then a round: two conflicts (one with a group), one rejection, one row aside."""
    partner, second, contact, product = desk.ask(_subjects)
    desk.act(
        partners.edit,
        partner,
        {
            "credit_limit": 36_000_000,
            "stage": "onboarding",
            "delivery_note": "Gate 3, before 10:00",
            "city": "杭州萧山",
            "payment_days": 45,
        },
    )
    desk.act(contacts.edit, contact, {"note": "Prefers WeChat, mornings"})
    placed = desk.act(orders.place, OrderDraft(second, (DraftLine(product, 12_000),))).value
    by = bytes(headquarters.table("app_user", role_code="headquarters")[0]["id"])
    now = headquarters.now_ms()
    for what, row_id in (
        ("partner SET credit_limit = 32000000, stage = 'dormant', delivery_note = 'Gate 5'", partner),
        ("contact SET note = 'Prefers e-mail'", contact),
        ("product SET active = 0", product),
    ):
        sql = f"UPDATE {what}, updated_by = :by, updated_at = :now WHERE id = :id"
        headquarters.execute(sql, {"by": by, "now": now, "id": row_id})
    if set_aside:
        sql = "UPDATE visit_plan SET start_minute = 'noon' WHERE id = (SELECT max(id) FROM visit_plan v "
        sql += "WHERE v.partner_id = :partner)"
        headquarters.execute(sql, {"partner": second})
    result = desk.sync(in_process=True)
    assert (result.conflicts, result.rejected) == (2, 1)
    return Disputes(partner, contact, placed.order_id, set_aside)


def _subjects(connection: sa.Connection) -> tuple[bytes, bytes, bytes, bytes]:
    """A partner to quarrel about, another that orders, one of its contacts, a product with a price."""
    rows = connection.execute(
        sa.text("SELECT id FROM partner WHERE stage = 'active' AND currency = 'CNY' ORDER BY code LIMIT 2")
    ).all()
    contact = connection.execute(
        sa.text("SELECT id FROM contact WHERE partner_id = :id ORDER BY id LIMIT 1"), {"id": rows[1].id}
    ).scalar_one()
    product = connection.execute(
        sa.text(
            "SELECT l.product_id FROM order_line l JOIN product d ON d.id = l.product_id "
            "WHERE l.partner_id = :id AND d.active = 1 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ),
        {"id": rows[1].id},
    ).scalar_one()
    return bytes(rows[0].id), bytes(rows[1].id), bytes(contact), bytes(product)
