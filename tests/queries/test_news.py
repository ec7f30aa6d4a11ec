"""What is new since the last working day."""

from datetime import date

import pytest
import sqlalchemy as sa

from channeldesk.queries.news import last_working_day, news
from tests.support.demo_laptop import TODAY


@pytest.mark.parametrize(
    ("today", "before"),
    [("2026-11-12", "2026-11-11"), ("2026-11-16", "2026-11-13"), ("2026-11-15", "2026-11-13")],
)
def test_the_working_day_before(today: str, before: str) -> None:
    assert last_working_day(date.fromisoformat(today)).isoformat() == before


def test_orders_accepted_since_then_and_price_lists_that_start(reader: sa.Connection) -> None:
    found = news(reader, TODAY.isoformat())
    assert found.since == "2026-11-11"
    sql = "SELECT count(*), sum(total) FROM sales_order WHERE updated_at >= :at AND number IS NOT NULL "
    sql += "AND status NOT IN ('rejected', 'cancelled')"
    began = 1_794_326_400_000  # 11 November, midnight in Shanghai
    count, total = reader.execute(sa.text(sql), {"at": began}).one()
    assert found.orders == count > 0
    assert sum(one.amount for one in found.amounts) == total
    starts = reader.execute(sa.text("SELECT max(valid_from) FROM price_list")).scalar_one()
    (first, *_) = news(reader, starts).prices
    assert first.valid_from == starts
    assert first.products > 0
