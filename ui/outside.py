"""Other programs: what is shown there stands beside the lock of this one, so nothing opens behind it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget


def is_covered(asker: QWidget) -> bool:
    """Whether whoever asks is behind the lock, which hides every window but its own."""
    return not asker.window().isVisible()


def open_address(address: str) -> bool:
    """In the system's browser; False where there is none."""
    return QDesktopServices.openUrl(QUrl(address))


def open_file(path: Path) -> bool:
    """With the program that the system has for it; False where there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
