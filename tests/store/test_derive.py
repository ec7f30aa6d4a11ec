"""Derived tables equal a rebuild after every commit, whatever was written, by whom and in which order."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from channeldesk.model import local, tables
from channeldesk.store import derive, touched
from channeldesk.store.database import Database
from tests.support import laptop

T = tables.laptop.tables
PARTS = ["sales_by_category", "sales_by_period", "stock_position", "search_entry"]
NOTHING = {
    "sales_by_category": 0,
    "sales_by_period": 0,
    "stock_position": 0,
    "search_entry": 0,
    "search_index": 0,
}


def an_id(kind: str, number: int) -> bytes:
    return kind.encode().ljust(15, b"-")[:15] + bytes([number])


def put(connection: sa.Connection, entity: str, which: int, /, **values: Any) -> bytes:
    """Insert or update a row; what is not given gets a plausible value."""
    row_id = an_id(entity, which)
    row = {"id": row_id, "rv": 1} | _DEFAULTS[entity] | values
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    sets = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    connection.exec_driver_sql(
        f"INSERT INTO {entity} ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}",
        tuple(row.values()),
    )
    return row_id


_PARTNER, _PRODUCT = an_id("partner", 1), an_id("product", 1)
_DEFAULTS: dict[str, dict[str, Any]] = {
    "partner": {"name": "Hengtai", "territory_id": bytes(16), "currency": "CNY"},
    "contact": {"partner_id": _PARTNER, "name": "张三"},
    "product": {"sku": "A-1", "name": "Drill", "category": "tools"},
    "fiscal_period": {
        "code": "2026-P11",
        "name": "November",
        "year": 2026,
        "number": 11,
        "quarter": 4,
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
        "trading_days": 21,
    },
    "sales_order": {
        "partner_id": _PARTNER,
        "order_date": "2026-11-21",
        "status": "accepted",
        "currency": "CNY",
    },
    "order_line": {
        "order_id": an_id("sales_order", 1),
        "partner_id": _PARTNER,
        "line_number": 1,
        "product_id": _PRODUCT,
        "quantity": 2000,
        "unit_price": 10000,
        "net": 200,
        "cost": 150,
    },
    "stock_level": {
        "partner_id": _PARTNER,
        "product_id": _PRODUCT,
        "quantity": 10,
        "as_of": 100,
        "source": "erp",
    },
    "stock_movement": {
        "partner_id": _PARTNER,
        "product_id": _PRODUCT,
        "movement_kind": "sale",
        "quantity": -1,
        "happened_at": 150,
        "happened_on": "2026-11-21",
    },
    "sell_out": {
        "partner_id": _PARTNER,
        "product_id": _PRODUCT,
        "quantity": 4,
        "first_on": "2026-11-21",
        "last_on": "2026-11-21",
        "happened_at": 150,
        "source": "entry",
        "report": "r",
        "identity": "i",
    },
    "stock_count": {"partner_id": _PARTNER, "counted_at": 100, "counted_on": "2026-11-21"},
    "stock_count_line": {
        "stock_count_id": an_id("stock_count", 1),
        "partner_id": _PARTNER,
        "product_id": _PRODUCT,
        "counted": 7,
    },
}


def rows(database: Database, table: sa.Table) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table))]


def _sold(database: Database) -> list[tuple[Any, ...]]:
    """(period, category, lines, quantity, net, cost) of the only partner."""
    return [(r[1], r[2], *r[4:]) for r in rows(database, local.sales_by_category)]


@pytest.fixture
def sold(database: Database) -> Database:
    """One confirmed order of one line."""
    with database.apply() as connection:
        for entity in ("fiscal_period", "partner", "product", "sales_order", "order_line"):
            put(connection, entity, 1)
    return database


def test_a_confirmed_line_counts(sold: Database) -> None:
    assert _sold(sold) == [("2026-P11", "tools", 1, 2000, 200, 150)]
    assert rows(sold, local.sales_by_period) == [(_PARTNER, "2026-P11", "CNY", 1, 200)]


def test_a_return_takes_away(sold: Database) -> None:
    with sold.apply() as connection:
        put(connection, "sales_order", 2, order_kind="return")
        put(connection, "order_line", 2, order_id=an_id("sales_order", 2), quantity=-500, net=-50, cost=-40)

    assert _sold(sold) == [("2026-P11", "tools", 2, 1500, 150, 110)]


@pytest.mark.parametrize("status", ["draft", "placed", "cancelled", "rejected"])
def test_what_headquarters_did_not_accept_does_not_count(sold: Database, status: str) -> None:
    with sold.apply() as connection:
        put(connection, "sales_order", 1, status=status)

    assert _sold(sold) == []
    assert rows(sold, local.sales_by_period) == []


@pytest.mark.parametrize("status", ["accepted", "partly_shipped", "shipped", "closed"])
def test_what_headquarters_accepted_counts_until_it_changes_again(sold: Database, status: str) -> None:
    with sold.apply() as connection:
        put(connection, "sales_order", 1, status=status)

    assert len(_sold(sold)) == 1


def test_an_order_that_waits_in_the_outbox_does_not_count_until_it_is_answered(sold: Database) -> None:
    with sold.write() as connection:
        connection.execute(sa.update(T["sales_order"]).values(note="please hurry"))
    assert _sold(sold) == []

    with sold.apply() as connection:
        connection.execute(sa.delete(local.outbox))
    assert len(_sold(sold)) == 1


def test_lines_may_arrive_after_their_order_and_before_it(sold: Database) -> None:
    with sold.apply() as connection:
        put(connection, "order_line", 2)
        put(connection, "order_line", 3, order_id=an_id("sales_order", 3))
    assert _sold(sold) == [("2026-P11", "tools", 2, 4000, 400, 300)]

    with sold.apply() as connection:
        put(connection, "sales_order", 3)
    assert _sold(sold) == [("2026-P11", "tools", 3, 6000, 600, 450)]


def test_an_order_nobody_confirmed_does_not_count(database: Database) -> None:
    with database.apply() as connection:
        put(connection, "sales_order", 1, rv=0)
        put(connection, "order_line", 1)

    assert _sold(database) == []


def test_a_date_outside_the_calendar_and_a_product_without_category_stand_under_empty(
    database: Database,
) -> None:
    with database.apply() as connection:
        put(connection, "fiscal_period", 1)
        put(connection, "sales_order", 1, order_date="2025-01-01")
        put(connection, "order_line", 1)
    assert _sold(database) == [("", "", 1, 2000, 200, 150)]

    with database.apply() as connection:
        put(connection, "product", 1)
        put(connection, "fiscal_period", 1, starts_on="2025-01-01")
    assert _sold(database) == [("2026-P11", "tools", 1, 2000, 200, 150)]


def test_a_moved_order_leaves_its_old_group(sold: Database) -> None:
    with sold.apply() as connection:
        put(connection, "sales_order", 1, order_date="2026-12-01")

    assert _sold(sold) == [("", "tools", 1, 2000, 200, 150)]


def test_a_product_may_change_its_category_while_its_lines_follow_a_moved_order(sold: Database) -> None:
    with sold.apply() as connection:
        put(connection, "sales_order", 1, partner_id=an_id("partner", 2))
    with sold.apply() as connection:
        put(connection, "product", 1, category="paint")
    assert _sold(sold) == [("2026-P11", "paint", 1, 2000, 200, 150)]


def test_deleted_rows_leave_the_sums_whichever_way_they_are_deleted(sold: Database) -> None:
    with sold.apply() as connection:
        connection.exec_driver_sql("DELETE FROM order_line")

    assert _sold(sold) == []
    assert rows(sold, local.sales_by_period) == [(_PARTNER, "2026-P11", "CNY", 1, 0)]


def test_a_rolled_back_transaction_leaves_no_note(sold: Database) -> None:
    _transact(sold, "fail", [("sales_order", 1, {"status": "cancelled"}), ("order_line", 1, None)])

    with sold.apply() as connection:
        assert not touched.anything(connection)
    assert len(_sold(sold)) == 1


def test_a_row_that_came_too_late_leaves_nothing_behind_for_the_next_transaction(sold: Database) -> None:
    """Triggers that come before a change also come before one that does not take place."""
    older = "INSERT INTO sales_order (id, partner_id, order_date, currency, rv) VALUES (?, ?, ?, ?, 0) "
    older += "ON CONFLICT (id) DO UPDATE SET rv = excluded.rv WHERE excluded.rv > sales_order.rv"
    order = an_id("sales_order", 1)
    with sold.apply() as connection:
        connection.exec_driver_sql(older, (order, _PARTNER, "2026-11-21", "CNY"))
    with sold.write() as connection:
        connection.exec_driver_sql("UPDATE sales_order SET status = 'cancelled' WHERE id = ?", (order,))
    with sold.apply() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
        put(connection, "sales_order", 1, rv=2)

    with sold.read() as connection:
        assert derive.compare(connection) == NOTHING
    assert len(_sold(sold)) == 1


def test_a_backfill_builds_everything_last(database: Database) -> None:
    with database.read() as connection:
        wanted = _indexes(connection)
    with database.apply() as connection:
        derive.drop_secondary_indexes(connection)
    with database.apply() as connection:
        for entity in _DEFAULTS:
            put(connection, entity, 1)
        assert not touched.anything(connection)
    with database.write() as connection:  # a person works meanwhile
        connection.execute(sa.update(T["partner"]).values(phone="138"))
    assert _sold(database) == []

    built = list(derive.create_secondary_indexes(database))
    assert [*dict.fromkeys(derive.rebuild(database))] == PARTS

    assert len(built) > 20
    with database.read() as connection:
        assert _indexes(connection) == wanted
        assert derive.missing_indexes(connection) == []
        assert derive.compare(connection) == NOTHING
    assert len(_sold(database)) == 1
    with database.apply() as connection:
        put(connection, "sales_order", 1, status="cancelled")
    assert _sold(database) == []


def _indexes(connection: sa.Connection) -> list[tuple[Any, ...]]:
    query = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"
    return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_an_interrupted_backfill_is_known_after_a_restart(tmp_path: Path) -> None:
    with laptop.opened(tmp_path / "cache.db") as database, database.apply() as connection:
        derive.drop_secondary_indexes(connection)
    with laptop.opened(tmp_path / "cache.db") as database:
        with database.read() as connection:
            assert derive.suspended(connection)
            assert len(derive.missing_indexes(connection)) > 20
        with database.write() as connection:
            put(connection, "partner", 1)
        assert rows(database, local.search_entry) == []


def test_compare_counts_what_is_wrong(sold: Database) -> None:
    with sold.apply() as connection:
        connection.exec_driver_sql("UPDATE sales_by_category SET net = net + 1")
        connection.exec_driver_sql("DELETE FROM search_entry WHERE entity = 'product'")
        found = derive.compare(connection)

    assert found == NOTHING | {
        "sales_by_category": 2,
        "sales_by_period": 2,
        "search_entry": 1,
        "search_index": 1,
    }
    list(derive.rebuild(sold))
    with sold.read() as connection:
        assert derive.compare(connection) == NOTHING


_number = st.integers(1, 3)
_partner = _number.map(lambda n: an_id("partner", n))
_product = _number.map(lambda n: an_id("product", n))
_moment = st.integers(99, 101)
_signed = st.integers(-5, 5)
_day = st.sampled_from(["2026-09-30", "2026-10-15", "2026-11-21"])
_name = st.sampled_from(["Hengtai", "恒泰贸易", "Müller", "Ａ１"])
_VALUES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "partner": {"name": _name, "city": st.none() | _name},
    "contact": {"name": _name, "partner_id": _partner, "phone": st.none() | st.just("138")},
    "product": {"name": _name, "category": st.sampled_from([None, "", "tools", "paint"])},
    "fiscal_period": {
        "code": st.sampled_from(["P10", "P11"]),
        "starts_on": st.sampled_from(["2026-10-15", "2026-11-01"]),
        "ends_on": st.sampled_from(["2026-10-14", "2026-10-31", "2026-11-30"]),
    },
    "sales_order": {
        "partner_id": _partner,
        "order_date": _day,
        "status": st.sampled_from(["placed", "accepted", "closed", "cancelled"]),
        "rv": st.integers(0, 2),
        "currency": st.sampled_from(["CNY", "USD"]),
        "note": st.sampled_from(["a", "b"]),
    },
    "order_line": {
        "order_id": _number.map(lambda n: an_id("sales_order", n)),
        "product_id": _product,
        "partner_id": _partner,
        "quantity": _signed,
        "net": _signed,
        "cost": st.none() | _signed,
    },
    "stock_level": {"partner_id": _partner, "product_id": _product, "quantity": _signed, "as_of": _moment},
    "stock_movement": {
        "partner_id": st.none() | _partner,
        "product_id": _product,
        "quantity": _signed,
        "happened_at": _moment,
        "happened_on": _day,
        "movement_kind": st.sampled_from(["sale", "receipt"]),
    },
    "sell_out": {
        "partner_id": _partner,
        "product_id": _product,
        "quantity": _signed,
        "happened_at": _moment,
        "first_on": _day,
        "last_on": _day,
        "reverses_id": st.none() | _number.map(lambda n: an_id("sell_out", n)),
    },
    "stock_count": {"counted_at": _moment, "status": st.sampled_from(["counted", "refused"])},
    "stock_count_line": {
        "stock_count_id": _number.map(lambda n: an_id("stock_count", n)),
        "partner_id": _partner,
        "product_id": _product,
        "counted": _signed,
    },
}
_steps = st.one_of(
    *(
        st.tuples(st.just(name), _number, st.none() | st.fixed_dictionaries({}, optional=v))
        for name, v in _VALUES.items()
    ),
    st.tuples(st.just("outbox"), st.just(0), st.none()),
)
_transactions = st.lists(
    st.tuples(st.sampled_from(["write", "apply", "fail"]), st.lists(_steps, min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Database]:
    with (
        tempfile.TemporaryDirectory(prefix="channeldesk-derive-") as folder,
        laptop.opened(Path(folder) / "cache.db") as opened,
    ):
        yield opened


@settings(max_examples=300)
@given(_transactions)
def test_following_every_commit_equals_building_anew(shared: Database, history: list[Any]) -> None:
    with shared.apply() as connection:  # start where every change matters
        for table in (*_VALUES, "outbox", "shadow"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        for entity in _VALUES:
            put(connection, entity, 1)
        put(connection, "sales_order", 2, order_date="2026-10-15")
        put(connection, "order_line", 2, order_id=an_id("sales_order", 2), product_id=an_id("product", 3))
        put(connection, "order_line", 3, order_id=an_id("sales_order", 3))  # waits for its order
        put(connection, "stock_count_line", 2, product_id=an_id("product", 2))
    for where, steps in history:
        _transact(shared, where, steps)
        with shared.read() as connection:
            assert derive.compare(connection) == NOTHING
    before = [rows(shared, table) for table in (local.sales_by_category, local.sales_by_period)]
    list(derive.rebuild(shared))
    assert before == [rows(shared, table) for table in (local.sales_by_category, local.sales_by_period)]


def _transact(database: Database, where: str, steps: list[Any]) -> None:
    block = database.write if where == "write" else database.apply
    try:
        with block() as connection:
            for entity, number, values in steps:
                if entity == "outbox":
                    connection.exec_driver_sql("DELETE FROM outbox WHERE seq = (SELECT min(seq) FROM outbox)")
                elif values is None:
                    connection.exec_driver_sql(f"DELETE FROM {entity} WHERE id = ?", (an_id(entity, number),))
                else:
                    put(connection, entity, number, **values)
            if where == "fail":
                raise ZeroDivisionError
    except ZeroDivisionError:
        return
