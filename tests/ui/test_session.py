"""An open desk in its window: rounds tell the frame, settings are obeyed, the token ends, damage is told."""

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.actions.settings import put
from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.settings import settings
from channeldesk.store import integrity
from channeldesk.store.integrity import Integrity
from channeldesk.sync.schedule import SyncStatus
from tests.support.browsing import Visitor
from tests.support.demo import LOGIN
from tests.support.headquarters import Headquarters
from ui.first_run.again import SignInAgain
from ui.i18n import language
from ui.session import Session
from ui.theme import theme

Make = Callable[..., Session]


def idle(session: Session, qtbot: QtBot) -> None:
    qtbot.wait(30)
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=10_000)
    qtbot.wait(30)


def any_partner(desk: Desk) -> bytes:
    return desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0].id


def test_the_frame_shows_what_waits_and_that_it_was_sent(online: Session, qtbot: QtBot) -> None:
    online.set_offline(True)
    idle(online, qtbot)
    online.desk.act(partners.edit, any_partner(online.desk), {"city": "Ningbo"})
    qtbot.waitUntil(lambda: online.syncing.state.waiting == 1, timeout=10_000)
    assert online.app.window.top.sync._online.text() == "Working offline"
    online._sync_pressed()
    qtbot.waitUntil(lambda: online.syncing.state.waiting == 0, timeout=20_000)
    # what waited is answered in the midst of the round, which is online when it has ended
    qtbot.waitUntil(lambda: online.app.window.top.sync._online.text() == "Online", timeout=20_000)


def test_f9_synchronises(online: Session, headquarters: Headquarters, qtbot: QtBot) -> None:
    partner = any_partner(online.desk)
    headquarters.execute("UPDATE partner SET city = 'Taizhou' WHERE id = :id", {"id": partner})
    QTest.keyClick(online.app.window, Qt.Key.Key_F9)

    def city() -> str | None:
        return online.desk.ask(partner_queries.rows, online.desk.ask(partner_queries.keys)[:1])[0].city

    qtbot.waitUntil(lambda: city() == "Taizhou", timeout=20_000)


def test_a_headquarters_that_is_away_is_told_and_nothing_else_happens(session: Session, qtbot: QtBot) -> None:
    session.start()
    qtbot.waitUntil(lambda: str(session.syncing.status.line) == "offline", timeout=20_000)
    state = session.syncing.state
    assert state.online is False
    assert "cannot be reached" in state.problem


def test_an_ended_token_is_renewed_in_the_browser(
    online: Session, headquarters: Headquarters, qtbot: QtBot
) -> None:
    for tokens in ("access_token", "refresh_token"):
        headquarters.execute(f"DELETE FROM {tokens}")
    with qtbot.waitSignal(online.syncing.sign_in_wanted, timeout=20_000):
        online.syncing.sync_now()
    window = online.app.window
    assert window.top.sync._online.text() == "Sign in again"
    window.top.sync._online.click()
    dialog = window.findChild(SignInAgain)
    assert dialog is not None
    for person in (Visitor(LOGIN), Visitor("zhou.ming", PASSWORD), Visitor(LOGIN, PASSWORD)):
        dialog._open_page = person.open
        dialog.go.click()
        qtbot.waitUntil(lambda: bool(person.last), timeout=20_000)  # noqa: B023
        person.leave()
        assert f"login_hint={LOGIN}" in person.opened[0]
        if person.login != LOGIN:
            qtbot.waitUntil(lambda: "another" in dialog._problem.text(), timeout=10_000)
        if PASSWORD not in person.passwords or person.login != LOGIN:
            qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    qtbot.waitUntil(lambda: bool(online.syncing.state.online), timeout=20_000)
    assert not online.syncing.needs_sign_in


def test_a_window_that_closes_waits_for_no_browser(online: Session, qtbot: QtBot) -> None:
    online._sign_in()
    dialog = online.app.window.findChild(SignInAgain)
    assert dialog is not None
    assert dialog.ask.isVisible() and not dialog.waiting.isVisible()
    needed = dialog.ask.sizeHint().height()
    assert dialog.height() - needed < 64, "no more room than what it says takes"
    dialog._open_page = lambda address: True
    dialog.go.click()
    qtbot.waitUntil(dialog.waiting.isVisible, timeout=10_000)
    assert not dialog.ask.isVisible()


def test_what_waits_is_sent_before_the_laptop_sleeps(online: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not online.syncing.status.running, timeout=20_000)
    with qtbot.waitSignal(online.syncing.rested):
        online.syncing.before_sleep()  # nothing waits
    online.desk.act(partners.edit, any_partner(online.desk), {"city": "Ningbo"})
    qtbot.waitUntil(lambda: online.syncing.state.waiting == 1, timeout=10_000)
    with qtbot.waitSignal(online.syncing.rested, timeout=20_000):
        online.syncing.before_sleep()
    qtbot.waitUntil(lambda: online.syncing.state.waiting == 0, timeout=10_000)


def test_the_network_that_is_back_is_used_at_once(
    online: Session, headquarters: Headquarters, qtbot: QtBot
) -> None:
    headquarters.stop()
    online.syncing.sync_now()
    qtbot.waitUntil(lambda: str(online.syncing.status.line) == "offline", timeout=20_000)
    headquarters.start()
    assert online._network is not None
    online._network.back.emit()
    qtbot.waitUntil(lambda: bool(online.syncing.state.online), timeout=20_000)
    online.syncing.woke()
    assert (online.syncing.due_in() or 0) < 4


def test_settings_are_obeyed_wherever_they_are_changed(session: Session, qtbot: QtBot) -> None:
    session.app.tasks.act(put, "colours", "dark")
    idle(session, qtbot)
    qtbot.waitUntil(lambda: theme.tokens.dark, timeout=10_000)
    before = session.app.window
    before.top.language_chosen.emit("zh_CN")
    qtbot.waitUntil(lambda: language() == "zh_CN", timeout=10_000)
    idle(session, qtbot)
    assert session.app.window is not before
    assert session.desk.ask(settings) == {
        "language": "zh_CN",
        "colours": "dark",
        "motion": "",
        "work_offline": "no",
        "auto_lock": "",
        "price_spread": "5",
    }


def test_damage_is_told_with_what_to_do(session: Session, qtbot: QtBot) -> None:
    session._judge(Integrity(("page 7",), 1))
    qtbot.waitUntil(lambda: "damaged" in session.app.window.messages.message)
    session._check()
    qtbot.waitUntil(lambda: session.desk.integrity is not None, timeout=10_000)
    assert session.desk.integrity == Integrity()


@pytest.mark.allow_log("the database is damaged", reason="it is what the check found")
def test_a_check_that_ends_after_the_window_finds_nobody(
    demo_desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window goes first when data are destroyed; the desk waits for the check, and closes."""
    begun, go_on = threading.Event(), threading.Event()

    def check(*_: object) -> Integrity:
        begun.set()
        assert go_on.wait(20)
        return Integrity(("page 7",), 1)

    monkeypatch.setattr(integrity, "check", check)
    made = Session(demo_desk)
    made.show()
    made.start()
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    idle(made, qtbot)
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    go_on.set()
    demo_desk.close()
    assert demo_desk.integrity == Integrity(("page 7",), 1)


def test_rounds_go_on_when_the_window_is_gone(demo_desk: Desk, qtbot: QtBot) -> None:
    """The window goes first; a round that then begins or ends tells whoever is still there."""
    made = Session(demo_desk)
    made.show()
    made.start()
    idle(made, qtbot)
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    told: list[SyncStatus] = []
    demo_desk.start_sync(told.append).request()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
