"""A new key from Settings: the window goes, the data is copied under another key, the window comes back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.status import status
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo import DemoProfile
from ui.first_run.start import Run
from ui.pages.settings import SettingsPage
from ui.session import Session
from ui.widgets.settings.keeping import RekeyDialog

PHRASE = "a blue boat sails to Ningbo"
Start = Callable[[Path, MemoryStore], Run]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    made: list[Run] = []

    def begin(folder: Path, keyring: MemoryStore) -> Run:
        run = Run(folder, keyring=keyring)
        made.append(run)
        run.start()
        qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
        return run

    yield begin
    for run in made:
        run.finish()
        run.deleteLater()


def dialog_of(session: Session, qtbot: QtBot) -> RekeyDialog:
    window = session.app.window
    qtbot.waitUntil(lambda: window.router.page is not None, timeout=20_000)
    window.router.go("settings")
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=20_000)
    page = window.router.page
    assert isinstance(page, SettingsPage)
    page.keeping.rekey.click()
    found = page.keeping.findChild(RekeyDialog)
    assert isinstance(found, RekeyDialog)
    return found


@pytest.mark.parametrize("phrase", ["", PHRASE])
def test_the_data_is_under_a_new_key_and_what_waits_is_kept(
    start: Start, demo_profile: DemoProfile, qtbot: QtBot, phrase: str
) -> None:
    with demo_profile.open() as desk:
        first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
        desk.act(partners.edit, first.id, {"city": "Ningbo"})
        if phrase:
            desk.safe.set_passphrase(phrase)
    old = keys.unlock(demo_profile.folder, keyring=demo_profile.keyring)
    run = start(demo_profile.folder, demo_profile.keyring)
    before = run.session
    assert before is not None
    dialog = dialog_of(before, qtbot)
    assert dialog.field.isVisible() is bool(phrase), "asked for only where there is one"
    dialog.passphrase.setText(phrase)
    dialog.main.click()
    qtbot.waitUntil(lambda: run.session is not None and run.session is not before, timeout=60_000)
    after = run.session
    assert after is not None
    qtbot.waitUntil(lambda: after.app.tasks.idle, timeout=20_000)
    assert keys.unlock(demo_profile.folder, keyring=demo_profile.keyring) != old
    assert after.desk.ask(status).waiting == 1
    if phrase:
        assert keys.unlock(demo_profile.folder, passphrase=phrase, keyring=None) != old


def test_a_wrong_passphrase_is_told_before_the_window_closes(
    start: Start, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    with demo_profile.open() as desk:
        desk.safe.set_passphrase(PHRASE)
    old = keys.unlock(demo_profile.folder, keyring=demo_profile.keyring)
    run = start(demo_profile.folder, demo_profile.keyring)
    before = run.session
    assert before is not None
    dialog = dialog_of(before, qtbot)
    dialog.passphrase.setText("another passphrase")
    dialog.main.click()
    qtbot.waitUntil(lambda: dialog.field.wrong, timeout=30_000)
    assert run.session is before and before.app.window.isVisible()
    assert keys.unlock(demo_profile.folder, keyring=demo_profile.keyring) == old
    dialog.passphrase.setText(PHRASE)
    assert not dialog.field.wrong
    dialog.main.click()
    qtbot.waitUntil(lambda: run.session is not None and run.session is not before, timeout=60_000)
    assert keys.unlock(demo_profile.folder, keyring=demo_profile.keyring) != old
