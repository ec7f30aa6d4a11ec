"""Where a file is to be written; nobody waits in a loop of its own, which a lock would end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    parent: QWidget, title: str, name: str, then: Callable[[str], Any], *, kind: str = "", suffix: str = ""
) -> None:
    """``then(path)``, unless the person cancels. ``kind`` as of Qt's name filters."""
    dialog = QFileDialog(parent, title, name, kind)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(then)
    dialog.open()
