"""Files of sales as partners send them: read on the demo network, told row by row, booked once."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from channeldesk.actions import sell_out
from channeldesk.desk import Desk
from channeldesk.importing import table
from channeldesk.importing.table import Table
from channeldesk.queries import sell, sell_file
from channeldesk.queries.sell_file import Preview, Standing
from tests.support import demo_laptop
from tests.support.demo_laptop import every, one

SELLER = """SELECT p.id FROM partner p JOIN sell_out o ON o.partner_id = p.id
WHERE EXISTS (SELECT 1 FROM partner b WHERE b.parent_id = p.id) GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with demo_laptop.desk(tmp_path / "desk") as opened:
        yield opened


@pytest.fixture
def seller(desk: Desk) -> bytes:
    return bytes(desk.ask(one, SELLER))


@pytest.fixture
def skus(desk: Desk) -> list[str]:
    return [
        row.sku for row in desk.ask(every, "SELECT sku FROM product WHERE active = 1 ORDER BY sku LIMIT 5")
    ]


def written(tmp_path: Path, *rows: list[object], encoding: str = "utf-8", separator: str = ",") -> Table:
    path = tmp_path / "sales.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return table.look(path)


def codes(found: Preview) -> list[tuple[str, str]]:
    return [(row.standing.value, row.reason.code.split(".")[-1] if row.reason else "") for row in found.rows]


def test_every_row_is_told_for_itself(desk: Desk, seller: bytes, skus: list[str], tmp_path: Path) -> None:
    buyer = desk.ask(every, "SELECT code, name FROM partner WHERE parent_id = :id", id=seller)[0]
    file = written(
        tmp_path,
        ["Hengtai, sales", "", "", "", ""],
        ["Date", "SKU", "Qty", "Customer", "Amount"],
        ["日期", "货号", "数量", "客户", "金额"],
        ["3/11/2026", skus[0], "1,200", buyer.code, "1,200.50"],
        ["3/11/2026", skus[1].lower(), "-2", buyer.name, "-10"],
        ["31/10/2026", skus[0], "0", "", ""],
        ["3/11/2026", "No such thing", "3", "", ""],
        ["soon", skus[0], "3", "", ""],
        ["3/11/2026", skus[0], "three", "", ""],
        ["3/11/2026", skus[0], "3", "Somebody else", ""],
        ["3/11/2027", skus[0], "3", "", ""],
        ["3/11/2026", skus[0], "3", "", "-5"],
        ["3/11/2026", skus[1], "3", "", ""],
        ["3/11/2026", skus[1], "3", "", ""],
        ["3/11/2026", "", "3", "", ""],
        ["Date", "SKU", "Qty", "Customer", "Amount"],
    )
    found = desk.ask(sell_file.preview, seller, file)
    assert found.notation.days == "dmy"
    assert codes(found) == [
        ("new", ""),
        ("new", ""),
        ("wrong", "no_quantity"),
        ("wrong", "unknown_product"),
        ("wrong", "not_a_day"),
        ("wrong", "not_a_number"),
        ("wrong", "unknown_buyer"),
        ("wrong", "not_yet"),
        ("wrong", "other_sign"),
        ("new", ""),
        ("repeated", "repeated"),
        ("wrong", "no_product"),
    ]
    first = found.rows[0].sold
    assert first is not None
    assert (first.quantity, first.first_on, first.amount) == (1_200_000, "2026-11-03", 120_050)
    assert found.rows[0].buyer == buyer.name

    done = desk.act(sell_out.report, seller, found.lines(), file="sales.csv")
    assert (done.value.rows, done.value.known) == (3, 0)
    again = desk.ask(sell_file.preview, seller, file)
    assert [again.count(one) for one in Standing] == [0, 3, 1, 8]
    assert len(found.lines(repeated=True)) == 4


@pytest.mark.parametrize(("encoding", "separator"), [("gb18030", ";"), ("utf-8-sig", ","), ("utf-16", "\t")])
def test_chinese_files(
    desk: Desk, seller: bytes, skus: list[str], tmp_path: Path, encoding: str, separator: str
) -> None:
    rows = [["销售日期", "商品条码", "销量"], ["2026年11月3日", skus[0], "３"], ["2026-10", skus[1], "4"]]
    found = desk.ask(
        sell_file.preview, seller, written(tmp_path, *rows, encoding=encoding, separator=separator)
    )
    assert codes(found) == [("new", ""), ("new", "")]
    month = found.rows[1].sold
    assert month is not None and (month.first_on, month.last_on) == ("2026-10-01", "2026-10-31")


def test_a_workbook(desk: Desk, seller: bytes, skus: list[str], tmp_path: Path) -> None:
    from datetime import date

    book = openpyxl.Workbook()
    book.active.append(["Invoice date", "Product code", "Quantity", "Invoice", "Line"])
    book.active.append([date(2026, 11, 3), skus[0], 3, 4711, 1])
    book.active.append([date(2026, 11, 3), skus[0], 3, 4711, 2])
    book.save(tmp_path / "sales.xlsx")
    found = desk.ask(sell_file.preview, seller, table.look(tmp_path / "sales.xlsx"))
    assert codes(found) == [("new", ""), ("new", "")]


def test_columns_that_are_missing_are_named_and_what_is_chosen_is_remembered(
    desk: Desk, seller: bytes, skus: list[str], tmp_path: Path
) -> None:
    file = written(tmp_path, ["When", "What", "How many", "x"], ["2026-11-03", skus[0], "3", "y"])
    found = desk.ask(sell_file.preview, seller, file)
    assert found.missing == ("day", "product", "quantity")
    chosen = {"day": 0, "product": 1, "quantity": 2}
    by_hand = desk.ask(sell_file.preview, seller, file, columns=chosen)
    assert by_hand.rows[-1].standing is Standing.NEW
    desk.act(sell_out.keep_columns, seller, {"day": "When", "product": "What", "quantity": "How many"})
    file = written(tmp_path, ["No", "WHEN", "what", "How many"], ["1", "2026-11-03", skus[0], "3"])
    assert desk.ask(sell_file.preview, seller, replace(file)).columns == {
        "day": 1,
        "product": 2,
        "quantity": 3,
    }


def test_what_is_pasted_from_a_sheet_may_lack_days(desk: Desk, seller: bytes, skus: list[str]) -> None:
    pasted = Table(
        Path("clipboard"), separator="\t", pasted=f"SKU\tQuantity\r\n{skus[0]}\t3\r\n{skus[1]}\t4\r\n"
    )
    found = desk.ask(sell_file.preview, seller, pasted, period=("2026-10-01", "2026-10-31"))
    assert [(row.sold.quantity, row.sold.last_on) for row in found.rows if row.sold] == [
        (3_000, "2026-10-31"),
        (4_000, "2026-10-31"),
    ]


def test_many_rows_are_read_told_of_and_booked_or_left(
    desk: Desk, seller: bytes, skus: list[str], tmp_path: Path
) -> None:
    rows: list[list[object]] = [["Date", "SKU", "Qty", "Invoice"]]
    rows += [["2026-11-03", skus[n % 5], 1 + n % 7, f"I-{n}"] for n in range(20_000)]
    file = written(tmp_path, *rows)
    told: list[int] = []
    found = desk.ask(sell_file.preview, seller, file, progress=told.append)
    assert (found.count(Standing.NEW), told[0], len(told)) == (20_000, 2_000, 10)
    stopped = desk.ask(sell_file.preview, seller, file, stop=lambda: True)
    assert stopped.rows == ()
    done = desk.act(sell_out.report, seller, found.lines(), file="sales.csv")
    assert desk.ask(one, "SELECT count(*) FROM sell_out WHERE rv = 0") == 20_000
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(one, "SELECT count(*) FROM sell_out WHERE rv = 0") == 0


def test_the_pipeline_of_a_distributor_is_the_sum_of_its_tree(desk: Desk, seller: bytes) -> None:
    found = desk.ask(sell.sell, seller, demo_laptop.DAY)
    assert found is not None
    assert len(found.months) == 12 and len(found.partners) > 1
    assert found.whole.flow.pipeline == sum(one.flow.pipeline or 0 for one in found.partners)
    assert sum(month.sell_in for month in found.months) == found.whole.flow.sell_in
    assert sum(month.sell_out for month in found.months) == found.whole.flow.sold
    assert sum(one.flow.sold for one in found.products) == found.whole.flow.sold
    assert sum(one.flow.sell_in for one in found.products) == found.whole.flow.sell_in
    assert sum(one.flow.sell_in for one in found.partners) == found.whole.flow.sell_in
    assert found.months[-1].pipeline == found.whole.flow.pipeline

    below = next(one for one in found.partners if one.depth == 1)
    alone = desk.ask(sell.sell, below.key, demo_laptop.DAY)
    assert alone is not None
    assert alone.whole.flow.sell_in == below.flow.sell_in + below.flow.received
    assert alone.whole.flow.pipeline == below.flow.pipeline


def test_a_sale_to_a_sub_dealer_leaves_the_pipeline_of_the_tree(desk: Desk, seller: bytes) -> None:
    from channeldesk.actions.sell_out import Sold

    before = desk.ask(sell.sell, seller, demo_laptop.DAY)
    below = bytes(desk.ask(one, "SELECT id FROM partner WHERE parent_id = :id", id=seller))
    product = bytes(desk.ask(one, "SELECT product_id FROM sell_out WHERE partner_id = :id", id=seller))
    day = "2026-11-10"
    desk.act(sell_out.report, seller, [Sold(product, 777_000, day, day, buyer_id=below)])
    after = desk.ask(sell.sell, seller, demo_laptop.DAY)
    assert before is not None and after is not None
    assert after.whole.flow == before.whole.flow
    desk.act(sell_out.report, seller, [Sold(product, 778_000, day, day)])
    sold = desk.ask(sell.sell, seller, demo_laptop.DAY)
    assert sold is not None
    assert sold.whole.flow.sold == before.whole.flow.sold + 778_000
    assert {one.name for one in desk.ask(sell.sellers)} >= {sold.root.name}


@pytest.mark.parametrize("later", ["warehouse", "whole"])
def test_a_level_of_everything_and_one_of_a_warehouse_are_never_added(desk: Desk, later: str) -> None:
    whole = """SELECT s.partner_id, s.product_id, max(s.as_of) AS as_of FROM stock_level s
    WHERE s.warehouse_id IS NULL AND s.quantity > 0
      AND NOT EXISTS (SELECT 1 FROM stock_level w WHERE w.partner_id = s.partner_id
                      AND w.product_id = s.product_id AND w.warehouse_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM stock_count_line c WHERE c.partner_id = s.partner_id
                      AND c.product_id = s.product_id)
    GROUP BY 1, 2 ORDER BY 3, 2 LIMIT 1"""
    (known,) = desk.ask(every, whole)
    told = known.as_of + (1 if later == "warehouse" else -1)
    with desk.database.apply() as connection:
        values = "(?, 1, ?, ?, ?, ?, 5000, 'partner')"
        names = "id, rv, partner_id, product_id, warehouse_id, as_of, quantity, source"
        connection.exec_driver_sql(
            f"INSERT INTO stock_level ({names}) VALUES {values}",
            (bytes([8]) * 16, known.partner_id, known.product_id, bytes([9]) * 16, told),
        )
    level = "SELECT quantity FROM stock_level WHERE partner_id = :a AND product_id = :b AND as_of = :at"
    binds = {"a": known.partner_id, "b": known.product_id, "at": max(told, known.as_of)}
    found = desk.ask(sell.sell, known.partner_id, demo_laptop.DAY, known.product_id)
    assert found is not None
    assert found.partners[0].flow.opening == desk.ask(one, level, **binds)


def test_a_partner_that_is_not_here(desk: Desk) -> None:
    assert desk.ask(sell.sell, bytes(16)) is None
