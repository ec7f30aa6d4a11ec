"""The small form over one file: its name and what it shows."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from channeldesk.actions import attachments as actions
from channeldesk.model.attachments import LONGEST_NAME
from channeldesk.model.changes import Done
from channeldesk.queries.attachments import FileRow
from ui.context import Context
from ui.i18n import t
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.partners.dialog import FormDialog


class FileDialog(FormDialog):
    chapter = "files"

    def __init__(self, parent: QWidget, context: Context, row: FileRow) -> None:
        super().__init__(parent, t("Name and note"), t("Save"))
        self._context, self._row = context, row
        self.name = QLineEdit(row.file_name)
        self.name.setMaxLength(LONGEST_NAME)
        self._name_field = FormField(t("File name"), self.name)
        self.note = QPlainTextEdit(row.note or "")
        self.note.setTabChangesFocus(True)
        self.note.setMinimumHeight(80)
        self.content.addWidget(self._name_field)
        self.content.addWidget(FormField(t("What it shows, what it is for"), self.note), 1)
        self.name.textChanged.connect(self._judge)
        self.note.textChanged.connect(self._judge)
        self.confirmed.connect(self._save)
        self.name.setFocus()
        stem = row.file_name.rpartition(".")[0] or row.file_name
        self.name.setSelection(0, len(stem))
        self._judge()

    def _judge(self) -> None:
        named = bool(self.name.text().strip())
        self._name_field.set_error("" if named else t("Enter a name."))
        changed = self.name.text() != self._row.file_name or self.note.toPlainText() != (self._row.note or "")
        self.main.setEnabled(named and changed)

    def _save(self) -> None:
        if self.main.isEnabled():
            name, note = self.name.text(), self.note.toPlainText()
            self.act(
                self._context.tasks,
                actions.edit,
                self._row.attachment_id,
                name=name,
                note=note,
                then=self._saved,
            )

    def _saved(self, done: Done[Any]) -> None:
        self.accept()


class ShareDialog(FormDialog):
    """Asks before a file goes to the partner's own people."""

    chapter = "files"

    def __init__(self, parent: QWidget, context: Context, row: FileRow) -> None:
        super().__init__(parent, t("Share “{name}”", name=row.file_name), t("Share with the partner"))
        self._context, self._row = context, row
        told = t(
            "The partner's own people get this file with the next synchronisation. After that it cannot be "
            "taken back; the file can only be removed."
        )
        self.content.addWidget(Label(told, "body", "secondary", wrap=True))
        self.confirmed.connect(self._share)

    def _share(self) -> None:
        self.act(self._context.tasks, actions.share, self._row.attachment_id)
        self.accept()
