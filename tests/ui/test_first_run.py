"""From nothing to the window, with a real headquarters: sign-in, unlocking, the first synchronisation."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.queries.settings import settings
from channeldesk.queries.status import status
from channeldesk.store import profile
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.browsing import Browser, Visitor
from tests.support.demo import LOGIN, DemoProfile
from tests.support.headquarters import Headquarters
from ui.first_run.start import Run
from ui.shell.recovery import RecoveryOffer
from ui.widgets.button import MAIN

Start = Callable[..., Run]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    made: list[Run] = []
    people: list[Visitor] = []

    def begin(folder: Path, keyring: MemoryStore | None, person: Visitor | None = None) -> Run:
        visitor = person or Visitor(LOGIN, PASSWORD)
        run = Run(folder, keyring=keyring, open_page=visitor.open)
        made.append(run)
        people.append(visitor)
        run.start()
        qtbot.waitUntil(lambda: run.gate is not None or run.session is not None, timeout=10_000)
        return run

    yield begin
    for run in made:
        run.finish()
        run.deleteLater()
    for person in people:
        person.leave()


def sign_in(run: Run, server: str) -> None:
    assert run.gate is not None
    form = run.gate.form
    form.server.setText(server)
    form._button.click()


@pytest.mark.real_clock
def test_a_new_person_signs_in_and_works_while_the_rest_comes(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new", MemoryStore())
    sign_in(run, headquarters.address)
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    session = run.session
    assert session is not None
    assert run.gate is None, "the sign-in is gone"
    window = session.app.window
    qtbot.waitUntil(lambda: window.router.here == "first_sync", timeout=10_000)
    assert window.nav.items["performance"]._waiting
    with qtbot.waitSignal(session.syncing.finished, timeout=60_000):
        pass
    qtbot.waitUntil(lambda: window.router.here == "today", timeout=10_000)
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=10_000)
    assert session.syncing.state.online
    assert session.syncing.state.last_at is not None
    assert not any(item._waiting for item in window.nav.items.values())
    assert window.top.territory.text() == "East China 2"


def test_a_wrong_password_is_put_right_on_the_page(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    person = Visitor(LOGIN, "wrong", PASSWORD)
    run = start(tmp_path / "new", MemoryStore(), person)
    sign_in(run, headquarters.address)
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    person.leave()
    assert len(person.opened) == 1
    assert "ui_locales=en" in person.opened[0]
    assert "You are signed in" in person.last


def test_cancelling_on_the_page_leads_back_to_the_address(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    person = Visitor(LOGIN)
    run = start(tmp_path / "new", MemoryStore(), person)
    assert run.gate is not None
    sign_in(run, headquarters.address)
    qtbot.waitUntil(lambda: bool(person.last), timeout=20_000)
    form = run.gate.form
    qtbot.waitUntil(lambda: form.isVisible() and form._button.isEnabled(), timeout=10_000)
    assert "Nothing was changed." in person.last
    assert not profile.exists(tmp_path / "new")


class Stranger(Visitor):
    """A browser in which nobody does anything; the first time it does not even open."""

    def open(self, address: str) -> bool:
        self.opened.append(address)
        return len(self.opened) > 1


def test_cancelling_in_the_window_and_the_way_by_a_code(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    person = Stranger(LOGIN)
    run = start(tmp_path / "new", MemoryStore(), person)
    gate = run.gate
    assert gate is not None
    sign_in(run, headquarters.address)
    waiting, form = gate.waiting, gate.form
    qtbot.waitUntil(waiting.isVisible, timeout=10_000)
    assert "did not open" in waiting._note.text()
    waiting.again.click()
    assert len(person.opened) == 2
    waiting.copy.click()
    assert QGuiApplication.clipboard().text() == person.opened[0]
    waiting.cancel.click()
    qtbot.waitUntil(lambda: form.isVisible() and form._button.isEnabled(), timeout=10_000)
    sign_in(run, headquarters.address)
    qtbot.waitUntil(waiting.isVisible, timeout=10_000)
    waiting.other.click()
    qtbot.waitUntil(lambda: bool(waiting.code.text()), timeout=10_000)
    assert waiting.place.text() == f"{headquarters.address}/device"
    with Browser(headquarters.address) as browser:
        browser.open("/device")
        browser.send(typed=waiting.code.text())
        browser.send(login=LOGIN, password=PASSWORD)
    qtbot.waitUntil(lambda: run.session is not None, timeout=30_000)


def test_closing_while_the_browser_is_waited_for_ends_at_once(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new", MemoryStore(), Stranger(LOGIN))
    gate = run.gate
    assert gate is not None
    sign_in(run, headquarters.address)
    qtbot.waitUntil(gate.waiting.isVisible, timeout=10_000)
    run.finish()
    assert not profile.exists(tmp_path / "new")


def test_a_headquarters_that_does_not_answer_stands_at_its_field(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new", MemoryStore())
    sign_in(run, "http://127.0.0.1:9")
    qtbot.waitUntil(lambda: run.gate is not None and run.gate.form._server.wrong, timeout=10_000)
    assert run.gate is not None
    assert run.gate.form._button.isEnabled()
    assert "Nothing answers at 127.0.0.1" in run.gate.form._server._message.text()


def test_each_silly_address_is_told_what_to_do(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new", MemoryStore())
    assert run.gate is not None
    form = run.gate.form
    told = form._server._message
    for typed, what in (
        (f"{headquarters.address}/nothere", "Take that out"),
        ("https://channeldesk.invalid", "No computer called channeldesk.invalid"),
    ):
        sign_in(run, typed)
        qtbot.waitUntil(lambda: form._server.wrong and form._button.isEnabled(), timeout=20_000)
        assert what in told.text(), typed
        assert form.server.text() == typed, "what was typed stays"
    for typed, what in (("hq. example.com", "space"), ("https://bo:secret@hq.example.com", "before the @")):
        form.server.clear()
        qtbot.keyClicks(form.server, typed)
        assert what in told.text(), "told while it is typed"
    form.server.setText("https://hq.example.com:")
    qtbot.keyClicks(form.server, "port")
    assert not form._server.wrong
    form._button.click()
    assert "port" in told.text()
    assert form._button.isEnabled()


def test_without_a_key_store_a_passphrase_protects_the_data(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new", None)
    sign_in(run, headquarters.address)
    assert run.gate is not None
    form = run.gate.form
    qtbot.waitUntil(lambda: form.new.first.isVisible(), timeout=10_000)
    form.new.first.setText("short")
    form.new.second.setText("short")
    form._button.click()
    assert form.new.first_field.wrong
    form.new.first.setText("a sentence of my own")
    form.new.second.setText("another one")
    form._button.click()
    assert form.new.second_field.wrong
    form.new.second.setText("a sentence of my own")
    form._button.click()
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)


def test_a_known_profile_opens_without_asking(start: Start, demo_profile: DemoProfile, qtbot: QtBot) -> None:
    run = start(demo_profile.folder, demo_profile.keyring)
    qtbot.waitUntil(lambda: run.session is not None, timeout=10_000)
    session = run.session
    assert session is not None
    qtbot.waitUntil(lambda: session.app.window.router.here == "today", timeout=10_000)


def test_without_its_key_a_profile_opens_by_its_passphrase(
    start: Start, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    with demo_profile.open() as desk:
        desk.safe.set_passphrase("a sentence of my own")
    run = start(demo_profile.folder, MemoryStore())
    gate = run.gate
    assert gate is not None
    qtbot.waitUntil(lambda: gate.passphrase.isVisible(), timeout=10_000)
    gate.passphrase.passphrase.setText("not it")
    gate.passphrase._button.click()
    qtbot.waitUntil(lambda: gate.passphrase._field.wrong, timeout=10_000)
    gate.passphrase.passphrase.setText("a sentence of my own")
    gate.passphrase._button.click()
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)


def test_a_profile_that_is_open_elsewhere_says_so(
    start: Start, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    with demo_profile.open():
        run = start(demo_profile.folder, demo_profile.keyring)
        gate = run.gate
        assert gate is not None
        qtbot.waitUntil(lambda: gate.face.kind == "error", timeout=10_000)
        assert "another window" in gate.face._title.text()
    gate.face.pressed.emit()
    qtbot.waitUntil(lambda: run.session is not None, timeout=10_000)


def test_the_language_of_the_sign_in_becomes_the_window_s(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new", MemoryStore())
    assert run.gate is not None
    run.gate.form.server.setText(headquarters.address)
    run._speak("zh_CN")
    assert run.gate.form.server.text() == headquarters.address, "what was typed stays"
    run._speak("en")
    sign_in(run, headquarters.address)
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    session = run.session
    assert session is not None
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=10_000)
    assert session.desk.ask(settings)["language"] == "en", "headquarters would have said Chinese"


def test_closing_during_the_first_synchronisation_is_safe(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    keyring = MemoryStore()
    run = start(tmp_path / "new", keyring)
    sign_in(run, headquarters.address)
    qtbot.waitUntil(
        lambda: run.session is not None and run.session.syncing.status.step is not None, timeout=20_000
    )
    run.finish()
    with Desk.open(tmp_path / "new", keyring=keyring) as desk:
        desk.sync(in_process=True)
        assert desk.ask(status).last_sync_at is not None


def test_after_five_wrong_passphrases_headquarters_says_who_it_is(
    start: Start, headquarters: Headquarters, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    phrase = "a sentence of my own"
    with demo_profile.open() as desk:
        desk.safe.set_passphrase(phrase)
    run = start(demo_profile.folder, None)
    gate = run.gate
    assert gate is not None
    for _ in range(5):
        qtbot.waitUntil(lambda: gate.passphrase._button.isEnabled(), timeout=10_000)
        gate.passphrase.passphrase.setText("not it")
        gate.passphrase._button.click()
    qtbot.waitUntil(lambda: gate.face.kind == "error", timeout=10_000)
    assert "wrong passphrases" in gate.face._title.text()
    gate.face.pressed.emit()
    qtbot.waitUntil(gate.passphrase.isVisible, timeout=10_000)
    gate.passphrase.passphrase.setText(phrase)
    gate.passphrase._button.click()
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)


def test_a_recovery_passphrase_is_offered_at_the_first_sign_in_and_never_again(
    start: Start, headquarters: Headquarters, tmp_path: Path, qtbot: QtBot
) -> None:
    keyring = MemoryStore()
    run = start(tmp_path / "new", keyring)
    sign_in(run, headquarters.address)

    def offer(run: Run) -> RecoveryOffer | None:
        return run.session.app.window.findChild(RecoveryOffer) if run.session is not None else None

    qtbot.waitUntil(lambda: offer(run) is not None, timeout=20_000)
    dialog = offer(run)
    assert dialog is not None
    assert (dialog.part.button.kind, dialog.part.button.isDefault()) == (MAIN, True)
    dialog.part.new.first.setText("a sentence of my own")
    dialog.part.new.second.setText("a sentence of my own")
    dialog.part.button.click()
    qtbot.waitUntil(lambda: offer(run) is None, timeout=20_000)
    qtbot.waitUntil(lambda: run.session is not None and run.session.syncing.started, timeout=20_000)
    run.finish()
    with Desk.open(tmp_path / "new", passphrase="a sentence of my own", keyring=None):
        pass
    again = start(tmp_path / "new", keyring)
    qtbot.waitUntil(lambda: again.session is not None and again.session.syncing.started, timeout=20_000)
    assert offer(again) is None
