"""Saving the whole profile to one encrypted file: a passphrase, a place, how far it is."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from channeldesk.model.notice import Notice, Problem
from ui.context import Context
from ui.errors import explain
from ui.i18n import t
from ui.tasks import Ticket
from ui.widgets.ask_where import save_dialog
from ui.widgets.label import Label
from ui.widgets.new_passphrase import NewPassphrase
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.step_bar import StepBar, Stopped, watched

if TYPE_CHECKING:
    from collections.abc import Callable


class BackupDialog(FormDialog):
    """``saved`` carries the notice of what was saved. Esc or Cancel stops it and leaves no file."""

    saved = Signal(object)

    def __init__(self, parent: QWidget, context: Context) -> None:
        super().__init__(parent, t("Back up this profile"), t("Choose a place"))
        self._context = context
        self._ticket: Ticket | None = None
        self.say(t("Everything on this laptop in one encrypted file. Whoever has it needs the passphrase."))
        self.new = NewPassphrase(t("Passphrase of the backup"), t("Once more"))
        self.progress = StepBar()
        self.wrong = Label("", "body", "bad", wrap=True)
        for part in (self.new, self.progress, self.wrong):
            self.content.addWidget(part)
        for part in (self.progress, self.wrong):
            part.hide()
        self.confirmed.connect(self._confirm)
        self.new.first.setFocus()

    def _confirm(self) -> None:
        if self.new.is_right():
            self._ask_where()

    def _ask_where(self) -> None:
        kind = t("Backups") + " (*.backup)"
        dialog = save_dialog(
            self, t("Back up this profile"), "channeldesk.backup", kind=kind, suffix="backup"
        )
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # an existing file is refused, in words
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        self._busy(True)
        self._ticket = self._context.tasks.run(
            self,
            "backup",
            _save,
            self._context.tasks.desk,
            path,
            self.new.text,
            then=self._done,
            failed=self._failed,
            progress=self.progress.show_step,
        )

    def reject(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._context.say(t("The backup was stopped. No file is left of it."), "info")
        super().reject()

    def _busy(self, busy: bool) -> None:
        self.wrong.hide()
        for part in (self.new, self.main):
            part.setEnabled(not busy)
        self.progress.setVisible(busy)

    def _done(self, notice: Notice) -> None:
        self._ticket = None
        self.saved.emit(notice)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._ticket = None
        self._busy(False)
        if not isinstance(error, Problem):
            self._context.fail(error)
            return
        told = explain(error)
        self.wrong.setText(" ".join(filter(None, (told.happened, told.meaning, told.remedy))))
        self.wrong.show()


def _save(desk: Any, path: str, passphrase: str, *, progress: Callable[[Any], None], cancel: Event) -> Notice:
    found = desk.backup(Path(path), passphrase, watched(progress, cancel))
    if cancel.is_set():  # at the very last moment
        found.path.unlink(missing_ok=True)
        raise Stopped
    return Notice("backup.saved", {"file": str(found.path), "waiting": found.waiting})
