"""A new passphrase, typed twice: how hard it is to guess is said in words while typing, in every form."""

import pytest
from pytestqt.qtbot import QtBot

from tests.support.demo_pages import ShowPage
from ui.first_run.sign_in import SignInForm
from ui.pages.settings import SettingsPage
from ui.shell.recovery import RecoveryOffer
from ui.widgets.new_passphrase import NewPassphrase
from ui.widgets.settings.backup import BackupDialog

STRONG = "a blue boat sails to Ningbo"


def told(new: NewPassphrase) -> str:
    return new.first_field._message.text()


def hints_live(new: NewPassphrase) -> None:
    before = told(new)
    for text, word in (("short", "Too short"), ("password", "Weak"), ("Tomato-92 jug", "Fair")):
        new.first.setText(text)
        assert told(new).startswith(word)
        assert new.first.accessibleDescription() == told(new), "it is said to whoever does not see it"
        assert not new.first_field.wrong, "a hint is no error"
    new.first.setText(STRONG)
    assert told(new) == "Strong."
    new.first.clear()
    assert told(new) == before


def test_at_the_first_sign_in(qtbot: QtBot) -> None:
    form = SignInForm()
    qtbot.addWidget(form)
    form.need_passphrase()
    hints_live(form.new)


def test_in_the_settings_and_for_a_backup(show_page: ShowPage) -> None:
    page = show_page("settings").router.page
    assert isinstance(page, SettingsPage)
    hints_live(page.passphrase.new)
    page.keeping.backup.click()
    dialog = page.keeping.findChild(BackupDialog)
    assert isinstance(dialog, BackupDialog)
    hints_live(dialog.new)
    dialog.reject()


def test_in_the_offer_of_a_second_way_in(show_page: ShowPage) -> None:
    window = show_page("settings")
    context = window.router.context
    assert context is not None
    offer = RecoveryOffer(window, context)
    hints_live(offer.part.new)
    offer.reject()


@pytest.mark.parametrize(
    ("first", "second", "right"),
    [
        ("", "", False),
        ("short", "short", False),
        (STRONG, STRONG + "!", False),
        ("password", "password", True),
        (STRONG, STRONG, True),
    ],
)
def test_only_what_is_too_short_or_differs_is_refused(
    qtbot: QtBot, first: str, second: str, right: bool
) -> None:
    new = NewPassphrase("Passphrase", "Once more")
    qtbot.addWidget(new)
    new.first.setText(first)
    new.second.setText(second)
    assert new.is_right() is right
    assert new.first_field.wrong is (len(first) < 8)
    new.first.setText("typed on")
    assert not new.first_field.wrong, "who types on is not shouted at"
