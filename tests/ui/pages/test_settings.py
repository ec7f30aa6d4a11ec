"""Settings: a choice is kept and obeyed at once, the passphrase opens the profile."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.desk import Desk
from channeldesk.queries.settings import settings
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.pages.settings import SettingsPage
from ui.shell.window import Window


@pytest.fixture
def window(show_page: ShowPage) -> Window:
    return show_page("settings")


@pytest.fixture
def page(window: Window) -> SettingsPage:
    found = window.router.page
    assert isinstance(found, SettingsPage)
    return found


def test_a_choice_is_kept(page: SettingsPage, window: Window, demo_desk: Desk, qtbot: QtBot) -> None:
    assert page.choices["colours"].options["system"].isChecked()
    page.choices["colours"].options["dark"].click()
    settle(qtbot, window)
    assert demo_desk.ask(settings)["colours"] == "dark"
    assert page.choices["colours"].options["dark"].isChecked()


def activate(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_a_section_is_gone_to_by_keyboard(page: SettingsPage, window: Window, qtbot: QtBot) -> None:
    activate(window, qtbot)
    assert list(page.jumps.buttons) == list(page.sections)
    page.jumps.buttons["passphrase"].setFocus()
    for button in ("health", "keeping"):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
        assert page.jumps.buttons[button].hasFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert page.keeping.backup.hasFocus()
    assert page.keeping.visibleRegion().boundingRect().height() == page.keeping.height()


def test_the_keyboard_begins_at_what_is_chosen_in_the_first_setting(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    demo_desk.act(put, "language", "zh_CN")
    window = show_page("settings")
    activate(window, qtbot)
    page = window.router.page
    assert isinstance(page, SettingsPage)
    chosen = next(iter(page.choices.values())).options["zh_CN"]
    assert chosen.isChecked() and chosen.hasFocus()
    window.router.go("today")
    settle(qtbot, window)
    window.router.go("settings")
    settle(qtbot, window)
    assert chosen.hasFocus()


def test_a_section_is_opened_by_name(window: Window, page: SettingsPage, qtbot: QtBot) -> None:
    activate(window, qtbot)
    window.router.go("today")
    window.router.go("settings", "passphrase")
    qtbot.waitUntil(page.passphrase.new.first.hasFocus, timeout=5_000)


def test_a_passphrase_is_set(
    page: SettingsPage, window: Window, demo_desk: Desk, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    part = page.passphrase
    new = part.new
    for first, second, wrong in (
        ("short", "short", new.first_field),
        ("a sentence of my own", "other", new.second_field),
    ):
        new.first.setText(first)
        new.second.setText(second)
        part.button.click()
        settle(qtbot, window)
        assert wrong.wrong
        assert not demo_desk.safe.protection().passphrase
    for edit in (new.first, new.second):
        edit.setText("a sentence of my own")
    part.button.click()
    settle(qtbot, window)
    settle(qtbot, window)
    assert demo_desk.safe.protection().passphrase
    assert not new.first.text()
    demo_desk.close()
    with Desk.open(demo_profile.folder, passphrase="a sentence of my own", keyring=None) as desk:
        assert desk.profile.login == "li.wei"
