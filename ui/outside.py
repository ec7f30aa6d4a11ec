"""Other programs: what is shown there stands beside the lock of this one, so nothing opens behind it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

_PATIENCE_S = 5


def is_covered(asker: QWidget) -> bool:
    """Whether whoever asks is behind the lock, which hides every window but its own."""
    return not asker.window().isVisible()


def open_address(address: str) -> bool:
    """In the system's browser; False where there is none."""
    return QDesktopServices.openUrl(QUrl(address))


def open_file(path: Path) -> bool:
    """With the program that the system has for it; False where there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def is_known(kind: str) -> bool:
    """Whether the system has a program for such files (a MIME type); True where it does not tell.

    Linux answers "opened" before it looks for one. Off the window's thread.
    """
    asking = shutil.which("xdg-mime")
    if asking is None:
        return True
    try:
        told = subprocess.run(
            [asking, "query", "default", kind], capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return bool(told.stdout.strip())
