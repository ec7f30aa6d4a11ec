"""A session with a passphrase, its lock screen, and what is typed there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.support.demo_pages import settle
from ui.session import Session
from ui.shell.lock_screen import LockScreen

PHRASE = "a sentence of my own"


def locked(session: Session, qtbot: QtBot) -> LockScreen:
    qtbot.waitUntil(lambda: session.lock.screen is not None, timeout=5_000)
    screen = session.lock.screen
    assert screen is not None
    settle(qtbot, session.app.window)
    return screen


def type_in(screen: LockScreen, session: Session, qtbot: QtBot, phrase: str = PHRASE) -> None:
    screen.form.passphrase.setText(phrase)
    QTest.keyClick(screen.form.passphrase, Qt.Key.Key_Return)
    settle(qtbot, session.app.window)


def seen() -> list[QWidget]:
    """Every window that is shown."""
    return [one for one in QApplication.topLevelWidgets() if one.isVisible()]
