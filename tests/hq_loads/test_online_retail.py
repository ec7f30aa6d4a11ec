"""Online Retail: every row has one class, the classes add up, loading again changes nothing."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from channeldesk.hq.load import load
from channeldesk.model.notice import Problem
from tests.hq_loads.conftest import FILES, digests, rows, scalar

EXTRACT = FILES / "online_retail"
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def exact_total(folder: Path) -> tuple[int, Decimal]:
    count, total = 0, Decimal(0)
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                count, total = count + 1, total + Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
    return count, total


def classes(report, group="lines"):
    account = report.groups[group]
    return {name: (one.rows, account.amount_text(one)) for name, one in account.classes.items()}


def test_an_extract_is_classified_to_the_row(database):
    report = load(database, EXTRACT, "online-retail")

    count, total = exact_total(EXTRACT)
    account = report.groups["lines"]
    assert account.total.rows == count
    assert Decimal(account.amount_text(account.total)) == total
    assert sum(Decimal(amount) for _, amount in classes(report).values()) == total
    assert {name: number for name, (number, _) in classes(report).items()} == {
        "order_line": 112,
        "return": 5,
        "adjustment": 2,
        "duplicate": 4,
        "rejected": 0,
    }


def test_what_is_booked_is_what_the_report_says(database):
    report = load(database, EXTRACT, "online-retail")

    sold = sum(Decimal(classes(report)[name][1]) for name in ("order_line", "return"))
    assert Decimal(scalar(database, "SELECT sum(net) FROM order_line")) / 100 == sold
    assert scalar(database, "SELECT sum(net) FROM sales_order") == report.booked["order_line"]
    orders = {row["number"]: row for row in rows(database, "sales_order")}
    assert orders["536365"]["status"] == "closed"
    assert orders["536365"]["source"] == "load"
    assert orders["536365"]["order_date"] == "2010-12-01"
    assert orders["536365"]["placed_at"] == 1_291_191_960_000  # 08:26 in London
    assert orders["C536379"]["order_kind"] == "return"
    assert orders["C536379"]["net"] == -2750


def test_rows_without_a_customer_go_to_the_counter_of_their_country(database):
    load(database, EXTRACT, "online-retail")

    partners = {row["code"]: row for row in rows(database, "partner")}
    counter = partners["COUNTER-GB"]
    (order,) = [row for row in rows(database, "sales_order") if row["number"] == "536544"]
    assert order["partner_id"] == counter["id"]
    assert counter["name"] == "Counter sales, United Kingdom"
    assert "17850" in partners


def test_adjustments_have_no_partner(database):
    load(database, EXTRACT, "online-retail")

    moved = {row["reference"]: row for row in rows(database, "stock_movement")}
    assert {name: row["quantity"] for name, row in moved.items()} == {"536414": 56_000, "536589": -10_000}
    assert all(row["partner_id"] is None and row["movement_kind"] == "adjustment" for row in moved.values())


def test_services_are_products_of_their_own_category(database):
    load(database, EXTRACT, "online-retail")

    categories = {row["sku"]: row["category"] for row in rows(database, "product")}
    assert [categories[code] for code in ("POST", "DOT", "D")] == ["Services"] * 3
    assert categories["85123A"] == "Goods"


def test_a_customer_of_two_countries_belongs_to_the_one_with_most_rows(database):
    report = load(database, EXTRACT, "online-retail")

    countries = {row["code"]: row["country"] for row in rows(database, "partner")}
    assert countries["12431"] == "BE"
    assert [remark.code for remark in report.remarks] == ["load.several_values"]
    assert "12431" in report.remarks[0].english()


def test_loading_again_writes_nothing(database):
    load(database, EXTRACT, "online-retail", now=1_000_000)
    before = digests(database)

    report = load(database, EXTRACT, "online-retail", now=2_000_000)

    assert report.rows_written == 0
    assert digests(database) == before
    assert scalar(database, "SELECT count(*) FROM feed_pending") == 0


def test_a_load_is_in_the_feed_and_once_in_the_audit_trail(database):
    load(database, EXTRACT, "online-retail")

    lines = scalar(database, "SELECT count(*) FROM order_line")
    assert scalar(database, "SELECT count(*) FROM feed WHERE entity = 'order_line'") == lines == 117
    assert scalar(database, "SELECT count(*) FROM feed WHERE entity = 'stock_movement'") == 0
    assert scalar(database, "SELECT count(*) FROM audit_entry WHERE action = 'load'") == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(database):
    before = digests(database)
    dry = load(database, EXTRACT, "online-retail", dry_run=True)

    assert digests(database) == before
    assert classes(load(database, EXTRACT, "online-retail")) == classes(dry)


def test_a_changed_order_is_changed_in_place(sqlite_hq, tmp_path):
    day = tmp_path / "day.csv"
    first = "536365,A,LAMP,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"
    second = "536365,B,CUP,2,2010-12-01 08:26:00,1.00,17850.0,United Kingdom"
    third = "536365,C,JAR,1,2010-12-01 08:26:00,4.00,17850.0,United Kingdom"
    day.write_text("\n".join([HEADER, first, second, third]), encoding="utf-8")
    load(sqlite_hq, tmp_path, "online-retail")
    ids = [row["id"] for row in rows(sqlite_hq, "order_line", "line_number")]

    day.write_text("\n".join([HEADER, first.replace(",6,", ",7,"), second]), encoding="utf-8")
    report = load(sqlite_hq, tmp_path, "online-retail")

    lines = rows(sqlite_hq, "order_line", "line_number")
    assert [row["id"] for row in lines] == ids[:2]
    assert [row["net"] for row in lines] == [1785, 200]
    assert rows(sqlite_hq, "sales_order")[0]["net"] == 1985
    written = report.written["order_line"]
    assert (written.inserted, written.updated, written.unchanged, written.removed) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("1,A,X,1,2010-12-01 08:00:00,-2.00,17850.0,United Kingdom", "row.declared", ""),
        ("1,A,X,0,2010-12-01 08:00:00,2.00,17850.0,United Kingdom", "row.declared", ""),
        ("C1,A,X,1,2010-12-01 08:00:00,2.00,17850.0,United Kingdom", "row.declared", ""),
        ("1,A,X,-1,2010-12-01 08:00:00,2.00,17850.0,United Kingdom", "row.declared", ""),
        ("1,A,X,one,2010-12-01 08:00:00,2.00,17850.0,United Kingdom", "row.wrong_form", "Quantity"),
        ("1,A,X,1,01/12/2010,2.00,17850.0,United Kingdom", "row.wrong_form", "InvoiceDate"),
        (
            "1,A,X,1,2010-12-01 08:00:00,2.00001,17850.0,United Kingdom",
            "value.too_many_decimals",
            "UnitPrice",
        ),
        ("1,A,X,1,2010-12-01 08:00:00,2.00,1785.5,United Kingdom", "row.wrong_form", "CustomerID"),
        (
            "1,A,X,1,2010-12-01 08:00:00,2.00,1234567890123456.0,United Kingdom",
            "row.id_too_long",
            "CustomerID",
        ),
        ("1,A,X,1,2010-12-01 08:00:00,2.00,17850.0,Atlantis", "row.not_in_crosswalk", ""),
        ("1,,X,1,2010-12-01 08:00:00,2.00,17850.0,United Kingdom", "row.empty", "StockCode"),
        ("1,A,X,1,2010-12-01 08:00:00,2.00,17850.0", "row.wrong_width", ""),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_with_its_reason(sqlite_hq, tmp_path, row, code, column):
    good = "2,B,CUP,2,2010-12-01 08:26:00,1.00,17850.0,United Kingdom"
    (tmp_path / "day.csv").write_text("\n".join([HEADER, good, row]), encoding="utf-8")

    report = load(sqlite_hq, tmp_path, "online-retail")

    (rejected,) = report.rejected
    assert (rejected.file, rejected.line, rejected.column) == ("day.csv", 3, column)
    assert rejected.reason.code == code
    assert rejected.cells == tuple(row.split(","))
    assert classes(report)["rejected"][0] == 1
    assert classes(report)["order_line"] == (1, "2.00")
    assert f"day.csv, line 3{f', column {column}' if column else ''}: " in report.to_text()


def test_a_row_that_contradicts_its_order_is_rejected_alone(sqlite_hq, tmp_path):
    lines = [
        "1,A,LAMP,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
        "1,B,CUP,2,2010-12-01 08:27:00,1.00,17850.0,United Kingdom",
        "1,C,JAR,1,2010-12-01 08:26:00,4.00,17851.0,United Kingdom",
    ]
    (tmp_path / "day.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")

    report = load(sqlite_hq, tmp_path, "online-retail")

    assert [(row.line, row.reason.code) for row in report.rejected] == [(4, "row.not_same")]
    assert scalar(sqlite_hq, "SELECT sum(net) FROM sales_order") == 1730


def test_an_invoice_in_two_files_is_rejected_the_second_time(sqlite_hq, tmp_path):
    for day in ("a", "b"):
        line = f"1,A,LAMP {day},6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"
        (tmp_path / f"{day}.csv").write_text(f"{HEADER}\n{line}\n", encoding="utf-8")

    report = load(sqlite_hq, tmp_path, "online-retail")

    (rejected,) = report.rejected
    assert (rejected.file, rejected.reason.code) == ("b.csv", "row.repeated_key")
    assert "a.csv, line 2" in rejected.reason.english()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"InvoiceNo,StockCode\n1,A\n", "load.missing_columns"),
        (HEADER.encode() + b"\n1,A,CAF\xc9,1,2010-12-01 08:00:00,2.00,1.0,France\n", "load.wrong_encoding"),
        (HEADER.encode() + b'\n1,A,"open,1,2010-12-01 08:00:00,2.00,1.0,France\n', "load.not_csv"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_load_and_leaves_nothing(sqlite_hq, tmp_path, content, code):
    good = "2,B,CUP,2,2010-12-01 08:26:00,1.00,17850.0,United Kingdom"
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{good}\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(content)
    before = digests(sqlite_hq)

    with pytest.raises(Problem) as stopped:
        load(sqlite_hq, tmp_path, "online-retail")

    assert stopped.value.notice.code == code
    assert "b.csv" in stopped.value.notice.english()
    assert digests(sqlite_hq) == before


def test_a_folder_without_files_is_a_problem(sqlite_hq, tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(Problem):
            load(sqlite_hq, folder, "online-retail")


@pytest.mark.nightly
def test_the_whole_set_adds_up(sqlite_hq, data_dir):
    folder = data_dir / "online_retail"
    if not folder.is_dir():
        pytest.skip("the sample files hold no online_retail")

    report = load(sqlite_hq, folder, "online-retail")

    account = report.groups["lines"]
    assert (account.total.rows, account.amount_text(account.total)) == (245_903, "4397950.761")
    assert classes(report) == {
        "return": (4_473, "-428185.54"),
        "adjustment": (1_460, "0.00"),
        "order_line": (237_958, "4816837.271"),
        "duplicate": (2_012, "9299.03"),
        "rejected": (0, "0.00"),
    }
    assert scalar(sqlite_hq, "SELECT sum(net) FROM order_line") == 438_865_173
    assert scalar(sqlite_hq, "SELECT count(*) FROM order_line") == 237_958 + 4_473
    home = scalar(
        sqlite_hq,
        "SELECT count(*) FROM order_line l JOIN partner p ON p.id = l.partner_id WHERE p.country = 'GB'",
    )
    assert 0.91 < home / 242_431 < 0.93

    pending = scalar(sqlite_hq, "SELECT seq FROM feed_position")
    assert load(sqlite_hq, folder, "online-retail").rows_written == 0
    assert scalar(sqlite_hq, "SELECT seq FROM feed_position") == pending
