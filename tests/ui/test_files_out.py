"""Where files are asked for, and what a workbook for Excel holds."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import openpyxl
import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from tests.support.demo_pages import ShowPage, settle
from ui.models import plain, workbook
from ui.models.columns import Column, Kind
from ui.pages.partners import PartnersPage
from ui.session import Session
from ui.widgets.ask_where import ask_where, last, open_dialog, save_dialog

_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation
ROOT = Path(__file__).resolve().parents[2]


class Row(NamedTuple):
    name: str
    amount: int | None
    quantity: int
    day: str
    at: int
    share: float


COLUMNS = (
    Column("name", "Name", lambda row: row.name),
    Column("amount", "Amount", lambda row: row.amount, Kind.MONEY, currency=lambda row: "CNY"),
    Column("quantity", "Quantity", lambda row: row.quantity, Kind.QUANTITY),
    Column("day", "Day", lambda row: row.day, Kind.DAY),
    Column("at", "At", lambda row: row.at, Kind.INSTANT),
    Column("share", "Share", lambda row: row.share, Kind.PERCENT),
)


def written(path: Path, rows: list[Row]) -> list[tuple[Any, ...]]:
    found = plain.write(
        path, COLUMNS, range(len(rows)), lambda keys: [rows[key] for key in keys], print, Event()
    )
    assert found == len(rows)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None and sheet.freeze_panes == "A2"
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    last.folder = ""
    return tmp_path


def test_a_workbook_holds_figures_dates_and_texts_that_are_never_run(tmp_path: Path) -> None:
    rows = [
        Row("杭州 <恒泰> & Co.", 123_450, 1_500, "2026-11-12", 1_794_440_520_000, 0.25),
        Row("=1+1\x07", None, -2_000, "2026-01-01", 1_794_440_520_000, 1.0),
    ]
    heading, first, second = written(tmp_path / "rows.xlsx", rows)
    assert heading == ("Name", "Amount", "Quantity", "Day", "At", "Share")
    assert first[:3] == ("杭州 <恒泰> & Co.", 1234.5, 1.5)
    assert [one.date() if isinstance(one, datetime) else one for one in first[3:4]] == [date(2026, 11, 12)]
    assert first[4] == datetime(2026, 11, 11, 23, 42)  # noqa: DTZ001 - a sheet knows no zones
    assert (second[0], second[1], second[2]) == ("=1+1", None, -2)


def test_an_empty_list_is_a_workbook_too(tmp_path: Path) -> None:
    assert len(written(tmp_path / "none.XLSX", [])) == 1


def test_more_rows_than_a_sheet_holds_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Export as CSV"):
        workbook.Workbook(tmp_path / "many.xlsx", COLUMNS, workbook.MOST + 1)
    assert not list(tmp_path.iterdir())


def test_the_list_is_exported_for_excel(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, elsewhere: Path
) -> None:
    window = show_page("partners")
    page = window.router.page
    assert isinstance(page, PartnersPage)
    page.table.export()
    dialog = page.table.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.nameFilters() == ["CSV (*.csv)", "Excel workbook (*.xlsx)"]
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert Path(dialog.selectedFiles()[0]).name == "Partners.xlsx"
    dialog.fileSelected.emit(str(elsewhere / "Partners.xlsx"))
    settle(qtbot, window)
    sheet = openpyxl.load_workbook(elsewhere / "Partners.xlsx").active
    assert sheet is not None and sheet.max_row == page.table.count + 1
    assert last.folder == str(elsewhere)
    dialog.close()


def test_a_question_begins_in_the_documents_then_where_the_last_one_ended(
    qtbot: QtBot, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = elsewhere / "Documents"
    documents.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", {_DOCUMENTS: str(documents)}.get)
    parent = QWidget()
    qtbot.addWidget(parent)
    first = save_dialog(parent, "Save", "one.csv", kind="CSV (*.csv)", suffix="csv")
    assert first.directory().path() == documents.as_posix()
    first.fileSelected.emit(str(elsewhere / "one.csv"))
    second = open_dialog(parent, "Open", several=True)
    assert second.directory().path() == elsewhere.as_posix()
    asked: list[str] = []
    ask_where(parent, "Save", "two.csv", asked.append)
    third = next(one for one in parent.findChildren(QFileDialog) if one.isVisible())
    assert Path(third.selectedFiles()[0]) == elsewhere / "two.csv"
    third.close()


def test_the_folder_is_known_after_a_restart(demo_desk: Desk, qtbot: QtBot, elsewhere: Path) -> None:
    begun = []
    for _ in range(2):
        session = Session(demo_desk)
        begun.append(last.folder)
        session.show()
        dialog = save_dialog(session.app.window, "Save", "one.csv")
        dialog.fileSelected.emit(str(elsewhere / "one.csv"))
        qtbot.waitUntil(lambda session=session: session.app.tasks.idle)  # type: ignore[misc]
        assert session.app.close()
        session.app.deleteLater()
        session.deleteLater()
        last.folder = "of somebody else"
    assert begun == ["", str(elsewhere)]


def test_files_are_asked_for_in_one_place() -> None:
    made = [
        path
        for path in (ROOT / "ui").rglob("*.py")
        if re.search(r"QFileDialog\(|getSaveFileName|getOpenFileName", path.read_text("utf-8"))
    ]
    assert made == [ROOT / "ui/widgets/ask_where.py"]
