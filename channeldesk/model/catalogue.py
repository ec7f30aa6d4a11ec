"""Products, units, codes of other systems, price lists."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Unit

LARGEST_PRICE = 10**13
"""A thousand million currency units for one base unit: more than any, in the smallest currencies too."""
LARGEST_QUANTITY = 10**12
"""A thousand million base units."""
LARGEST_FACTOR = 1_000_000


class Product(
    Entity,
    name="product",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRODUCTS,
    rank=30,
    key=("sku",),
    sensitive=("cost",),
    search=("name", "name_local", "sku", "barcode"),
    indexes=(("sku",), ("barcode",), ("category",)),
    for_partner=ForPartner(),
):
    """What is sold. Quantities are kept in ``base_unit``."""

    sku: str = d.text(required=True, longest=d.CODE)
    barcode: str | None = d.text(longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    name_local: str | None = d.text(longest=d.NAME)
    category: str | None = d.text(longest=d.NAME)
    base_unit: str = d.text(required=True, default="pc", longest=d.CODE)
    pack_quantity: int = d.quantity(
        required=True,
        default=1000,
        about="orders are suggested in multiples of it",
        within=(1, LARGEST_QUANTITY),
    )
    cost: int | None = d.price(
        about="standard cost per base unit, in the company's currency", within=(0, LARGEST_PRICE)
    )
    tax_code_id: bytes | None = d.ref("tax_code")
    active: int = d.flag(default=True)


class UnitConversion(
    Entity,
    name="unit_conversion",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRODUCTS,
    rank=31,
    key=("product_id", "unit_name"),
    parent="product_id",
    for_partner=ForPartner(),
):
    """One ``unit_name`` of a product is numerator / denominator base units, exactly."""

    product_id: bytes = d.ref("product", required=True, indexed=True)
    unit_name: str = d.text(required=True, longest=d.CODE)
    numerator: int = d.integer(required=True, within=(1, LARGEST_FACTOR))
    denominator: int = d.integer(required=True, default=1, within=(1, LARGEST_FACTOR))


class ExternalKey(
    Entity,
    name="external_key",
    kind=Kind.REFERENCE,
    unit=Unit.SERVER,
    topic=Topic.SETTINGS,
    rank=32,
    key=("source", "entity", "foreign_id"),
):
    """The id of a row in a source system: what makes every load repeatable."""

    source: str = d.text(required=True)
    entity: str = d.text(required=True)
    foreign_id: str = d.text(required=True)
    row_id: bytes = d.ref("*", required=True)
    row_hash: str | None = d.text(
        about="of the last loaded values, so that an unchanged row is not written again"
    )


class PriceList(
    Entity,
    name="price_list",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=34,
    key=("code",),
    for_partner=ForPartner(concerns=("partner_id", "territory_id", "channel_type_id", "tier_id")),
):
    """Prices for a set of partners and a time. Null in a scope field means 'all'."""

    code: str = d.text(required=True, longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    currency: str = d.currency(required=True)
    territory_id: bytes | None = d.ref("territory")
    channel_type_id: bytes | None = d.ref("channel_type")
    tier_id: bytes | None = d.ref("tier")
    partner_id: bytes | None = d.ref("partner")
    valid_from: str | None = d.day()
    valid_to: str | None = d.day()


class PriceItem(
    Entity,
    name="price_item",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=35,
    key=("price_list_id", "product_id", "min_quantity"),
    parent="price_list_id",
    indexes=(("product_id", "price_list_id"),),
    for_partner=ForPartner(hides=("floor",), concerns=("price_list_id",)),
):
    """A price of a product in a list, from a quantity on, and the floor nobody may sell below."""

    price_list_id: bytes = d.ref("price_list", required=True)
    product_id: bytes = d.ref("product", required=True)
    min_quantity: int = d.quantity(required=True, default=0, within=(0, LARGEST_QUANTITY))
    price: int = d.price(required=True, within=(0, LARGEST_PRICE))
    floor: int | None = d.price(within=(0, LARGEST_PRICE))
