"""What the pages ask for: today, order entry, the partner's timeline, status, short lists."""

import sqlalchemy as sa

from channeldesk.actions import promises, stock, visits
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.model.notice import Quantity
from channeldesk.queries import count_sheet, order_entry, periods, quote, reference, status, timeline, today
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.rules.pricing import ListPrice, find_price
from tests.support.demo_laptop import DAY, NOW_MS, every, one

PARTNER = "SELECT partner_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"


def context(reader: sa.Connection) -> order_entry.EntryContext:
    found = order_entry.entry_context(reader, one(reader, PARTNER), now_ms=NOW_MS)
    assert found is not None
    return found


def test_order_entry_knows_prices_credit_and_the_last_order(reader: sa.Connection) -> None:
    found = context(reader)
    assert found.today == DAY
    assert found.number == "K7-0001"
    assert found.prices.lists
    assert found.last_order is not None
    assert found.last_order.date == one(
        reader,
        "SELECT max(order_date) FROM sales_order WHERE partner_id = :p AND order_kind = 'order' "
        "AND status NOT IN ('draft', 'cancelled', 'rejected')",
        p=found.partner_id,
    )
    for product, _ in found.last_order.lines:
        offer = found.offers[product]
        assert offer.stock == one(
            reader,
            "SELECT quantity FROM stock_position WHERE partner_id = :p AND product_id = :d",
            p=found.partner_id,
            d=product,
        )
        every_item = every(reader, "SELECT * FROM price_item WHERE product_id = :d", d=product)
        own = [item for item in every_item if item.price_list_id in {each.id for each in found.prices.lists}]
        assert len(offer.items) == len(own)
        price = find_price(offer.pack, offer.items, found.prices.lists)
        assert isinstance(price, ListPrice)
        assert price.price in {item.price for item in own}
    assert order_entry.entry_context(reader, bytes(16)) is None


def test_suggestions_add_up_and_come_in_packs(reader: sa.Connection) -> None:
    suggestions = context(reader).suggestions
    assert suggestions
    for each in suggestions:
        suggestion = each.suggestion
        assert suggestion.quantity % each.offer.pack == 0
        total = 0
        for step in suggestion.steps[:-1]:
            assert isinstance(step.value, Quantity)
            total += -step.value.amount if step.sign == "-" else step.value.amount
        assert total == suggestion.quantity
    explained = order_entry.explained(reader, context(reader).prices, [each.offer for each in suggestions])
    assert explained == {each.offer.product_id: each for each in suggestions}


def test_products_are_found_as_one_types(reader: sa.Connection) -> None:
    prices = context(reader).prices
    some = every(
        reader,
        "SELECT id, sku, barcode, name_local FROM product WHERE active = 1 AND name_local <> '' LIMIT 5",
    )
    for product in some:
        for text in (product.sku, product.barcode, product.name_local):
            hits = order_entry.find_products(reader, text, prices)
            assert product.id in {hit.product_id for hit in hits}, text
    assert len(order_entry.find_products(reader, "c", prices, limit=4)) == 4
    assert order_entry.find_products(reader, "zzzzzz", prices) == ()


def test_a_quote_is_judged_while_it_is_keyed(reader: sa.Connection) -> None:
    found = context(reader)
    offer = found.suggestions[0].offer
    empty = quote.quote(
        OrderDraft(found.partner_id), found.prices, found.offers, found.facts, None, found.prices.on
    )
    assert [notice.code for notice in empty.errors] == ["order.no_lines"]
    draft = OrderDraft(found.partner_id, (DraftLine(offer.product_id, offer.pack),))
    position = found.credit.position
    priced = quote.quote(draft, found.prices, found.offers, found.facts, position, found.prices.on)
    assert priced.sendable
    assert priced.credit is not None
    assert priced.credit.pending == position.pending + priced.totals.total


def test_today_shows_one_moment(desk: Desk) -> None:
    partner = desk.ask(one, PARTNER)
    desk.act(visits.plan, partner, DAY, 8 * 60)
    desk.act(promises.make, partner, "Display rack", DAY)
    page = desk.ask(today.today, None, DAY)

    assert page.day == DAY
    times = [visit.start_minute for visit in page.visits if visit.start_minute is not None]
    assert times == sorted(times)
    mine = next(visit for visit in page.visits if visit.partner_id == partner and visit.start_minute == 480)
    assert (mine.provisional, mine.promises_due >= 1) == (True, True)
    assert "Display rack" in {promise.promised for promise in page.promises}
    assert {each.entity for each in page.waiting} == {"visit_plan", "promise"}
    assert page.status.waiting == 2
    assert page.as_of == NOW_MS
    assert mine.partner_id in page.ranks
    assert not {each.partner_id for each in page.suggestions} & {visit.partner_id for visit in page.visits}


def test_the_timeline_is_newest_first_and_can_be_narrowed(desk: Desk) -> None:
    partner = desk.ask(one, PARTNER)
    sheet = desk.ask(count_sheet.count_sheet, partner)
    if sheet:
        desk.act(stock.record_count, partner, [Counted(sheet[0].product_id, 1_000, None, "lost")])
    events = desk.ask(timeline.events, partner, None, 200, DAY)
    assert [event.day for event in events] == sorted((event.day for event in events), reverse=True)
    assert {event.kind for event in events} <= set(timeline.KINDS)
    for kind in timeline.KINDS:
        only = desk.ask(timeline.events, partner, frozenset({kind}), 200, DAY)
        assert {event.kind for event in only} <= {kind}
    assert desk.ask(timeline.events, partner, frozenset()) == ()


def test_short_lists(reader: sa.Connection) -> None:
    tree = reference.territories(reader)
    assert sum(row.partners for row in tree if row.depth == 0) == one(reader, "SELECT count(*) FROM partner")
    assert {row.depth for row in tree} >= {0, 1, 2}
    assert reference.channel_types(reader)
    assert reference.tiers(reader)
    assert reference.categories(reader)
    found = reference.periods(reader)
    assert [row.starts_on for row in found] == sorted((row.starts_on for row in found), reverse=True)
    assert status.status(reader).user_id is not None


def test_loaded_history_ends_at_its_newest_sale(reader: sa.Connection) -> None:
    current = periods.window(reader, 3, DAY)
    assert (current.codes[-1], current.running) == ("2026-P11", True)
    much_later = periods.window(reader, 3, "2027-12-31")
    assert much_later.codes[-1] == "2026-P11", "nothing was sold for a year: the newest period with sales"
    assert (much_later.running, much_later.pace) == (False, 10_000)
    assert periods.window(reader, 2, DAY, "2026-P03").codes == ("2026-P02", "2026-P03")
    assert periods.window(reader, 2, "2001-01-01").codes == ()
