"""Signing out: the data stays on the laptop, encrypted, or goes after it was sent or saved."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from ui.errors import explain, log_error
from ui.i18n import n, t
from ui.tasks import Tasks
from ui.widgets.ask_where import ask_where
from ui.widgets.button import MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label
from ui.widgets.progress import Bar
from ui.widgets.radio import Radio

if TYPE_CHECKING:
    from collections.abc import Callable

_EDGE = 24
KEEP, SAVE, REMOVE = "keep", "save", "remove"


class SignOut(Dialog):
    """``signed_out``: it is done, and whoever holds the desk closes it. Esc changes nothing."""

    chapter = "settings"

    signed_out = Signal()

    def __init__(self, parent: QWidget, tasks: Tasks, waiting: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Sign out"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(520)
        self._tasks = tasks
        self._group = QButtonGroup(self)
        self.ways = {
            KEEP: Radio(t("Keep the data on this laptop, encrypted")),
            SAVE: Radio(t("Save everything to an encrypted file, then remove it here")),
            REMOVE: Radio(t("Remove the data from this laptop")),
        }
        about = {
            KEEP: n(
                "When you sign in again, everything is as it is now, also the {count} change that waits.",
                "When you sign in again, everything is as it is now, also the {count} changes that wait.",
                waiting,
            )
            if waiting
            else t("When you sign in again, everything is as it is now. Nothing waits to be sent."),
            SAVE: t("Your passphrase opens the file again, on this laptop or another one."),
            REMOVE: t("Only if headquarters has everything. The next sign-in fetches it again."),
        }
        self._problem = Label("", "body", "bad", wrap=True)
        self._problem.hide()
        self._bar = Bar()
        self._bar.hide()
        self.cancel = Button(t("Cancel"))
        self.go = Button(t("Sign out"), icon="sign-out", kind=MAIN)
        self.go.setDefault(True)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        column.setSpacing(4)
        column.addWidget(Label(self.windowTitle(), "title"))
        column.addSpacing(8)
        for way, radio in self.ways.items():
            self._group.addButton(radio)
            text = Label(about[way], "body", "secondary", wrap=True)
            text.setContentsMargins(24, 0, 0, 8)
            column.addWidget(radio)
            column.addWidget(text)
        column.addWidget(self._problem)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._bar, 1)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        column.addSpacing(8)
        column.addLayout(row)
        self.ways[KEEP].setChecked(True)
        self.ways[KEEP].setFocus()

    def _go(self) -> None:
        way = next(way for way, radio in self.ways.items() if radio.isChecked())
        if way == SAVE:
            ask_where(self, t("Save everything"), "channeldesk.backup", self._save)
        else:
            self.begin(way)

    def _save(self, path: str) -> None:
        self.begin(SAVE, Path(path))

    def begin(self, way: str, target: Path | None = None) -> None:
        self._busy(True)
        work = partial(_sign_out, self._tasks.desk, target, way != KEEP)
        self._tasks.run(self, "sign_out", work, then=self._done, failed=self._failed, progress=self._progress)

    def reject(self) -> None:
        if self.go.isEnabled():
            super().reject()

    def _busy(self, busy: bool) -> None:
        self._problem.hide()
        for part in (*self.ways.values(), self.cancel, self.go):
            part.setEnabled(not busy)
        self._bar.set_share(None if busy else 0.0)
        self._bar.setVisible(busy)

    def _progress(self, told: tuple[str, int, int]) -> None:
        _, done, of = told
        self._bar.set_share(done / of)

    def _done(self, _result: None) -> None:
        self.accept()
        self.signed_out.emit()

    def _failed(self, error: Exception) -> None:
        log_error(error)
        self._busy(False)
        told = explain(error)
        self._problem.setText(" ".join(filter(None, (told.happened, told.meaning, told.remedy))))
        self._problem.setFixedHeight(self._problem.heightForWidth(self.width() - 2 * _EDGE))
        self._problem.show()
        self.adjustSize()


def _sign_out(
    desk: Any, target: Path | None, remove: bool, *, progress: Callable[[Any], None], cancel: Event
) -> None:
    desk.sign_out(target, remove=remove, progress=lambda *step: progress(step))
