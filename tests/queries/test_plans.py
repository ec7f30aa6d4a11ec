"""What a page asks reads by index: a million order lines must not be walked for one partner or one period."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.queries import (
    day_report,
    drill,
    mix,
    order_entry,
    orders,
    partner,
    partner_prices,
    partners,
    performance,
    promotion_effect,
    promotion_list,
    promotion_orders,
    promotion_stock,
    promotions,
    routes,
    stock,
    timeline,
    today,
    visits,
)
from channeldesk.queries.partner_prices import Asked
from channeldesk.queries.sales import Scope
from channeldesk.queries.stock_detail import stock_detail
from channeldesk.queries.views import ListView
from channeldesk.rules.promotions.terms import Promotion
from tests.support.demo_laptop import DAY, NOW_MS, one

BIG = ("order_line", "sales_order", "stock_movement", "price_item", "sales_by_category")
PARTNER = "SELECT partner_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
ALLOWED = (
    "SELECT id FROM sales_order LIMIT 1",  # this test's own
    "WHERE updated_at >= ",  # the day's news: one walk over the orders, 13 ms of 75,000
    "FROM price_list l WHERE l.valid_from BETWEEN",  # the same, over an index of prices
)

ASKED: dict[str, Callable[[sa.Connection, bytes], Any]] = {
    "partners": lambda c, p: partners.rows(c, partners.keys(c, today=DAY)[:50], DAY),
    "partner": lambda c, p: partner.detail(c, p, DAY),
    "timeline": lambda c, p: timeline.events(c, p, today=DAY),
    "order entry": lambda c, p: order_entry.entry_context(c, p, now_ms=NOW_MS),
    "orders of a partner": lambda c, p: orders.rows(c, orders.keys(c, partner_id=p, today=DAY)[:50]),
    "order": lambda c, p: orders.detail(c, one(c, "SELECT id FROM sales_order LIMIT 1")),
    "stock": lambda c, p: stock.rows(c, stock.keys(c, partner_id=p, today=DAY)[:50], DAY),
    "stock at risk": lambda c, p: stock.keys(c, ListView(sort="lost"), p, "out", DAY),
    "one position": lambda c, p: stock_detail(
        c, p, one(c, "SELECT product_id FROM stock_position LIMIT 1"), DAY
    ),
    "visits": lambda c, p: visits.rows(c, visits.keys(c, partner_id=p)),
    "day report": lambda c, p: day_report.day_report(c, bytes(16), DAY, DAY),
    "today": lambda c, p: today.today(c, None, DAY),
    "against target": lambda c, p: performance.against_target(c, today=DAY),
    "ranking": lambda c, p: performance.ranking(c, today=DAY),
    "mix": lambda c, p: mix.channel_mix(c, today=DAY),
    "drill": lambda c, p: drill.drill(c, Scope(partner_id=p), today=DAY),
    "promotions": lambda c, p: promotion_list.rows(c, promotion_list.keys(c, today=DAY), DAY),
    "who ordered with it": lambda c, p: promotion_orders.execution(c, promotion(c)),
    "effect": lambda c, p: promotion_effect.measured(c, promotion(c), "meant", DAY),
    "ran out": lambda c, p: promotion_stock.ran_out(c, promotion(c), NOW_MS),
    "demand": lambda c, p: promotion_stock.needed(c, promotion(c), 0, DAY),
    "prices": lambda c, p: partner_prices.rows(c, partner_prices.keys(c)[:50], Asked(partner_id=p), DAY),
    "a price": lambda c, p: partner_prices.priced(c, p, one(c, "SELECT id FROM product LIMIT 1"), None, DAY),
    "rows": lambda c, p: performance.rows_behind(c, Scope(partner_id=p), "2026-P10"),
}


def promotion(connection: sa.Connection) -> Promotion:
    found = promotions.declared(
        connection, one(connection, "SELECT id FROM promotion WHERE code = 'DRILL-STEPS'")
    )
    assert found is not None
    return found


@contextmanager
def statements(connection: sa.Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is executed meanwhile, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        seen.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


def tables(statement: str) -> dict[str, str]:
    """Alias to table, for the big tables; a table is also its own alias."""
    pattern = rf"\b({'|'.join(BIG)})\b(?:\s+(?:AS\s+)?(?!ON\b|WHERE\b|USING\b|CROSS\b|LEFT\b|JOIN\b)(\w+))?"
    return {alias or table: table for table, alias in re.findall(pattern, statement)}


def test_a_route_is_looked_up_by_its_order(reader: sa.Connection) -> None:
    with statements(reader) as seen:
        routes.waiting(reader, 10)
    (asked,) = [one for one in seen if "order_route" in one[0]]
    plan = [row[3] for row in reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1])]
    looked_up = [step for step in plan if re.match(r"(SEARCH|SCAN) r\b", step)]
    assert looked_up
    assert all("(order_id=?" in step for step in looked_up), plan


@pytest.mark.parametrize("name", ASKED)
def test_no_big_table_is_walked(reader: sa.Connection, name: str) -> None:
    chosen = one(reader, PARTNER)
    with statements(reader) as seen:
        ASKED[name](reader, chosen)
    assert seen
    for statement, parameters in seen:
        if any(part in statement for part in ALLOWED):
            continue
        known = tables(statement)
        plan = reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        walked = [
            row[3] for row in plan if (found := re.match(r"SCAN (\w+)", row[3])) and found.group(1) in known
        ]
        assert not walked, f"{walked}\n{statement}"
