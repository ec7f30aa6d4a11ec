"""A profile out of a backup file: which file, and the passphrase that opens it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from ui.i18n import t
from ui.widgets.button import Button
from ui.widgets.field import FormField
from ui.widgets.partners.dialog import FormDialog


class RestoreDialog(FormDialog):
    """``wanted`` carries the file's path and the passphrase, "" where this computer's key store opens it."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, t("Restore from a backup"), t("Restore"))
        self.say(
            t(
                "The profile comes back as it was saved, with what was not sent then. "
                "The next synchronisation sends that and fetches what is new."
            )
        )
        self.file, self.passphrase = QLineEdit(), QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._file = FormField(t("Backup file"), self.file)
        browse = Button(t("Choose"), icon="files")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._file, 1)
        row.addWidget(browse, 0, Qt.AlignmentFlag.AlignBottom)
        self.content.addLayout(row)
        hint = t("Empty only for a backup of this computer.")
        self.content.addWidget(FormField(t("Passphrase of the backup"), self.passphrase, hint))
        self.confirmed.connect(self._confirm)
        for edit in (self.file, self.passphrase):
            edit.returnPressed.connect(self._confirm)
        self.file.setFocus()

    def _browse(self) -> None:
        dialog = QFileDialog(self, t("Restore from a backup"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([t("Backups") + " (*.backup)", t("All files") + " (*)"])
        dialog.fileSelected.connect(self.file.setText)
        dialog.open()

    def _confirm(self) -> None:
        if not self.file.text().strip():
            self._file.set_error(t("This is needed."))
            self.file.setFocus()
            return
        self.wanted.emit(str(Path(self.file.text().strip()).expanduser()), self.passphrase.text())
        self.accept()
