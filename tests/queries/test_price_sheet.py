"""Files of prices as people send them: read whole, or refused with a reason, whole or row by row."""

import csv
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest
import xlsxwriter

from channeldesk.model.notice import Problem
from channeldesk.queries.price_sheet import MOST, Read, read
from channeldesk.rules.bulk.sheet import Asked, Bad

HEAD = ["Price list", "Product code", "From quantity", "Price", "Floor price"]


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return path


def taken(path: Path) -> Read:
    found = read(path, lambda _: None, Event())
    assert found is not None
    return found


def codes(found: Read) -> list[str]:
    return [one.reason.code for one in found.rows if isinstance(one, Bad)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("separator", "price", "quantity"), [(",", "1,234.50", "1000"), (";", "1.234,50", "1000")]
)
def test_encodings_separators_and_notations(
    tmp_path: Path, encoding: str, separator: str, price: str, quantity: str
) -> None:
    head = ["价目表", "产品编码", "起订数量", "单价", "最低限价"]
    rows = [head, ["华东", "DR-1", quantity, price, ""], ["华东", "DR-2", "", price, price]]
    found = taken(write(tmp_path / "p.csv", rows, encoding, separator))
    assert found.rows == (
        Asked(2, "华东", "DR-1", 1_000_000, {"price": 1_234_5000, "floor": None}),
        Asked(3, "华东", "DR-2", 0, {"price": 1_234_5000, "floor": 1_234_5000}),
    )


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate([HEAD, ["STD", "DR-1", 0, 12.5, 10]]):
            for column, cell in enumerate(cells):
                sheet.write(at, column, cell)
    assert taken(path).rows == (Asked(2, "STD", "DR-1", 0, {"price": 12_5000, "floor": 10_0000}),)


def test_a_file_without_floors_leaves_them_alone(tmp_path: Path) -> None:
    rows = [["List code", "SKU", "Price"], ["STD", "DR-1", "5"]]
    (one,) = taken(write(tmp_path / "p.csv", rows)).rows
    assert isinstance(one, Asked)
    assert one.mine == {"price": 5_0000}


def test_rows_that_are_not_understood_stand_beside_the_others(tmp_path: Path) -> None:
    rows = [
        [*HEAD, "Valid from", "Valid to", "Version"],
        ["STD", "DR-1", "0", "12.5", "", "2026-01-01", "2026-12-31", "p120000f"],
        ["STD", "DR-2", "0", "twelve", "", "", "", ""],
        ["STD", "DR-3", "0", "1.23456", "", "", "", ""],
        ["STD", "DR-4", "0", "", "", "", "", ""],
        ["", "DR-5", "0", "1", "", "", "", ""],
        ["STD", "DR-6", "0", "1", "", "2026-12-31", "2026-01-01", ""],
        ["STD", "DR-7", "0", "1", "", "soon", "", ""],
        ["STD", "DR-8", "0", "1", "", "", "", "12.00"],
        ["STD", "DR-9", "0", "1", "", "2025-01-01", "2026-12-31", ""],
    ]
    found = taken(write(tmp_path / "p.csv", rows))
    assert codes(found) == [
        "import.not_a_number",
        "value.too_many_decimals",
        "sheet.empty_cell",
        "sheet.empty_cell",
        "staff.ends_before_it_begins",
        "import.not_a_day",
        "sheet.bad_version",
        "sheet.two_validities",
    ]
    assert [one.line for one in found.rows if isinstance(one, Asked)] == [2]
    assert found.lists == {"STD": (2, "2026-01-01", "2026-12-31")}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Price list", "Name"], ["STD", "Drill"]], "sheet.missing_columns"),
        ([["a", "b", "c"], ["1", "2", "3"]], "sheet.missing_columns"),
        ([HEAD], "sheet.no_rows"),
    ],
)
def test_a_file_that_is_none_of_prices(tmp_path: Path, rows: list[list[str]], code: str) -> None:
    with pytest.raises(Problem) as problem:
        taken(write(tmp_path / "p.csv", rows))
    assert problem.value.notice.code == code


def test_an_empty_file_and_one_that_is_gone(tmp_path: Path) -> None:
    empty = tmp_path / "e.csv"
    empty.touch()
    for path, code in ((empty, "import.empty"), (tmp_path / "no.csv", "file.not_found")):
        with pytest.raises(Problem) as problem:
            taken(path)
        assert problem.value.notice.code == code


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(Problem):
        taken(path)


def test_a_hundred_thousand_rows_and_one_more(tmp_path: Path) -> None:
    rows = [HEAD, *(["STD", f"D-{at}", "0", "12.50", ""] for at in range(MOST))]
    told: list[int] = []
    found = read(write(tmp_path / "p.csv", rows), told.append, Event())
    assert found is not None
    assert len(found.rows) == MOST
    assert told[-1] == MOST
    with pytest.raises(Problem) as problem:
        taken(write(tmp_path / "p.csv", [*rows, rows[1]]))
    assert problem.value.notice.code == "import.too_many"


def test_reading_is_cancelled(tmp_path: Path) -> None:
    rows = [HEAD, *(["STD", f"D-{at}", "0", "12.50", ""] for at in range(5_000))]
    cancel = Event()
    assert read(write(tmp_path / "p.csv", rows), lambda _: cancel.set(), cancel) is None
