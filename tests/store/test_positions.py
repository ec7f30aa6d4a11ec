"""Stock positions: the latest anchor, and what moved and was sold after it."""

from collections import defaultdict
from itertools import count
from random import Random
from typing import Any

import pytest

from channeldesk.model import local
from channeldesk.model.stock import COUNT_STATUSES
from channeldesk.queries.holdings import at_partner
from channeldesk.rules.counts import HOLDS_NOT
from channeldesk.rules.stock_places import Event, held, holding
from channeldesk.store import derive
from channeldesk.store.database import Database
from tests.store.test_derive import an_id, put, rows
from tests.support.refusing import refuse


def _stock(database: Database) -> list[tuple[Any, ...]]:
    """(quantity, as_of, source, moved) of the only position."""
    return [row[2:] for row in rows(database, local.stock_position)]


def assert_like_a_rebuild(database: Database) -> None:
    with database.read() as connection:
        assert not any(derive.compare(connection).values())


def test_a_position_is_the_latest_anchor_and_what_moved_after_it(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_movement", 1, happened_at=50, quantity=3)
        put(connection, "stock_movement", 2, happened_at=150, quantity=-1)
    assert _stock(database) == [(2, 0, "movements", 2)]

    with database.apply() as connection:
        put(connection, "stock_level", 1)
        put(connection, "stock_movement", 3, happened_at=100, quantity=-100)  # before the level was read
    assert _stock(database) == [(9, 100, "reported", -1)]


def test_a_count_wins_over_a_level_of_the_same_moment_and_shows_at_once(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_level", 1)
    with database.write() as connection:
        put(connection, "stock_count", 1, rv=0)
        put(connection, "stock_count_line", 1, rv=0)
    assert _stock(database) == [(7, 100, "count", 0)]

    with database.apply() as connection:
        put(connection, "stock_level", 1, as_of=101, quantity=4)
    assert _stock(database) == [(4, 101, "reported", 0)]


def test_what_was_reported_sold_leaves_once_whoever_else_tells_of_it(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_level", 1)
        put(connection, "stock_movement", 1, quantity=-1)  # of the same day
        put(connection, "stock_movement", 2, quantity=-2, happened_on="2026-11-20")
        put(connection, "stock_movement", 3, quantity=5, movement_kind="receipt")
        put(connection, "sell_out", 1)
        put(connection, "sell_out", 2, happened_at=100)  # in what was counted
    assert _stock(database) == [(10 - 2 + 5 - 4, 100, "reported", -1)]

    with database.apply() as connection:
        put(connection, "sell_out", 3, quantity=-4, reverses_id=an_id("sell_out", 1))
        put(connection, "sell_out", 4, quantity=-4, happened_at=100, reverses_id=an_id("sell_out", 2))
    assert _stock(database) == [(10 - 1 - 2 + 5, 100, "reported", 2)]


def test_what_headquarters_refused_counts_when_the_person_has_decided(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_level", 1)
        put(connection, "stock_movement", 1, quantity=-1)  # the same goods as the report
        put(connection, "sell_out", 1, rv=0)
        put(connection, "stock_count", 2, rv=0, counted_at=90)
    reported = _stock(database)
    with database.apply() as connection:
        refuse(connection, "sell_out", an_id("sell_out", 1))
    assert _stock(database) == [(10 - 1, 100, "reported", -1)]
    assert_like_a_rebuild(database)
    with database.apply() as connection:
        put(connection, "sell_out", 1, rv=5)
    assert _stock(database) == reported
    with database.apply() as connection:
        put(connection, "sell_out", 2, rv=0, quantity=-4, reverses_id=an_id("sell_out", 1))
    assert _stock(database) == [(10 - 1, 100, "reported", -1)]
    with database.apply() as connection:
        refuse(connection, "sell_out", an_id("sell_out", 2))
    assert _stock(database) == reported
    assert_like_a_rebuild(database)


def test_a_count_that_headquarters_refused_is_no_anchor(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_level", 1)
        put(connection, "stock_count", 1, rv=0)
        put(connection, "stock_count_line", 1, rv=0)
    counted = _stock(database)
    with database.apply() as connection:
        refuse(connection, "stock_count", an_id("stock_count", 1))
    assert _stock(database) == [(10, 100, "reported", 0)] != counted
    assert_like_a_rebuild(database)
    with database.apply() as connection:
        connection.exec_driver_sql("UPDATE inbox SET state = 'decided'")
    assert _stock(database) == counted


def test_lines_of_a_count_that_has_not_arrived_wait_for_it(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_count_line", 1)
    assert _stock(database) == []

    with database.apply() as connection:
        put(connection, "stock_count", 1)
    assert _stock(database) == [(7, 100, "count", 0)]


def test_lots_of_one_report_add_up_and_a_lot_that_a_later_report_leaves_out_is_gone(
    database: Database,
) -> None:
    with database.apply() as connection:
        put(connection, "stock_level", 1, lot="A")
        put(connection, "stock_level", 2, lot="B", quantity=5)
        put(connection, "stock_movement", 1, quantity=-2, lot="A")
    assert _stock(database) == [(13, 100, "reported", -2)]

    with database.apply() as connection:
        put(connection, "stock_level", 2, lot="B", quantity=5, as_of=200)
    assert _stock(database) == [(5, 200, "reported", 0)]


def test_each_warehouse_has_its_own_anchor_and_the_position_is_their_sum(database: Database) -> None:
    north, south = an_id("warehouse", 1), an_id("warehouse", 2)
    with database.apply() as connection:
        put(connection, "stock_level", 1, warehouse_id=north)
        put(connection, "stock_level", 2, warehouse_id=south, quantity=20, as_of=130)
        put(connection, "stock_movement", 1, happened_at=120, warehouse_id=north)
        put(connection, "stock_movement", 2, happened_at=120, warehouse_id=south)  # before its anchor
    assert _stock(database) == [(9 + 20, 100, "reported", -1)]

    with database.apply() as connection:
        put(connection, "stock_count", 1, warehouse_id=north, counted_at=140)
        put(connection, "stock_count_line", 1)
        put(connection, "stock_level", 3, warehouse_id=an_id("warehouse", 3), product_id=bytes(16))
    assert _stock(database)[-1] == (7 + 20, 130, "reported", 0)

    with database.apply() as connection:  # nobody said where from: known of both is what was there at 140
        put(connection, "sell_out", 1, happened_at=135)
        put(connection, "sell_out", 2, happened_at=150, identity="j")
    assert _stock(database)[-1] == (27 - 4, 130, "reported", -4)


def test_a_count_of_everything_is_not_added_to_what_is_known_of_warehouses(database: Database) -> None:
    north, south = an_id("warehouse", 1), an_id("warehouse", 2)
    with database.apply() as connection:
        put(connection, "stock_level", 1, warehouse_id=north)
        put(connection, "stock_level", 2, warehouse_id=south, quantity=20)
    with database.write() as connection:
        put(connection, "stock_count", 1, rv=0, counted_at=110)
        put(connection, "stock_count_line", 1, rv=0)
    assert _stock(database) == [(7, 110, "count", 0)]

    with database.apply() as connection:  # wherever it lay
        put(connection, "stock_movement", 1, happened_at=105, quantity=-3, warehouse_id=north)
        put(connection, "stock_movement", 2, happened_at=120, quantity=-1, warehouse_id=south)
        put(connection, "stock_movement", 3, happened_at=120, quantity=-1)
    assert _stock(database) == [(5, 110, "count", -2)]

    with database.apply() as connection:  # the system tells of its warehouses again
        put(connection, "stock_level", 1, warehouse_id=north, quantity=6, as_of=130)
    assert _stock(database) == [(6 + 20 - 1, 100, "reported", -1)]


def test_a_refused_count_is_no_anchor_and_the_one_before_holds_again(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "stock_level", 1)
        put(connection, "stock_movement", 1, happened_at=120)
        put(connection, "stock_count", 1, counted_at=110, status="waiting")
        put(connection, "stock_count_line", 1)
    assert _stock(database) == [(6, 110, "count", -1)], "it holds while it waits"
    for status, stock in (
        ("refused", (9, 100, "reported", -1)),
        ("approved", (6, 110, "count", -1)),
        ("withdrawn", (9, 100, "reported", -1)),
    ):
        with database.apply() as connection:
            put(connection, "stock_count", 1, counted_at=110, status=status)
        assert _stock(database) == [stock]


@pytest.mark.parametrize("seed", range(12))
def test_the_past_that_the_rules_read_ends_at_the_derived_position(database: Database, seed: int) -> None:
    chance = Random(seed)
    number = count(1)
    where = [None, an_id("warehouse", 1), an_id("warehouse", 2)]
    wanted: dict[bytes, int] = {}
    with database.apply() as connection:
        for product in range(1, 20):
            product_id = an_id("product", product)
            anchors = defaultdict[bytes | None, list[Event]](list)
            moves = defaultdict[bytes | None, list[Event]](list)
            moments = chance.sample(range(100, 200), 12)
            for at in moments[: chance.randint(0, 4)]:
                place, quantity = chance.choice(where), chance.randint(0, 40)
                same = {"warehouse_id": place, "product_id": product_id}
                anchors[place].append((at, quantity))
                one = next(number)
                if chance.random() < 0.5:
                    put(connection, "stock_level", one, **same, quantity=quantity, as_of=at, lot=str(one))
                else:
                    status = chance.choice(COUNT_STATUSES)
                    if status in HOLDS_NOT:
                        anchors[place].pop()
                    put(connection, "stock_count", one, warehouse_id=place, counted_at=at, status=status)
                    line = {"product_id": product_id, "counted": quantity}
                    put(connection, "stock_count_line", one, **line, stock_count_id=an_id("stock_count", one))
            for at in moments[4 : chance.randint(4, 12)]:
                place, quantity = chance.choice(where), chance.randint(-9, 9)
                moves[place].append((at, quantity))
                moved = {"warehouse_id": place, "product_id": product_id, "happened_at": at}
                put(connection, "stock_movement", next(number), **moved, quantity=quantity)
            if any(anchors.values()) or moves:
                (wanted[product_id],) = held(holding(anchors, moves), [1000])
    table = local.stock_position
    assert {row[1]: row[2] for row in rows(database, table)} == wanted
    assert len(wanted) > 12
    with database.read() as connection:
        known = at_partner(connection, an_id("partner", 1), wanted)
    assert {product: held(known[product], [1000])[0] for product in wanted} == wanted
