"""Promotions and prices at their edges: what is not here, has no end, no beginning, no budget; far days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.model.ids import new_id
from channeldesk.queries import (
    clock,
    demand,
    deviations,
    order_entry,
    order_lines,
    partner_prices,
    promotion_detail,
    promotion_effect,
    promotion_list,
    promotion_orders,
    promotion_stock,
    promotions,
)
from channeldesk.queries.deviations import Behind
from channeldesk.queries.partner_prices import Asked
from channeldesk.queries.views import ALL
from channeldesk.rules.promotions.terms import Promotion
from tests.support.demo_laptop import DAY, NOW_MS, TODAY, every, one


@contextmanager
def changed(desk: Desk, *statements: str, **binds: Any) -> Iterator[sa.Connection]:
    """The network with something in it that no action of the demo makes."""
    with desk.database.apply() as connection:
        for sql in statements:
            wanted = {name: value for name, value in binds.items() if f":{name}" in sql}
            assert connection.execute(sa.text(sql), wanted).rowcount
    with desk.database.read() as connection:
        yield connection


def of(reader: sa.Connection, code: str) -> Promotion:
    found = promotions.declared(reader, one(reader, "SELECT id FROM promotion WHERE code = :c", c=code))
    assert found is not None
    return found


def test_whom_it_is_for_counts_those_that_are_not_here(desk: Desk) -> None:
    """A promotion for a partner of another manager is not one for all."""
    sql = """UPDATE promotion_buyer SET tier_id = NULL, partner_id = :elsewhere
    WHERE promotion_id = (SELECT id FROM promotion WHERE code = 'GOLD-1')"""
    with changed(desk, sql, elsewhere=new_id()) as reader:
        found = promotion_detail.detail(reader, of(reader, "GOLD-1").id, DAY)
        assert found is not None
        assert [(buyer.kind, buyer.name) for buyer in found.buyers] == [("partner", None)]


def test_a_promotion_until_the_end_of_time_is_looked_at_like_one_without_an_end(desk: Desk) -> None:
    sql = "UPDATE promotion SET valid_to = :day WHERE code = 'ORDER-20K'"
    with changed(desk, sql, day="9999-12-31") as reader:
        far = of(reader, "ORDER-20K")
        assert promotion_stock.ran_out(reader, far, NOW_MS).outs
        assert promotion_stock.days_to_come(far, TODAY) == 28
        found = promotion_effect.measured(reader, far, "meant", DAY).effect
        assert found is not None
        assert found.last == TODAY - timedelta(days=1)


def test_without_a_first_day_nothing_was_before_it(desk: Desk) -> None:
    """Its own weeks are no baseline for it."""
    with changed(desk, "UPDATE promotion SET valid_from = NULL WHERE code = 'GOLD-1'") as reader:
        found = promotion_effect.measured(reader, of(reader, "GOLD-1"), "meant", DAY).effect
        assert found is not None
        assert found.touched.sold > 0
        assert (found.weeks, found.expected, found.share, found.certain) == (0, 0, None, False)
        assert "effect.no_beginning" in {caution.code for caution in found.cautions}
        assert not {"effect.few_peers", "effect.no_peers"} & {caution.code for caution in found.cautions}


def test_a_budget_of_nothing_is_used_up(desk: Desk) -> None:
    with changed(desk, "UPDATE promotion SET budget = 0, used = 0 WHERE code = 'CLEAR-OUT'") as reader:
        rows = promotion_list.rows(reader, promotion_list.keys(reader, today=DAY), DAY)
        used = {row.code: row.used for row in rows}
        assert used["CLEAR-OUT"] == 10_000
        assert used["GOLD-1"] is None


def test_the_last_order_is_one_that_counts(desk: Desk) -> None:
    """Neither a return, nor a draft, nor what was cancelled or rejected."""
    with desk.database.read() as connection:
        missing = promotion_orders.execution(connection, of(connection, "SITE-SET")).missing
    with_one = [row for row in missing if row.last is not None]
    assert len(with_one) > 4
    later = (TODAY - timedelta(days=1)).isoformat()
    newest = """UPDATE sales_order SET order_date = :day, {what} WHERE id = (SELECT id FROM sales_order
    WHERE partner_id = :{who} AND order_kind = 'order' AND status = 'closed' ORDER BY order_date LIMIT 1)"""
    whats = ("order_kind = 'return'", "status = 'cancelled'", "status = 'rejected'", "status = 'draft'")
    statements = [newest.format(what=what, who=f"who{at}") for at, what in enumerate(whats)]
    who = {f"who{at}": with_one[-1 - at].partner_id for at in range(len(whats))}
    with changed(desk, *statements, day=later, **who) as reader:
        found = promotion_orders.execution(reader, of(reader, "SITE-SET")).missing
        last = {row.partner_id: row.last for row in found}
        for row in with_one:
            assert last[row.partner_id] == row.last


def test_partners_without_a_channel_have_lines_of_their_own(desk: Desk) -> None:
    with desk.database.read() as connection:
        busy = max(deviations.report(connection, 90, DAY).rows, key=lambda row: row.lines)
        sql = """SELECT l.partner_id FROM order_line l JOIN sales_order s ON s.id = l.order_id
        WHERE l.product_id = :p AND s.currency = :c AND s.order_date > '2026-09'
        GROUP BY 1 ORDER BY count(*) DESC"""
        partner = one(connection, sql, p=busy.product_id, c=busy.currency)
    with changed(desk, "UPDATE partner SET channel_type_id = NULL WHERE id = :p", p=partner) as reader:
        found = deviations.report(reader, 90, DAY)
        row = next(
            row for row in found.rows if (row.product_id, row.currency) == (busy.product_id, busy.currency)
        )
        channel = next(channel for channel in row.found.channels if channel.channel is None)
        asked = Behind(row.product_id, row.currency, found.first, found.last, channel=b"")
        rows = order_lines.rows(reader, deviations.line_keys(reader, ALL, asked))
        assert (len(rows), sum(each.net for each in rows)) == (channel.lines, channel.net)
        assert len(rows) < row.lines


def test_each_partner_has_its_own_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late in the evening in London it is tomorrow in Shanghai: prices are those of each one's own day."""
    london, shanghai = TODAY.isoformat(), (TODAY + timedelta(days=1)).isoformat()
    monkeypatch.setattr(clock, "now_ms", lambda: NOW_MS + 20 * 3_600_000)
    product = "SELECT product_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    with changed(desk, "UPDATE promotion SET valid_to = :day WHERE valid_to >= :day", day=london) as reader:
        asked = Asked(product_id=one(reader, product), quantity=24_000)
        rows = partner_prices.rows(reader, partner_prices.keys(reader, asked=asked), asked)
        days = set()
        for row in rows:
            alone = partner_prices.priced(reader, row.partner_id, row.product_id, 24_000)
            assert alone is not None
            assert (alone.row.net, alone.row.promotions) == (row.net, row.promotions)
            days.add((row.currency, alone.on))
        assert days == {("CNY", shanghai), ("GBP", london)}


def test_what_is_not_published_is_known_by_its_parts_too(desk: Desk) -> None:
    draft = """INSERT INTO outbox (uuid, txn, entity, row_id, op, base_rv, base, changes, increments,
    recorded_at, draft)
    SELECT randomblob(16), randomblob(16), '{entity}', id, 'patch', 1, '{{}}', '{{}}', '{{}}', 0, 1
    FROM {entity} WHERE {where} LIMIT 1"""
    of_code = "promotion_id = (SELECT id FROM promotion WHERE code = '{}')"
    with changed(
        desk,
        draft.format(entity="promotion", where="code = 'GOLD-1'"),
        draft.format(entity="promotion_buyer", where=of_code.format("SITE-SET")),
        draft.format(entity="promotion_item", where=of_code.format("DRILL-STEPS")),
        draft.format(entity="price_item", where="1"),
    ) as reader:
        rows = promotion_list.rows(reader, promotion_list.keys(reader, today=DAY), DAY)
        drafts = {"GOLD-1", "SITE-SET", "DRILL-STEPS"}
        assert {row.code for row in rows if row.draft} == drafts
        for row in rows:
            detail = promotion_detail.detail(reader, row.id, DAY)
            assert detail is not None
            assert detail.draft == (row.code in drafts)


def test_what_was_reported_sold_left_the_stock_once(desk: Desk) -> None:
    """As in positions: a movement of the same days tells of the same goods."""
    pairs = """SELECT p.partner_id, p.product_id, p.quantity FROM stock_position p JOIN stock_level v
    ON v.partner_id = p.partner_id AND v.product_id = p.product_id
    WHERE p.source = 'reported' AND p.quantity > 2000 AND v.as_of < :before
    AND NOT EXISTS (SELECT 1 FROM sell_out r WHERE r.partner_id = p.partner_id)
    AND EXISTS (SELECT 1 FROM stock_movement m WHERE m.partner_id = p.partner_id AND m.movement_kind = 'sale'
    AND m.product_id = p.product_id AND m.happened_on > :since AND m.happened_on < :day) LIMIT 1"""
    since = (TODAY - timedelta(days=80)).isoformat()
    last, happened = (TODAY - timedelta(days=2)).isoformat(), NOW_MS - 2 * 86_400_000
    report = """INSERT INTO sell_out (id, partner_id, product_id, quantity, first_on, last_on, happened_at,
    source, occurrence, report, identity, created_at, updated_at, rv)
    VALUES (:row, :partner, :product, :sold, :since, :last, :happened, 'entry', 1, 'r', 'i', 0, 0, 1)"""
    with desk.database.read() as connection:
        (pair,) = every(connection, pairs, before=happened, since=since, day=last)
        before = promotion_stock.needed(connection, of(connection, "YEAR-END"), 0, DAY)
        was_out = promotion_stock.ran_out(connection, of(connection, "ORDER-20K"), NOW_MS)
    who = {"partner": pair.partner_id, "product": pair.product_id}
    sold = pair.quantity + 50_000_000
    with changed(
        desk, report, row=new_id(), sold=sold, since=since, last=last, happened=happened, **who
    ) as reader:
        after = promotion_stock.needed(reader, of(reader, "YEAR-END"), 0, DAY)
        pace = demand.daily(reader, [(pair.partner_id, pair.product_id)], DAY)
        needs = {need.product: need for need in after.check.needs}
        usual = {need.product: need for need in before.check.needs}
        more = needs[pair.product_id].expected - usual[pair.product_id].expected
        moved = one(
            reader,
            """SELECT -sum(quantity) FROM stock_movement WHERE partner_id = :p AND product_id = :d
            AND movement_kind = 'sale' AND happened_on BETWEEN :a AND :b""",
            p=pair.partner_id,
            d=pair.product_id,
            a=since,
            b=last,
        )
        assert abs(more - (sold - moved) * after.check.days / demand.DAYS) <= 1
        assert pace[pair.partner_id, pair.product_id] > sold // demand.DAYS - 1
        outs = promotion_stock.ran_out(reader, of(reader, "ORDER-20K"), NOW_MS).outs
        new = {(row.found.partner, row.found.product) for row in outs} - {
            (row.found.partner, row.found.product) for row in was_out.outs
        }
        assert new == {(pair.partner_id, pair.product_id)}


def test_a_planned_promotion_is_in_the_suggestion(desk: Desk) -> None:
    """Drills and blades are on promotion until after the next delivery, and planned to sell more."""
    partners = desk.ask(every, "SELECT id FROM partner WHERE currency = 'CNY' AND stage = 'active'")
    promoted, others = set[str | None](), set[str | None]()
    for row in partners:
        context = desk.ask(order_entry.entry_context, row.id, NOW_MS)
        assert context is not None
        for found in context.suggestions:
            planned = [step for step in found.suggestion.steps if step.label.code == "step.planned_promotion"]
            (promoted if planned else others).add(found.offer.category)
    assert promoted == {"Saw blades", "Drills", "Rotary hammers"}
    assert others
    assert not others & promoted
