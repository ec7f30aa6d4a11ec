"""Stock at partners: reported levels, movements, counts. The current level is derived, never incremented."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.catalogue import LARGEST_QUANTITY
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Unit
from channeldesk.model.values import LARGEST, WHOLE

COUNT_STATUSES = ("counted", "waiting", "approved", "refused", "withdrawn")
REASONS = ("damaged", "lost", "miscounted", "unreported_sale", "expired", "own_use", "other")
"""Why a counted product differs from the books; ``other`` needs words."""
_LOTS = 4
"""The version of the wire's schema that brought warehouses, lots and the approval of counts."""


class StockLevel(
    Entity,
    name="stock_level",
    kind=Kind.REFERENCE,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=50,
    key=("partner_id", "product_id", "warehouse_id", "lot"),
    exact=True,
    indexes=(("partner_id", "product_id"),),
    for_partner=ForPartner(),
):
    """A level reported by a system or a file, with its moment: an anchor for the derived level.

    With lots there is a row for each; what is reported of one moment is all that is there. A lot that a later
    report does not name is gone.
    """

    partner_id: bytes = d.ref("partner", required=True)
    product_id: bytes = d.ref("product", required=True)
    quantity: int = d.quantity(required=True)
    as_of: int = d.instant(required=True)
    source: str = d.text(required=True)
    warehouse_id: bytes | None = d.since(_LOTS, d.ref("warehouse", about="empty: the partner's one stock"))
    lot: str | None = d.since(_LOTS, d.text(longest=d.CODE))
    expires_on: str | None = d.since(_LOTS, d.day(about="of the lot"))


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
    """A signed change of stock. Without a partner it is the company's own and stays at headquarters: of its
    warehouses laptops get the levels (``warehouse_level``).
    """

    partner_id: bytes | None = d.ref("partner")
    product_id: bytes = d.ref("product", required=True)
    movement_kind: str = d.choice("receipt", "sale", "return", "adjustment", "transfer")
    quantity: int = d.quantity(required=True, about="positive into stock, negative out of it")
    happened_at: int = d.instant(required=True)
    happened_on: str = d.day(required=True)
    order_id: bytes | None = d.ref("sales_order")
    reference: str | None = d.text()
    warehouse_id: bytes | None = d.since(_LOTS, d.ref("warehouse", about="empty: the partner's one stock"))
    lot: str | None = d.since(_LOTS, d.text(longest=d.CODE))
    expires_on: str | None = d.since(_LOTS, d.day(about="of the lot"))


class StockCount(
    Entity,
    name="stock_count",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.STOCK,
    rank=52,
    indexes=(("partner_id", "counted_at"), ("approval_id",)),
    for_partner=ForPartner(hides=("visit_id", "note", "approval_id")),
):
    """A count at a partner: who, when, on which visit. ``rules.counts`` says when it waits to be approved."""

    partner_id: bytes = d.ref("partner", required=True)
    counted_at: int = d.instant(required=True)
    counted_on: str = d.day(required=True)
    counted_by: bytes | None = d.ref("app_user")
    visit_id: bytes | None = d.ref("visit")
    note: str | None = d.text()
    warehouse_id: bytes | None = d.since(_LOTS, d.ref("warehouse", about="empty: the partner's one stock"))
    status: str = d.since(_LOTS, d.stamped(d.choice(*COUNT_STATUSES, default="counted")))
    approval_id: bytes | None = d.since(
        _LOTS, d.stamped(d.ref("approval", about="the request that headquarters made of a large difference"))
    )


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
    counted: int = d.quantity(required=True, within=(0, LARGEST_QUANTITY))
    expected: int | None = d.quantity(about="the derived level shown when it was counted")
    reason: str | None = d.text(about="why it differs, in words")
    reason_code: str | None = d.since(_LOTS, d.choice(*REASONS, required=False, about="why it differs"))


class CountLimit(
    Entity,
    name="count_limit",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.STOCK,
    rank=39,
    key=("currency",),
):
    """How far counts at partners of one currency may differ from the books before somebody has to approve
    them. Without a row no count waits.
    """

    currency: str = d.since(_LOTS, d.currency(required=True))
    amount: int = d.since(
        _LOTS,
        d.money(required=True, within=(0, LARGEST), about="all differences of a count, at list price"),
    )
    share: int | None = d.since(
        _LOTS, d.rate(within=(0, WHOLE), about="of what the books expected, at list price; empty: any")
    )
