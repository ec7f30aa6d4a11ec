"""Offered with the first sign-in: a passphrase as a second way in, for when the key store fails."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.context import Context
from ui.i18n import t
from ui.widgets.button import MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label
from ui.widgets.settings.passphrase import PassphrasePart


class RecoveryOffer(Dialog):
    """Esc leaves it for later: the settings have it too."""

    chapter = "settings"

    def __init__(self, parent: QWidget, context: Context) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("A way in for emergencies"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(560)
        self.part = PassphrasePart(context, MAIN)
        self.part.refresh()
        self.part.changed.connect(self.accept)
        later = Button(t("Later"))
        later.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(Label(self.windowTitle(), "title"))
        column.addWidget(
            Label(
                t(
                    "Should the key store of this computer ever fail, only a passphrase opens your data "
                    "again, and with it what was not sent yet. It also lets you lock the data. You find it "
                    "in the settings later."
                ),
                "body",
                wrap=True,
            )
        )
        column.addWidget(self.part)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(later)
        row.addWidget(self.part.button)
        self.part.button.setDefault(True)
        column.addLayout(row)
        self.part.new.first.setFocus()
