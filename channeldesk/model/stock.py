"""Stock at partners: reported levels, movements, counts. The current level is derived, never incremented."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Unit


class StockLevel(
    Entity,
    name="stock_level",
    kind=Kind.REFERENCE,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=50,
    key=("partner_id", "product_id"),
    indexes=(("partner_id", "product_id"),),
    for_partner=ForPartner(),
):
    """A level reported by a system or a file, with its moment: an anchor for the derived level."""

    partner_id: bytes = d.ref("partner", required=True)
    product_id: bytes = d.ref("product", required=True)
    quantity: int = d.quantity(required=True)
    as_of: int = d.instant(required=True)
    source: str = d.text(required=True)


class StockMovement(
    Entity,
    name="stock_movement",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=51,
    indexes=(("partner_id", "product_id", "happened_at"),),
    for_partner=ForPartner(),
):
    """A signed change of stock. Without a partner it is the company's own and stays at headquarters."""

    partner_id: bytes | None = d.ref("partner")
    product_id: bytes = d.ref("product", required=True)
    movement_kind: str = d.choice("receipt", "sale", "return", "adjustment", "transfer")
    quantity: int = d.quantity(required=True, about="positive into stock, negative out of it")
    happened_at: int = d.instant(required=True)
    happened_on: str = d.day(required=True)
    order_id: bytes | None = d.ref("sales_order")
    reference: str | None = d.text()


class StockCount(
    Entity,
    name="stock_count",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=52,
    indexes=(("partner_id", "counted_at"),),
    for_partner=ForPartner(hides=("visit_id", "note")),
):
    """A count at a partner: who, when, on which visit."""

    partner_id: bytes = d.ref("partner", required=True)
    counted_at: int = d.instant(required=True)
    counted_on: str = d.day(required=True)
    counted_by: bytes | None = d.ref("app_user")
    visit_id: bytes | None = d.ref("visit")
    note: str | None = d.text()


class StockCountLine(
    Entity,
    name="stock_count_line",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=53,
    parent="stock_count_id",
    indexes=(("stock_count_id",), ("partner_id", "product_id")),
    for_partner=ForPartner(),
):
    """One counted product: what was there and what the books expected."""

    stock_count_id: bytes = d.ref("stock_count", required=True)
    partner_id: bytes = d.ref("partner", required=True)
    product_id: bytes = d.ref("product", required=True)
    counted: int = d.quantity(required=True)
    expected: int | None = d.quantity(about="the derived level shown when it was counted")
    reason: str | None = d.text()
