"""Prices over the demo network: the same as an order gets, for a partner and for a product."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from channeldesk.model.values import line_net
from channeldesk.queries import partner_prices, prices, quote
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.partner_prices import Asked
from channeldesk.queries.views import ListView
from tests.support.demo_laptop import DAY, TODAY, every, one


def partner(reader: sa.Connection) -> bytes:
    return bytes(one(reader, "SELECT id FROM partner WHERE name = 'Hengtai Hardware, Hangzhou'"))


def test_every_price_is_what_an_order_of_it_alone_gets(reader: sa.Connection) -> None:
    who = partner(reader)
    asked = Asked(partner_id=who)
    keys = partner_prices.keys(reader, asked=asked)
    assert len(keys) == one(reader, "SELECT count(*) FROM product WHERE active = 1")
    rows = partner_prices.rows(reader, keys[:150], asked, DAY)
    assert [row.key for row in rows] == list(keys[:150])
    book = prices.book(reader, who, TODAY)
    assert book is not None
    offers = prices.offers(reader, book, [row.product_id for row in rows])
    promoted = 0
    for row in rows:
        draft = OrderDraft(who, (DraftLine(row.product_id, row.quantity),))
        (line,) = quote.quote(draft, book, offers, None, None, TODAY).lines
        assert line.priced is not None
        assert line.price is not None
        assert (row.price, row.floor, row.price_list) == (
            line.price.price,
            line.price.floor,
            line.price.price_list.code,
        )
        assert row.promotions == tuple(one.promotion.code for one in line.discounts)
        assert row.net is not None
        assert line_net(row.quantity, row.net, "CNY") == line.priced.net
        promoted += bool(row.promotions)
    assert promoted > 20


def test_a_larger_quantity_reaches_its_break(reader: sa.Connection) -> None:
    who = partner(reader)
    sql = """SELECT i.product_id, i.min_quantity, i.price FROM price_item i
    JOIN price_list l ON l.id = i.price_list_id
    WHERE l.code = 'CN-GOLD-2026' AND i.min_quantity > 0 AND NOT EXISTS (
        SELECT 1 FROM price_item n JOIN price_list o ON o.id = n.price_list_id
        WHERE n.product_id = i.product_id AND o.code LIKE 'CN-E2%') LIMIT 1"""
    (item,) = every(reader, sql)
    found = partner_prices.priced(reader, who, item.product_id, item.min_quantity, DAY)
    assert found is not None
    assert found.made is not None
    assert found.row.price == item.price
    assert found.row.first is not None
    assert found.row.first > item.price
    assert [bar.part for bar in found.made.bars][:2] == ["list", "break"]
    assert partner_prices.priced(reader, bytes(16), item.product_id, None, DAY) is None
    assert partner_prices.priced(reader, who, bytes(16), None, DAY) is None


def test_a_product_for_every_partner_costs_what_each_partner_is_told(reader: sa.Connection) -> None:
    product = one(reader, "SELECT product_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    asked = Asked(product_id=product, quantity=24_000)
    keys = partner_prices.keys(reader, ListView(sort="name"), asked)
    rows = partner_prices.rows(reader, keys, asked, DAY)
    assert len(rows) == one(reader, "SELECT count(*) FROM partner WHERE stage IN ('active', 'onboarding')")
    assert {row.currency for row in rows} == {"CNY", "GBP"}
    for row in rows:
        alone = partner_prices.priced(reader, row.partner_id, product, 24_000, DAY)
        assert alone is not None
        assert (alone.row.price, alone.row.net, alone.row.promotions) == (row.price, row.net, row.promotions)


def test_lists_stand_in_the_order_in_which_they_are_asked(reader: sa.Connection) -> None:
    found = partner_prices.open_lists(reader, partner(reader), DAY)
    assert found is not None
    book = prices.book(reader, partner(reader), date.fromisoformat(DAY))
    assert book is not None
    assert [row.code for row in found.lists] == [row.code for row in book.lists]
    assert found.lists[0].scopes == ("tier", "territory")
    assert found.lists[-1].items == one(
        reader,
        "SELECT count(*) FROM price_item i JOIN price_list l ON l.id = i.price_list_id WHERE l.code = :c",
        c=found.lists[-1].code,
    )
    assert partner_prices.open_lists(reader, bytes(16), DAY) is None


def test_without_a_partner_or_product_there_is_nothing(reader: sa.Connection) -> None:
    assert list(partner_prices.keys(reader, asked=Asked())) == []
    assert partner_prices.rows(reader, [1], Asked(), DAY) == []
    assert partner_prices.rows(reader, [1], Asked(partner_id=bytes(16)), DAY) == []
