"""What protects the data of an open desk, in its window: how long the laptop may work alone, its clock,
signing out, and orders of headquarters to destroy it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from channeldesk.queries.status import status
from ui.i18n import t
from ui.tasks import Tasks

if TYPE_CHECKING:
    from channeldesk.sync.lease import Standing
    from ui.shell.window import Window

_LOOK_MS = 60_000


class Guarding(QObject):
    """``prepare`` a window before ``follow`` begins to look."""

    signed_out = Signal()
    """The person signed out: whoever holds the desk closes it."""
    turned = Signal()
    """The laptop only reads from now on, or writes again."""
    wiped = Signal(object)
    """Headquarters had the data destroyed; the problem tells it. Whoever holds the desk closes it."""

    def __init__(self, desk: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.standing: Standing | None = None
        self._tasks: Tasks | None = None
        self._window: Window | None = None
        self._told = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def prepare(self, window: Window, contact: Callable[[], None]) -> None:
        """``contact``: what ends the limits of this laptop."""
        self._window = window
        self.turned.connect(window.router.remake)
        window.standing.contact_wanted.connect(contact)
        window.standing.show_standing(self.standing)
        window.top.sign_out_wanted.connect(self.sign_out)
        window.add_action(t("Sign out"), "sign-out", self.sign_out, also="log out")

    def follow(self, tasks: Tasks) -> None:
        self._tasks = tasks
        tasks.changed.connect(self.look)
        self._timer.start()
        self.look()

    def close(self) -> None:
        """The window is gone."""
        self._timer.stop()
        self._window = None

    # how long it may work alone

    def look(self, _moved: object = None) -> None:
        asked = getattr(self._desk, "standing", None)  # a desk of plain data has none
        if asked is not None and self._tasks is not None:
            self._tasks.run(self, "standing", asked, then=self._came, failed=self._failed)

    def _came(self, standing: Any) -> None:
        if standing != self.standing:
            before, self.standing = self.only_reads(), standing
            if self._window is not None:
                self._window.standing.show_standing(standing)
            if self.only_reads() != before:
                self.turned.emit()

    def only_reads(self) -> bool:
        return self.standing is not None and self.standing.read_only

    def _failed(self, error: Exception) -> None:
        """A damaged database is told by whoever meets it; the next look comes by itself."""

    def look_whether_wiped(self) -> None:
        wiped = getattr(self._desk, "wiped", None)
        if wiped is not None and not self._told:
            self._told = True
            self.wiped.emit(wiped)

    # signing out

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
        from ui.shell.recovery import RecoveryOffer

        safe = getattr(self._desk, "safe", None)
        if self._window is not None and safe is not None and not safe.known.passphrase:
            context = self._window.router.context
            assert context is not None
            RecoveryOffer(self._window, context).open()
