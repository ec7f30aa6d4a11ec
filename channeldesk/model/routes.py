"""From where an order is sent: what was proposed, what headquarters decided, and why."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.catalogue import LARGEST_QUANTITY
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, Kind, Unit
from channeldesk.model.values import LARGEST

STATUSES = ("proposed", "confirmed", "changed", "withdrawn")
SOLVERS = ("milp", "greedy", "person")
LONGEST_NOTE = 1_000
_NEW = 4
"""The version of the wire's schema that brought these entities."""


class OrderRoute(
    Entity,
    name="order_route",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=43,
    indexes=(("order_id",), ("status",)),
):
    """A split of what is open of an order over warehouses. Whoever sells may propose one, headquarters'
    people confirm it or decide another in its place; each is kept. What it costs is the company's own affair:
    people of partners get none of it.
    """

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    order_id: bytes = d.since(_NEW, d.ref("sales_order", required=True))
    status: str = d.since(_NEW, d.choice(*STATUSES, default="proposed"))
    replaces_id: bytes | None = d.since(
        _NEW, d.ref("order_route", about="that it was decided in the place of")
    )
    solver: str = d.since(_NEW, d.choice(*SOLVERS, about="who made the split"))
    currency: str = d.since(_NEW, d.currency(required=True))
    cost: int = d.since(
        _NEW, d.money(required=True, within=(0, LARGEST), about="of sending, days late included")
    )
    gap: int | None = d.since(
        _NEW, d.money(within=(0, LARGEST), about="by so much another split could cost less; empty: unknown")
    )
    note: str | None = d.since(_NEW, d.text(longest=LONGEST_NOTE, about="why, in the words of who decided"))
    decided_by: bytes | None = d.since(_NEW, d.stamped(d.ref("app_user")))
    decided_at: int | None = d.since(_NEW, d.stamped(d.instant()))


class OrderRouteLine(
    Entity,
    name="order_route_line",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=44,
    parent="route_id",
    indexes=(("route_id",), ("order_line_id",), ("warehouse_id", "product_id")),
):
    """How many of one line of an order come from one warehouse, or from nowhere. Together the lines of a
    route are all that was open of its order.
    """

    route_id: bytes = d.since(_NEW, d.ref("order_route", required=True))
    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    order_line_id: bytes = d.since(_NEW, d.ref("order_line", required=True))
    product_id: bytes = d.since(_NEW, d.ref("product", required=True))
    warehouse_id: bytes | None = d.since(_NEW, d.ref("warehouse", about="empty: nobody sends it"))
    quantity: int = d.since(_NEW, d.quantity(required=True, within=(1, LARGEST_QUANTITY)))
    pickup: int = d.since(_NEW, d.flag(about="the partner fetches it there"))
    days: int | None = d.since(_NEW, d.integer(within=(0, 999), about="until it is there"))
    cost: int = d.since(
        _NEW, d.money(required=True, default=0, within=(0, LARGEST), about="of the goods, without shipment")
    )
    reasons: str | None = d.since(_NEW, d.text(about="JSON: why it comes from there, or from nowhere"))
