"""Reporting sales on the laptop: booked once, offline, each row sent for itself, taken back."""

from dataclasses import replace

import pytest

from channeldesk.actions import sell_out
from channeldesk.actions.sell_out import Sold
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from tests.support.demo_laptop import DAY, every, one
from tests.support.headquarters import Headquarters

LEVEL = "SELECT quantity FROM stock_position WHERE partner_id = :partner AND product_id = :product"
EARLIER = "2025-09-01"


@pytest.fixture
def pair(desk: Desk) -> tuple[bytes, bytes]:
    """A partner and a product whose level was reported before today, without sales today."""
    row = desk.ask(
        every,
        """SELECT s.partner_id, s.product_id FROM stock_position s WHERE s.as_of > 0 AND s.quantity > 10000
           AND NOT EXISTS (SELECT 1 FROM stock_movement m WHERE m.partner_id = s.partner_id
                           AND m.product_id = s.product_id AND m.happened_on = :day) LIMIT 1""",
        day=DAY,
    )[0]
    return row.partner_id, row.product_id


def level(desk: Desk, pair: tuple[bytes, bytes]) -> int:
    return int(desk.ask(one, LEVEL, partner=pair[0], product=pair[1]))


def test_a_sale_lowers_the_level_once_and_undo_raises_it(desk: Desk, pair: tuple[bytes, bytes]) -> None:
    before = level(desk, pair)
    done = desk.act(sell_out.report, pair[0], [Sold(pair[1], 3_000, DAY, DAY)])
    assert (done.value.rows, done.value.known) == (1, 0)
    assert level(desk, pair) == before - 3_000
    assert done.undo is not None
    desk.act(done.undo.action)
    assert level(desk, pair) == before
    assert desk.ask(every, "SELECT 1 FROM outbox WHERE entity = 'sell_out'") == []


def test_what_is_taken_back_leaves_nothing_in_the_level(desk: Desk, pair: tuple[bytes, bytes]) -> None:
    before = level(desk, pair)
    desk.act(sell_out.report, pair[0], [Sold(pair[1], 3_000, DAY, DAY, amount=900, currency="CNY")])
    row = desk.ask(one, "SELECT id FROM sell_out WHERE rv = 0")
    assert desk.act(sell_out.take_back, [row]).value == 1
    assert level(desk, pair) == before
    with pytest.raises(Problem, match="taken back before"):
        desk.act(sell_out.take_back, [row])
    assert desk.act(sell_out.report, pair[0], [Sold(pair[1], 3_000, DAY, DAY)]).value.rows == 1


def test_a_movement_of_the_same_sale_does_not_count_beside_the_report(
    desk: Desk, pair: tuple[bytes, bytes]
) -> None:
    with desk.database.apply() as connection:
        connection.exec_driver_sql(
            "INSERT INTO stock_movement (id, rv, partner_id, product_id, movement_kind, quantity, "
            "happened_at, happened_on) SELECT randomblob(16), 1, partner_id, product_id, 'sale', -3000, "
            "max(as_of) + 864000000, ? FROM stock_position WHERE partner_id = ? AND product_id = ?",
            (DAY, *pair),
        )
    moved = level(desk, pair)
    done = desk.act(sell_out.report, pair[0], [Sold(pair[1], 3_000, DAY, DAY)])
    assert level(desk, pair) == moved
    assert done.undo is not None
    desk.act(done.undo.action)
    assert level(desk, pair) == moved


def test_the_same_report_again_books_what_is_new_only(desk: Desk, pair: tuple[bytes, bytes]) -> None:
    lines = [Sold(pair[1], 3_000, DAY, DAY)] * 2 + [Sold(pair[1], 4_000, DAY, DAY)]
    assert desk.act(sell_out.report, pair[0], lines[:2], file="nov.csv").value.rows == 2
    again = desk.act(sell_out.report, pair[0], lines, file="nov (1).csv").value
    assert (again.rows, again.known) == (1, 2)
    with pytest.raises(Problem, match="reported before"):
        desk.act(sell_out.report, pair[0], lines)


def test_nothing_is_booked_when_one_line_cannot_be(desk: Desk, pair: tuple[bytes, bytes]) -> None:
    good = Sold(pair[1], 3_000, DAY, DAY)
    with pytest.raises(Problem):
        desk.act(sell_out.report, pair[0], [good, replace(good, quantity=0)])
    with pytest.raises(Problem, match="Nothing was entered"):
        desk.act(sell_out.report, pair[0], [])
    assert desk.ask(every, "SELECT 1 FROM sell_out WHERE rv = 0") == []


def test_rows_are_sent_each_for_itself(desk: Desk, pair: tuple[bytes, bytes]) -> None:
    desk.act(sell_out.report, pair[0], [Sold(pair[1], 1_000 * n, DAY, DAY) for n in range(1, 1_203)])
    rows = desk.ask(every, "SELECT count(*) AS rows, count(DISTINCT txn) AS txns FROM outbox")
    assert (rows[0].rows, rows[0].txns) == (1_202, 1_202)


def test_a_report_of_a_day_before_the_count_is_in_it_already(desk: Desk, pair: tuple[bytes, bytes]) -> None:
    before = level(desk, pair)
    desk.act(sell_out.report, pair[0], [Sold(pair[1], 3_000, EARLIER, EARLIER)])
    assert level(desk, pair) == before


def test_it_arrives_at_headquarters_once(at_headquarters: Desk, hq: Headquarters) -> None:
    desk = at_headquarters
    partner = desk.ask(one, "SELECT id FROM partner LIMIT 1")
    product = desk.ask(one, "SELECT id FROM product LIMIT 1")
    line = Sold(product, 3_000, EARLIER, EARLIER)
    desk.act(sell_out.report, partner, [line, replace(line, quantity=-1_000)])
    desk.sync()
    assert {row["quantity"] for row in hq.table("sell_out")} == {3_000, -1_000}
    (row, _) = desk.ask(every, "SELECT id, rv FROM sell_out ORDER BY quantity DESC")
    assert row.rv > 0
    desk.act(sell_out.take_back, [row.id])
    desk.sync()
    assert sum(one["quantity"] for one in hq.table("sell_out")) == -1_000
    assert desk.ask(every, "SELECT 1 FROM outbox") == []
