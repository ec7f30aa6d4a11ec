"""Warehouses, the company's own and those of partners, and what lies in the company's."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Unit
from channeldesk.model.values import LARGEST

_NEW = 4
"""The version of the wire's schema that brought these entities."""


class Warehouse(
    Entity,
    name="warehouse",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.STOCK,
    rank=23,
    key=("code",),
    indexes=(("partner_id",),),
    for_partner=ForPartner(hides=("order_cost", "unit_cost"), concerns=("partner_id",)),
):
    """Where goods lie and are sent from, or fetched. Without a partner it is the company's own.

    Handling costs are the company's, in ``currency``: ``order_cost`` for an order whatever is in it,
    ``unit_cost`` for each base unit.
    """

    code: str = d.since(_NEW, d.text(required=True, longest=d.CODE))
    name: str = d.since(_NEW, d.text(required=True, longest=d.NAME))
    name_local: str | None = d.since(_NEW, d.text(longest=d.NAME))
    partner_id: bytes | None = d.since(_NEW, d.ref("partner", about="whose it is; empty: the company's own"))
    territory_id: bytes | None = d.since(
        _NEW, d.ref("territory", about="delivers there and below; empty: everywhere")
    )
    city: str | None = d.since(_NEW, d.text(longest=d.NAME))
    latitude: int | None = d.since(_NEW, d.decimal(within=(-90_000_000, 90_000_000)))
    longitude: int | None = d.since(_NEW, d.decimal(within=(-180_000_000, 180_000_000)))
    active: int = d.since(_NEW, d.flag(default=True))
    pickup: int = d.since(_NEW, d.flag(about="goods may be fetched there"))
    currency: str = d.since(_NEW, d.currency(required=True))
    order_cost: int = d.since(
        _NEW,
        d.money(required=True, default=0, within=(0, LARGEST), about="for an order that is sent from it"),
    )
    unit_cost: int = d.since(
        _NEW, d.money(required=True, default=0, within=(0, LARGEST), about="for each base unit in it")
    )
    lead_days: int = d.since(
        _NEW, d.integer(required=True, default=3, within=(0, 999), about="until goods are delivered from it")
    )


class WarehouseLevel(
    Entity,
    name="warehouse_level",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.STOCK,
    rank=54,
    key=("warehouse_id", "product_id", "lot"),
    exact=True,
    indexes=(("warehouse_id", "product_id"), ("product_id",)),
):
    """What a warehouse of the company reported of a product, or of one lot of it, with its moment.

    Everybody who sells sees what could be delivered; people of partners do not. Movements of the company's
    warehouses stay at headquarters.
    """

    warehouse_id: bytes = d.since(_NEW, d.ref("warehouse", required=True))
    product_id: bytes = d.since(_NEW, d.ref("product", required=True))
    quantity: int = d.since(_NEW, d.quantity(required=True))
    as_of: int = d.since(_NEW, d.instant(required=True))
    source: str = d.since(_NEW, d.text(required=True))
    lot: str | None = d.since(_NEW, d.text(longest=d.CODE))
    expires_on: str | None = d.since(_NEW, d.day(about="of the lot"))
