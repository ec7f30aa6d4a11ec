"""What people ask of headquarters with money in it: orders with promotions, returns, requests, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.actions import order_parts, orders
from channeldesk.model.notice import Problem
from channeldesk.queries import orders as orders_query
from channeldesk.queries.drafts import DraftLine, OrderDraft, Return
from channeldesk.rules.returns import RETURNABLE
from tests.storm.acting import Hand
from tests.storm.people import insert, update
from tests.storm.profile import Profile
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.world import World

TODAY = "2026-11-21"
_RETURNABLE = ", ".join(f"'{one}'" for one in RETURNABLE)


def sale(world: World, who: Profile) -> bool:
    """An order as the form prices it; half of those beyond the limit ask to be accepted all the same."""
    rng = world.rng
    partners = who.ids_of("partner", "stage IN ('active', 'onboarding')")
    products = [row["id"] for row in who.query("SELECT id FROM product WHERE active = 1 ORDER BY sku")]
    if not partners or not products:
        return False
    chosen = products[: rng.choice((1, 2))]
    lines = tuple(DraftLine(one, 1_000 * rng.choice((1, 2, 9, 40))) for one in chosen)
    because = f"reason {world.number()}" if rng.random() < 0.5 else None
    return _place(world, who, OrderDraft(rng.choice(partners), lines, because=because))


def give_back(world: World, who: Profile) -> bool:
    """Some of the goods of an order that headquarters took."""
    rng = world.rng
    sold = who.ids_of("sales_order", f"order_kind = 'order' AND status IN ({_RETURNABLE})")
    if not sold:
        return False
    with who.database.read() as connection:
        order = orders_query.detail(connection, rng.choice(sold))
    assert order is not None
    lines = []
    for line in order.lines:
        left = line.quantity - line.returned
        if left > 0 and rng.random() < 0.7:
            quantity = left if rng.random() < 0.5 else rng.randint(1, left)
            returned = Return(line.id, "damaged", "opened", "restock")
            lines.append(DraftLine(line.product_id, -quantity, line.unit_price, returned))
    if not lines:
        return False
    draft = OrderDraft(order.order.partner_id, tuple(lines), "return", reference=order.order.number)
    return _place(world, who, draft)


def ask(world: World, who: Profile) -> bool:
    """To change or to cancel an order that headquarters took."""
    rng = world.rng
    accepted = who.ids_of("sales_order", "order_kind = 'order' AND status = 'accepted'")
    if not accepted:
        return False
    order_id, request = rng.choice(accepted), who.ids()
    (order,) = who.query("SELECT partner_id FROM sales_order WHERE id = ?", order_id)
    own = {"partner_id": order["partner_id"]}
    kind = rng.choice(("amendment", "amendment", "cancellation"))
    rows: list[tuple[str, bytes, dict[str, Any]]] = [
        (
            "approval",
            request,
            {**own, "order_id": order_id, "approval_kind": kind, "because": f"because {world.number()}"},
        )
    ]
    lines = who.query("SELECT id, product_id FROM order_line WHERE order_id = ? ORDER BY id", order_id)
    for line in lines if kind == "amendment" else ():
        wanted = {"order_line_id": line["id"], "product_id": line["product_id"]}
        quantity = 1_000 * rng.choice((0, 1, 3))
        rows.append(
            ("approval_line", who.ids(), {"approval_id": request, **own, **wanted, "quantity": quantity})
        )
    return insert_all(world, who, rows)


def judge(world: World, who: Profile) -> bool:
    """A decision of a request, by whoever sees it: headquarters says who may."""
    requests = who.query("SELECT id, created_by FROM approval WHERE status = 'asked' ORDER BY id")
    if not requests:
        return False
    one = world.rng.choice(requests)
    mine = one["created_by"] == who.user_id and world.rng.random() < 0.8
    status = "withdrawn" if mine else world.rng.choice(("approved", "approved", "refused"))
    key = ("approval", one["id"].hex())
    world.touch(key)
    said = {"status": status, "decision": f"decision {world.number()}"}
    return world.act(who, [key], lambda connection: update(connection, key, said))


def _place(world: World, who: Profile, draft: OrderDraft) -> bool:
    with who.database.read() as connection:
        try:
            judged = orders.assess(connection, draft, TODAY)
        except Problem:
            return False  # the partner went meanwhile
        if not judged.sendable:
            return False
        order_id, number = who.ids(), world.number()
        parts = order_parts.quoted(Hand(connection, who), judged, order_id, draft)  # type: ignore[arg-type]
    head = {
        "provisional_number": f"{who.name}-{number}",
        "partner_id": draft.partner_id,
        "salesperson_id": who.user_id,
        "order_kind": draft.kind,
        "order_date": TODAY,
        "currency": judged.totals.currency,
        "net": judged.totals.net,
        "tax": judged.totals.tax,
        "total": judged.totals.total,
        "reference": draft.reference,
        "note": f"order {number}",
    }
    rows = [("sales_order", order_id, head)]
    for name, several in parts.items():
        rows += [(name, row["id"], {k: v for k, v in row.items() if k != "id"}) for row in several]
    return insert_all(world, who, rows)


def insert_all(world: World, who: Profile, rows: list[tuple[str, bytes, dict[str, Any]]]) -> bool:
    """Rows of one transaction; how it went."""

    def work(connection: sa.Connection) -> None:
        for name, row_id, values in rows:
            insert(connection, name, row_id, values)

    keys: list[Key] = [(name, row_id.hex()) for name, row_id, _ in rows]
    return world.act(who, keys, work)
