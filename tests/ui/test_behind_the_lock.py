"""What comes while the data is locked waits behind the lock: dialogs, messages, choosers, other programs."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QMessageBox, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from channeldesk.actions import attachments
from channeldesk.model.notice import Notice
from channeldesk.queries import partners as partner_queries
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from tests.support.locking import locked, seen, type_in
from ui import outside
from ui.first_run.again import SignInAgain
from ui.session import Session
from ui.shell.lock_screen import LockScreen
from ui.shell.repair import RepairReport
from ui.shell.sign_out import SignOut
from ui.widgets.files.pane import FilesPane

NO_MENUS = ("This plugin does not support raise", "This plugin does not support grabbing the keyboard")
"""The platform without a screen is asked for both by a menu."""
pytestmark = pytest.mark.usefixtures("guarded")


@pytest.fixture
def screen(session: Session, qtbot: QtBot) -> LockScreen:
    session.lock.begin()
    return locked(session, qtbot)


class Painted(QObject):
    """Which windows were painted."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__()
        self.windows: set[QWidget] = set()
        for one in watched:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.windows.add(watched)
        return False


def test_what_is_shown_while_it_is_locked_waits_for_the_passphrase(
    session: Session, screen: LockScreen, qtbot: QtBot
) -> None:
    window = session.app.window
    late = [QDialog(window), QMessageBox(window), QFileDialog(window)]
    report, alone = RepairReport(window, [Notice("store.log_torn")]), QWidget()
    made = [*late, report, alone]
    painted = Painted(*made)
    for one in (*late, report):
        one.open()
    alone.show()
    handles = [one.windowHandle() for one in made if not isinstance(one, QMessageBox)]
    assert not any(one.isVisible() for one in handles), "the system does not hear of them"
    settle(qtbot, window)
    assert not painted.windows, "not even for a moment"
    assert seen() == [screen]
    assert QApplication.activeModalWidget() is None
    type_in(screen, session, qtbot)
    assert window.isVisible()
    assert all(one.isVisible() for one in made)
    assert QApplication.activeModalWidget() is not None
    qtbot.waitUntil(lambda: painted.windows == set(made))
    for one in made:
        one.close()
        one.deleteLater()


@pytest.mark.qt_log_ignore(*NO_MENUS, extend=True)
def test_menus_and_tips_of_what_is_behind_are_dropped_and_those_of_the_lock_are_not(
    session: Session, screen: LockScreen, qtbot: QtBot
) -> None:
    menu = QMenu(session.app.window)
    menu.addAction("a customer's name")
    menu.popup(session.app.window.pos())
    QToolTip.showText(session.app.window.pos(), "a customer's name", session.app.window)
    settle(qtbot, session.app.window)
    assert seen() == [screen]
    mine = QMenu(screen.form.passphrase)
    mine.addAction("Paste")
    mine.popup(screen.pos())
    settle(qtbot, session.app.window)
    assert mine.isVisible()
    mine.close()
    type_in(screen, session, qtbot)
    assert not menu.isVisible()


def test_what_ended_behind_the_lock_does_not_come_back(session: Session, qtbot: QtBot) -> None:
    window = session.app.window
    kept, done = QDialog(window), QDialog(window)
    kept.open()
    done.open()
    session.lock.begin()
    screen = locked(session, qtbot)
    late = QDialog(window)
    late.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    late.open()
    settle(qtbot, window)
    done.accept()
    late.reject()
    settle(qtbot, window)
    type_in(screen, session, qtbot)
    assert set(seen()) == {window, kept}
    for one in (kept, done):
        one.close()
        one.deleteLater()


def test_the_window_of_another_language_waits_too(session: Session, screen: LockScreen, qtbot: QtBot) -> None:
    session.app.set_language("zh_CN")
    settle(qtbot, session.app.window)
    assert seen() == [screen]
    type_in(screen, session, qtbot)
    assert seen() == [session.app.window]


def test_closing_the_lock_ends_the_program_whichever_window_is_behind(
    session: Session, screen: LockScreen, qtbot: QtBot
) -> None:
    session.app.set_language("zh_CN")
    settle(qtbot, session.app.window)
    with qtbot.waitSignal(session.app.closed):
        screen.close()
    assert seen() == []


def test_a_sign_out_that_ends_behind_the_lock_is_told_and_shows_nothing_else(
    session: Session, qtbot: QtBot
) -> None:
    """The answer of headquarters comes after the lock: the dialog goes, what comes next takes its place."""
    window = session.app.window
    session.guarding.sign_out()
    settle(qtbot, window)
    dialog = window.findChild(SignOut)
    assert dialog is not None
    session.lock.begin()
    screen = locked(session, qtbot)
    after = QWidget()

    def next_face() -> None:
        after.show()
        session.app.close()

    session.guarding.signed_out.connect(next_face, Qt.ConnectionType.QueuedConnection)
    dialog._done(None)
    assert seen() == [screen]
    settle(qtbot, window)
    assert seen() == [after], "the lock is gone with the data that it hid"
    after.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the system's programs."""
    found: list[str] = []

    def open_url(url: object) -> bool:
        found.append(url.toString())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(outside.QDesktopServices, "openUrl", open_url)
    return found


def files_of(session: Session, tmp_path: Path, qtbot: QtBot) -> FilesPane:
    """Those of a partner with one file, on screen."""
    desk, window = session.desk, session.app.window
    partner = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0].id
    path = tmp_path / "offer.txt"
    path.write_text("an offer")
    desk.act(attachments.add, partner, desk.files.take_in(path))
    window.router.go("partner", partner)
    settle(qtbot, window)
    page: Any = window.router.page
    page.tabs.choose("files")
    settle(qtbot, window)
    pane = page.files
    assert isinstance(pane, FilesPane)
    return pane


def test_a_file_that_is_ready_after_the_lock_opens_in_no_other_program(
    session: Session, opened: list[str], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane, goes_on = files_of(session, tmp_path, qtbot), threading.Event()
    lend = session.desk.files.lend

    def slowly(sha256: str, name: str) -> Path:
        goes_on.wait(10)
        return lend(sha256, name)

    monkeypatch.setattr(session.desk.files, "lend", slowly)
    pane.open(pane.list.items.entries[0])
    session.lock.begin()
    screen = session.lock.screen
    assert screen is not None
    qtbot.waitSignal(session.lock.settled, timeout=5_000).wait()
    goes_on.set()
    settle(qtbot, session.app.window)
    assert opened == []
    assert not list((session.desk.folder / "open").rglob("*.txt")), "the copy is taken back"
    type_in(screen, session, qtbot)
    assert "locked before the file opened" in pane.told.text()
    pane.open(pane.list.items.entries[0])
    settle(qtbot, session.app.window)
    assert len(opened) == 1


def test_a_page_to_sign_in_opens_over_the_lock_but_not_behind_it(
    headquarters: Headquarters, session: Session, qtbot: QtBot
) -> None:
    asked: list[str] = []
    behind = session._sign_in()
    assert isinstance(behind, SignInAgain)
    behind._open_page = lambda address: not asked.append(address)
    session.lock.begin()
    screen = locked(session, qtbot)
    behind.begin()
    qtbot.waitUntil(lambda: not behind.waiting.isHidden(), timeout=10_000)
    assert asked == []
    behind.reject()
    over = session._sign_in(screen)
    assert isinstance(over, SignInAgain)
    over._open_page = lambda address: not asked.append(address)
    over.begin()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=10_000)
    over.reject()
    settle(qtbot, session.app.window)


def test_only_one_place_hands_anything_to_other_programs() -> None:
    ui = Path(outside.__file__).parent
    users = [one.name for one in ui.rglob("*.py") if "QDesktopServices" in one.read_text("utf-8")]
    assert users == ["outside.py"]


def test_no_dialog_waits_in_a_loop_of_its_own() -> None:
    """Hiding one would end its loop as if the person had cancelled."""
    ui = Path(outside.__file__).parent
    loops = re.compile(
        r"\bget(Save|Open)FileName|getExistingDirectory|(dialog|box|message)\.exec\(|QMessageBox\.(question|warning)"
    )
    assert not [one.name for one in ui.rglob("*.py") if loops.search(one.read_text("utf-8"))]
