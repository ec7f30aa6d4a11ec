"""Backup and certificates in Settings: a file that really opens again, refusals in words."""

from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from tests.support import looking
from tests.support.demo_pages import ShowPage, settle
from tests.support.tls import Authority
from ui.i18n import set_translator
from ui.pages.settings import SettingsPage
from ui.shell.window import Window
from ui.widgets.settings import backup
from ui.widgets.settings.backup import BackupDialog
from ui.widgets.step_bar import Stopped

PHRASE = "a blue boat sails to Ningbo"


def page_of(window: Window) -> SettingsPage:
    page = window.router.page
    assert isinstance(page, SettingsPage)
    return page


def dialog_of(page: SettingsPage) -> BackupDialog:
    page.keeping.backup.click()
    found = page.keeping.findChild(BackupDialog)
    assert isinstance(found, BackupDialog)
    return found


def typed(dialog: BackupDialog, first: str, second: str) -> None:
    dialog.new.first.setText(first)
    dialog.new.second.setText(second)


def test_a_backup_is_written_and_opens_again(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show_page("settings")
    dialog = dialog_of(page_of(window))
    typed(dialog, PHRASE, PHRASE)
    assert dialog.new.first_field._message.text() == "Strong."
    with qtbot.waitSignal(dialog.saved, timeout=60_000):
        dialog.save_to(str(tmp_path / "desk.backup"))
    settle(qtbot, window)
    assert not dialog.isVisible() if _alive(dialog) else True
    made = Desk.restore(tmp_path / "desk.backup", tmp_path / "again", passphrase=PHRASE, keyring=None)
    assert made.login == demo_desk.profile.login


def _alive(dialog: BackupDialog) -> bool:
    from shiboken6 import isValid

    return isValid(dialog)


def test_a_passphrase_that_is_short_or_mistyped_goes_no_further(show_page: ShowPage, qtbot: QtBot) -> None:
    dialog = dialog_of(page_of(show_page("settings")))
    typed(dialog, "short", "short")
    dialog.main.click()
    assert dialog.new.first_field.wrong
    typed(dialog, PHRASE, PHRASE + "!")
    dialog.main.click()
    assert dialog.new.second_field.wrong and not dialog.new.first_field.wrong
    dialog.reject()


def test_a_file_that_is_there_is_not_replaced(show_page: ShowPage, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "old.backup").write_text("kept", encoding="utf-8")
    window = show_page("settings")
    dialog = dialog_of(page_of(window))
    typed(dialog, PHRASE, PHRASE)
    dialog.save_to(str(tmp_path / "old.backup"))
    settle(qtbot, window)
    assert dialog.wrong.isVisible() and "Nothing was written." in dialog.wrong.text()
    assert dialog.main.isEnabled() and not dialog.progress.isVisible()
    assert (tmp_path / "old.backup").read_text("utf-8") == "kept"
    dialog.reject()


def test_a_backup_that_is_not_wanted_any_more_leaves_no_file(
    show_page: ShowPage, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show_page("settings")
    dialog = dialog_of(page_of(window))
    typed(dialog, PHRASE, PHRASE)
    dialog.save_to(str(tmp_path / "desk.backup"))
    dialog.reject()
    assert window.messages.message == "The backup was stopped. No file is left of it."
    settle(qtbot, window)
    assert list(tmp_path.glob("*.backup*")) + list(tmp_path.glob(".desk*")) == []


@pytest.mark.parametrize("step", ["copying", "writing", "verifying", ""])
def test_it_is_stopped_at_any_step_even_at_the_end(demo_desk: Desk, tmp_path: Path, step: str) -> None:
    cancel = Event()

    def moved(told: tuple[str, int, int]) -> None:
        if told[0] == step:
            cancel.set()

    with pytest.raises(Stopped):
        backup._save(demo_desk, str(tmp_path / "desk.backup"), PHRASE, progress=moved, cancel=cancel)
    assert list(tmp_path.glob("*.backup*")) + list(tmp_path.glob(".desk*")) == []


def test_a_certificate_file_is_taken_kept_and_given_up(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    window = show_page("settings")
    part = page_of(window).certificates
    settle(qtbot, window)
    assert "own store" in part.state.text() and not part.forget.isVisible()
    part.choose_file(str(Authority(tmp_path, "Example Root").file))
    settle(qtbot, window)
    assert "your company's file" in part.state.text() and part.forget.isVisible()
    assert demo_desk.certificate_file() == demo_desk.folder / "certificates.pem"
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing", encoding="utf-8")
    with qtbot.waitSignal(window.tasks.failed) as failed:
        part.choose_file(str(wrong))
    assert failed.args is not None
    assert failed.args[0].notice.code == "sync.no_certificates"
    part.forget.click()
    settle(qtbot, window)
    assert demo_desk.certificate_file() is None


def test_the_trail_is_one_click_away(show_page: ShowPage, qtbot: QtBot) -> None:
    window = show_page("settings")
    page_of(window).keeping.trail.click()
    settle(qtbot, window)
    assert type(window.router.page).__name__ == "TrailPage"


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900)])
def test_in_chinese_every_word_is_translated(
    show_page: ShowPage, qtbot: QtBot, size: tuple[int, int]
) -> None:
    set_translator(Translator("zh_CN", zone="Asia/Shanghai", home="CNY"))
    window = show_page("settings", size=size)
    page = page_of(window)
    dialog = dialog_of(page)
    typed(dialog, "weak weak", "")
    texts = [one.text() for one in (page.keeping.backup, page.keeping.trail, page.certificates.choose)]
    texts += [page.certificates.state.text(), dialog.subtitle.text(), dialog.new.first_field._message.text()]
    assert not looking.nameless(dialog)
    assert not [word for text in texts for word in text.split() if word.isascii() and word.isalpha()], texts
    dialog.reject()
