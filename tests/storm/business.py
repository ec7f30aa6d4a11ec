"""The business under way when a storm begins: who buys from whom, what is owed, what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import rows
from channeldesk.model.values import line_net, tax
from tests.storm import chance

APPROVER = "ann"
"""Who may decide requests, beside headquarters' people."""
SUB_DEALERS = {"P2": "P1", "P5": "P4"}
WAREHOUSES = (("P1-A", "P1"), ("P1-B", "P1"), ("P4-A", "P4"))
OWN = (("OWN", None, (9_000, 40_000)), ("SOUTH", "S", (7_000, 8_000)))
"""Warehouses of the company: where they deliver, and what lies there of both products."""
INVOICES = ((1_000_00, "2026-12-31"), (300_00, "2026-10-01"))
"""Of every partner: how much, and until when."""
PAID = ("P1", "P4")
"""Who has money on account."""
UNDER_WAY = ("P1", "P2", "P4")
"""To whom a part of an order is on its way."""
BLOCKED = "P6"
_DAY = "2026-11-20"


def put(connection: sa.Connection, entity: str, now: int, **values: Any) -> bytes:
    return rows.insert(connection, entity, [values], now=now)[0]


def id_of(connection: sa.Connection, entity: str, **key: Any) -> bytes:
    found = rows.find(connection, entity, **key)
    assert found is not None, (entity, key)
    return bytes(found["id"])


def furnish(connection: sa.Connection, now: int, partners: Sequence[str]) -> None:
    """Needs partners and products."""
    _network(connection, now)
    for code in partners:
        _owed(connection, now, code)
    for code in UNDER_WAY:
        _under_way(connection, now, code)
    held = {"partner_id": id_of(connection, "partner", code=BLOCKED), "blocked_on": _DAY}
    put(connection, "credit_block", now, **held, block_kind="person", reason="late", status="blocked")


def _change(connection: sa.Connection, entity: str, now: int, key: str, code: str, **values: Any) -> None:
    row = rows.find(connection, entity, **{key: code})
    assert row is not None, code
    rows.update(connection, entity, row, values, now=now)


def _network(connection: sa.Connection, now: int) -> None:
    _change(connection, "app_user", now, "login", APPROVER, approves=1)
    for code, parent in SUB_DEALERS.items():
        _change(connection, "partner", now, "code", code, parent_id=id_of(connection, "partner", code=parent))
    saw = id_of(connection, "product", sku="SAW")
    for code, owner in WAREHOUSES:
        partner = id_of(connection, "partner", code=owner)
        place = put(connection, "warehouse", now, code=code, name=code, partner_id=partner, currency="CNY")
        level = {"partner_id": partner, "product_id": saw, "warehouse_id": place, "source": "report"}
        for lot, quantity in (("L1", 2_000), ("L2", 3_000)):
            put(connection, "stock_level", now, **level, lot=lot, quantity=quantity, as_of=now - chance.HOUR)
    drill = id_of(connection, "product", sku="DRILL")
    for code, area, there in OWN:
        territory = None if area is None else id_of(connection, "territory", code=area)
        place = put(
            connection, "warehouse", now, code=code, name=code, territory_id=territory, currency="CNY"
        )
        told = {"warehouse_id": place, "source": "WMS", "as_of": now - chance.HOUR}
        for product, quantity in zip((drill, saw), there, strict=True):
            put(connection, "warehouse_level", now, **told, product_id=product, quantity=quantity)


def _owed(connection: sa.Connection, now: int, code: str) -> None:
    own = {"partner_id": id_of(connection, "partner", code=code), "currency": "CNY"}
    for number, (amount, due) in enumerate(INVOICES, start=1):
        invoice = {"number": f"{code}/{number}", "issued_on": "2026-09-01", "due_on": due}
        put(connection, "receivable", now, **own, **invoice, amount=amount, open_amount=amount)
    if code in PAID:
        put(connection, "payment", now, **own, received_on=_DAY, amount=900_00, open_amount=900_00)


def _under_way(connection: sa.Connection, now: int, code: str) -> None:
    """Ten are ordered, four are on their way."""
    partner, drill = id_of(connection, "partner", code=code), id_of(connection, "product", sku="DRILL")
    own, price, quantity = {"partner_id": partner}, 500_0000, 10_000
    net = line_net(quantity, price, "CNY")
    taxes = tax(net, 1300)
    sums = {"net": net, "tax": taxes}
    moments = dict.fromkeys(("placed_at", "received_at", "accepted_at", "sent_at"), now)
    head = {"number": f"BEFORE-{code}", "order_date": _DAY, "status": "partly_shipped", "currency": "CNY"}
    order = put(connection, "sales_order", now, **own, **head, **sums, **moments, total=net + taxes)
    item = {"product_id": drill, "quantity": quantity, "unit_price": price, "tax_rate": 1300}
    line = put(connection, "order_line", now, **own, **item, **sums, order_id=order, line_number=1)
    parcel = {"number": f"BEFORE-{code}-1", "status": "sent", "sent_on": _DAY, "sent_at": now}
    shipment = put(connection, "shipment", now, **own, **parcel, order_id=order)
    sent = {"shipment_id": shipment, "order_line_id": line, "product_id": drill, "quantity": 4_000}
    put(connection, "shipment_line", now, **own, **sent)
