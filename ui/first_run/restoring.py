"""A profile out of a backup file: which file, and the passphrase that opens it. What was typed stays until
the profile is there.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from ui.errors import explain
from ui.i18n import t
from ui.widgets.ask_where import open_dialog
from ui.widgets.button import Button
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.new_passphrase import secret
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.step_bar import StepBar

_OF_THE_FILE = {"backup.unreadable", "backup.not_one", "backup.damaged", "backup.newer"}
_OF_THE_PASSPHRASE = {"backup.passphrase_wrong", "backup.passphrase_needed"}


class RestoreDialog(FormDialog):
    """``wanted`` carries the file's path and the passphrase, "" where this computer's key store opens it.
    ``stopped``: the person does not want it any more. Whoever restores shows the progress, the problem or
    closes it.
    """

    wanted = Signal(str, str)
    stopped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, t("Restore from a backup"), t("Restore"))
        self.say(
            t(
                "The profile comes back as it was saved, with what was not sent then. "
                "The next synchronisation sends that and fetches what is new."
            )
        )
        self._busy = False
        self.file, self.passphrase = QLineEdit(), secret()
        self.file_field = FormField(t("Backup file"), self.file)
        hint = t("May stay empty on the computer that made the backup.")
        self.passphrase_field = FormField(t("Passphrase of the backup"), self.passphrase, hint)
        self._browse = Button(t("Choose"), icon="files")
        self._browse.clicked.connect(self._ask_file)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.file_field, 1)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(Label(" ", "caption"))  # level with the field, not with its label
        beside.addWidget(self._browse)
        beside.addStretch(1)
        row.addLayout(beside)
        self.steps = StepBar()
        self.steps.hide()
        self.wrong = Label("", "body", "bad", wrap=True)
        self.wrong.hide()
        self.content.addLayout(row)
        for part in (self.passphrase_field, self.steps, self.wrong):
            self.content.addWidget(part)
        self.confirmed.connect(self._confirm)
        self.file.textChanged.connect(self._typed)
        self.passphrase.textChanged.connect(self._typed)
        for edit in (self.file, self.passphrase):
            edit.returnPressed.connect(self._confirm)
        self.file.setFocus()

    def _ask_file(self) -> None:
        kinds = [t("Backups") + " (*.backup)", t("All files") + " (*)"]
        dialog = open_dialog(self, t("Restore from a backup"), kinds)
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()

    def _typed(self) -> None:
        for field in (self.file_field, self.passphrase_field):
            field.set_error("")

    def _confirm(self) -> None:
        if self._busy:
            return
        self._typed()
        if not self.file.text().strip():
            self.file_field.set_error(t("This is needed."))
            self.file.setFocus()
            return
        self._set_busy(True)
        self.wanted.emit(str(Path(self.file.text().strip()).expanduser()), self.passphrase.text())

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for part in (self.file_field, self.passphrase_field, self._browse, self.main):
            part.setEnabled(not busy)
        self.wrong.hide()
        self.steps.bar.set_share(None if busy else 0.0)
        self.steps.setVisible(busy)

    def show_problem(self, error: BaseException) -> None:
        """What happened, what it means and what to do, at the field it is about; the rest stays as typed."""
        self._set_busy(False)
        told = explain(error)
        text = " ".join(filter(None, (told.happened, told.meaning, told.remedy)))
        code = error.notice.code if isinstance(error, Problem) else ""
        for codes, field in ((_OF_THE_FILE, self.file_field), (_OF_THE_PASSPHRASE, self.passphrase_field)):
            if code in codes:
                field.set_error(text)
                field.editor.setFocus()
                return
        self.wrong.setText(text)
        self.wrong.show()

    def reject(self) -> None:
        if self._busy:
            self.stopped.emit()
        super().reject()
