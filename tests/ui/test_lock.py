"""The lock: nothing is seen, nothing typed is lost, and only the passphrase opens it, five times at most."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from tests.support.demo import DemoProfile
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from tests.support.locking import PHRASE, locked, seen, type_in
from ui.first_run.again import SignInAgain
from ui.idle import Idle
from ui.session import Session

pytestmark = pytest.mark.usefixtures("guarded")


def idle_of(session: Session) -> Idle:
    assert session.lock.idle is not None
    return session.lock.idle


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

    session.lock.begin()
    screen = locked(session, qtbot)
    assert seen() == [screen]
    QTest.keyClick(screen, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert not window.palette_box.isVisible()

    type_in(screen, session, qtbot, "not it")
    assert screen.form._field.wrong
    assert not window.isVisible()
    type_in(screen, session, qtbot)
    assert session.lock.screen is None
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
    session.lock.begin()
    screen = locked(session, qtbot)
    for _ in range(5):
        assert not screen.sign_in.isVisible()
        type_in(screen, session, qtbot, "not it")
    type_in(screen, session, qtbot)
    assert session.lock.screen is screen, "not even the right one"
    screen.sign_in.click()
    dialog = screen.findChild(SignInAgain)
    assert dialog is not None
    session.desk.sign_in(PASSWORD)
    dialog.accept()
    settle(qtbot, session.app.window)
    assert session.lock.screen is None
    assert session.app.window.isVisible()
    session.lock.begin()
    type_in(locked(session, qtbot), session, qtbot)
    assert session.lock.screen is None


def test_it_locks_itself_when_nobody_touches_it(session: Session, qtbot: QtBot) -> None:
    session.app.tasks.act(put, "auto_lock", "5")
    qtbot.waitUntil(idle_of(session)._timer.isActive, timeout=5_000)
    assert idle_of(session)._timer.interval() == 5 * 60_000
    idle_of(session).set_minutes(0.02)
    screen = locked(session, qtbot)
    type_in(screen, session, qtbot)
    assert idle_of(session)._timer.interval() == 5 * 60_000, "it is counted anew"


def test_a_key_or_the_mouse_begins_the_time_anew(session: Session, qtbot: QtBot) -> None:
    timer = idle_of(session)._timer
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    idle_of(session).set_minutes(1)
    qtbot.waitUntil(lambda: timer.remainingTime() < timer.interval() - 20)
    before = timer.remainingTime()
    QTest.keyClick(session.app.window.windowHandle(), Qt.Key.Key_Shift)
    assert timer.remainingTime() > before
