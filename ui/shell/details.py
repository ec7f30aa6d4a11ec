"""What went wrong, in full: what happened, what it means, what to do, and details to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.errors import Explained
from ui.i18n import t
from ui.widgets.button import MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label


class DetailsDialog(Dialog):
    def __init__(self, parent: QWidget, told: Explained) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Details"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._detail = told.detail
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(Label(told.happened, "strong", wrap=True))
        for text in filter(None, (told.meaning, told.remedy)):
            column.addWidget(Label(text, "body", "secondary", wrap=True))
        detail = QPlainTextEdit(told.detail)
        detail.setReadOnly(True)
        detail.setAccessibleName(t("Details"))
        column.addWidget(detail, 1)
        copy, close = Button(t("Copy details"), icon="copy"), Button(t("Close"), kind=MAIN)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(copy)
        row.addWidget(close)
        column.addLayout(row)
        self.resize(640, 400)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._detail)
