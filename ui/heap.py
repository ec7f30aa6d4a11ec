"""Memory that nothing uses any more goes back to the system.

The C library keeps what pages and answers gave up, in case it is wanted again: over a day a tenth of what the
process holds. Where it can be told to let go (glibc), it is told when the person has gone from page to page
and rests.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ui.tasks import Tasks

_RESTS_MS = 3_000


class Heap(QObject):
    """``moved`` says that something was given up; one release follows, apart from what anybody waits for."""

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.release = _release()
        self._clock = QTimer(self, interval=_RESTS_MS, singleShot=True)
        self._clock.timeout.connect(self._look)

    def moved(self, _page: str = "") -> None:
        if self.release is not None and not self._clock.isActive():
            self._clock.start()

    @property
    def waits(self) -> bool:
        """Whether something is still to be released."""
        return self._clock.isActive()

    def close(self) -> None:
        self._clock.stop()

    def _look(self) -> None:
        if not self._tasks.idle:
            self._clock.start()
        elif self.release is not None:
            self._tasks.run(self, "release", self.release, apart=True)


def _release() -> Callable[[], object] | None:
    """None where the system's C library has no such call."""
    if not sys.platform.startswith("linux"):
        return None
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return None if trim is None else lambda: trim(0)
