"""Driving a window from outside: which screen there is, and waiting until it shows what it was asked for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

LONGEST_SECONDS = 60.0


def environment() -> dict[str, str]:
    """For a process with a window: a real screen if there is one, else Qt's own without."""
    chosen = os.environ.get("QT_QPA_PLATFORM")
    has_screen = (
        sys.platform in ("win32", "darwin") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    )
    return {"QT_QPA_PLATFORM": chosen or "offscreen"} if chosen or not has_screen else {}


def paint(widget: QWidget) -> None:
    """Lays out and paints what waits for it, now."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
    QCoreApplication.processEvents()


def wait_for(done: Callable[[], bool]) -> None:
    """Handles events until ``done``, asleep in between: spinning would hold the workers up."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    awake = QTimer(interval=20)
    awake.start()
    deadline = time.perf_counter() + LONGEST_SECONDS
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > deadline:
            raise TimeoutError(f"the window did not come to rest in {LONGEST_SECONDS:g} s")
    awake.stop()


def settle(tasks: Any, widget: QWidget, *, questions: bool = False) -> None:
    """Until every question is answered and the answers are painted; with all else that goes on beside, such
    as loading what draws charts, unless only ``questions`` count.

    An answer may ask again (a list's rows, after its keys), some milliseconds later.
    """

    def quiet() -> bool:
        return bool(tasks.answered if questions else tasks.idle)

    while True:
        wait_for(quiet)
        paint(widget)
        if quiet() and not _fetches(widget):
            return
        wait_for(lambda: not quiet() or not _fetches(widget))


def _fetches(widget: QWidget) -> bool:
    """Whether a visible list has yet to ask for rows it looked at."""
    from ui.widgets.list_table import ListTable

    return any(
        table.isVisible() and table.model._pages.waiting
        for table in [*widget.findChildren(ListTable), *([widget] if isinstance(widget, ListTable) else [])]
    )
