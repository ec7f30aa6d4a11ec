"""Watches for parts that are shown as windows of their own: they flash, and take the keyboard away."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget


class _Shown(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


@contextmanager
def own_windows() -> Iterator[list[str]]:
    """The names of their classes, as they come."""
    seen = _Shown()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(seen)
    try:
        yield seen.windows
    finally:
        application.removeEventFilter(seen)
