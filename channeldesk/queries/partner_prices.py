"""What things cost: every product for a partner, or one for every partner; each price with its way."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import clock
from channeldesk.queries.buyers import ACTIVE_STAGES, Buying, buyers
from channeldesk.queries.prices import Offer, PriceBook, book, lists_of, offers
from channeldesk.queries.promotions import in_force
from channeldesk.queries.views import ALL, Column, ListSpec, ListView, entry_of, ordered_keys, page
from channeldesk.rules.calendar import business_date
from channeldesk.rules.orders import promotion_line
from channeldesk.rules.pricing import PRECEDENCE, ListPrice, applicable
from channeldesk.rules.promotions import best
from channeldesk.rules.promotions.terms import open_to
from channeldesk.rules.waterfall import Waterfall, waterfall

_PRODUCTS = ListSpec(
    key="d.rowid",
    source="product d",
    default_sort="sku",
    where="d.active = 1",
    search=entry_of("product", "d.id"),
    tie="d.rowid",
    columns={
        "sku": Column("d.sku", code=True),
        "name": Column("d.name", also="d.name_local"),
        "category": Column("d.category"),
    },
)
_STAGES = ", ".join(f"'{one}'" for one in ACTIVE_STAGES)
_PARTNERS = ListSpec(
    key="p.rowid",
    source="partner p",
    default_sort="name",
    where=f"p.stage IN ({_STAGES})",
    search=entry_of("partner", "p.id"),
    tie="p.rowid",
    joins={"c": "LEFT JOIN channel_type c ON c.id = p.channel_type_id"},
    columns={
        "sku": Column("p.code", code=True),
        "name": Column("p.name", also="p.name_local"),
        "category": Column("c.name", needs=("c",), also="c.name_local"),
    },
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A partner, or a product. ``quantity`` (scale 3): for how much; None: one pack of each product."""

    partner_id: bytes | None = None
    product_id: bytes | None = None
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A product for a partner. ``code``, ``name`` and ``group`` are those of whichever of the two varies: SKU
    and category, or the partner's code and channel.

    Prices at scale 4. ``first`` is the list's own, ``price`` with the quantity's break, ``net`` (rounded)
    after promotions, whose codes ``promotions`` holds. Without a price ``why_not`` says why.
    """

    key: int
    product_id: bytes
    partner_id: bytes
    code: str
    name: str
    name_local: str | None
    group: str | None
    group_local: str | None
    quantity: int
    unit: str
    currency: str
    price_list: str | None
    first: int | None
    price: int | None
    floor: int | None
    promotions: tuple[str, ...]
    net: int | None
    why_not: Notice | None


def keys(connection: sa.Connection, view: ListView = ALL, asked: Asked | None = None) -> array[int]:
    """Row numbers of the products, or of the partners."""
    if asked is None or (asked.partner_id is None and asked.product_id is None):
        return array("q")
    return ordered_keys(connection, _PRODUCTS if asked.product_id is None else _PARTNERS, view)


_PRODUCT_PAGE = """
SELECT d.rowid AS key, d.id, d.sku AS code, d.name, d.name_local, d.category AS part, NULL AS part_local
FROM json_each(:keys) k CROSS JOIN product d ON d.rowid = k.value
"""
_PARTNER_PAGE = """
SELECT p.rowid AS key, p.id, coalesce(p.code, '') AS code, p.name, p.name_local, c.name AS part,
       c.name_local AS part_local
FROM json_each(:keys) k CROSS JOIN partner p ON p.rowid = k.value
LEFT JOIN channel_type c ON c.id = p.channel_type_id
"""


def rows(
    connection: sa.Connection, keys: Sequence[int], asked: Asked, today: str | None = None
) -> list[PriceRow]:
    """The prices of ``keys``, in their order; empty for a partner or product that is not here."""
    if asked.product_id is not None:
        return _of_product(connection, keys, asked, asked.product_id, today)
    if asked.partner_id is None:
        return []
    prices = book_of(connection, asked.partner_id, today)
    if prices is None:
        return []
    found = page(connection, _PRODUCT_PAGE, keys)
    known = offers(connection, prices, [row.id for row in found])
    return [_row(row, known[row.id], prices, asked.quantity) for row in found if row.id in known]


def book_of(connection: sa.Connection, partner_id: bytes, today: str | None = None) -> PriceBook | None:
    """The lists and promotions of a partner today, by its own calendar."""
    return book(connection, partner_id, date.fromisoformat(today or clock.today_of(connection, partner_id)))


def _of_product(
    connection: sa.Connection, keys: Sequence[int], asked: Asked, product_id: bytes, today: str | None
) -> list[PriceRow]:
    found = page(connection, _PARTNER_PAGE, keys)
    here = {one.buyer.partner: one for one in buyers(connection)}
    books = _books(connection, [here[row.id] for row in found if row.id in here], today)
    if not books:
        return []
    every = tuple(one for several in {book.lists for book in books.values()} for one in several)
    offer = offers(connection, replace(next(iter(books.values())), lists=every), [product_id]).get(product_id)
    if offer is None:
        return []
    return [_row(row, offer, books[row.id], asked.quantity) for row in found if row.id in books]


def _books(connection: sa.Connection, wanted: Sequence[Buying], today: str | None) -> dict[bytes, PriceBook]:
    """Of several partners, each on its own day; what they share is read once."""
    now, here = clock.now_ms(), clock.zone(connection)
    alike = defaultdict[tuple[str, date], list[Buying]](list)
    for one in wanted:
        on = date.fromisoformat(today) if today else business_date(now, one.zone or here)
        alike[one.currency, on].append(one)
    made = {}
    for (currency, on), several in alike.items():
        lists, promotions = lists_of(connection, currency), in_force(connection, on, currency)
        for one in several:
            open_lists = applicable(lists, one.buyer, on, currency)
            given = tuple(open_to(promotions, one.buyer, on, currency))
            made[one.buyer.partner] = PriceBook(one.buyer, currency, on, open_lists, given)
    return made


def _row(row: sa.Row[tuple[object, ...]], offer: Offer, prices: PriceBook, wanted: int | None) -> PriceRow:
    quantity = wanted or offer.pack
    found = offer.price(prices, quantity)
    made = way(offer, prices, quantity) if isinstance(found, ListPrice) else None
    listed = found if isinstance(found, ListPrice) else None
    return PriceRow(
        key=row.key,
        product_id=offer.product_id,
        partner_id=prices.partner_id,
        code=row.code,
        name=row.name,
        name_local=row.name_local,
        group=row.part,
        group_local=row.part_local,
        quantity=quantity,
        unit=offer.unit,
        currency=prices.currency,
        price_list=listed.price_list.code if listed is not None else None,
        first=made.first if made is not None else None,
        price=listed.price if listed is not None else None,
        floor=listed.floor if listed is not None else None,
        promotions=made.promotions if made is not None else (),
        net=made.unit_net if made is not None else None,
        why_not=found if isinstance(found, Notice) else None,
    )


def way(offer: Offer, prices: PriceBook, quantity: int) -> Waterfall | None:
    """From the list price to what is paid for ``quantity`` by itself, with the promotions that such an order
    gets; None without a price.
    """
    found = offer.price(prices, quantity)
    if not isinstance(found, ListPrice):
        return None
    line = promotion_line(1, offer.facts(prices, quantity), quantity, found.price, prices.currency)
    fitting = [one for one in prices.promotions if one.scope.holds(line.product, line.category)]
    given = best(fitting, prices.buyer, prices.on, prices.currency, [line]).discounts.get(1, ())
    taken = [(one.promotion.code, one.amount) for one in given]
    return waterfall(found, offer.items, quantity, offer.tax_rate, taken)


@dataclass(frozen=True)
class Priced:
    """One price in full: ``made`` is None where there is none, ``why_not`` says why."""

    row: PriceRow
    offer: Offer
    made: Waterfall | None
    on: str


def priced(
    connection: sa.Connection,
    partner_id: bytes,
    product_id: bytes,
    quantity: int | None,
    today: str | None = None,
) -> Priced | None:
    """What a product costs a partner, step by step; None where one of them is not here."""
    prices = book_of(connection, partner_id, today)
    offer = offers(connection, prices, [product_id]).get(product_id) if prices is not None else None
    if prices is None or offer is None:
        return None
    found = connection.execute(sa.text("SELECT rowid FROM product WHERE id = :id"), {"id": product_id})
    (row,) = page(connection, _PRODUCT_PAGE, [int(found.scalar_one())])
    made = way(offer, prices, quantity or offer.pack)
    return Priced(_row(row, offer, prices, quantity), offer, made, prices.on.isoformat())


@dataclass(frozen=True, slots=True)
class OpenList:
    """A price list that is open to a partner. ``scopes``: what it names, by :data:`PRECEDENCE`; empty: it is
    for all. ``items``: prices in it.
    """

    code: str
    name: str
    scopes: tuple[str, ...]
    valid_from: str | None
    valid_to: str | None
    items: int


@dataclass(frozen=True)
class OpenLists:
    """Of a partner: its names, and its lists, the first to be asked first."""

    partner: str
    partner_local: str | None
    currency: str
    lists: tuple[OpenList, ...]
    promotions: int
    as_of: int | None


_LISTS = """
SELECT l.id, l.name, (SELECT count(*) FROM price_item i WHERE i.price_list_id = l.id) AS items
FROM price_list l WHERE l.id IN (SELECT unhex(value) FROM json_each(:ids))
"""


def open_lists(connection: sa.Connection, partner_id: bytes, today: str | None = None) -> OpenLists | None:
    """The price lists that decide for a partner; None for one that is not here."""
    prices = book_of(connection, partner_id, today)
    if prices is None:
        return None
    names = connection.execute(
        sa.text("SELECT name, name_local FROM partner WHERE id = :id"), {"id": partner_id}
    ).one()
    ids = json.dumps([one.id.hex() for one in prices.lists])
    told = {row.id: row for row in connection.execute(sa.text(_LISTS), {"ids": ids})}
    return OpenLists(
        names.name,
        names.name_local,
        prices.currency,
        tuple(
            OpenList(
                one.code,
                told[one.id].name,
                tuple(scope for scope in PRECEDENCE if getattr(one, scope) is not None),
                one.valid_from.isoformat() if one.valid_from is not None else None,
                one.valid_to.isoformat() if one.valid_to is not None else None,
                told[one.id].items,
            )
            for one in prices.lists
        ),
        len(prices.promotions),
        clock.as_of(connection),
    )
