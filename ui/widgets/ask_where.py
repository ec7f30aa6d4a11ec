"""Which file: to write, or to read. Nobody waits in a loop of its own, which a lock would end.

Every question begins in the folder of the last answer, the first one in the person's documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

_ENDING = re.compile(r"\*(\.\w+)")


class _Last(QObject):
    """Where the last file was written or read; "" while none was."""

    moved = Signal(str)
    """To another folder: kept with the person's data, since a folder may tell a name."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = ""

    def remember(self, path: str) -> None:
        folder = str(Path(path).parent)
        if folder != self.folder:
            self.folder = folder
            self.moved.emit(folder)

    def remember_all(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.remember(path)


last = _Last()


def ask_where(
    parent: QWidget, title: str, name: str, then: Callable[[str], Any], *, kind: str = "", suffix: str = ""
) -> None:
    """``then(path)``, unless the person cancels; see :func:`save_dialog`."""
    dialog = save_dialog(parent, title, name, kind=kind, suffix=suffix)
    dialog.fileSelected.connect(then)
    dialog.open()


def save_dialog(parent: QWidget, title: str, name: str, *, kind: str = "", suffix: str = "") -> QFileDialog:
    """Connect ``fileSelected`` and open it. ``kind`` as of Qt's name filters; of several the chosen one gives
    the file its ending.
    """
    dialog = _dialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if kind:
        dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    dialog.filterSelected.connect(partial(_follow_kind, dialog))
    return dialog


def open_dialog(
    parent: QWidget, title: str, kinds: Sequence[str] = (), *, several: bool = False
) -> QFileDialog:
    """Connect ``fileSelected``, or ``filesSelected`` where it may be ``several``, and open it."""
    dialog = _dialog(parent, title)
    mode = QFileDialog.FileMode
    dialog.setFileMode(mode.ExistingFiles if several else mode.ExistingFile)
    if kinds:
        dialog.setNameFilters(kinds)
    return dialog


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    folder = last.folder or QStandardPaths.writableLocation(documents)
    dialog = QFileDialog(parent, title, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(last.remember)
    dialog.filesSelected.connect(last.remember_all)
    return dialog


def _follow_kind(dialog: QFileDialog, kind: str) -> None:
    """Another kind of file gives the name that stands there its own ending."""
    endings = {ending for one in dialog.nameFilters() for ending in _ENDING.findall(one)}
    chosen, names = _ENDING.findall(kind), dialog.selectedFiles()
    if chosen and names:
        name = Path(names[0])
        bare = name.stem if name.suffix in endings else name.name
        dialog.setDefaultSuffix(chosen[0][1:])
        dialog.selectFile(f"{bare}{chosen[0]}")
