"""The cover waits for nothing; sleep waits for the cover; what was handed out is taken back."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from tests.conftest import ROOT
from tests.support.demo import DemoProfile
from tests.support.demo_pages import settle
from tests.support.locking import locked, seen, type_in
from ui.power import Power
from ui.session import Session
from ui.tasks import READERS

pytestmark = pytest.mark.usefixtures("guarded")


@contextmanager
def busy_readers(session: Session, qtbot: QtBot) -> Iterator[None]:
    """Every thread that reads waits for something."""
    goes_on, begun = threading.Event(), threading.Semaphore(0)

    def read() -> None:
        begun.release()
        goes_on.wait(20)

    for number in range(READERS):
        session.app.tasks.run(session, f"long {number}", read)
    assert all(begun.acquire(timeout=10) for _ in range(READERS))
    try:
        yield
    finally:
        goes_on.set()
        settle(qtbot, session.app.window)


def test_the_lock_does_not_wait_for_what_is_read(
    session: Session, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    with busy_readers(session, qtbot):
        with qtbot.waitSignal(session.lock.settled, timeout=5_000):
            session.lock.begin()
            assert seen() == [session.lock.screen], "before anything else was done"
        assert demo_profile.keyring.entries == {}
        screen = session.lock.screen
        assert screen is not None
        screen.form.passphrase.setText("a sentence of my own")
        screen.form._submit()
        qtbot.waitUntil(lambda: session.lock.screen is None, timeout=10_000)
    assert len(demo_profile.keyring.entries) == 1


@pytest.fixture
def power(session: Session, qtbot: QtBot) -> Power:
    """As the session hears of it; no system tells anything."""
    session.app.tasks.act(put, "auto_lock", "60")
    qtbot.waitUntil(lambda: session.lock._minutes == "60", timeout=5_000)
    session._watch_system()
    assert session._power is not None
    return session._power


def test_it_locks_when_it_wakes_where_nobody_told_that_it_would_sleep(
    session: Session, power: Power, qtbot: QtBot
) -> None:
    power._last -= 3_600
    power._tick()
    assert seen() == [session.lock.screen]
    type_in(locked(session, qtbot), session, qtbot)


def test_who_wants_no_lock_gets_none_by_sleeping(session: Session, power: Power, qtbot: QtBot) -> None:
    session.app.tasks.act(put, "auto_lock", "")
    qtbot.waitUntil(lambda: session.lock._minutes == "", timeout=5_000)
    for told in (True, False):
        power.tell(told)
        settle(qtbot, session.app.window)
        assert session.lock.screen is None
    assert not power._let_go.isActive()


class System:
    """What holds the system awake; at its release it looks what is seen, and where the key is."""

    def __init__(self, session: Session, profile: DemoProfile) -> None:
        self._session, self._profile = session, profile
        self.found: list[tuple[list[QWidget], int, bool]] = []

    def release(self) -> None:
        screen = self._session.lock.screen
        painted = screen is not None and screen._painted
        self.found.append((seen(), len(self._profile.keyring.entries), painted))

    def hold(self) -> None: ...

    def close(self) -> None: ...


def test_sleep_waits_for_the_cover_and_for_the_key(
    session: Session, power: Power, demo_profile: DemoProfile, qtbot: QtBot
) -> None:
    power._system = system = System(session, demo_profile)
    power.tell(True)
    assert system.found == [], "the system is still held"
    qtbot.waitUntil(lambda: bool(system.found), timeout=2_000)
    assert system.found == [([session.lock.screen], 0, True)]
    power.tell(False)
    power.tell(True)
    assert len(system.found) == 2, "locked already: there is nothing to wait for"
    type_in(locked(session, qtbot), session, qtbot)


def lend(session: Session) -> Path:
    taken = session.desk.files.take_in_bytes(b"a price list", "prices.txt")
    return session.desk.files.lend(taken.sha256, "prices.txt")


def test_copies_for_other_programs_are_taken_back_and_it_is_said_that_they_are_still_shown(
    session: Session, qtbot: QtBot
) -> None:
    session.lock.begin()
    screen = locked(session, qtbot)
    assert screen.note.text() == ""
    type_in(screen, session, qtbot)
    copy = lend(session)
    session.lock.begin()
    screen = locked(session, qtbot)
    assert not copy.exists()
    for _ in range(2):
        assert "other programs" in screen.note.text()
        assert "prices" not in screen.note.text()
        session.lock._again.timeout.emit()
        settle(qtbot, session.app.window)
    type_in(screen, session, qtbot)


def test_a_copy_that_another_program_holds_is_told_until_it_lets_go(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = lend(session)
    with monkeypatch.context() as patch:  # as on Windows, where nobody removes an open file
        patch.setattr(shutil, "rmtree", lambda *_args, **_how: None)
        session.lock.begin()
        screen = locked(session, qtbot)
        assert copy.exists()
        assert "1 file" in screen.note.text()
    again = session.lock._again
    assert (again.isActive(), again.interval()) == (True, 60_000)
    again.timeout.emit()
    settle(qtbot, session.app.window)
    assert not copy.exists()
    assert "1 file" not in screen.note.text()
    type_in(screen, session, qtbot, "not it")
    assert again.isActive(), "it goes on after a wrong passphrase"
    type_in(screen, session, qtbot)
    assert not again.isActive()


def test_a_key_that_cannot_be_put_away_is_told_on_the_cover(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: Any, **_how: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("channeldesk.trust.keys.write_atomically", full)
        session.lock.begin()
        screen = locked(session, qtbot)
        assert seen() == [screen]
        assert screen.note.text()
    caplog.clear()
    type_in(screen, session, qtbot)


IN_A_PROCESS = """
import subprocess, sys
from types import SimpleNamespace
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from ui.app import make_application
from ui.locking import Lock
OTHER = '''
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
application.clipboard().setText("theirs")
print("copied", flush=True)
application.exec()
'''
application = make_application()
clipboard = application.clipboard()
safe = SimpleNamespace(known=SimpleNamespace(passphrase=True), lock=None)
desk = SimpleNamespace(safe=safe, profile=SimpleNamespace(user_name="Li Wei"))
def lock():
    one = Lock(desk, None, application)
    one._window = QWidget()
    one.begin()
clipboard.setText("ours")
clipboard.setText("marked", clipboard.Mode.Selection)
lock()
QTest.qWait(100)
print([clipboard.text(), clipboard.text(clipboard.Mode.Selection)])
with subprocess.Popen([sys.executable, "-c", OTHER], stdout=subprocess.PIPE, text=True) as other:
    other.stdout.readline()
    while clipboard.text() != "theirs":
        QTest.qWait(20)
    lock()
    QTest.qWait(100)
    print(clipboard.text())
    other.kill()
"""


@pytest.mark.skipif(not shutil.which("xvfb-run"), reason="needs a display: only there a clipboard has owners")
def test_what_was_copied_here_is_forgotten_and_what_others_copied_is_not() -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    program = ["xvfb-run", "-a", sys.executable, "-c", IN_A_PROCESS]
    answer = subprocess.run(program, capture_output=True, text=True, timeout=60, env=environment)
    assert answer.stdout.splitlines() == ["['', '']", "theirs"], answer.stderr
