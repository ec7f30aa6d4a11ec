"""Promotions over the demo network: every figure recomputed from plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.queries import (
    promotion_detail,
    promotion_effect,
    promotion_list,
    promotion_orders,
    promotion_stock,
    promotions,
)
from channeldesk.queries.views import ListView
from channeldesk.rules.promotions.effect import Effect
from channeldesk.rules.promotions.stock_outs import levels
from channeldesk.rules.promotions.terms import Promotion
from tests.support.demo_laptop import DAY, NOW_MS, TODAY, every, one

BOOKED = ("placed", "accepted", "partly_shipped", "shipped", "closed")
CODES = ("SEPT-GRIND", "GOLD-1", "DRILL-STEPS", "ORDER-20K", "BLADE-10+1", "SITE-SET")


def of(reader: sa.Connection, code: str) -> Promotion:
    found = promotions.declared(reader, one(reader, "SELECT id FROM promotion WHERE code = :c", c=code))
    assert found is not None
    return found


def products_of(reader: sa.Connection, promotion: Promotion) -> set[bytes]:
    rows = every(reader, "SELECT id, category FROM product")
    return {row.id for row in rows if promotion.scope.holds(row.id, row.category)}


def lines(reader: sa.Connection) -> list[sa.Row[tuple[object, ...]]]:
    sql = """SELECT l.*, s.order_date, s.currency, s.order_kind, s.status FROM order_line l
    JOIN sales_order s ON s.id = l.order_id"""
    return [row for row in every(reader, sql) if row.status in BOOKED]


def test_the_list_shows_what_runs_first_and_counts_its_states(reader: sa.Connection) -> None:
    rows = promotion_list.rows(reader, promotion_list.keys(reader, today=DAY), DAY)
    states = [row.state for row in rows]
    assert states == ["running"] * 7 + ["coming", "over"]
    running = [row.valid_to for row in rows if row.state == "running"]
    assert running == sorted(running, key=str)
    counts = promotion_list.counts(reader, DAY)
    assert (counts.every, counts.running, counts.coming, counts.over) == (9, 7, 1, 1)
    for view, found in (
        (ListView({"state": "coming"}), ["YEAR-END"]),
        (ListView(search="clear"), ["CLEAR-OUT"]),
        (ListView(search="年终"), ["YEAR-END"]),
    ):
        keys = promotion_list.keys(reader, view, DAY)
        assert [row.code for row in promotion_list.rows(reader, keys, DAY)] == found


def test_a_budget_is_told_with_what_is_used_and_waits(reader: sa.Connection) -> None:
    row = one(reader, "SELECT id FROM promotion WHERE code = 'CLEAR-OUT'")
    found = promotion_detail.detail(reader, row, DAY)
    assert found is not None
    assert found.budget is not None
    assert found.budget.whole == 60_000_00
    given = one(reader, "SELECT sum(amount) FROM order_discount WHERE promotion_id = :p", p=row)
    assert (found.budget.used, found.budget.waiting) == (given, 0)
    assert found.budget.left == 60_000_00 - given
    assert [(one.kind, one.name) for one in found.items] == [("category", "Measuring")]
    assert [one.kind for one in found.buyers] == ["territory"]
    assert promotion_detail.detail(reader, bytes(16), DAY) is None


@pytest.mark.parametrize("code", CODES)
def test_who_ordered_with_it_is_whoever_has_its_discount(reader: sa.Connection, code: str) -> None:
    promotion = of(reader, code)
    found = promotion_orders.execution(reader, promotion)
    given, net, orders = (
        defaultdict[bytes, int](int),
        defaultdict[bytes, int](int),
        defaultdict[bytes, set[bytes]](set),
    )
    nets = {row.id: row for row in lines(reader)}
    for row in every(reader, "SELECT * FROM order_discount WHERE promotion_id = :p", p=promotion.id):
        given[row.partner_id] += row.amount
        net[row.partner_id] += nets[row.order_line_id].net
        orders[row.partner_id].add(row.order_id)
    assert {row.partner_id: (row.given, row.net, row.orders) for row in found.ordered} == {
        key: (given[key], net[key], len(orders[key])) for key in given
    }
    assert (found.given, found.net) == (sum(given.values()), sum(net.values()))
    meant = promotion_orders.meant_for(reader, promotion)
    assert {row.partner_id for row in found.missing} == meant - given.keys()
    assert found.meant == len(meant | given.keys())
    last = [row.last or "" for row in found.missing]
    assert last == sorted(last, reverse=True)


def test_whom_it_is_for_follows_scope_currency_and_stage(reader: sa.Connection) -> None:
    sql = """SELECT p.id, t.code AS tier, c.code AS type, p.currency, p.stage FROM partner p
    JOIN tier t ON t.id = p.tier_id JOIN channel_type c ON c.id = p.channel_type_id"""
    rows = [row for row in every(reader, sql) if row.stage in ("active", "onboarding")]
    gold = {row.id for row in rows if row.tier == "gold" and row.currency == "CNY"}
    assert promotion_orders.meant_for(reader, of(reader, "GOLD-1")) == gold
    types = ("distributor", "reseller", "store")
    grind = {row.id for row in rows if row.type in types and row.currency == "CNY"}
    assert promotion_orders.meant_for(reader, of(reader, "SEPT-GRIND")) == grind


@pytest.mark.parametrize("who", ["meant", "ordered"])
@pytest.mark.parametrize("code", CODES)
def test_the_effect_is_what_plain_sums_come_to(
    reader: sa.Connection, code: str, who: promotion_effect.Who
) -> None:
    promotion = of(reader, code)
    found = promotion_effect.measured(reader, promotion, who, DAY)
    assert found.effect is not None
    first, last = promotion.valid_from, min(promotion.valid_to or TODAY, TODAY - timedelta(days=1))
    assert first is not None
    assert (found.effect.first, found.effect.last, found.effect.weeks) == (first, last, 8)
    held, discounts = (
        products_of(reader, promotion),
        "SELECT partner_id FROM order_discount WHERE promotion_id = :p",
    )
    ordered = {row.partner_id for row in every(reader, discounts, p=promotion.id)}
    meant = promotion_orders.meant_for(reader, promotion)
    touched = ordered | meant if who == "meant" else ordered
    sold, before = 0, defaultdict[int, int](int)
    for row in lines(reader):
        if row.partner_id in touched and row.product_id in held and row.order_kind == "order":
            day = date.fromisoformat(row.order_date)
            if first <= day <= last:
                sold += row.net
            elif first - timedelta(days=56) <= day < first:
                before[day.weekday()] += row.net
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    expected = sum(before[day.weekday()] for day in days) / 8
    assert (found.effect.touched.partners, found.effect.touched.sold) == (len(touched), sold)
    assert abs(found.effect.touched.expected - expected) <= 0.5
    assert ("effect.chosen" in _codes(found.effect)) == (who == "ordered")


def _codes(effect: Effect) -> set[str]:
    return {caution.code for caution in effect.cautions}


def test_what_chance_makes_of_a_few_partners_is_not_called_an_effect(reader: sa.Connection) -> None:
    """The demo's people buy more of what it holds, but sixty partners' weeks differ by more than that."""
    found = promotion_effect.measured(reader, of(reader, "SEPT-GRIND"), "meant", DAY).effect
    assert found is not None
    assert found.peers is not None
    assert not found.certain
    assert _codes(found) == {"effect.within_swing"}


def test_before_its_first_whole_day_there_is_no_effect(reader: sa.Connection) -> None:
    coming = of(reader, "YEAR-END")
    assert promotion_effect.measured(reader, coming, "meant", DAY).effect is None
    assert coming.valid_from is not None
    on_its_first = coming.valid_from.isoformat()
    assert promotion_effect.measured(reader, coming, "meant", on_its_first).effect is None


def test_levels_end_at_the_position_that_the_laptop_derived(reader: sa.Connection) -> None:
    promotion = of(reader, "ORDER-20K")
    known = promotion_stock.histories(reader, promotion, NOW_MS - 1, NOW_MS)
    meant = promotion_orders.meant_for(reader, promotion)
    positions = {
        (row.partner_id, row.product_id): row.quantity
        for row in every(reader, "SELECT * FROM stock_position WHERE as_of > 0")
        if row.partner_id in meant
    }
    assert len(positions) > 400
    assert {(history.partner, history.product) for history in known} == positions.keys()
    assert any(len(history.stock.parts) > 1 for history in known)
    for history in known:
        *_, (_, level) = levels(history, NOW_MS - 1, NOW_MS)
        assert level == positions[history.partner, history.product]


def test_what_ran_out_was_there_and_was_gone(reader: sa.Connection) -> None:
    promotion = of(reader, "ORDER-20K")
    found = promotion_stock.ran_out(reader, promotion, NOW_MS)
    meant = promotion_orders.meant_for(reader, promotion)
    pairs = every(reader, "SELECT * FROM stock_position WHERE as_of > 0")
    assert found.looked_at == sum(row.partner_id in meant for row in pairs)
    assert 5 < len(found.outs) < found.looked_at
    assert {row.found.partner for row in found.outs} <= meant
    outs = [row.found.at for row in found.outs]
    assert outs == sorted(outs)
    counted = {(row.partner_id, row.product_id) for row in every(reader, "SELECT * FROM stock_count_line")}
    plain = [row.found for row in found.outs if (row.found.partner, row.found.product) not in counted]
    assert plain
    for out in plain:
        level = _by_report(reader, out.partner, out.product)
        assert level(out.at - 1) > 0 >= level(out.at)
        assert out.until is None or level(out.until) > 0


def _by_report(reader: sa.Connection, partner: bytes, product: bytes) -> Callable[[int], int]:
    """The level at a moment, by the one report there is and the movements before or after it."""
    pair = {"p": partner, "d": product}
    where = "WHERE partner_id = :p AND product_id = :d"
    sql = f"SELECT as_of, sum(quantity) AS quantity FROM stock_level {where} GROUP BY 1"
    (report,) = every(reader, sql, **pair)
    moves = every(reader, f"SELECT happened_at, quantity FROM stock_movement {where}", **pair)

    def level(at: int) -> int:
        after = sum(row.quantity for row in moves if report.as_of < row.happened_at <= at)
        before = sum(row.quantity for row in moves if at < row.happened_at <= report.as_of)
        return int(report.quantity) + after - before

    return level


@pytest.mark.parametrize("uplift", [0, 5_000])
def test_the_demand_of_a_promotion_is_the_pace_of_the_last_days(reader: sa.Connection, uplift: int) -> None:
    promotion = of(reader, "YEAR-END")
    found = promotion_stock.needed(reader, promotion, uplift, DAY)
    assert (found.check.days, found.partners) == (41, len(promotion_orders.meant_for(reader, promotion)))
    meant, held = promotion_orders.meant_for(reader, promotion), products_of(reader, promotion)
    since = (TODAY - timedelta(days=90)).isoformat()
    left, bought = defaultdict[tuple[bytes, bytes], int](int), defaultdict[tuple[bytes, bytes], int](int)
    reported = every(reader, "SELECT * FROM sell_out")
    taken_back = {row.reverses_id for row in reported}
    spans = defaultdict[tuple[bytes, bytes], list[tuple[str, str]]](list)
    for row in reported:
        if row.reverses_id is None and row.id not in taken_back:
            spans[row.partner_id, row.product_id].append((row.first_on, row.last_on))
        if since < row.last_on <= DAY:
            left[row.partner_id, row.product_id] += row.quantity
    for row in every(reader, "SELECT * FROM stock_movement WHERE movement_kind IN ('sale', 'return')"):
        pair, day = (row.partner_id, row.product_id), row.happened_on
        told = row.movement_kind == "sale" and any(first <= day <= last for first, last in spans[pair])
        if since < day <= DAY and not told:
            left[pair] -= row.quantity
    for row in lines(reader):
        if since < row.order_date <= DAY:
            bought[row.partner_id, row.product_id] += row.quantity
    known = {(row.partner_id, row.product_id) for row in every(reader, "SELECT * FROM stock_position")}
    known |= spans.keys()
    pace = {pair: quantity for pair, quantity in bought.items() if quantity > 0}
    pace |= {pair: quantity for pair, quantity in left.items() if quantity > 0 and pair in known}
    pace = {pair: quantity for pair, quantity in pace.items() if pair[0] in meant and pair[1] in held}
    assert found.pairs == len(pace)
    expected = sum(pace.values()) * 41 * (10_000 + uplift) / (90 * 10_000)
    assert abs(sum(need.expected for need in found.check.needs) - expected) <= len(found.check.needs)
    assert [row.short for row in found.rows] == sorted((row.short for row in found.rows), reverse=True)


def test_a_promotion_that_is_over_needs_nothing(reader: sa.Connection) -> None:
    assert promotion_stock.needed(reader, of(reader, "SEPT-GRIND"), 0, DAY).check.needs == ()


def test_beside_what_lacks_stands_what_our_warehouses_could_deliver(reader: sa.Connection) -> None:
    found = promotion_stock.needed(reader, of(reader, "YEAR-END"), 5_000, DAY)
    sql = """SELECT d.sku, sum(v.quantity) AS quantity FROM warehouse_level v
    JOIN warehouse w ON w.id = v.warehouse_id JOIN product d ON d.id = v.product_id
    WHERE w.code IN ('WH-SH', 'WH-GZ') AND (v.expires_on IS NULL OR v.expires_on >= :day) GROUP BY 1"""
    meant = promotion_orders.meant_for(reader, of(reader, "YEAR-END"))
    area = """SELECT DISTINCT a.code FROM partner p JOIN territory t ON t.id = p.territory_id
    JOIN territory a ON substr(t.path, 1, length(a.path)) = a.path WHERE hex(p.id) IN ({})"""
    above = {
        row.code for row in every(reader, area.format(",".join(f"'{one.hex().upper()}'" for one in meant)))
    }
    deliver = [
        row.code
        for row in every(
            reader,
            """SELECT w.code, t.code AS area FROM warehouse w
    JOIN territory t ON t.id = w.territory_id WHERE w.partner_id IS NULL""",
        )
        if row.area in above
    ]
    assert deliver
    assert "WH-MAN" not in deliver
    names = ",".join(f"'{code}'" for code in deliver)
    held = {row.sku: row.quantity for row in every(reader, sql.replace("'WH-SH', 'WH-GZ'", names), day=DAY)}
    assert found.rows
    for row in found.rows:
        assert row.ours == held.get(row.sku, 0)
    assert found.beyond == sum(row.short > (row.ours or 0) for row in found.rows) > 0


def test_without_a_report_of_our_warehouses_nobody_says_what_they_hold(desk: Desk) -> None:
    with desk.database.apply() as connection:
        connection.execute(sa.text("DELETE FROM warehouse_level"))
    with desk.database.read() as connection:
        found = promotion_stock.needed(connection, of(connection, "YEAR-END"), 5_000, DAY)
        assert {row.ours for row in found.rows} == {None}
        assert found.beyond is None
