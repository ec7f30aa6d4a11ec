"""Goods on their way to partners: what left for an order, with whom, and whether it arrived."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.catalogue import LARGEST_QUANTITY
from channeldesk.model.changes import Topic
from channeldesk.model.declare import CODE, NAME, Entity, ForPartner, Kind, Unit

STATUSES = ("planned", "sent", "arrived", "cancelled")
LONGEST_NOTE = 1_000
_NEW = 4
"""The version of the wire's schema that brought these entities."""


class Shipment(
    Entity,
    name="shipment",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=44,
    key=("number",),
    indexes=(("order_id",), ("status",)),
    for_partner=ForPartner(writes=("patch",)),
):
    """What leaves for an order in one go. Headquarters' people send it; who receives it confirms."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    order_id: bytes = d.since(_NEW, d.ref("sales_order", required=True))
    number: str | None = d.since(_NEW, d.stamped(d.text(about="the order's number and a counter")))
    status: str = d.since(_NEW, d.choice(*STATUSES, default="sent"))
    carrier: str | None = d.since(_NEW, d.text(longest=NAME))
    tracking: str | None = d.since(_NEW, d.text(longest=CODE, about="by which the carrier knows it"))
    sent_on: str | None = d.since(_NEW, d.day(about="while it is planned: when it should leave"))
    expected_on: str | None = d.since(_NEW, d.day(about="when it should arrive"))
    arrived_on: str | None = d.since(_NEW, d.day())
    arrived_at: int | None = d.since(
        _NEW, d.instant(about="by the clock of who confirms: stock changes then, however late that is sent")
    )
    note: str | None = d.since(_NEW, d.text(longest=LONGEST_NOTE))
    receipt: str | None = d.since(
        _NEW, d.text(longest=LONGEST_NOTE, about="what who received it says: short, damaged")
    )
    sent_at: int | None = d.since(_NEW, d.stamped(d.instant(about="when headquarters booked it as sent")))


class ShipmentLine(
    Entity,
    name="shipment_line",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=44,
    parent="shipment_id",
    indexes=(("shipment_id",), ("order_line_id",), ("partner_id", "product_id")),
    for_partner=ForPartner(),
):
    """How many of one line of an order a shipment holds."""

    shipment_id: bytes = d.since(_NEW, d.ref("shipment", required=True))
    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    order_line_id: bytes = d.since(_NEW, d.ref("order_line", required=True))
    product_id: bytes = d.since(_NEW, d.ref("product", required=True))
    quantity: int = d.since(_NEW, d.quantity(required=True, within=(1, LARGEST_QUANTITY)))
