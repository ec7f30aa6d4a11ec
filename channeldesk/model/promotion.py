"""Promotions that headquarters publishes: what they give, for whom, for which products; and what they took
off which order line.
"""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.catalogue import LARGEST_PRICE, LARGEST_QUANTITY
from channeldesk.model.changes import Topic
from channeldesk.model.declare import CODE, NAME, Entity, ForPartner, Kind, Unit

LARGEST_MONEY = 10**15
_NEW = 4
"""The version of the wire's schema that brought these entities."""


class Promotion(
    Entity,
    name="promotion",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=39,
    key=("code",),
    indexes=(("valid_to",),),
    for_partner=ForPartner(hides=("budget", "used", "expected_lift"), concerns=("id",)),
):
    """What is taken off orders for a time. ``rules.promotions`` says which fields a mechanic asks for."""

    code: str = d.since(_NEW, d.text(required=True, longest=CODE))
    name: str = d.since(_NEW, d.text(required=True, longest=NAME))
    name_local: str | None = d.since(_NEW, d.text(longest=NAME))
    mechanic: str = d.since(
        _NEW,
        d.choice("percent", "amount", "free_goods", "bundle", "threshold", "tiered", default="percent"),
    )
    currency: str = d.since(_NEW, d.currency(required=True))
    valid_from: str | None = d.since(_NEW, d.day())
    valid_to: str | None = d.since(_NEW, d.day())
    combination: str = d.since(_NEW, d.choice("one_a_line", "adds_up", "alone", default="one_a_line"))
    exclusion: str | None = d.since(
        _NEW, d.text(longest=CODE, about="of those with the same word here one holds in an order")
    )
    rate: int | None = d.since(_NEW, d.rate(within=(1, 10_000), about="of a percentage, or of a bundle"))
    price_off: int | None = d.since(
        _NEW, d.price(within=(1, LARGEST_PRICE), about="of an amount: off every base unit")
    )
    amount_off: int | None = d.since(
        _NEW, d.money(within=(1, LARGEST_MONEY), about="of a threshold: off the order once")
    )
    least_amount: int | None = d.since(
        _NEW, d.money(within=(1, LARGEST_MONEY), about="of a threshold: what its lines have to come to")
    )
    buy_quantity: int | None = d.since(
        _NEW, d.quantity(within=(1, LARGEST_QUANTITY), about="of free goods: for every so many")
    )
    free_quantity: int | None = d.since(
        _NEW, d.quantity(within=(1, LARGEST_QUANTITY), about="of free goods: so many cost nothing")
    )
    free_product_id: bytes | None = d.since(
        _NEW, d.ref("product", about="of free goods: another product than the one that is bought")
    )
    steps: str | None = d.since(
        _NEW,
        d.text(
            longest=500,
            about="of tiered: what is reached, and the percentage from there on: 1000 = 2; 5000 = 4.5",
        ),
    )
    steps_in: str = d.since(
        _NEW, d.choice("amount", "quantity", default="amount", about="in what the steps are measured")
    )
    budget: int | None = d.since(
        _NEW, d.money(within=(0, LARGEST_MONEY), about="the most it may give in all; empty: no limit")
    )
    expected_lift: int | None = d.since(
        _NEW,
        d.rate(
            within=(0, 100_000),
            about="as planned: how much more than usual is sold while it runs; suggestions count on it",
        ),
    )
    used: int = d.since(_NEW, d.stamped(d.money(default=0, required=True, about="of the budget, so far")))


class PromotionBuyer(
    Entity,
    name="promotion_buyer",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=39,
    parent="promotion_id",
    key=("promotion_id", "partner_id", "tier_id", "channel_type_id", "territory_id"),
    indexes=(("promotion_id",),),
    for_partner=ForPartner(
        concerns=("promotion_id", "partner_id", "tier_id", "channel_type_id", "territory_id")
    ),
):
    """For whom: a row names one partner, tier, channel type or territory. Of several of one sort any will do;
    different sorts are all asked. A promotion without such rows is for everybody.
    """

    promotion_id: bytes = d.since(_NEW, d.ref("promotion", required=True))
    partner_id: bytes | None = d.since(_NEW, d.ref("partner"))
    tier_id: bytes | None = d.since(_NEW, d.ref("tier"))
    channel_type_id: bytes | None = d.since(_NEW, d.ref("channel_type"))
    territory_id: bytes | None = d.since(_NEW, d.ref("territory"))


class PromotionItem(
    Entity,
    name="promotion_item",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=39,
    parent="promotion_id",
    key=("promotion_id", "product_id", "category"),
    indexes=(("promotion_id",), ("product_id",)),
    for_partner=ForPartner(concerns=("promotion_id",)),
):
    """For what: a row names a product, or a category. A promotion without such rows is for all products."""

    promotion_id: bytes = d.since(_NEW, d.ref("promotion", required=True))
    product_id: bytes | None = d.since(_NEW, d.ref("product"))
    category: str | None = d.since(_NEW, d.text(longest=NAME))
    quantity: int | None = d.since(
        _NEW, d.quantity(within=(1, LARGEST_QUANTITY), about="of a bundle: so many of it in one")
    )


class OrderDiscount(
    Entity,
    name="order_discount",
    kind=Kind.REQUEST,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.ORDERS,
    rank=42,
    parent="order_id",
    indexes=(("order_id",), ("promotion_id",)),
    for_partner=ForPartner(writes=("insert", "patch")),
):
    """What a promotion takes off an order line. They come with their order and are judged with it."""

    order_id: bytes = d.since(_NEW, d.ref("sales_order", required=True))
    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    order_line_id: bytes = d.since(_NEW, d.ref("order_line", required=True))
    promotion_id: bytes = d.since(_NEW, d.ref("promotion", required=True))
    amount: int = d.since(_NEW, d.money(required=True))
