"""The week as a calendar file and people as contact cards, asked where and written by the real window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from channeldesk.actions import contacts as contact_actions
from channeldesk.desk import Desk
from channeldesk.queries import clock
from tests.support import content_lines as reader
from tests.support.demo_pages import ShowPage, settle
from ui.pages.partner import PartnerPage
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.viewmodels.visit_week import week

Save = Callable[[Window, Path], None]


@pytest.fixture
def save(qtbot: QtBot) -> Save:
    """Chooses the file in the dialog that is open."""

    def chosen(window: Window, path: Path) -> None:
        (dialog,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
        name = dialog.findChild(QLineEdit)
        assert name is not None and name.text().endswith(path.suffix), "a name is proposed"
        name.setText(str(path))
        QTest.keyClick(name, Qt.Key.Key_Return)
        settle(qtbot, window)
        qtbot.waitUntil(path.exists)
        settle(qtbot, window)

    return chosen


def test_the_week_goes_into_a_calendar(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, save: Save, tmp_path: Path
) -> None:
    window = show_page("visits")
    page = window.router.page
    assert isinstance(page, VisitsPage) and page.week is not None
    QTest.keyClick(page.table, Qt.Key.Key_X)
    settle(qtbot, window)
    save(window, tmp_path / "week.ics")
    raw = (tmp_path / "week.ics").read_bytes()
    found = reader.parts(reader.read(raw), "VEVENT")
    shown = [row.visit for row in page.week.rows if row.visit is not None and row.visit.state != "done"]
    assert len(found) == len(shown) > 0
    titles = {reader.text(one["SUMMARY"][1]) for one in found}
    assert titles == {f"Visit to {one.partner}" for one in shown}
    assert all("GEO" in one and "LOCATION" in one for one in found), "the demo knows where its partners are"
    assert f"{len(shown)} visits saved in week.ics." == window.messages.message
    assert list(tmp_path.glob("*.part")) == []


def test_a_week_without_visits_is_not_saved_and_it_says_so(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("visits")
    page = window.router.page
    assert isinstance(page, VisitsPage)
    far = date.fromisoformat(demo_desk.ask(clock.today)) + timedelta(days=700)
    page._show_week(demo_desk.ask(week, demo_desk.profile.user_id, far.isoformat()).first)
    settle(qtbot, window)
    page.week_tools.file.click()
    settle(qtbot, window)
    assert not window.findChildren(QFileDialog)
    assert "nothing to save" in window.messages.message


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window = show_page("visits")
    page = window.router.page
    assert isinstance(page, VisitsPage)
    page.week_tools.saving.save("text", str, str(tmp_path / "gone" / "week.ics"))
    settle(qtbot, window)
    assert "week.ics" in window.messages.message and "cannot be written" in window.messages.message
    assert list(tmp_path.glob("**/week*")) == []


def people_at(desk: Desk, partner_id: bytes) -> list[bytes]:
    sql = sa.text("SELECT id FROM contact WHERE partner_id = :partner")
    return list(desk.ask(lambda connection: connection.execute(sql, {"partner": partner_id}).scalars().all()))


@pytest.fixture
def partner_id(demo_desk: Desk) -> bytes:
    """With two people who agreed to be contacted and one who was not asked."""
    sql = "SELECT partner_id FROM contact GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    found = bytes(demo_desk.ask(lambda connection: connection.execute(sa.text(sql)).scalar_one()))
    for one in people_at(demo_desk, found):
        demo_desk.act(contact_actions.edit, one, {"consent": 0})
    people = (("Aa, Asked", 1), ("Ab, not asked", 0), ("Ac, asked too", 1))
    for name, consent in people:
        values = {"name": name, "consent": consent, "note": "keeps others waiting", "phone": "+86 571 1"}
        demo_desk.act(contact_actions.add, found, values)
    return found


def test_only_who_agreed_goes_into_the_address_book(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, partner_id: bytes, save: Save, tmp_path: Path
) -> None:
    window = show_page("partner", partner_id)
    page = window.router.page
    assert isinstance(page, PartnerPage)
    page.tabs.choose("contacts")
    settle(qtbot, window)
    QTest.keyClick(page.contacts.table, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window)
    save(window, tmp_path / "all.vcf")
    raw = (tmp_path / "all.vcf").read_bytes()
    cards = reader.parts(reader.read(raw), "VCARD")
    assert [reader.text(one["FN"][1]) for one in cards] == ["Aa, Asked", "Ac, asked too"]
    assert b"waiting" not in raw, "notes about people stay here"
    left_out = len(people_at(demo_desk, partner_id)) - 2
    assert f"not agreed to be contacted: {left_out}." in window.messages.message

    rows = map(page.contacts.model.row, range(page.contacts.model.rowCount()))
    at = next(at for at, one in enumerate(rows) if one is not None and one.name == "Ab, not asked")
    page.contacts.table.setCurrentIndex(page.contacts.model.index(at, 0))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(page.contacts.table, Qt.Key.Key_S)
    settle(qtbot, window)
    assert not [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    assert "Ab, not asked has not agreed" in window.messages.message
