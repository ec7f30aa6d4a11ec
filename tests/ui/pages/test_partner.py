"""One partner's page over the real encrypted demo profile, with real events."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from channeldesk.actions import promises
from channeldesk.actions import visits as visit_actions
from channeldesk.desk import Desk
from channeldesk.queries import partner_edit, partner_page, partners, receivables
from channeldesk.queries import promises as promises_query
from channeldesk.queries.partner_page import PartnerPageData
from tests.support import pdf_text
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import formats
from ui.pages.orders import OrdersPage
from ui.pages.partner import PartnerPage
from ui.shell.window import Window
from ui.widgets.partners.brief import BriefDialog
from ui.widgets.partners.change_promise import ChangePromiseDialog
from ui.widgets.partners.contacts import ContactDialog
from ui.widgets.partners.edit_form import EditDialog
from ui.widgets.partners.lists import InvoiceList
from ui.widgets.partners.small_forms import NoteDialog, PlanVisitDialog, PromiseDialog
from ui.widgets.receivables.invoice import InvoiceDialog
from ui.widgets.visits.correct import CorrectVisitDialog

Key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Dialog = TypeVar("Dialog", bound=QDialog)
_BUSIEST = "SELECT partner_id FROM sales_order GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"


@pytest.fixture
def partner_id(demo_desk: Desk) -> bytes:
    return bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_BUSIEST).scalar_one()))


@pytest.fixture
def window(show_page: ShowPage, partner_id: bytes) -> Window:
    return show_page("partner", partner_id)


def page_of(window: Window) -> PartnerPage:
    page = window.router.page
    assert isinstance(page, PartnerPage)
    return page


def press(qtbot: QtBot, window: Window, key: Key) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(QApplication.focusWidget() or window, key)
    settle(qtbot, window)


def confirm(qtbot: QtBot, window: Window, dialog: QDialog) -> None:
    QTest.keyClick(dialog, Key.Key_Return, CONTROL)
    settle(qtbot, window)


def undo(qtbot: QtBot, window: Window) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Key.Key_Z, CONTROL)
    settle(qtbot, window)


def read(desk: Desk, partner_id: bytes) -> PartnerPageData:
    found = desk.ask(partner_page.read, partner_id)
    assert found is not None
    return found


def one(window: Window, kind: type[Dialog]) -> Dialog:
    found = window.findChildren(kind)
    assert len(found) == 1, kind
    return found[0]


def _shows(page: PartnerPage, partner_id: bytes) -> bool:
    return page.data is not None and page.data.detail.id == partner_id


def test_the_page_shows_what_the_queries_say(window: Window, demo_desk: Desk, partner_id: bytes) -> None:
    page, data = page_of(window), read(demo_desk, partner_id)
    assert page.head.title.text() == data.detail.name
    assert page.tabs._items[1][2] == data.detail.counts["orders"]
    assert page.overview.timeline.model().rowCount() == len(data.events) > 5
    assert len(page.overview.chart.data.categories) == partner_page.TREND_PERIODS  # type: ignore[union-attr]
    assert page.as_of_text.startswith("Figures as of")
    assert page.figures.sales.accessibleName().startswith("Sales, month to date: ¥")


@pytest.mark.parametrize(("number", "name"), [(2, "orders"), (4, "stock"), (5, "visits")])
def test_tabs_hold_the_partners_own_rows(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes, number: int, name: str
) -> None:
    QTest.keyClick(window, Key(Key.Key_0 + number), ALT)
    settle(qtbot, window)
    page = page_of(window)
    assert page.stack.currentWidget() is page.lists[name]
    assert page.lists[name].count == read(demo_desk, partner_id).detail.counts[name] > 0


def test_receivables_are_told_by_age_and_lead_to_their_order(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    QTest.keyClick(window, Key.Key_3, ALT)
    settle(qtbot, window)
    found = page_of(window).lists["receivables"]
    assert isinstance(found, InvoiceList)
    assert page_of(window).stack.currentWidget() is found
    (owed,) = demo_desk.ask(receivables.owed, partner_id).ageing
    assert found.ageing.accessibleDescription().startswith(formats().money(owed.owed, owed.currency))
    row = next(at for at in range(found.count) if found.model.row(at).order_id is not None)
    order = found.model.row(row).order_id
    found.show_key(found.model.keys[row])
    QTest.keyClick(found.view, Key.Key_Return)
    settle(qtbot, window)
    one(window, InvoiceDialog).order.click()
    settle(qtbot, window)
    orders = window.router.page
    assert isinstance(orders, OrdersPage)
    assert orders.table.current_row().id == order  # type: ignore[union-attr]


def test_an_edit_is_checked_stored_marked_and_taken_back(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    before = read(demo_desk, partner_id).detail
    press(qtbot, window, Key.Key_E)
    dialog = one(window, EditDialog)
    email, city = dialog.fields["email"].editor, dialog.fields["city"].editor
    assert isinstance(email, QLineEdit)
    assert isinstance(city, QLineEdit)
    email.selectAll()
    QTest.keyClicks(email, "nobody")
    told = [(dialog.fields["email"].wrong, dialog.main.isEnabled())]
    email.selectAll()
    QTest.keyClicks(email, "desk@hengtai.example")
    city.selectAll()
    QTest.keyClicks(city, "Ningbo")
    told.append((dialog.fields["email"].wrong, dialog.main.isEnabled()))
    assert told == [(True, False), (False, True)]
    confirm(qtbot, window, dialog)

    after = read(demo_desk, partner_id)
    assert (after.detail.email, after.detail.city) == ("desk@hengtai.example", "Ningbo")
    assert after.theirs == {"email": before.email, "city": before.city}
    press(qtbot, window, Key.Key_E)
    again = one(window, EditDialog)
    assert again._form.theirs == after.theirs
    again.reject()
    settle(qtbot, window)

    undo(qtbot, window)
    assert read(demo_desk, partner_id).detail.city == before.city
    assert not read(demo_desk, partner_id).theirs


def test_contacts_are_added_changed_removed_and_brought_back(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    page = page_of(window)
    count = len(read(demo_desk, partner_id).detail.contacts)
    QTest.keyClick(window, Key.Key_6, ALT)
    settle(qtbot, window)
    press(qtbot, window, Key.Key_A)
    dialog = one(window, ContactDialog)
    assert not dialog.main.isEnabled()
    QTest.keyClicks(dialog.fields["name"].editor, "Zhao Min")
    QTest.keyClicks(dialog.fields["phone"].editor, "0571 8822 4107")
    dialog.main_person.click()
    confirm(qtbot, window, dialog)
    found = read(demo_desk, partner_id).detail.contacts
    assert (len(found), found[0].name, found[0].main) == (count + 1, "Zhao Min", True)
    assert found[0].provisional

    page.contacts.table.setCurrentIndex(page.contacts.model.index(0, 0))
    QTest.keyClick(page.contacts.table, Key.Key_Return)
    settle(qtbot, window)
    changing = one(window, ContactDialog)
    QTest.keyClicks(changing.fields["job_title"].editor, "Owner")
    confirm(qtbot, window, changing)
    assert read(demo_desk, partner_id).detail.contacts[0].job_title == "Owner"

    page.contacts.table.setFocus()
    press(qtbot, window, Key.Key_Delete)
    assert len(read(demo_desk, partner_id).detail.contacts) == count
    undo(qtbot, window)
    assert len(read(demo_desk, partner_id).detail.contacts) == count + 1


def test_a_visit_a_promise_and_a_note(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    press(qtbot, window, Key.Key_V)
    visit = one(window, PlanVisitDialog)
    visit.time.setText("25:00")
    assert not visit.main.isEnabled()
    visit.time.setText("10.30")
    visit.day.line.setText(read(demo_desk, partner_id).today)
    QTest.keyClicks(visit.purpose, "Display rack")
    confirm(qtbot, window, visit)

    press(qtbot, window, Key.Key_P)
    promise = one(window, PromiseDialog)
    QTest.keyClicks(promise.promised, "Return of 40 kits")
    confirm(qtbot, window, promise)

    press(qtbot, window, Key.Key_O)
    note = one(window, NoteDialog)
    QTest.keyClicks(note.note, "Called about the rack")
    confirm(qtbot, window, note)

    events = {(one.kind, one.title or one.note) for one in read(demo_desk, partner_id).events}
    assert ("visit_plan", "Display rack") in events
    assert ("promise", "Return of 40 kits") in events
    assert ("visit", "Called about the rack") in events


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a screen
def test_a_promise_is_changed_from_its_menu_and_a_kept_one_is_opened_again(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    today = read(demo_desk, partner_id).today
    made = demo_desk.act(promises.make, partner_id, "A rack", today).value
    settle(qtbot, window)
    page = page_of(window)
    line = next(one for one in page.overview.promises.rows if "A rack" in one.check.accessibleName())
    where = line.rect().center()
    QApplication.sendEvent(
        line, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, line.mapToGlobal(where))
    )
    menu = line.findChild(QMenu)
    assert menu is not None
    menu.hide()
    menu.actions()[0].trigger()
    settle(qtbot, window)
    form = one(window, ChangePromiseDialog)
    assert not form.again.isVisible()
    form.promised.setText("Two racks")
    confirm(qtbot, window, form)
    assert demo_desk.ask(promises_query.one, made).promised == "Two racks"  # type: ignore[union-attr]

    demo_desk.act(promises.done, made)
    settle(qtbot, window)
    events = read(demo_desk, partner_id).events
    at = next(at for at, event in enumerate(events) if event.id == made)
    page.overview.timeline.activated.emit(page.overview.timeline.model().index(at, 0))
    settle(qtbot, window)
    kept = next(one for one in window.findChildren(ChangePromiseDialog) if one.isVisible())
    kept.again.click()
    settle(qtbot, window)
    assert demo_desk.ask(promises_query.one, made).done_on is None  # type: ignore[union-attr]


def test_a_note_is_put_right_from_the_visits_of_the_partner(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    demo_desk.act(visit_actions.note, partner_id, "Called about the rack")
    settle(qtbot, window)
    QTest.keyClick(window, Key.Key_5, ALT)
    settle(qtbot, window)
    page = page_of(window)
    listed = page.lists["visits"]
    listed.setFocus()
    row = listed.current_row()
    assert row is not None and row.note == "Called about the rack"
    press(qtbot, window, Key.Key_Return)
    form = one(window, CorrectVisitDialog)
    form.note.setPlainText("Called about the sign")
    confirm(qtbot, window, form)
    row = listed.current_row()
    assert row is not None and (row.note, row.corrected) == ("Called about the sign", True)
    (event, *_) = [one for one in read(demo_desk, partner_id).events if one.kind == "visit"]
    assert (event.note, event.title) == ("Called about the sign", "corrected")
    lines = page.overview.timeline.model()
    shown = [str(lines.index(at, 0).data()) for at in range(lines.rowCount())]
    assert any("corrected · Called about the sign" in line for line in shown)
    undo(qtbot, window)
    (event, *_) = [one for one in read(demo_desk, partner_id).events if one.kind == "visit"]
    assert (event.note, event.title) == ("Called about the rack", "")


def test_what_somebody_else_told_is_not_put_right_here(
    qtbot: QtBot, window: Window, demo_desk: Desk, partner_id: bytes
) -> None:
    other = "UPDATE visit SET user_id = zeroblob(16) WHERE partner_id = :id"
    with demo_desk.database.apply() as connection:
        connection.execute(sa.text(other), {"id": partner_id})
    QTest.keyClick(window, Key.Key_5, ALT)
    settle(qtbot, window)
    page_of(window).lists["visits"].setFocus()
    press(qtbot, window, Key.Key_Return)
    assert page_of(window).findChild(CorrectVisitDialog) is None
    assert window.messages.message.startswith("Only the person who made a visit")


def test_space_briefs_and_n_takes_an_order(
    qtbot: QtBot, window: Window, partner_id: bytes, tmp_path: Path
) -> None:
    press(qtbot, window, Key.Key_Space)
    brief = one(window, BriefDialog)
    name = page_of(window).head.title.text()
    assert name in brief.text
    QTest.keyClick(brief, Key.Key_P)
    asked = brief.findChild(QFileDialog)
    assert asked is not None and asked.selectedFiles()[0].endswith(".pdf")
    asked.fileSelected.emit(str(tmp_path / "brief.pdf"))
    asked.close()
    settle(qtbot, window)
    told = "".join(pdf_text.pages((tmp_path / "brief.pdf").read_bytes())).replace("\t", " ")
    assert name in told and "Money" in told and "Figures as of" in told
    assert "Today" not in told, "paper is read on another day"
    QTest.keyClick(brief, Key.Key_Space)
    settle(qtbot, window)

    page_of(window).overview.timeline.setFocus()
    press(qtbot, window, Key.Key_Space)
    QTest.keyClick(one(window, BriefDialog), Key.Key_Space)
    settle(qtbot, window)

    press(qtbot, window, Key.Key_N)
    settle(qtbot, window)
    assert window.router.here == "order_entry"


def test_a_partner_that_is_gone_is_told(show_page: ShowPage) -> None:
    page = page_of(show_page("partner", b"\0" * 16))
    assert (page.face.kind, page.face.isVisible()) == ("empty", True)


def test_a_bulk_preview_knows_only_fields_that_are_edited(demo_desk: Desk) -> None:
    keys = demo_desk.ask(partners.keys)
    with pytest.raises(KeyError):
        demo_desk.ask(partner_edit.preview, keys, "territory_id")
