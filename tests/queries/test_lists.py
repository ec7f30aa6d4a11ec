"""Lists: every column sorts and filters, keys and rows agree, pages keep their order."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.model.collation import shown_name, sort_key
from channeldesk.model.notice import Problem
from channeldesk.queries import order_lines, orders, partners, stock, visits
from channeldesk.queries.sales import Scope
from channeldesk.queries.views import ColumnType, ListSpec, ListView
from tests.support.demo_laptop import DAY, every, one

LISTS: dict[str, tuple[ListSpec, Callable[..., Any], Callable[..., Any], str]] = {
    "partners": (
        partners.SPEC,
        lambda c, v: partners.keys(c, v, DAY),
        lambda c, k: partners.rows(c, k, DAY),
        "partner",
    ),
    "orders": (orders.SPEC, lambda c, v: orders.keys(c, v, today=DAY), orders.rows, "sales_order"),
    "stock": (
        stock.SPEC,
        lambda c, v: stock.keys(c, v, today=DAY),
        lambda c, k: stock.rows(c, k, DAY),
        "stock_position",
    ),
    "visits": (visits.SPEC, visits.keys, visits.rows, "visit"),
}
COLUMNS = [(name, column) for name, (spec, *_) in LISTS.items() for column in spec.columns]
TYPED = {
    ColumnType.TEXT: "!zzz",
    ColumnType.CHOICE: "!zzz",
    ColumnType.FLAG: "no",
    ColumnType.DAY: ">=2000",
    ColumnType.INSTANT: ">=2000",
}


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_every_column_sorts_and_filters(reader: sa.Connection, name: str, column: str) -> None:
    spec, keys, _, table = LISTS[name]
    count = one(reader, f"SELECT count(*) FROM {table}")

    up = keys(reader, ListView(sort=column))
    down = keys(reader, ListView(sort=column, descending=True))
    filtered = keys(reader, ListView({column: TYPED.get(spec.columns[column].type, ">= -1000000000")}))
    without = keys(reader, ListView({column: "-"}))

    assert sorted(up) == sorted(down)
    assert len(up) == count > 0
    assert len(filtered) <= count
    assert len(without) + len(keys(reader, ListView({column: "*"}))) == count


@pytest.mark.parametrize("name", LISTS)
def test_rows_follow_their_keys(reader: sa.Connection, name: str) -> None:
    _, keys, rows, _ = LISTS[name]
    wanted = list(keys(reader, ListView()))[:50][::-1]

    found = rows(reader, wanted)

    assert [row.key for row in found] == wanted
    assert rows(reader, [10**12, wanted[0]])[0].key == wanted[0], "a row that is gone is left out"


def test_an_unknown_column_is_a_programming_error(reader: sa.Connection) -> None:
    with pytest.raises(KeyError):
        partners.keys(reader, ListView({"nonsense": "1"}))


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("overdue", "> abc", "value.not_a_number"),
        ("last_visit", "soon", "value.not_a_date"),
        ("last_visit", "2026-13", "value.not_a_date"),
        ("provisional", "perhaps", "filter.not_yes_or_no"),
        ("overdue", "..", "value.not_a_number"),
    ],
)
def test_what_cannot_be_understood_is_said(reader: sa.Connection, column: str, typed: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        partners.keys(reader, ListView({column: typed}))
    assert caught.value.notice.code == code


def names(reader: sa.Connection, **filters: str) -> list[str]:
    keys = partners.keys(reader, ListView(filters), DAY)
    return [row.name for row in partners.rows(reader, keys, DAY)]


def test_text_filters(reader: sa.Connection) -> None:
    everyone = [row.name for row in every(reader, "SELECT name FROM partner")]

    assert set(names(reader, name="TOOLS")) == {name for name in everyone if "tools" in name.lower()}
    assert set(names(reader, name="!tools")) == {name for name in everyone if "tools" not in name.lower()}
    assert names(reader, name="=" + everyone[0].upper()) == [everyone[0]]
    assert names(reader, name="100%_") == []
    assert set(names(reader, name="杭州")) == set(names(reader, name_local="杭州")) != set()
    golden = names(reader, tier="Gold")
    assert golden == names(reader, tier="金牌") == names(reader, tier="=金牌") != []
    assert set(names(reader, tier="!金牌")) == set(everyone) - set(golden)
    assert set(names(reader, type="分销")) == set(names(reader, type="Distributor"))


def test_amounts_are_compared_in_the_currency_of_the_row(reader: sa.Connection) -> None:
    rows = partners.rows(reader, partners.keys(reader, today=DAY), DAY)
    over = {row.name for row in rows if row.overdue and row.overdue >= 100_000_00}

    assert set(names(reader, overdue=">= 100,000")) == over
    some = next(row for row in rows if row.overdue)
    assert some.name in names(reader, overdue=f"{round(some.overdue / 100)}"), (
        "a whole number finds what is shown so"
    )
    assert some.name in names(reader, overdue=f"{some.overdue / 100 - 1:.2f}..{some.overdue / 100 + 1:.2f}")


def test_dates_by_month_and_range(reader: sa.Connection) -> None:
    def count(typed: str) -> int:
        return len(orders.keys(reader, ListView({"date": typed}), today=DAY))

    def counted(condition: str) -> int:
        return int(one(reader, f"SELECT count(*) FROM sales_order WHERE order_date {condition}"))

    assert count("2026-10") == counted("LIKE '2026-10-%'") > 0
    assert count(">2026-10") == counted("> '2026-10-31'")
    assert count("<2026-10") == counted("< '2026-10-01'")
    assert count("<=2026-10") == counted("<= '2026-10-31'")
    assert count("2026-10..2026-11-03") == counted("BETWEEN '2026-10-01' AND '2026-11-03'")
    assert count("!=2026-10") == counted("NOT LIKE '2026-10-%'")
    assert count("≥ 2026") == counted(">= '2026-01-01'")


def test_choices_and_search(reader: sa.Connection) -> None:
    open_orders = orders.keys(reader, ListView({"status": "placed|accepted"}), today=DAY)
    assert len(open_orders) == one(
        reader, "SELECT count(*) FROM sales_order WHERE status IN ('placed', 'accepted')"
    )
    by_pinyin = partners.keys(reader, ListView(search="hzht"), DAY)
    by_name = partners.keys(reader, ListView(search="hengtai hardware"), DAY)
    assert list(by_name) == [key for key in by_pinyin if key in by_name] != []


def test_order_lines_of_a_partner(reader: sa.Connection) -> None:
    partner = one(reader, "SELECT partner_id FROM order_line GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    keys = order_lines.keys(reader, scope=Scope(partner_id=partner))
    rows = order_lines.rows(reader, keys)

    assert {row.partner_id for row in rows} == {partner}
    assert [row.date for row in rows] == sorted((row.date for row in rows), reverse=True)
    assert sum(row.net for row in rows) == one(
        reader,
        "SELECT sum(l.net) FROM order_line l JOIN sales_order s ON s.id = l.order_id WHERE l.partner_id = :p "
        "AND s.status NOT IN ('draft', 'cancelled', 'rejected')",
        p=partner,
    )


def test_a_view_is_a_value() -> None:
    one_way = ListView({"name": "x", "code": " "}, sort="name")
    other = ListView([("name", "x")], sort="name")
    assert one_way == other
    assert hash(one_way) == hash(other)


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_lists_are_ordered_by_the_name_that_is_shown(reader: sa.Connection, language: str) -> None:
    def named(row: Any) -> str:
        return sort_key(shown_name(row.name, row.name_local, language), language) or ""

    up = partners.rows(reader, partners.keys(reader, ListView(sort="name", language=language), DAY), DAY)
    down = partners.keys(reader, ListView(sort="name", descending=True, language=language), DAY)

    assert [named(row) for row in up] == sorted(named(row) for row in up)
    assert len({named(row) for row in up}) == len(up) > 20
    assert [row.key for row in up] == list(reversed(down))

    held = stock.rows(reader, stock.keys(reader, ListView(sort="product", language=language), today=DAY), DAY)
    products = [
        sort_key(shown_name(row.product, row.product_local, language), language) or "" for row in held
    ]
    assert products == sorted(products)


def test_codes_are_ordered_by_their_signs(reader: sa.Connection) -> None:
    rows = stock.rows(reader, stock.keys(reader, ListView(sort="sku"), today=DAY), DAY)
    assert [row.sku for row in rows] == sorted((row.sku or "" for row in rows), key=str.upper)
