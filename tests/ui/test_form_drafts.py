"""What is typed into a form outlives a crash and a slip of Esc, and goes when the form is saved."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from channeldesk.actions import form_drafts as actions
from channeldesk.desk import Desk
from channeldesk.queries import partner_edit
from channeldesk.queries.form_drafts import form_draft
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.page import Page
from ui.shell.window import Window
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.partners.contacts import ContactDialog
from ui.widgets.partners.edit_form import EditDialog
from ui.widgets.partners.small_forms import NoteDialog

_BUSIEST = "SELECT partner_id FROM sales_order GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"


@pytest.fixture
def window(show_page: ShowPage, demo_desk: Desk) -> Window:
    return show_page("partner", bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_BUSIEST).scalar_one())))


@pytest.fixture
def page(window: Window) -> Page:
    assert window.router.page is not None
    return window.router.page


@pytest.fixture
def edit(page: Page, demo_desk: Desk, window: Window, qtbot: QtBot) -> Callable[[], EditDialog]:
    def opened() -> EditDialog:
        form = demo_desk.ask(partner_edit.form, page.subject)
        assert form is not None
        dialog = EditDialog(page, page.context, form)
        dialog.open()
        settle(qtbot, window)
        return dialog

    return opened


def line(dialog: EditDialog, name: str) -> QLineEdit:
    editor = dialog.fields[name].editor
    assert isinstance(editor, QLineEdit)
    return editor


def kept(desk: Desk, page: Page) -> dict[str, object]:
    draft = desk.ask(form_draft, f"partner.{page.subject.hex()}")
    return draft.typed if draft is not None else {}


def test_what_was_typed_is_back_after_esc_and_gone_after_saving(
    edit: Callable[[], EditDialog], page: Page, demo_desk: Desk, window: Window, qtbot: QtBot
) -> None:
    dialog = edit()
    assert not dialog.isWindowModified()
    line(dialog, "delivery_note").setText("Gate 3, ring twice")
    line(dialog, "payment_days").setText("x")
    assert dialog.isWindowModified()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert kept(demo_desk, page) == {"delivery_note": "Gate 3, ring twice", "payment_days": "x"}
    assert "open the form again" in window.messages.message

    again = edit()
    assert line(again, "delivery_note").text() == "Gate 3, ring twice"
    assert again.fields["payment_days"].wrong, "what was wrong is still wrong"
    line(again, "payment_days").setText("45")
    QTest.keyClick(again, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert kept(demo_desk, page) == {}
    form = demo_desk.ask(partner_edit.form, page.subject)
    assert form is not None
    assert (form.values["delivery_note"], form.values["payment_days"]) == ("Gate 3, ring twice", 45)


def test_starting_anew_shows_what_is_stored(
    edit: Callable[[], EditDialog], page: Page, demo_desk: Desk, window: Window, qtbot: QtBot
) -> None:
    demo_desk.act(
        actions.keep, f"partner.{page.subject.hex()}", {"city": "Ningbo West", "gone": "x", "stage": "?"}
    )
    dialog = edit()
    stored = demo_desk.ask(partner_edit.form, page.subject)
    assert stored is not None
    assert line(dialog, "city").text() == "Ningbo West"
    keeper = dialog.findChild(FormKeeper)
    assert keeper is not None
    keeper.start_anew()
    settle(qtbot, window)
    assert line(dialog, "city").text() == stored.values["city"]
    assert kept(demo_desk, page) == {}
    dialog.reject()


def test_a_changed_field_is_marked_until_it_is_as_before(edit: Callable[[], EditDialog]) -> None:
    dialog = edit()
    label = dialog.fields["city"]._label
    before = line(dialog, "city").text()
    line(dialog, "city").setText("Elsewhere")
    assert label.text().endswith("•")
    assert "not saved" in label.accessibleDescription()
    line(dialog, "city").setText(before)
    assert not label.text().endswith("•")
    assert not dialog.isWindowModified()
    dialog.reject()


def test_units_stand_beside_the_field_and_are_read_aloud(edit: Callable[[], EditDialog]) -> None:
    dialog = edit()
    assert line(dialog, "payment_days").accessibleName().endswith(", days")
    assert line(dialog, "credit_limit").accessibleName().endswith(", CNY")
    dialog.reject()


def test_other_forms_keep_what_is_typed_too(
    page: Page, window: Window, demo_desk: Desk, qtbot: QtBot
) -> None:
    note = NoteDialog(page, page.context, page.subject)
    note.open()
    settle(qtbot, window)
    note.note.setPlainText("They want the rack by Friday.")
    note.outcome.choose(note.outcome.options[1][0])
    note.reject()
    contact = ContactDialog(page, page.context, page.subject)
    contact.open()
    settle(qtbot, window)
    name = contact.fields["name"].editor
    assert isinstance(name, QLineEdit)
    name.setText("Wang Fang")
    contact.consent.setChecked(True)
    contact.reject()
    settle(qtbot, window)

    note = NoteDialog(page, page.context, page.subject)
    contact = ContactDialog(page, page.context, page.subject)
    settle(qtbot, window)
    assert note.note.toPlainText() == "They want the rack by Friday."
    assert note.outcome.key == note.outcome.options[1][0]
    name = contact.fields["name"].editor
    assert isinstance(name, QLineEdit)
    assert (name.text(), contact.consent.isChecked()) == ("Wang Fang", True)
    note.reject()
    contact.reject()
    settle(qtbot, window)


def test_the_oldest_forms_are_forgotten(demo_desk: Desk) -> None:
    for number in range(60):
        demo_desk.act(actions.keep, f"note.{number}", {"note": "x"})
    left = [number for number in range(60) if demo_desk.ask(form_draft, f"note.{number}") is not None]
    assert left == list(range(10, 60))


@pytest.fixture
def desks() -> Iterator[ExitStack]:
    """Further desks of a test, closed after its windows."""
    with ExitStack() as stack:
        yield stack


def test_a_crash_costs_nothing_that_was_typed(
    desks: ExitStack,
    edit: Callable[[], EditDialog],
    page: Page,
    demo_desk: Desk,
    demo_profile: DemoProfile,
    show_page: ShowPage,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    dialog = edit()
    line(dialog, "delivery_note").setText("Gate 3, ring twice")
    qtbot.waitUntil(lambda: bool(kept(demo_desk, page)), timeout=5_000)
    after = tmp_path / "after"
    shutil.copytree(demo_profile.folder, after)  # what the disk holds at the moment the power goes
    second = desks.enter_context(DemoProfile(after, demo_profile.keyring).open())
    again = show_page("partner", page.subject, desk=second)
    shown = again.router.page
    form = second.ask(partner_edit.form, page.subject)
    assert shown is not None and form is not None
    back = EditDialog(shown, shown.context, form)
    back.open()
    settle(qtbot, again)
    assert line(back, "delivery_note").text() == "Gate 3, ring twice"
    assert form.values["delivery_note"] != "Gate 3, ring twice", "nothing is saved before the person says so"
    back.reject()
    dialog.reject()
