"""The lock: nothing is seen, nothing typed is lost, and only the passphrase opens it, five times at most."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from tests.support.demo import DemoProfile
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from ui.first_run.again import SignInAgain
from ui.idle import Idle
from ui.session import Session
from ui.shell.lock_screen import LockScreen

PHRASE = "a sentence of my own"


@pytest.fixture
def headquarters(demo_profile: DemoProfile) -> Iterator[Headquarters]:
    with demo_profile.serving() as server:
        yield server


@pytest.fixture(autouse=True)
def demo_desk_after_headquarters(request: pytest.FixtureRequest) -> None:
    """A profile learns where headquarters is before it is opened."""
    if "headquarters" in request.fixturenames:
        request.getfixturevalue("headquarters")


@pytest.fixture
def session(demo_desk: Desk, qtbot: QtBot) -> Iterator[Session]:
    demo_desk.act(put, "language", "en")
    demo_desk.safe.set_passphrase(PHRASE)
    made = Session(demo_desk)
    made.show()
    made.app.window.activateWindow()
    qtbot.waitUntil(made.app.window.isActiveWindow)
    qtbot.waitUntil(lambda: made.app.tasks.idle)
    yield made
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()


def locked(session: Session, qtbot: QtBot) -> LockScreen:
    qtbot.waitUntil(lambda: session.guarding.screen is not None, timeout=5_000)
    screen = session.guarding.screen
    assert screen is not None
    settle(qtbot, session.app.window)
    return screen


def idle_of(session: Session) -> Idle:
    assert session.guarding.idle is not None
    return session.guarding.idle


def type_in(screen: LockScreen, session: Session, qtbot: QtBot, phrase: str) -> None:
    screen.form.passphrase.setText(phrase)
    QTest.keyClick(screen.form.passphrase, Qt.Key.Key_Return)
    settle(qtbot, session.app.window)


def test_everything_is_hidden_and_comes_back_as_it_was(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    window.router.go("partners")
    settle(qtbot, window)
    page = window.router.page
    dialog = QDialog(window)
    edit = QLineEdit()
    QVBoxLayout(dialog).addWidget(edit)
    dialog.open()
    edit.setFocus()
    edit.setText("half an or")

    session.guarding.lock()
    screen = locked(session, qtbot)
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert shown == [screen]
    QTest.keyClick(screen, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not window.palette_box.isVisible()

    type_in(screen, session, qtbot, "not it")
    assert screen.form._field.wrong
    assert not window.isVisible()
    type_in(screen, session, qtbot, PHRASE)
    assert session.guarding.screen is None
    assert window.isVisible() and dialog.isVisible()
    assert window.router.page is page
    assert (edit.text(), dialog.focusWidget()) == ("half an or", edit)
    dialog.close()
    dialog.deleteLater()


def test_a_lock_outlives_the_program(session: Session, demo_profile: DemoProfile, qtbot: QtBot) -> None:
    QTest.keyClick(session.app.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    screen = locked(session, qtbot)
    assert demo_profile.keyring.entries == {}
    screen.close()
    session.desk.close()
    with pytest.raises(Problem) as refused:
        demo_profile.open()
    assert refused.value.notice.code == "trust.locked"
    with Desk.open(demo_profile.folder, passphrase=PHRASE, keyring=demo_profile.keyring):
        pass
    with demo_profile.open():
        assert len(demo_profile.keyring.entries) == 1


def test_after_five_failures_only_a_sign_in_opens_it(
    headquarters: Headquarters, session: Session, qtbot: QtBot
) -> None:
    session.guarding.lock()
    screen = locked(session, qtbot)
    for _ in range(5):
        assert not screen.sign_in.isVisible()
        type_in(screen, session, qtbot, "not it")
    type_in(screen, session, qtbot, PHRASE)
    assert session.guarding.screen is screen, "not even the right one"
    screen.sign_in.click()
    dialog = screen.findChild(SignInAgain)
    assert dialog is not None
    session.desk.sign_in(PASSWORD)
    dialog.accept()
    settle(qtbot, session.app.window)
    assert session.guarding.screen is None
    assert session.app.window.isVisible()
    session.guarding.lock()
    type_in(locked(session, qtbot), session, qtbot, PHRASE)
    assert session.guarding.screen is None


def test_it_locks_itself_when_nobody_touches_it(session: Session, qtbot: QtBot) -> None:
    session.app.tasks.act(put, "auto_lock", "5")
    qtbot.waitUntil(idle_of(session)._timer.isActive, timeout=5_000)
    assert idle_of(session)._timer.interval() == 5 * 60_000
    idle_of(session).set_minutes(0.02)
    screen = locked(session, qtbot)
    type_in(screen, session, qtbot, PHRASE)
    assert idle_of(session)._timer.interval() == 5 * 60_000, "it is counted anew"


def test_a_key_or_the_mouse_begins_the_time_anew(session: Session, qtbot: QtBot) -> None:
    timer = idle_of(session)._timer
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    idle_of(session).set_minutes(1)
    qtbot.waitUntil(lambda: timer.remainingTime() < timer.interval() - 20)
    before = timer.remainingTime()
    QTest.keyClick(session.app.window.windowHandle(), Qt.Key.Key_Shift)
    assert timer.remainingTime() > before


def test_without_a_passphrase_it_says_what_is_missing(demo_desk: Desk, qtbot: QtBot) -> None:
    demo_desk.act(put, "language", "en")
    session = Session(demo_desk)
    session.show()
    settle(qtbot, session.app.window)
    session.app.tasks.act(put, "auto_lock", "5")
    qtbot.waitUntil(lambda: "passphrase" in session.app.window.messages.message, timeout=5_000)
    session.guarding.lock()
    settle(qtbot, session.app.window)
    assert session.guarding.screen is None
    assert session.app.close()
    session.app.deleteLater()
    session.deleteLater()
