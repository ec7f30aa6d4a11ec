"""AdventureWorks: the tree, the people, the targets, and the sales to the cent."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, retention, sequencer
from channeldesk.hq.database import Database
from channeldesk.hq.load import load
from channeldesk.model.tables import hq
from tests.hq_loads.conftest import FILES, digests, rows, scalar

INVENTED = FILES / "adventureworks"


def test_an_invented_company_of_the_same_form(database):
    report = load(database, INVENTED, "adventureworks")

    territories = {row["id"]: row for row in rows(database, "territory")}
    paths = {row["code"]: row["path"] for row in territories.values()}
    assert paths["ALL"] == "ALL/"
    assert paths["US-4"] == "ALL/NAM/US/US-4/"
    assert paths["FR-7"] == "ALL/EUR/FR/FR-7/"
    partners = {row["name"]: territories[row["territory_id"]]["code"] for row in rows(database, "partner")}
    assert partners == {
        "Wheel Depot": "US-1",  # by its own sales
        "Pedal Corner": "US-1",  # by the sales of its state
        "Vélo Plus": "FR-7",
        "Never Sold": "AU-9",  # by its country
    }
    users = {row["id"]: row["login"] for row in rows(database, "app_user")}
    assert "rené-seine" in users.values()
    held = {
        (users[row["user_id"]], territories[row["territory_id"]]["code"])
        for row in rows(database, "scope_grant")
    }
    assert {("wes-west", "US-1"), ("wes-west", "US-4"), ("nora-north", "NAM"), ("dora-all", "ALL")} <= held
    orders = {row["number"]: row for row in rows(database, "sales_order")}
    assert {number: row["net"] for number, row in orders.items()} == {"SO1": 8768, "SO2": 202498}
    assert users[orders["SO2"]["salesperson_id"]] == "rené-seine"
    assert [row["cost"] for row in rows(database, "order_line", "cost")] == [3609, 6345, 189810]
    periods = {row["id"]: row["code"] for row in rows(database, "fiscal_period")}
    assert sorted(periods.values()) == [f"{year}-P{n:02d}" for year in (2017, 2018) for n in range(1, 13)]
    targets = {
        (users[row["user_id"]], periods[row["period_id"]], territories[row["territory_id"]]["code"]): row[
            "value"
        ]
        for row in rows(database, "target")
    }
    assert targets == {
        ("wes-west", "2017-P08", "US-1"): 50_000_000,
        ("nora-north", "2017-P08", "NAM"): 100_000_000,
        ("rené-seine", "2018-P01", "FR-7"): 2_500_050,
    }
    assert not report.rejected


def test_the_files_own_figure_is_kept_and_the_difference_reported(sqlite_hq):
    report = load(sqlite_hq, INVENTED, "adventureworks")

    (remark,) = report.remarks
    assert remark.code == "load.figures_differ"
    assert "Sales.csv, line 4" in remark.english()


def test_loading_again_writes_nothing(database):
    load(database, INVENTED, "adventureworks")
    before = digests(database)

    assert load(database, INVENTED, "adventureworks").rows_written == 0
    assert digests(database) == before


def test_what_people_entered_since_stays(sqlite_hq):
    """A load writes the fields of its mapping; a phone number is not one of them."""
    load(sqlite_hq, INVENTED, "adventureworks")
    with sqlite_hq.write() as connection:
        connection.exec_driver_sql("UPDATE partner SET phone = '1' WHERE code = 'R-11'")

    assert load(sqlite_hq, INVENTED, "adventureworks").rows_written == 0
    assert [row["phone"] for row in rows(sqlite_hq, "partner", "code")] == ["1", None, None, None]


def test_the_real_company(sqlite_hq, data_dir):
    folder = data_dir / "adventureworks_reseller"
    if not folder.is_dir():
        pytest.skip("the sample files hold no adventureworks_reseller")

    report = load(sqlite_hq, folder, "adventureworks")

    assert scalar(sqlite_hq, "SELECT sum(net) FROM order_line") == 7_754_857_020
    assert scalar(sqlite_hq, "SELECT sum(net) FROM sales_order") == 7_754_857_020
    inserted = {name: one.inserted for name, one in report.written.items()}
    assert inserted == {
        "app_user": 18,
        "territory": 20,
        "scope_grant": 43,
        "fiscal_period": 60,
        "channel_type": 3,
        "partner": 701,
        "product": 397,
        "sales_order": 3_616,
        "order_line": 57_851,
        "target": 809,
    }
    assert report.rejected == []
    assert report.remarks == []
    assert load(sqlite_hq, folder, "adventureworks").rows_written == 0


def test_what_it_brings_can_be_loaded_again_after_headquarters_forgot_it(
    database: Database, tmp_path: Path
) -> None:
    """Deleted by a person, long ago, and still in the files of every night."""
    folder = tmp_path / "files"
    shutil.copytree(FILES / "adventureworks", folder)
    load(database, folder, "adventureworks")
    partner, never_sold = hq.tables["partner"], hq.tables["partner"].c.name == "Never Sold"
    with database.write() as connection:
        connection.execute(sa.update(partner).where(never_sold).values(deleted=1))
        sequencer.drain(connection, admin.now_ms())
    for days in (200, 400):
        retention.prune(database, admin.now_ms() + days * retention.DAY_MS)
    resellers = folder / "Reseller.csv"
    text = resellers.read_text("utf-8-sig")
    resellers.write_text(text.replace("Never Sold|Perth", "Never Sold|Sydney"), "utf-8-sig")
    load(database, folder, "adventureworks")
    with database.snapshot() as connection:
        assert connection.scalars(sa.select(partner.c.deleted).where(never_sold)).all() == [1]
