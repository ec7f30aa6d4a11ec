"""Orders of the demo at which something can be shipped, split or let go, for somebody of headquarters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from channeldesk.actions.shipments import Terms
from channeldesk.desk import Desk
from channeldesk.rules.amending import Wanted
from channeldesk.rules.shipping import Item
from tests.support.demo_laptop import every, one


def _staff(desk: Desk) -> None:
    desk.profile = replace(desk.profile, role="headquarters")


def _some_of(desk: Desk, order_id: bytes) -> Wanted:
    (line, *_) = desk.ask(
        every, f"SELECT id, product_id FROM order_line WHERE order_id = x'{order_id.hex()}'"
    )
    return Wanted(line.id, line.product_id, 1_000)


def _shipped(desk: Desk) -> tuple[bytes, bytes]:
    """A partly shipped order and its shipment that is on its way."""
    _staff(desk)
    sql = """
    SELECT s.id, h.id AS shipment FROM sales_order s JOIN shipment h ON h.order_id = s.id
    WHERE s.status = 'partly_shipped' AND h.status = 'sent' AND NOT EXISTS (
      SELECT 1 FROM shipment o WHERE o.order_id = s.id AND o.status = 'planned') LIMIT 1
    """
    (row,) = desk.ask(every, sql)
    return row.id, row.shipment


def _planned(desk: Desk) -> bytes:
    _staff(desk)
    return bytes(desk.ask(one, "SELECT id FROM shipment WHERE status = 'planned' LIMIT 1"))


def _untouched(desk: Desk) -> bytes:
    """An accepted order without shipments."""
    _staff(desk)
    sql = """
    SELECT id FROM sales_order WHERE status = 'accepted' AND order_kind = 'order'
      AND id NOT IN (SELECT order_id FROM shipment) LIMIT 1
    """
    return bytes(desk.ask(one, sql))


def _shippable(desk: Desk) -> tuple[bytes, list[Item], Terms]:
    order = _untouched(desk)
    some = _some_of(desk, order)
    assert some.line is not None
    return order, [Item(some.line, some.product, some.quantity)], Terms("DPD")


def _split(desk: Desk) -> tuple[bytes, list[Wanted], str]:
    order = _untouched(desk)
    return order, [_some_of(desk, order)], "Two deliveries"


CASES: dict[str, Callable[[Desk], tuple[Any, ...]]] = {
    "approvals.ask_closing": lambda d: (_shipped(d)[0], "Sold out"),
    "approvals.ask_split": _split,
    "shipments.cancel": lambda d: (_shipped(d)[1],),
    "shipments.confirm_arrival": lambda d: (_shipped(d)[1], None, "One box is dented"),
    "shipments.correct": lambda d: (_shipped(d)[1], Terms("DPD", "X1", None, "2030-01-01")),
    "shipments.dispatch": lambda d: (_planned(d),),
    "shipments.ship": _shippable,
}
"""What each action is given, by its name."""
