"""The price lists open to a partner, and what products cost it: the inputs of ``rules.pricing``."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries.buyers import buyer_of
from channeldesk.queries.promotions import open_promotions
from channeldesk.rules.orders import ProductFacts
from channeldesk.rules.pricing import Buyer, ListPrice, PriceItem, PriceList, applicable, find_price, worth
from channeldesk.rules.promotions.terms import Promotion


@dataclass(frozen=True)
class PriceBook:
    """What decides prices for one partner on one day: its lists, the first to be asked first, and the
    promotions open to it.
    """

    buyer: Buyer
    currency: str
    on: date
    lists: tuple[PriceList, ...]
    promotions: tuple[Promotion, ...] = ()

    @property
    def partner_id(self) -> bytes:
        return self.buyer.partner


@dataclass(frozen=True)
class Offer:
    """A product as one partner may buy it: its prices, and its stock there.

    ``tax_rate`` in basis points; ``pack`` is the quantity it is ordered in. ``stock`` None: never counted.
    """

    product_id: bytes
    sku: str
    barcode: str | None
    name: str
    name_local: str | None
    category: str | None
    unit: str
    pack: int
    active: bool
    tax_rate: int
    items: tuple[PriceItem, ...]
    stock: int | None
    stock_as_of: int | None

    def price(self, book: PriceBook, quantity: int) -> ListPrice | Notice:
        """The list price for a quantity, or why there is none."""
        return find_price(quantity, self.items, book.lists)

    def facts(self, book: PriceBook, quantity: int) -> ProductFacts:
        """What the judge needs to know."""
        found = self.price(book, quantity)
        price, floor = (found.price, found.floor) if isinstance(found, ListPrice) else (None, None)
        return ProductFacts(
            self.sku, self.active, price, floor, self.tax_rate, self.product_id, self.category
        )


_LISTS = """
SELECT id, code, currency, partner_id, tier_id, channel_type_id, territory_id, valid_from, valid_to
FROM price_list WHERE currency = :currency
"""
_OFFERS = """
SELECT d.id AS product_id, d.sku, d.barcode, d.name, d.name_local, d.category, d.base_unit AS unit,
       d.pack_quantity AS pack, d.active, coalesce(x.rate, 0) AS tax_rate,
       s.quantity AS stock, nullif(s.as_of, 0) AS stock_as_of
FROM json_each(:products) k CROSS JOIN product d ON d.id = unhex(k.value)
LEFT JOIN tax_code x ON x.id = d.tax_code_id
LEFT JOIN stock_position s ON s.partner_id = :partner AND s.product_id = d.id
ORDER BY k.key
"""
_ITEMS = """
SELECT i.product_id, i.price_list_id, i.min_quantity, i.price, i.floor
FROM json_each(:products) k CROSS JOIN price_item i ON i.product_id = unhex(k.value)
WHERE i.price_list_id IN (SELECT unhex(value) FROM json_each(:lists))
"""


def book(
    connection: sa.Connection, partner_id: bytes, on: date, without: Collection[str] = ()
) -> PriceBook | None:
    """The lists and promotions open to a partner on a business date, but for the promotions ``without`` (by
    code); None for a partner that is not here.
    """
    found = buyer_of(connection, partner_id)
    if found is None:
        return None
    buyer, currency = found.buyer, found.currency
    lists = lists_of(connection, currency, partner_id)
    promotions = tuple(
        one for one in open_promotions(connection, buyer, on, currency) if one.code not in without
    )
    return PriceBook(buyer, currency, on, applicable(lists, buyer, on, currency), promotions)


def worths(
    connection: sa.Connection, partner_id: bytes, products: Iterable[bytes], on: date
) -> dict[bytes, int]:
    """What a unit of each product is worth by the lists that a partner buys from; those without a price are
    absent.
    """
    found = buyer_of(connection, partner_id)
    if found is None:
        return {}
    lists = applicable(lists_of(connection, found.currency, partner_id), found.buyer, on, found.currency)
    known = items(connection, lists, products)
    prices = {product: worth(of_one, lists) for product, of_one in known.items()}
    return {product: price for product, price in prices.items() if price is not None}


def items(
    connection: sa.Connection, lists: Iterable[PriceList], products: Iterable[bytes]
) -> dict[bytes, list[PriceItem]]:
    """What stands in the lists about each product."""
    binds = {
        "products": json.dumps([product.hex() for product in dict.fromkeys(products)]),
        "lists": json.dumps([one.id.hex() for one in lists]),
    }
    found: dict[bytes, list[PriceItem]] = {}
    for row in connection.execute(sa.text(_ITEMS), binds):
        item = PriceItem(row.price_list_id, row.min_quantity, row.price, row.floor)
        found.setdefault(row.product_id, []).append(item)
    return found


def lists_of(
    connection: sa.Connection, currency: str, partner_id: bytes | None = None
) -> tuple[PriceList, ...]:
    """Price lists in a currency, whenever they are in force: those that may be open to a partner, or all."""
    condition = "(:partner IS NULL OR partner_id IS NULL OR partner_id = :partner)"
    sql = sa.text(f"{_LISTS} AND {condition}")
    return tuple(
        PriceList(
            row.id,
            row.code,
            row.currency,
            row.partner_id,
            row.tier_id,
            row.channel_type_id,
            row.territory_id,
            _day(row.valid_from),
            _day(row.valid_to),
        )
        for row in connection.execute(sql, {"currency": currency, "partner": partner_id})
    )


def offers(connection: sa.Connection, prices: PriceBook, products: Iterable[bytes]) -> dict[bytes, Offer]:
    """What each product costs the partner of ``prices``; unknown products are absent."""
    asked = list(dict.fromkeys(products))
    known = items(connection, prices.lists, asked)
    wanted = json.dumps([product.hex() for product in asked])
    found = connection.execute(sa.text(_OFFERS), {"products": wanted, "partner": prices.partner_id})
    return {
        row.product_id: Offer(
            **row._asdict() | {"active": bool(row.active)}, items=tuple(known.get(row.product_id, ()))
        )
        for row in found
    }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
