"""A part of the local data is damaged: what a repair does, and afterwards what it saved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Notice
from ui.i18n import t, tn
from ui.widgets.button import MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label

REPAIRABLE = ("store.damaged", "store.migration_refused")
"""Codes of problems that a repair can end."""


class RepairOffer(Dialog):
    """``wanted`` is emitted by "Repair now"; Esc leaves it for later."""

    chapter = "settings"

    wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        _frame(self, t("Repair the local data"))
        later = Button(t("Later"))
        self.go = Button(t("Repair now"), kind=MAIN)
        self.go.setDefault(True)
        later.clicked.connect(self.reject)
        self.go.clicked.connect(self._go)
        _fill(
            self,
            t("A part of the data on this laptop is damaged, for example by the disk."),
            (
                t("What you did and headquarters does not have yet is saved first."),
                t("Everything else is fetched again with the next synchronisation."),
                t("The damaged file is kept in the folder of your profile."),
            ),
            (later, self.go),
        )

    def _go(self) -> None:
        self.accept()
        self.wanted.emit()


class RepairReport(Dialog):
    """What was saved, what could not be read, what happens next."""

    chapter = "settings"

    def __init__(self, parent: QWidget, notices: Sequence[Notice]) -> None:
        super().__init__(parent)
        _frame(self, t("The local data was repaired"))
        self.notices = tuple(notices)
        told = [tn(one) for one in notices]
        close = Button(t("Close"), kind=MAIN)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        _fill(self, told[0], told[1:], (close,))


def _frame(dialog: QDialog, title: str) -> None:
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFixedWidth(480)


def _fill(dialog: QDialog, lead: str, texts: Sequence[str], buttons: Sequence[Button]) -> None:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 24, 24, 24)
    column.setSpacing(12)
    column.addWidget(Label(dialog.windowTitle(), "title"))
    column.addWidget(Label(lead, "body", wrap=True))
    for text in texts:
        column.addWidget(Label(text, "body", "secondary", wrap=True))
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    column.addLayout(row)
