"""What columns come to: the same as adding the rows by hand, apart by currency and unit, over any rows."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.queries import column_figures as module
from channeldesk.queries import order_lines, orders, partners, stock, visits
from channeldesk.queries.column_figures import (
    AVERAGE,
    COUNT,
    LEAST,
    MOST,
    SUM,
    Figures,
    Measures,
    column_figures,
)
from channeldesk.queries.views import Column, ColumnType, ListSpec, ListView
from tests.support.demo_laptop import DAY

SPEC = ListSpec(
    key="g.rowid",
    source="goods g",
    default_sort="amount",
    columns={
        "amount": Column("g.amount", ColumnType.MONEY, "g.currency", unsure="g.rowid > 4"),
        "quantity": Column("g.quantity", ColumnType.QUANTITY, unit="g.unit"),
        "day": Column("g.day", ColumnType.DAY),
        "days": Column("coalesce(g.days, 9999)", ColumnType.INTEGER, figure="g.days"),
        "name": Column("g.name"),
    },
)
KINDS = (SUM, AVERAGE, LEAST, MOST, COUNT)
ROWS = [
    (100, "CNY", 5, "pc", "2026-11-01", 3, "a"),
    (250, "CNY", 7, "box", "2026-11-03", None, "b"),
    (70, "EUR", 1, "pc", None, 5, "c"),
    (None, "EUR", 2, "pc", "2026-10-01", 4, "d"),
    (30, "CNY", 9, None, "2026-12-01", None, "e"),
]


@pytest.fixture
def goods() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE goods (amount, currency, quantity, unit, day, days, name)"))
        for row in ROWS:
            connection.exec_driver_sql("INSERT INTO goods VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        yield connection
    engine.dispose()


def each(connection: sa.Connection, keys: list[int], names: list[str]) -> dict[str, Measures]:
    """All figures of columns of goods, each asked for by itself."""
    told = {kind: column_figures(connection, SPEC, keys, dict.fromkeys(names, kind)) for kind in KINDS}
    return {
        name: {
            measure: Figures(
                one.count,
                told[SUM][name][measure].total,
                told[LEAST][name][measure].least,
                told[MOST][name][measure].most,
                one.unsure,
            )
            for measure, one in told[COUNT][name].items()
        }
        for name in told[COUNT]
    }


@pytest.mark.parametrize("piece", [1, 3, 1_000])
def test_a_part_of_the_rows_is_asked_for_in_pieces(
    goods: sa.Connection, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(module, "_PIECE", piece)

    found = each(goods, [5, 3, 2, 1], ["amount", "days"])

    assert found["amount"] == {"CNY": Figures(3, 380, 30, 250, 1), "EUR": Figures(1, 70, 70, 70, 0)}
    assert found["days"] == {"": Figures(2, 8, 3, 5)}
    few = each(goods, [4, 1], ["amount"])
    assert few["amount"] == {"CNY": Figures(1, 100, 100, 100, 0)}


@pytest.mark.parametrize("few", [1, 2, 4])
@pytest.mark.parametrize("piece", [1, 2, 1_000])
def test_currencies_and_units_are_never_added(
    goods: sa.Connection, monkeypatch: pytest.MonkeyPatch, piece: int, few: int
) -> None:
    """Also of a long list, whose measures are added up one by one where they are ``few``."""
    monkeypatch.setattr(module, "_PIECE", piece)
    monkeypatch.setattr(module, "_FEW", few)

    found = each(goods, [1, 2, 3, 4, 5], ["amount", "quantity", "day", "days", "name", "gone"])

    assert found["amount"] == {"CNY": Figures(3, 380, 30, 250, 1), "EUR": Figures(1, 70, 70, 70, 0)}
    assert found["quantity"] == {
        "pc": Figures(3, 8, 1, 5),
        "box": Figures(1, 7, 7, 7),
        "": Figures(1, 9, 9, 9),
    }
    assert found["day"] == {"": Figures(4, 0, "2026-10-01", "2026-12-01")}
    assert found["days"] == {"": Figures(3, 12, 3, 5)}, "what stands in for a missing value does not count"
    assert set(found) == {"amount", "quantity", "day", "days"}


def test_only_the_rows_asked_for_count(goods: sa.Connection) -> None:
    assert each(goods, [2, 4], ["amount"])["amount"] == {"CNY": Figures(1, 250, 250, 250)}
    assert each(goods, [], ["amount"]) == {"amount": {}}


def test_each_column_is_told_what_it_is_asked_for(goods: sa.Connection) -> None:
    found = column_figures(
        goods, SPEC, [1, 2, 3], {"amount": AVERAGE, "quantity": MOST, "day": LEAST, "days": COUNT}
    )

    assert found["amount"]["CNY"] == Figures(2, 350)
    assert found["quantity"]["pc"] == Figures(2, most=5)
    assert found["day"][""] == Figures(2, least="2026-11-01")
    assert found["days"][""] == Figures(2)


def test_partners_come_to_what_their_rows_say(reader: sa.Connection) -> None:
    keys = partners.keys(reader, ListView({"overdue": "> 0"}), DAY)
    rows = partners.rows(reader, keys, DAY)

    found = partners.figures(
        reader, keys, dict.fromkeys(["sales", "overdue", "visit_days", "stock_days"], SUM), DAY
    )

    sales: dict[str, int] = defaultdict(int)
    for row in rows:
        sales[row.currency] += row.sales
    assert {code: one.total for code, one in found["sales"].items()} == sales
    assert sum(one.total for one in found["overdue"].values()) == sum(row.overdue or 0 for row in rows) > 0
    days = [row.visit_days for row in rows if row.visit_days is not None]
    assert found["visit_days"][""] == Figures(len(days), sum(days))
    longest = partners.figures(reader, keys, {"visit_days": MOST}, DAY)
    assert longest["visit_days"][""].most == max(days)
    known = [row.stock_days for row in rows if row.stock_days is not None]
    assert found["stock_days"][""].count == len(known)


def test_the_other_lists_come_to_what_their_rows_say(reader: sa.Connection) -> None:
    order_keys = orders.keys(reader, today=DAY)
    totals: dict[str, int] = defaultdict(int)
    for order in orders.rows(reader, order_keys):
        totals[order.currency] += order.total
    of_orders = orders.figures(reader, order_keys, {"total": SUM})["total"]
    assert {code: one.total for code, one in of_orders.items()} == totals
    assert len(totals) > 1

    lines = order_lines.keys(reader)[:5_000]
    net = sum(row.net for row in order_lines.rows(reader, lines) if row.currency == "CNY")
    assert order_lines.figures(reader, lines, {"net": SUM})["net"]["CNY"].total == net

    positions = stock.keys(reader, today=DAY)
    by_unit: dict[str, int] = defaultdict(int)
    for row in stock.rows(reader, positions, DAY):
        by_unit[row.unit or ""] += row.quantity
    found = stock.figures(reader, positions, {"quantity": SUM})["quantity"]
    assert {unit: one.total for unit, one in found.items()} == by_unit

    past = visits.keys(reader)
    minutes = [row.minutes for row in visits.rows(reader, past) if row.minutes is not None]
    assert visits.figures(reader, past, {"minutes": SUM})["minutes"][""].total == sum(minutes)


def test_what_waits_for_headquarters_makes_the_sum_unsure(desk: Desk) -> None:
    with desk.database.apply() as connection:
        keys = orders.keys(connection, today=DAY)[:10]
        assert orders.figures(connection, keys, {"total": SUM})["total"]["CNY"].unsure == 0
        connection.execute(sa.text("UPDATE sales_order SET rv = 0 WHERE rowid = :key"), {"key": keys[3]})
        assert orders.figures(connection, keys, {"total": SUM})["total"]["CNY"].unsure == 1
