"""Shipments of the last weeks' orders: on their way, arrived, planned, a few late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from channeldesk.demo.organisation import zone_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.sales import ACCEPTED, CLOSED, PARTLY, SHIPPED
from channeldesk.demo.world import Batch, World, moment

RECENT = 42
"""Days; what was ordered before came from another system, which kept no shipments."""
ARRIVES = 3
"""Days from an order to the receipt of its goods, where they arrived."""
COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "partner_id",
    "order_id",
    "number",
    "status",
    "carrier",
    "tracking",
    "sent_on",
    "expected_on",
    "arrived_on",
    "arrived_at",
    "sent_at",
)
LINE_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "shipment_id",
    "partner_id",
    "order_line_id",
    "product_id",
    "quantity",
)
_CARRIERS = {"CN": ("SF Express", "Deppon", "JD Logistics"), "GB": ("DPD", "Parcelforce", "Tuffnells")}


@dataclass(frozen=True)
class Part:
    """Every line of an order, or the first half of them, or the rest."""

    lines: str
    status: str
    sent: date
    expected: date


@dataclass(frozen=True)
class Delivery:
    """What became of an order: its shipments, and the fields that follow from them."""

    parts: tuple[Part, ...]
    requested_on: date | None
    expected_on: date | None
    sent: date | None
    shipped: date | None
    closed: date | None


_NOTHING = Delivery((), None, None, None, None, None)


def delivery(place: int, status: int, day: date, today: date) -> Delivery:
    """By the number of an order, always the same."""
    if (today - day).days > RECENT or status not in (ACCEPTED, PARTLY, SHIPPED, CLOSED):
        return _NOTHING
    wanted = day + timedelta(days=7 + place % 8)
    left = day + timedelta(days=1 + place % 2)
    due = left + timedelta(days=4 + place % 10)
    later = max(due, today) + timedelta(days=2 + place % 9)
    if status == CLOSED:
        part = Part("all", "arrived", left, due)
        return Delivery((part,), wanted, None, left, left, day + timedelta(days=ARRIVES))
    if status == SHIPPED:
        return Delivery((Part("all", "sent", left, due),), wanted, due, left, left, None)
    planned = (Part("rest" if status == PARTLY else "all", "planned", later, later + timedelta(days=3)),)
    coming = planned if place % 2 else ()
    if status == ACCEPTED:
        days = [one.expected for one in coming] or [wanted]
        return Delivery(coming, wanted, min(days), None, None, None)
    days = [due, *(one.expected for one in coming)] if coming else [due, wanted]
    return Delivery((Part("first", "sent", left, due), *coming), wanted, min(days), left, None, None)


def shipment_batches(
    world: World, orders: list[tuple[Partner, dict[str, Any], Delivery]], lines: dict[bytes, list[Any]]
) -> Iterator[Batch]:
    """``lines`` by order: (id, product, quantity) in their order."""
    shipments, contents = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for partner, order, found in orders:
        own = lines[order["id"]]
        half = max(1, len(own) // 2)
        parts = {"all": own, "first": own[:half], "rest": own[half:]}
        number = 0
        for part in found.parts:
            held = parts[part.lines]
            if not held:
                continue
            number += 1
            at = moment(part.sent, 16 * 60, zone_of(partner.territory))
            made = order["received_at"] if part.status == "planned" else at
            there = found.closed if part.status == "arrived" else None
            arrived_at = None if there is None else moment(there, 11 * 60, zone_of(partner.territory))
            shipment = world.id("shipment", made)
            carriers = _CARRIERS[partner.country]
            carrier = carriers[int(order["number"][-1]) % len(carriers)] if part.status != "planned" else None
            shipments.append(
                (
                    shipment,
                    made,
                    made,
                    partner.id,
                    order["id"],
                    f"{order['number']}-{number}",
                    part.status,
                    carrier,
                    f"{carrier[:2].upper()}{order['number'][-6:]}{number}" if carrier else None,
                    part.sent.isoformat(),
                    part.expected.isoformat(),
                    None if there is None else there.isoformat(),
                    arrived_at,
                    None if part.status == "planned" else at,
                )
            )
            contents += [
                (world.id("shipment_line", made), made, made, shipment, partner.id, line, product, quantity)
                for line, product, quantity in held
            ]
    yield Batch("shipment", COLUMNS, shipments)
    yield Batch("shipment_line", LINE_COLUMNS, contents)
