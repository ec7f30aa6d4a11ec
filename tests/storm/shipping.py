"""What people ask of headquarters about goods: that they leave, arrive, go into a second order, or not at
all; and what has to hold of them after any storm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from channeldesk.rules.shipping import HELD
from tests.storm.acting import may
from tests.storm.commerce import insert_all
from tests.storm.history import Version
from tests.storm.link import Broken
from tests.storm.people import update
from tests.storm.profile import Profile

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters
    from tests.storm.world import World

_REACHED = {
    "sent_at": ("partly_shipped", "shipped", "closed"),
    "shipped_at": ("shipped", "closed"),
    "closed_at": ("closed",),
}
"""The moments that an order knows, by how far it got."""
_OPEN = "order_kind = 'order' AND status IN ('accepted', 'partly_shipped')"


def ship(world: World, who: Profile) -> bool:
    """Some of an order, now and then more than there is, or by somebody who may not."""
    rng = world.rng
    orders = who.ids_of("sales_order", _OPEN)
    if not orders or not may(world, who):
        return False
    order_id, shipment = rng.choice(orders), who.ids()
    (order,) = who.query("SELECT partner_id FROM sales_order WHERE id = ?", order_id)
    lines = who.query(
        "SELECT id, product_id, quantity FROM order_line WHERE order_id = ? ORDER BY id", order_id
    )
    own = {"partner_id": order["partner_id"]}
    status = rng.choice(("sent", "sent", "planned"))
    head = {**own, "order_id": order_id, "status": status, "carrier": f"carrier {world.number()}"}
    rows: list[tuple[str, bytes, dict[str, Any]]] = [("shipment", shipment, head)]
    for line in lines:
        if rng.random() < 0.7:
            whole = line["quantity"]
            item = {"order_line_id": line["id"], "product_id": line["product_id"]}
            quantity = rng.choice((whole, whole, max(1, whole // 2), whole + 1))
            rows.append(
                ("shipment_line", who.ids(), {"shipment_id": shipment, **own, **item, "quantity": quantity})
            )
    return len(rows) > 1 and insert_all(world, who, rows)


def move(world: World, who: Profile) -> bool:
    """A shipment on, by whoever sees it: headquarters says who may."""
    found = who.query("SELECT id, status FROM shipment WHERE status IN ('planned', 'sent') ORDER BY id")
    if not found:
        return False
    one = world.rng.choice(found)
    status = world.rng.choice(
        ("sent", "cancelled") if one["status"] == "planned" else ("arrived",) * 3 + ("cancelled",)
    )
    key = ("shipment", one["id"].hex())
    world.touch(key)
    said: dict[str, Any] = {"status": status}
    if status == "arrived":
        said |= {"receipt": f"receipt {world.number()}"}
    return world.act(who, [key], lambda connection: update(connection, key, said))


def split_or_let_go(world: World, who: Profile) -> bool:
    """A second order of some of the first, or the rest of it let go."""
    rng = world.rng
    orders = who.ids_of("sales_order", _OPEN)
    if not orders:
        return False
    order_id, request = rng.choice(orders), who.ids()
    (order,) = who.query("SELECT partner_id, status FROM sales_order WHERE id = ?", order_id)
    own = {"partner_id": order["partner_id"]}
    kind = "closing" if order["status"] == "partly_shipped" and rng.random() < 0.5 else "split"
    asked = {**own, "order_id": order_id, "approval_kind": kind, "because": f"because {world.number()}"}
    rows: list[tuple[str, bytes, dict[str, Any]]] = [("approval", request, asked)]
    lines = who.query(
        "SELECT id, product_id, quantity FROM order_line WHERE order_id = ? ORDER BY id", order_id
    )
    for line in lines if kind == "split" else ():
        wanted = {"order_line_id": line["id"], "product_id": line["product_id"]}
        quantity = rng.randint(1, line["quantity"])
        rows.append(
            ("approval_line", who.ids(), {"approval_id": request, **own, **wanted, "quantity": quantity})
        )
    return insert_all(world, who, rows)


def adds_up(office: Headquarters, versions: Iterable[Version]) -> None:
    """Nothing left that was not ordered, orders say what left and arrived, stock was booked once."""
    shipments, lines = office.alive("shipment"), office.alive("order_line")
    held, left, there = (defaultdict[str, int](int) for _ in range(3))
    receipts = defaultdict[tuple[str, str], int](int)
    for one in office.alive("shipment_line").values():
        shipment = shipments[one["shipment_id"]]
        counted = [held] if shipment["status"] in HELD else []
        counted += [left] if shipment["status"] in ("sent", "arrived") else []
        counted += [there] if shipment["status"] == "arrived" else []
        for sums in counted:
            sums[one["order_line_id"]] += one["quantity"]
        if shipment["status"] == "arrived":
            receipts[shipment["number"], one["product_id"]] += one["quantity"]
    for line_id, quantity in held.items():
        if line_id not in lines or quantity > lines[line_id]["quantity"]:
            raise Broken(f"line {line_id}: {quantity} are in shipments")
    booked = defaultdict[tuple[str, str], int](int)
    numbers = {one["number"] for one in shipments.values()}
    for version in versions:  # also what somebody took away again
        movement = version.new if version.key[0] == "stock_movement" and version.old is None else None
        if movement is not None and movement["reference"] in numbers:
            booked[movement["reference"], movement["product_id"]] += movement["quantity"]
    if booked != receipts:
        raise Broken(f"arrived {dict(receipts)}, booked {dict(booked)}")
    moved = {one["order_id"] for one in shipments.values() if one["status"] != "planned"}
    for order_id, order in office.alive("sales_order").items():
        if order_id not in moved or order["status"] in ("cancelled", "rejected"):
            continue
        own = {line_id: line["quantity"] for line_id, line in lines.items() if line["order_id"] == order_id}
        some = any(left[one] for one in own)
        status = "partly_shipped" if some else "accepted"
        if all(left[one] >= quantity for one, quantity in own.items()):
            status = "closed" if all(there[one] >= own[one] for one in own) else "shipped"
        if order["status"] != status:
            raise Broken(f"order {order['number']} is {order['status']}, its shipments make it {status}")
        for name, reached in _REACHED.items():
            if (order[name] is not None) != (status in reached):
                raise Broken(f"order {order['number']} is {status}, its {name} is {order[name]}")
