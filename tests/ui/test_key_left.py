"""A key store that does not give up the key is told wherever the person is: lock, sign-in, window."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.desk import Desk
from channeldesk.hq.sign_in import orders
from channeldesk.trust import left
from tests.support.demo import DemoProfile
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from tests.support.locking import PHRASE, locked, type_in
from tests.support.stubborn import Stubborn
from ui.first_run.gate import Gate
from ui.first_run.start import Run
from ui.session import Session

STAYS = "did not give up the key"


@pytest.fixture
def store(demo_profile: DemoProfile) -> Stubborn:
    return Stubborn(demo_profile.keyring.entries)


def test_the_lock_says_that_the_key_stays_and_asks_again(
    guarded: Session, store: Stubborn, qtbot: QtBot
) -> None:
    guarded.desk._keyring = store
    guarded.lock.begin()
    screen = locked(guarded, qtbot)
    assert STAYS in screen.note.text()
    assert "unlocking the key store" in screen.note.text()
    assert guarded.desk.profile.id not in screen.note.text(), "whoever comes by reads it too"
    store.gives_up = True
    guarded.lock._again.timeout.emit()
    settle(qtbot, guarded.app.window)
    assert (screen.note.text(), store.entries) == ("", {})
    type_in(screen, guarded, qtbot)
    assert len(store.entries) == 1, "opened, it is back"


@pytest.fixture
def run(
    headquarters: Headquarters, demo_profile: DemoProfile, store: Stubborn, qtbot: QtBot
) -> Iterator[Run]:
    with Desk.open(demo_profile.folder, keyring=store) as desk:
        desk.act(put, "language", "en")
        desk.safe.set_passphrase(PHRASE)
    one = Run(demo_profile.folder, keyring=store)
    one.start()
    qtbot.waitUntil(lambda: one.session is not None and one.session.syncing.started, timeout=20_000)
    yield one
    one.finish()
    one.deleteLater()


def gate_of(run: Run, qtbot: QtBot) -> Gate:
    qtbot.waitUntil(lambda: run.gate is not None and run.gate.note.isVisible(), timeout=20_000)
    assert run.gate is not None
    return run.gate


@pytest.mark.parametrize("remove", [False, True])
def test_who_signs_out_is_told_that_the_key_stays(
    run: Run, store: Stubborn, remove: bool, qtbot: QtBot
) -> None:
    session = run.session
    assert session is not None
    session.desk.sync(in_process=True)
    session.desk.sign_out(remove=remove)
    session.guarding.signed_out.emit()
    gate = gate_of(run, qtbot)
    assert STAYS in gate.note.text()
    assert ("removed from this laptop" in gate.note.text()) is remove
    assert gate.form.isVisible() is remove
    run._speak("zh_CN")
    assert run.gate is not None
    assert run.gate.note.isVisible() and STAYS not in run.gate.note.text(), "in the other language, too"
    store.gives_up = True
    run._again()
    qtbot.waitUntil(lambda: not run.gate or not run.gate.note.isVisible(), timeout=10_000)
    assert store.entries == {}


def test_who_is_told_of_a_destruction_is_told_that_the_key_stays(
    headquarters: Headquarters, run: Run, store: Stubborn, qtbot: QtBot
) -> None:
    session = run.session
    assert session is not None
    qtbot.waitUntil(lambda: bool(session.syncing.state.online), timeout=20_000)
    orders.wipe(headquarters.database, session.desk.profile.device_prefix, at_once=True, now=1)
    session.syncing.sync_now()
    gate = gate_of(run, qtbot)
    assert gate.face.isVisible() and "destroy" in gate.face._title.text()
    assert STAYS in gate.note.text()


def test_a_window_that_opens_tells_of_a_key_that_still_stays(demo_profile: DemoProfile, qtbot: QtBot) -> None:
    left.take_out(demo_profile.folder, "of before", demo_profile.keyring.name, None)
    profile = replace(demo_profile, keyring=Stubborn({**demo_profile.keyring.entries, "of before": b"a"}))
    with profile.open() as desk:
        desk.act(put, "language", "en")
        session = Session(desk)
        session.show()
        session.start()
        settle(qtbot, session.app.window)
        assert STAYS in session.app.window.messages.message
        assert session.app.close()
        session.app.deleteLater()
        session.deleteLater()
