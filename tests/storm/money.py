"""What money has to say at headquarters after any storm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.storm.link import Broken
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters

RELEASED = ("cancelled", "rejected")


def adds_up(office: Headquarters) -> None:
    """Orders are the sums of their lines, lines of their discounts; budgets are what orders used."""
    lines, discounts = office.alive("order_line").values(), office.alive("order_discount").values()
    off: dict[str, int] = defaultdict(int)
    for one in discounts:
        off[one["order_line_id"]] += one["amount"]
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line_id, line in office.alive("order_line").items():
        if off[line_id] not in (0, line["discount"]):
            raise Broken(f"line {line_id} is {line['discount']} off, its promotions give {off[line_id]}")
        sums[line["order_id"]][0] += line["net"]
        sums[line["order_id"]][1] += line["tax"]
    used: dict[str, int] = defaultdict(int)
    orders = office.alive("sales_order")
    for order_id, order in orders.items():
        if [order["net"], order["tax"]] != sums[order_id]:
            raise Broken(f"order {order['number']}: {order['net']} + {order['tax']}, lines {sums[order_id]}")
    for one in discounts:
        if orders[one["order_id"]]["status"] not in RELEASED:
            used[one["promotion_id"]] += one["amount"]
    for promotion_id, promotion in office.alive("promotion").items():
        if promotion["budget"] is not None and promotion["used"] != used[promotion_id]:
            raise Broken(f"{promotion['code']}: {promotion['used']} used, orders {used[promotion_id]}")
    back: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        if line["origin_line_id"] and orders[line["order_id"]]["status"] not in RELEASED:
            back[line["origin_line_id"]][0] -= line["quantity"]
            back[line["origin_line_id"]][1] -= line["net"]
    for line_id, line in office.alive("order_line").items():
        quantity, net = back[line_id]
        if not quantity:
            continue
        if quantity > line["quantity"] or (quantity == line["quantity"] and net != line["net"]):
            raise Broken(f"line {line_id}: {quantity} of {line['quantity']} back for {net} of {line['net']}")


def agreed(office: Headquarters, key: Key, old: Mapping[str, Any]) -> bool:
    """Whether a line, or a discount, went because a request that was approved asked for it."""
    if key[0] not in ("order_line", "order_discount"):
        return False
    changes = {
        one_id: one["approval_kind"]
        for one_id, one in office.alive("approval").items()
        if (one["order_id"], one["status"]) == (old["order_id"], "approved")
        and one["approval_kind"] in ("amendment", "closing", "split")
    }
    if key[0] == "order_discount" or "closing" in changes.values():
        return bool(changes)
    return any(
        one["order_line_id"] == key[1]
        and one["quantity"] == {"amendment": 0, "split": old["quantity"]}[changes[one["approval_id"]]]
        for one in office.alive("approval_line").values()
        if one["approval_id"] in changes
    )
