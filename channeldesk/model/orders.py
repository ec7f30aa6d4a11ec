"""Orders, their lines, what partners owe, and drafts."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Policy, Unit

STATUSES = ("draft", "placed", "accepted", "partly_shipped", "shipped", "closed", "cancelled", "rejected")


REASONS = ("damaged", "defective", "wrong_goods", "not_needed", "expired", "recall", "other")
CONDITIONS = ("unopened", "opened", "damaged", "defective")
LONGEST_NOTE = 2_000
DISPOSITIONS = ("restock", "second_choice", "repair", "scrap")


class SalesOrder(
    Entity,
    name="sales_order",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=40,
    key=("number",),
    groups=(("net", "tax", "total", "currency"),),
    search=("number", "provisional_number"),
    indexes=(
        ("partner_id", "order_date"),
        ("order_date",),
        ("number",),
        ("provisional_number",),
        ("status",),
        ("expected_on",),
        ("closed_at",),
    ),
    for_partner=ForPartner(writes=("insert", "patch")),
):
    """What a partner asks for. The laptop numbers it provisionally; headquarters judges and numbers it."""

    number: str | None = d.text(about="given by headquarters on acceptance")
    provisional_number: str | None = d.text(about="device prefix and counter")
    partner_id: bytes = d.ref("partner", required=True)
    salesperson_id: bytes | None = d.ref("app_user")
    source: str = d.choice("field", "load", "portal", default="field")
    order_kind: str = d.choice("order", "return", default="order", about="returns carry negative quantities")
    status: str = d.choice(*STATUSES, default="placed")
    order_date: str = d.day(required=True, about="the business date in the partner's territory")
    placed_at: int | None = d.instant(about="when the laptop placed it, by its clock")
    received_at: int | None = d.instant(about="when headquarters received it: decides order between laptops")
    requested_on: str | None = d.day()
    currency: str = d.currency(required=True)
    net: int = d.money(required=True, default=0)
    tax: int = d.money(required=True, default=0)
    total: int = d.money(required=True, default=0)
    reference: str | None = d.text(longest=d.NAME, about="the partner's own order number")
    note: str | None = d.text(longest=LONGEST_NOTE)
    accepted_at: int | None = d.since(4, d.stamped(d.instant()))
    sent_at: int | None = d.since(4, d.stamped(d.instant(about="when the first of its shipments left")))
    shipped_at: int | None = d.since(4, d.stamped(d.instant(about="when the last of its goods left")))
    closed_at: int | None = d.since(
        4, d.stamped(d.instant(about="when all had arrived, or the rest was let go"))
    )
    expected_on: str | None = d.since(
        4, d.stamped(d.day(about="the next day on which goods of it should arrive"))
    )
    split_from_id: bytes | None = d.since(
        4, d.stamped(d.ref("sales_order", about="the order that this one was split off"))
    )


class OrderLine(
    Entity,
    name="order_line",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=41,
    parent="order_id",
    sensitive=("cost",),
    indexes=(("order_id",), ("partner_id", "product_id")),
    for_partner=ForPartner(writes=("insert", "patch")),
):
    """One product of an order, priced when it was keyed."""

    order_id: bytes = d.ref("sales_order", required=True)
    partner_id: bytes = d.ref("partner", required=True)
    line_number: int = d.integer(required=True)
    product_id: bytes = d.ref("product", required=True)
    quantity: int = d.quantity(required=True)
    list_price: int | None = d.price(about="what the price list said on the order's date")
    unit_price: int = d.price(required=True)
    tax_rate: int = d.rate(required=True, default=0)
    discount: int = d.since(
        4, d.money(required=True, default=0, about="what promotions take off the line: it is out of the net")
    )
    net: int = d.money(required=True)
    tax: int = d.money(required=True, default=0)
    origin_line_id: bytes | None = d.since(
        4, d.ref("order_line", about="of a return: the line that the goods were sold by, and their price")
    )
    return_reason: str | None = d.since(4, d.choice(*REASONS, required=False))
    condition: str | None = d.since(4, d.choice(*CONDITIONS, required=False, about="of goods that come back"))
    disposition: str | None = d.since(
        4, d.choice(*DISPOSITIONS, required=False, about="what becomes of them")
    )
    cost: int | None = d.money(about="of the whole line, where the source knows it")


class Receivable(
    Entity,
    name="receivable",
    kind=Kind.REFERENCE,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.RECEIVABLES,
    rank=60,
    key=("number",),
    indexes=(("partner_id", "due_on"), ("open_amount",), ("order_id",)),
    for_partner=ForPartner(),
):
    """An invoice. Open of it is ``amount`` less ``settled`` and less what payments are set against it."""

    number: str = d.text(required=True)
    partner_id: bytes = d.ref("partner", required=True)
    order_id: bytes | None = d.ref("sales_order")
    issued_on: str = d.day(required=True)
    due_on: str = d.day(required=True)
    currency: str = d.currency(required=True)
    amount: int = d.money(required=True)
    open_amount: int = d.money(required=True)
    settled: int = d.since(
        4, d.money(required=True, default=0, about="settled by what is no payment here: a source says so")
    )


class Draft(
    Entity,
    name="draft",
    kind=Kind.RECORD,
    unit=Unit.PRIVATE,
    owner="user_id",
    topic=Topic.ORDERS,
    rank=80,
    policies={"body": Policy.CLIENT},
    indexes=(("user_id", "draft_kind"),),
    for_partner=ForPartner(writes=("insert", "patch", "delete")),
):
    """Work not yet placed. Private to its author; travels between the author's own devices only."""

    user_id: bytes = d.ref("app_user", required=True)
    draft_kind: str = d.choice("order", "count", "visit", "survey", "template")
    partner_id: bytes | None = d.ref("partner")
    body: str = d.text(required=True, about="JSON of the form, as its view model writes it")
