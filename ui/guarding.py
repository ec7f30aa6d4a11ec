"""What protects the data of an open desk, in its window: how long the laptop may work alone, its clock, the
lock, and orders of headquarters to destroy it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from channeldesk.queries.status import status
from ui.errors import log_error
from ui.i18n import t
from ui.idle import Idle
from ui.shell.lock_screen import LockScreen
from ui.tasks import Tasks

if TYPE_CHECKING:
    from channeldesk.sync.lease import Standing
    from ui.shell.window import Window

_LOOK_MS = 60_000


class Guarding(QObject):
    """``prepare`` a window before ``follow`` begins to look. ``sign_in`` asks the person to sign in, over a
    widget.
    """

    signed_out = Signal()
    """The person signed out: whoever holds the desk closes it."""
    wiped = Signal(object)
    """Headquarters had the data destroyed; the problem tells it. Whoever holds the desk closes it."""

    def __init__(self, desk: Any, sign_in: Callable[[QWidget], QDialog], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._ask_to_sign_in = desk, sign_in
        self.standing: Standing | None = None
        self.screen: LockScreen | None = None
        """While the data is locked."""
        self._tasks: Tasks | None = None
        self._window: Window | None = None
        self._told = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.idle: Idle | None = None
        self._lock_after = ""

    def prepare(self, window: Window, contact: Callable[[], None]) -> None:
        """``contact``: what ends the limits of this laptop."""
        self._window = window
        window.standing.contact_wanted.connect(contact)
        window.standing.show_standing(self.standing)
        window.top.lock_wanted.connect(self.lock)
        window.top.sign_out_wanted.connect(self.sign_out)
        window.add_action(t("Sign out"), "sign-out", self.sign_out, also="log out")
        window.add_action(t("Lock the data"), "lock", self.lock, keys="Ctrl+L", also="lock")

    def follow(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self.idle = Idle(self)
        self.idle.passed.connect(partial(self.lock, quietly=True))
        tasks.changed.connect(self.look)
        self._timer.start()
        self.look()

    def close(self) -> None:
        """The window is gone."""
        self._timer.stop()
        self._watch_idleness("")
        self._window = None
        if self.screen is not None:
            self.screen.hide()
            self.screen.deleteLater()
            self.screen = None

    # how long it may work alone

    def look(self, _moved: object = None) -> None:
        asked = getattr(self._desk, "standing", None)  # a desk of plain data has none
        if asked is not None and self._tasks is not None:
            self._tasks.run(self, "standing", asked, then=self._came, failed=self._failed)

    def _came(self, standing: Any) -> None:
        if standing != self.standing:
            self.standing = standing
            if self._window is not None:
                self._window.standing.show_standing(standing)

    def _failed(self, error: Exception) -> None:
        """A damaged database is told by whoever meets it; the next look comes by itself."""

    def look_whether_wiped(self) -> None:
        wiped = getattr(self._desk, "wiped", None)
        if wiped is not None and not self._told:
            self._told = True
            self.wiped.emit(wiped)

    # the lock

    def lock_after(self, minutes: str) -> None:
        """As the setting says; "" never."""
        if minutes != self._lock_after:
            self._lock_after = minutes
            self._watch_idleness(minutes)
            if minutes:
                self._ask_for_protection(self._tell_without_passphrase)

    def _watch_idleness(self, minutes: str) -> None:
        if self.idle is not None:
            self.idle.set_minutes(int(minutes or 0))

    def lock(self, *, quietly: bool = False) -> None:
        """Hide everything until the passphrase comes. ``quietly``: says nothing where there is none."""
        if self.screen is None and self._window is not None:
            self._ask_for_protection(self._lock_quietly if quietly else self._lock)

    def before_sleep(self) -> None:
        if self._lock_after:
            self.lock(quietly=True)

    def sign_out(self) -> None:
        if self._tasks is not None:
            self._tasks.ask(self, "waiting", status, then=self._ask_how_to_sign_out)

    def _ask_how_to_sign_out(self, now: Any) -> None:
        from ui.shell.sign_out import SignOut

        if self._window is not None and self._tasks is not None:
            dialog = SignOut(self._window, self._tasks, now.waiting)
            dialog.signed_out.connect(self.signed_out)
            dialog.open()

    def offer_recovery(self) -> None:
        """After the first sign-in, where the key store is the only way to the data."""
        self._ask_for_protection(self._offer_recovery)

    def _offer_recovery(self, protection: Any) -> None:
        from ui.shell.recovery import RecoveryOffer

        if self._window is not None and not protection.passphrase:
            context = self._window.router.context
            assert context is not None
            RecoveryOffer(self._window, context).open()

    def _ask_for_protection(self, then: Callable[[Any], None]) -> None:
        safe = getattr(self._desk, "safe", None)
        if safe is not None and self._tasks is not None:
            self._tasks.run(self, "protection", safe.protection, then=then)

    def _tell_without_passphrase(self, protection: Any) -> None:
        if not protection.passphrase and self._window is not None:
            told = t("Set a passphrase in Settings first: it is what opens the data again.")
            self._window.messages.tell(told, "warning")

    def _lock_quietly(self, protection: Any) -> None:
        if protection.passphrase:
            self._lock(protection)

    def _lock(self, protection: Any) -> None:
        if not protection.passphrase:
            self._tell_without_passphrase(protection)
        elif self._window is not None and self._tasks is not None and self.screen is None:
            self.screen = LockScreen(self._desk.profile.user_name)
            self.screen.given.connect(self._unlock)
            self.screen.closing.connect(self._window.close)
            self.screen.sign_in_wanted.connect(self._sign_in)
            self.screen.cover(self._window)
            self._tasks.run(self, "lock", self._desk.safe.lock, failed=log_error)

    def _unlock(self, passphrase: str) -> None:
        if self._tasks is not None and self.screen is not None:
            unlock = self._desk.safe.unlock
            self._tasks.run(
                self, "lock", unlock, passphrase, then=self._unlocked, failed=self.screen.show_problem
            )

    def _sign_in(self) -> None:
        if self.screen is not None:
            self._ask_to_sign_in(self.screen).accepted.connect(self._signed_in)

    def _signed_in(self) -> None:
        if self._tasks is not None:
            self._tasks.run(self, "lock", self._desk.safe.reopen, then=self._unlocked)

    def _unlocked(self, _result: None) -> None:
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.uncover()
            self._watch_idleness(self._lock_after)
