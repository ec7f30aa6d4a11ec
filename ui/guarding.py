"""What protects the data of an open desk, in its window: how long the laptop may work alone, its clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ui.tasks import Tasks

if TYPE_CHECKING:
    from channeldesk.sync.lease import Standing
    from ui.shell.window import Window

_LOOK_MS = 60_000


class Guarding(QObject):
    """``prepare`` a window before ``follow`` begins to look."""

    wiped = Signal(object)
    """Headquarters had the data destroyed; the problem tells it. Whoever holds the desk closes it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.standing: Standing | None = None
        self._tasks: Tasks | None = None
        self._window: Window | None = None
        self._told = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def prepare(self, window: Window, contact: Callable[[], None]) -> None:
        """``contact``: what ends the limits of this laptop."""
        self._window = window
        window.standing.contact_wanted.connect(contact)
        window.standing.show_standing(self.standing)

    def follow(self, tasks: Tasks) -> None:
        self._tasks = tasks
        tasks.changed.connect(self.look)
        self._timer.start()
        self.look()

    def close(self) -> None:
        """The window is gone."""
        self._timer.stop()
        self._window = None

    def look_whether_wiped(self) -> None:
        wiped = getattr(self._tasks.desk, "wiped", None) if self._tasks is not None else None
        if wiped is not None and not self._told:
            self._told = True
            self.wiped.emit(wiped)

    def look(self, _moved: object = None) -> None:
        asked = getattr(self._tasks.desk, "standing", None) if self._tasks is not None else None
        if asked is not None and self._tasks is not None:
            self._tasks.run(self, "standing", asked, then=self._came, failed=self._failed)

    def _came(self, standing: Any) -> None:
        if standing != self.standing:
            self.standing = standing
            if self._window is not None:
                self._window.standing.show_standing(standing)

    def _failed(self, error: Exception) -> None:
        """A damaged database is told by whoever meets it; the next look comes by itself."""
