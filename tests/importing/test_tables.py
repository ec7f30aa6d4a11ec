"""Files as people send them: every encoding and kind of workbook gives the same rows, or a clear no."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.importing import headings, rejected, table
from channeldesk.importing.headings import Wanted
from channeldesk.importing.lines import Line
from channeldesk.importing.notation import Notation, seen
from channeldesk.model.notice import Problem

ROWS = [["日期", "货号", "数量"], ["2026-11-05", "A-1", "3"], ["2026-11-06", "电钻", "-1,5"]]
WANTED = (
    Wanted("day", ("日期", "Date"), required=True),
    Wanted("product", ("货号", "SKU", "Item"), required=True),
    Wanted("quantity", ("数量", "Quantity"), required=True),
)


def cells(path: Path) -> list[list[str]]:
    return [list(line.cells) for line in table.look(path).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_of_any_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "sales.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(ROWS)
    assert cells(path) == ROWS


def test_western_letters_are_no_chinese_and_chinese_ones_no_western(tmp_path: Path) -> None:
    path = tmp_path / "umsatz.csv"
    path.write_bytes("Datum;Kunde\n5.11.2026;Müller\n6.11.2026;Café Größe\n".encode("cp1252"))
    assert table.look(path).encoding == "cp1252"
    path.write_bytes("日期,客户\n2026-11-05,张三\n".encode("gb18030"))
    assert table.look(path).encoding == "gb18030"


def test_what_the_person_says_about_a_file_is_done(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes("客户,数\n测试,1\n".encode("gb18030"))
    found = table.look(path)
    with pytest.raises(Problem, match="not text in utf-8"):
        list(found.read_as("utf-8", ",").rows())
    assert [line.cells for line in found.read_as("gb18030", ";").rows()] == [("客户,数",), ("测试,1",)]


@pytest.mark.parametrize("maker", ["xlsxwriter", "openpyxl"])
def test_a_workbook_tells_its_numbers_and_dates_plainly(tmp_path: Path, maker: str) -> None:
    path = tmp_path / "sales.xlsx"
    day, moment = date(2026, 11, 5), datetime(2026, 11, 5, 14, 30)  # noqa: DTZ001 - a sheet knows no zones
    rows = [["日期", "Quantity", "x", "y"], [day, 0.1, None, 1_200_000], [moment, -3, "A & B", 1e-4]]
    if maker == "openpyxl":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.create_sheet("Other").append(["not this"])
        book.save(path)
    else:
        with xlsxwriter.Workbook(str(path)) as made:
            sheet, shape = made.add_worksheet(), made.add_format({"num_format": "dd.mm.yyyy hh:mm"})
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, place, value, shape)
                    else:
                        sheet.write(number, place, value)
            made.add_worksheet().write(0, 0, "not this")
    assert cells(path) == [
        ["日期", "Quantity", "x", "y"],
        ["2026-11-05", "0.1", "", "1200000"],
        ["2026-11-05 14:30:00", "-3", "A & B", "0.0001"],
    ]


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    def code(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(Problem) as problem:
            cells(path)
        return problem.value.notice.code

    assert code("a.csv", b"") == "import.empty"
    assert code("a.xls", bytes.fromhex("d0cf11e0a1b11ae1")) == "import.old_workbook"
    assert code("a.xlsx", b"PK\x03\x04 cut off") == "import.damaged"
    assert code("b.csv", b'a,b\n1,"never closed\n2,3\n') == "import.not_a_table"
    assert code("c.csv", b"a,b\n" + b"x," * 600 + b"\n") == "import.too_wide"
    assert code("d.csv", b"\xff\x81\x30\xff\xff\x81\x8d") == "import.no_encoding"
    with zipfile.ZipFile(tmp_path / "e.xlsx", "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    with pytest.raises(Problem) as problem:
        cells(tmp_path / "e.xlsx")
    assert problem.value.notice.code == "import.damaged"
    with pytest.raises(Problem, match="no longer there"):
        table.look(tmp_path / "gone.csv")


def test_headings_are_found_below_a_title_and_left_out_when_they_come_again(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(
        "Sales of November\n\nDate,SKU,Quantity,Store\n日期,货号,数量,店\n2026-11-05,A-1,3,x\n"
        "Date,SKU,Quantity,Store\n",
        "utf-8",
    )
    head = table.look(path).head()
    found = headings.find(head, WANTED)
    columns = headings.recognise(found.names, WANTED)
    assert (found.line, columns) == (3, {"day": 0, "product": 1, "quantity": 2})
    again = [line.number for line in head if line.number > 3 and found.is_again(line, columns, WANTED)]
    assert again == [4, 6]


def test_what_headings_go_by_is_made_once_for_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file with a hundred thousand rows that was two thirds of the time."""
    made: list[str] = []
    real = headings.simple
    monkeypatch.setattr(headings, "simple", lambda text: made.append(text) or real(text))
    found = headings.Headings(1, ("Date", "SKU", "Quantity"))
    columns = {"day": 0, "product": 1, "quantity": 2}
    names = (
        Wanted("day", ("Day", "Datum", "Jour")),
        Wanted("product", ("Code",)),
        Wanted("quantity", ("Qty",)),
    )
    for number in range(2, 102):
        assert not found.is_again(Line(number, ("2026-11-05", f"A-{number}", "3")), columns, names)
    assert len(made) == 100 * 3 + 5


def test_a_file_without_headings_has_numbers(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("2026-11-05,A-1,3\n2026-11-06,A-2,4\n", "utf-8")
    found = headings.find(table.look(path).head(), WANTED)
    assert (found.line, found.names) == (0, ("1", "2", "3"))


def test_what_was_chosen_last_time_wins() -> None:
    names = ("Date of booking", "Our SKU", "Quantity", "Their item")
    assert headings.recognise(names, WANTED) == {"day": 0, "product": 3, "quantity": 2}
    found = headings.recognise(names, WANTED, {"product": "their  ITEM", "day": "gone"})
    assert found == {"product": 3, "quantity": 2, "day": 0}


@pytest.mark.parametrize(
    ("days", "text", "expected"),
    [
        ("ymd", "2026-11-05", "2026-11-05"),
        ("ymd", "2026/1/5", "2026-01-05"),
        ("ymd", "2026年11月5日", "2026-11-05"),
        ("ymd", "20261105", "2026-11-05"),
        ("ymd", "26-11-05", "2026-11-05"),
        ("ymd", "２０２６－１１－０５", "2026-11-05"),
        ("ymd", "46331", "2026-11-05"),
        ("ymd", "2026-11-05 14:30:00", "2026-11-05"),
        ("dmy", "5.11.2026", "2026-11-05"),
        ("mdy", "11/5/26", "2026-11-05"),
        ("mdy", "2026-11-05", "2026-11-05"),
    ],
)
def test_days(days: str, text: str, expected: str) -> None:
    assert Notation(days=days).day(text) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "30.2.2026", "5.11", "1e5"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Problem, match="is not a day"):
        Notation(days="dmy").day(text)


@pytest.mark.parametrize(
    ("decimal", "text", "expected"),
    [
        (".", "1,234.5", 1_234_500),
        (",", "1.234,5", 1_234_500),
        (",", "1 234,5", 1_234_500),
        (".", "1'234", 1_234_000),
        (".", "(3)", -3_000),
        (".", "3-", -3_000),
        (".", "\u22123", -3_000),
        (".", "¥ 12.50", 12_500),
        (".", "１２", 12_000),
        (".", "0", 0),
    ],
)
def test_numbers(decimal: str, text: str, expected: int) -> None:
    assert Notation(decimal=decimal).number(text, 3) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "-", "three", "1,23.4", "1.2.3", "12,34", "nan", "1e3", "--1"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(Problem, match="is not a number"):
        Notation().number(text, 3)


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from(["ymd", "dmy", "mdy"]))
def test_a_day_is_read_as_it_was_written(day: date, order: str) -> None:
    year, month, date_ = f"{day.year}", f"{day.month}", f"{day.day}"
    parts = {"ymd": (year, month, date_), "dmy": (date_, month, year), "mdy": (month, date_, year)}[order]
    assert Notation(days=order).day("/".join(parts)) == day.isoformat()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "numbers", "separator", "expected"),
    [
        (["5/11/2026", "31/1/2026"], ["1"], ",", Notation("dmy", ".")),
        (["1/31/2026"], ["1,5"], ";", Notation("mdy", ",")),
        (["5/6/2026"], ["1,234"], ";", Notation("dmy", ",")),
        (["2026-1-2"], ["1,234"], ",", Notation("ymd", ".")),
        ([], ["1.234.567", "1,5"], ",", Notation("ymd", ",")),
        ([], ["1.234,5"], ";", Notation("ymd", ",")),
        ([], [], "", Notation()),
    ],
)
def test_the_notation_is_seen_from_the_whole_file(
    days: list[str], numbers: list[str], separator: str, expected: Notation
) -> None:
    assert seen(days, numbers, separator) == expected


def test_rejected_rows_can_be_mended_and_brought_again(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    bad = [(Line(7, ("soon", "=1+1", "-3")), "no day"), (Line(9, ("x",)), "no quantity")]
    assert rejected.save(path, ["Date", "SKU", "Quantity"], bad, line="Line", reason="Reason") == 2
    assert cells(path) == [
        ["Date", "SKU", "Quantity", "Line", "Reason"],
        ["soon", "'=1+1", "-3", "7", "no day"],
        ["x", "", "", "9", "no quantity"],
    ]
    assert [one.name for one in tmp_path.iterdir()] == ["rejected.csv"]
