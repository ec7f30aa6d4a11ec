"""Setting or changing the passphrase of the profile."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from ui.context import Context
from ui.errors import explain
from ui.i18n import t
from ui.widgets.button import Button
from ui.widgets.field import FormField
from ui.widgets.label import Label


class PassphrasePart(QWidget):
    """What keeps the key of this laptop's data, and a passphrase as a second way in."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._state = Label("", "body", "secondary", wrap=True)
        self.first, self.second = _secret(), _secret()
        hint = t("A sentence is best. Nobody can reset it.")
        self._first = FormField(t("New passphrase"), self.first, hint)
        self._second = FormField(t("Once more"), self.second)
        self.button = Button(t("Set passphrase"), icon="lock")
        self.button.clicked.connect(self._submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(t("Passphrase"), "section"))
        column.addWidget(self._state)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(16)
        for field in (self._first, self._second):
            row.addWidget(field, 1)
        column.addLayout(row)
        column.addSpacing(4)
        column.addWidget(self.button)

    def refresh(self) -> None:
        """Ask what keeps the key now; it reads a small file."""
        self._context.tasks.run(self, "protection", _protection, self._context.tasks.desk, then=self._came)

    def _came(self, kept: Any) -> None:
        if kept is None:
            return
        if kept.key_store and kept.passphrase:
            text = t("The key is kept in {store}; your passphrase opens the data too.", store=kept.key_store)
        elif kept.key_store:
            text = t(
                "The key is kept in {store}. A passphrase is a second way in, for when that fails.",
                store=kept.key_store,
            )
        else:
            text = t("Your passphrase is the only way to open the data on this laptop.")
        self._state.setText(text)
        self.button.setText(t("Change passphrase") if kept.passphrase else t("Set passphrase"))
        self.button.setAccessibleName(self.button.text())
        self.button.updateGeometry()

    def _submit(self) -> None:
        for field in (self._first, self._second):
            field.set_error("")
        if self.first.text() != self.second.text():
            self._second.set_error(t("The two passphrases differ."))
            self.second.setFocus()
            return
        self.button.setEnabled(False)
        self._context.tasks.run(
            self,
            "passphrase",
            self._context.tasks.desk.safe.set_passphrase,  # type: ignore[attr-defined]
            self.first.text(),
            then=self._done,
            failed=self._failed,
        )

    def _done(self, _result: None) -> None:
        self.button.setEnabled(True)
        self.first.clear()
        self.second.clear()
        self._context.say(t("The passphrase is set."), "good")
        self.changed.emit()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, Problem):
            self._first.set_error(explain(error).happened)
            self.first.setFocus()
        else:
            self._context.fail(error)


def _protection(desk: Any) -> Any:
    """None for a desk of plain data, which has no key."""
    safe = getattr(desk, "safe", None)
    return safe.protection() if safe is not None else None


def _secret() -> QLineEdit:
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit
