"""Setting or changing the passphrase of the profile."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from ui.context import Context
from ui.errors import explain
from ui.i18n import t
from ui.widgets.button import NORMAL, Button
from ui.widgets.label import Label
from ui.widgets.new_passphrase import NewPassphrase


class PassphrasePart(QWidget):
    """What keeps the key of this laptop's data, and a passphrase as a second way in."""

    changed = Signal()

    def __init__(self, context: Context, kind: str = NORMAL) -> None:
        """``kind`` of the button."""
        super().__init__()
        self._context = context
        self._state = Label("", "body", "secondary", wrap=True)
        self.new = NewPassphrase(t("New passphrase"), t("Once more"), beside=True)
        self.button = Button(t("Set passphrase"), icon="lock", kind=kind)
        self.button.clicked.connect(self._submit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(t("Passphrase"), "section"))
        column.addWidget(self._state)
        column.addSpacing(8)
        column.addWidget(self.new)
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
        if not self.new.is_right():
            return
        self.button.setEnabled(False)
        self._context.tasks.run(
            self,
            "passphrase",
            self._context.tasks.desk.safe.set_passphrase,  # type: ignore[attr-defined]
            self.new.text,
            then=self._done,
            failed=self._failed,
        )

    def _done(self, _result: None) -> None:
        self.button.setEnabled(True)
        self.new.clear()
        self._context.say(t("The passphrase is set."), "good")
        self.changed.emit()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, Problem):
            self.new.refuse(explain(error).happened)
        else:
            self._context.fail(error)


def _protection(desk: Any) -> Any:
    """None for a desk of plain data, which has no key."""
    safe = getattr(desk, "safe", None)
    return safe.protection() if safe is not None else None
