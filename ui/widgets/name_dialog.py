"""Asks under what name something is kept; one that is taken is replaced, and the button says so before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from channeldesk.model.notice import Notice
from ui.i18n import t, tn
from ui.widgets.field import FormField
from ui.widgets.partners.dialog import FormDialog


class NameDialog(FormDialog):
    """``named`` carries the name; ``missing`` is what is said where there is none."""

    named = Signal(str)

    def __init__(
        self, parent: QWidget, title: str, taken: tuple[str, ...], missing: Notice, longest: int
    ) -> None:
        super().__init__(parent, title, t("Save"), 400)
        self.taken = taken
        self._missing = missing
        self.name = QLineEdit(maxLength=longest)
        self.box = FormField(t("Name"), self.name)
        self.content.addWidget(self.box)
        self.name.textEdited.connect(self.typed)
        self.name.returnPressed.connect(self._confirm)
        self.confirmed.connect(self._confirm)
        self.name.setFocus()

    def typed(self) -> None:
        self.box.set_error("")
        replaces = " ".join(self.name.text().split()) in self.taken
        self.main.setText(t("Replace") if replaces else t("Save"))

    def _confirm(self) -> None:
        if not self.name.text().strip():
            self.box.set_error(tn(self._missing))
            return
        self.named.emit(self.name.text())
        self.accept()
