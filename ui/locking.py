"""The lock of an open desk in its window: by the person, by itself, before sleep and after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from ui.errors import explain, log_error
from ui.i18n import N_, n, t
from ui.idle import Idle
from ui.shell.lock_screen import LockScreen
from ui.tasks import Tasks

if TYPE_CHECKING:
    from ui.shell.window import Window

_LOOK_MS = 60_000
_SHOWN_ELSEWHERE = N_("Files that were opened in other programs may still be shown there: close them, too.")


class Lock(QObject):
    """``prepare`` a window before ``follow``. ``sign_in`` asks the person to sign in, over a widget.

    The cover comes first and waits for nothing; the key and the lent copies go behind it.
    """

    settled = Signal()
    """Nothing is seen and the key is put away, or there was nothing to lock: the system may sleep."""

    def __init__(self, desk: Any, sign_in: Callable[[QWidget], QDialog], parent: QObject) -> None:
        super().__init__(parent)
        self._safe: Any = getattr(desk, "safe", None)  # a desk of plain data has none
        self._whose = desk.profile.user_name
        self._ask_to_sign_in = sign_in
        self.screen: LockScreen | None = None
        """While the data is locked."""
        self._tasks: Tasks | None = None
        self._window: Window | None = None
        self.idle: Idle | None = None
        self._minutes = ""
        self._open_yet: set[str] = set()
        """What is still to be done before all is locked: "cover", "key"."""
        self._lent = False
        """Whether other programs were given copies before this lock."""
        self._again = QTimer(self, interval=_LOOK_MS)
        self._again.timeout.connect(self._put_away)

    def prepare(self, window: Window) -> None:
        self._window = window
        window.top.lock_wanted.connect(self.begin)
        window.add_action(t("Lock the data"), "lock", self.begin, keys="Ctrl+L", also="lock")

    def follow(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self.idle = Idle(self)
        self.idle.passed.connect(partial(self.begin, quietly=True))

    def close(self) -> None:
        """The window is gone, and what belongs to it; whatever else came meanwhile is shown."""
        self._watch_idleness("")
        self._again.stop()
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.uncover(gone=self._window)
        self._window = None

    @property
    def has_passphrase(self) -> bool:
        return self._safe is not None and self._safe.known.passphrase

    def after(self, minutes: str) -> None:
        """As the setting says; "" never."""
        if minutes != self._minutes:
            self._minutes = minutes
            self._watch_idleness(minutes)
            if minutes and not self.has_passphrase:
                self._tell_what_is_missing()

    def begin(self, *, quietly: bool = False) -> None:
        """Hide everything until the passphrase comes. ``quietly``: says nothing where there is none."""
        if self.screen is not None or self._window is None:
            return
        if self.has_passphrase:
            self._cover(self._window)
        elif not quietly:
            self._tell_what_is_missing()

    def before_sleep(self) -> None:
        """``settled`` says that the system need not wait any longer."""
        if self._minutes:
            self.begin(quietly=True)
        self._settle("")

    def woke(self) -> None:
        """Where nobody told that the system would sleep."""
        if self._minutes:
            self.begin(quietly=True)

    def _watch_idleness(self, minutes: str) -> None:
        if self.idle is not None:
            self.idle.set_minutes(int(minutes or 0))

    def _tell_what_is_missing(self) -> None:
        if self._window is not None and self._safe is not None:
            told = t("The data can be locked once it has a passphrase: that is what opens it again.")
            there = partial(self._window.router.go, "settings", "passphrase")
            self._window.messages.tell(told, "warning", way=(t("Set passphrase"), there))

    def _cover(self, window: Window) -> None:
        self._open_yet, self._lent = {"cover", "key"}, False
        screen = self.screen = LockScreen(self._whose)
        screen.given.connect(self._unlock)
        screen.closing.connect(self._close_window)
        screen.sign_in_wanted.connect(self._sign_in)
        screen.covered.connect(partial(self._settle, "cover"))
        screen.cover(window)
        forget_copied()
        self._put_away()
        self._again.start()

    def _close_window(self) -> None:
        if self._window is not None:
            self._window.close()

    def _put_away(self) -> None:
        """Once more every minute: another program may hold a copy, and a key store may come to itself."""
        self._run("put away", self._safe.lock, then=self._away, failed=self._not_away)

    def _away(self, found: Any) -> None:
        self._lent = self._lent or bool(found.lent)
        if self.screen is not None:
            told = _told(found)
            if told:
                self.screen.tell("\n\n".join(told), "warning")
            else:
                self.screen.tell(t(_SHOWN_ELSEWHERE) if self._lent else "", "secondary")
        self._settle("key")

    def _not_away(self, error: Exception) -> None:
        log_error(error)
        if self.screen is not None:
            self.screen.tell(explain(error).brief, "warning")
        self._settle("key")

    def _settle(self, done: str) -> None:
        self._open_yet.discard(done)
        if not self._open_yet:
            self.settled.emit()

    def _unlock(self, passphrase: str) -> None:
        self._again.stop()
        self._run("unlock", self._safe.unlock, passphrase, then=self._unlocked, failed=self._stays_locked)

    def _stays_locked(self, error: Exception) -> None:
        if self.screen is not None:
            self._again.start()
            self.screen.show_problem(error)

    def _sign_in(self) -> None:
        if self.screen is not None:
            self._ask_to_sign_in(self.screen).accepted.connect(self._signed_in)

    def _signed_in(self) -> None:
        self._again.stop()
        self._run("unlock", self._safe.reopen, then=self._unlocked)

    def _run(self, key: str, work: Callable[..., Any], *args: Any, **answers: Any) -> None:
        if self._tasks is not None:
            self._tasks.run(self, key, work, *args, apart=True, **answers)

    def _unlocked(self, _result: None) -> None:
        self._open_yet.clear()
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.uncover()
            self._watch_idleness(self._minutes)


def _told(found: Any) -> list[str]:
    """What the lock does not cover, without a word of what is in it: whoever comes by reads it too."""
    told = []
    if found.key_left is not None:
        store = found.key_left.notice.params["store"]
        told.append(
            t(
                "{store} did not give up the key: other programs of this computer's user could still read "
                "it. It is asked again every minute; unlocking the key store helps.",
                store=store,
            )
        )
    if found.in_use:
        told.append(
            n(
                "Another program holds {count} file that was opened from here: it can be read until that "
                "program is closed.",
                "Other programs hold {count} files that were opened from here: they can be read until those "
                "programs are closed.",
                found.in_use,
            )
        )
    return told


def forget_copied() -> None:
    """What was copied here is pasted nowhere while the data is locked; what others copied is theirs."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear(QClipboard.Mode.Clipboard)
    if clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
