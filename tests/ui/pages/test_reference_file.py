"""Prices through a file: exported, edited, taken in again; what others changed meanwhile is decided."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from channeldesk.actions import reference
from channeldesk.desk import Desk
from channeldesk.queries import reference_drafts
from tests.support.demo_pages import settle
from tests.ui.pages.test_reference_bulk import office as office
from tests.ui.pages.test_reference_bulk import page as page
from tests.ui.pages.test_reference_bulk import settled

PRICE = 4
"""Its column in an exported file."""


@pytest.fixture
def dialog(page: Any, qtbot: QtBot) -> Any:
    """The first four prices, ticked."""
    page.tables["price_item"].view.tick_places([0, 1, 2, 3])
    page.file.click()
    settled(qtbot, page)
    return page.sheet


def finished(qtbot: QtBot, dialog: Any) -> None:
    qtbot.waitUntil(lambda: dialog._context.tasks.idle, timeout=20_000)
    settle(qtbot, dialog.parent().window())


def exported(qtbot: QtBot, dialog: Any, path: Path) -> list[list[str]]:
    dialog.export_to(str(path))
    finished(qtbot, dialog)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def taken(qtbot: QtBot, dialog: Any, path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    dialog.read(str(path))
    finished(qtbot, dialog)


def test_a_file_goes_out_and_comes_in(qtbot: QtBot, dialog: Any, office: Desk, tmp_path: Path) -> None:
    path = tmp_path / "autumn.csv"
    rows = exported(qtbot, dialog, path)
    assert len(rows) == 5
    taken(qtbot, dialog, path, rows)
    assert "4 rows stay as they are" in dialog.preview.counts.text()
    assert not dialog.main.isEnabled()

    rows[1][PRICE] = "1.5"
    rows[2][PRICE] = "about two"
    taken(qtbot, dialog, path, rows)
    assert "1 row changes" in dialog.preview.counts.text()
    assert "1 was not understood" in dialog.preview.counts.text()
    said = str(dialog.preview.model.data(dialog.preview.model.index(0, 4)))
    assert "about two" in said
    dialog.main.click()
    settled(qtbot, dialog.parent())
    (draft,) = office.ask(reference_drafts.drafts).drafts
    assert (draft.name, draft.size) == ("autumn", 1)
    assert draft.rows[0].changes[0].after == 1_5000


def test_a_workbook_says_the_same(qtbot: QtBot, dialog: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    dialog.export_to(str(path))
    finished(qtbot, dialog)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.cell(2, PRICE + 1).value = 99
    book.save(path)
    dialog.read(str(path))
    finished(qtbot, dialog)
    assert dialog.main.isEnabled()
    assert "4 rows read · 1 row changes" in dialog.preview.counts.text()
    dialog.reject()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_not_taken_are_saved_put_right_and_read_again(
    qtbot: QtBot, dialog: Any, office: Desk, tmp_path: Path, ending: str
) -> None:
    rows = exported(qtbot, dialog, tmp_path / "p.csv")
    assert dialog.save.isHidden(), "nothing was read yet"
    rows[1][PRICE], rows[2][PRICE], rows[3][1] = "about two", "2.5", "=NOBODY()"
    taken(qtbot, dialog, tmp_path / "p.csv", rows)
    assert dialog.save.isVisible()
    path = tmp_path / f"Not taken.{ending}"
    dialog.save_to(str(path))
    finished(qtbot, dialog)
    assert "Saved 2 rows with their reasons" in dialog.preview.counts.text()
    assert dialog.main.isEnabled(), "what was read is still there to be kept"

    saved = _table(path)
    assert saved[0][-2:] == ["Line", "Reason"]
    assert [row[-2] for row in saved[1:]] == ["2", "4"]
    assert "about two" in saved[1][-1]
    assert len(saved) == 3
    saved[1][PRICE], saved[2][1] = "3.5", rows[4][1]
    taken(qtbot, dialog, tmp_path / "mended.csv", saved)
    assert "1 row changes" in dialog.preview.counts.text()
    assert dialog.save.isHidden() == ("not understood" not in dialog.preview.counts.text())
    dialog.reject()


def test_rows_not_taken_that_cannot_be_saved(qtbot: QtBot, dialog: Any, page: Any, tmp_path: Path) -> None:
    rows = exported(qtbot, dialog, tmp_path / "p.csv")
    rows[1][PRICE] = "about two"
    taken(qtbot, dialog, tmp_path / "p.csv", rows)
    dialog.save_to(str(tmp_path / "nowhere" / "bad.csv"))
    finished(qtbot, dialog)
    assert "1 was not understood" in dialog.preview.counts.text()
    assert dialog.save.isVisible()
    dialog.reject()


def _table(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_what_somebody_else_changed_is_decided(
    qtbot: QtBot, dialog: Any, office: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    rows = exported(qtbot, dialog, path)
    rows[1][PRICE], rows[2][PRICE] = "1.5", "2.5"
    sql = "SELECT id FROM price_item WHERE rowid = ?"
    for key in dialog._keys[:2]:
        row_id = office.ask(lambda c, key=key: c.exec_driver_sql(sql, (key,)).scalar_one())
        office.act(reference.edit, "price_item", row_id, {"price": 77_0000})
    taken(qtbot, dialog, path, rows)
    conflicts = dialog.conflicts
    assert conflicts.isVisible()
    assert conflicts.model.rowCount() == 2
    assert not dialog.main.isEnabled(), "theirs stands until somebody decides"

    conflicts.table.setCurrentIndex(conflicts.model.index(0, 0))
    conflicts.table.setFocus()
    qtbot.keyClick(conflicts.table, Qt.Key.Key_Space)
    assert "1" in dialog.main.text()
    conflicts.all_mine.click()
    assert "2" in dialog.main.text()
    conflicts.all_theirs.click()
    assert not dialog.main.isEnabled()
    conflicts.all_mine.click()
    dialog.main.click()
    settled(qtbot, dialog.parent())
    newest = office.ask(reference_drafts.drafts).drafts[-1]
    assert [row.changes[0].after for row in newest.rows] == [1_5000, 2_5000]


def test_what_was_decided_outlives_what_fails(
    qtbot: QtBot, dialog: Any, office: Desk, tmp_path: Path
) -> None:
    """A file that cannot be written, and a keep that is refused since a row moved meanwhile."""
    path = tmp_path / "p.csv"
    rows = exported(qtbot, dialog, path)
    rows[1][PRICE], rows[2][PRICE] = "1.5", "2.5"
    sql = "SELECT id FROM price_item WHERE rowid = ?"
    ids = [
        office.ask(lambda c, key=key: c.exec_driver_sql(sql, (key,)).scalar_one()) for key in dialog._keys[:2]
    ]
    for row_id in ids:
        office.act(reference.edit, "price_item", row_id, {"price": 77_0000})
    taken(qtbot, dialog, path, rows)
    dialog.conflicts.all_mine.click()
    dialog.export_to(str(tmp_path / "nowhere" / "p.csv"))
    finished(qtbot, dialog)
    assert dialog.conflicts.isVisible()
    assert "2" in dialog.main.text()

    office.act(reference.edit, "price_item", ids[0], {"price": 78_0000})
    dialog.main.click()
    finished(qtbot, dialog)
    assert dialog.isVisible()
    assert "2" in dialog.main.text()
    dialog.reject()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"Name,City\nOne,Two\n", "no column that is called"),
        (bytes(range(256)) * 20, "Nothing was read"),
    ],
)
def test_a_bad_file_is_told_and_costs_nothing(
    qtbot: QtBot, dialog: Any, tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    dialog.read(str(path))
    finished(qtbot, dialog)
    assert told in dialog.preview.counts.text()
    assert not dialog.main.isEnabled()
    assert dialog.stop.isHidden()
    dialog.reject()


def test_reading_is_stopped(qtbot: QtBot, dialog: Any, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [["Price list", "Product code", "Price"], *(["X", f"P-{at}", "1"] for at in range(40_000))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    dialog.read(str(path))
    assert dialog.stop.isVisible()
    dialog.stop.click()
    finished(qtbot, dialog)
    assert "Stopped" in dialog.preview.counts.text()
    assert not dialog.main.isEnabled()
    dialog.reject()
