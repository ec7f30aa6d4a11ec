"""Signing in again when headquarters no longer takes the token: the same person, the same laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.errors import explain, log_error
from ui.i18n import t
from ui.tasks import Tasks
from ui.widgets.button import MAIN, Button
from ui.widgets.field import FormField
from ui.widgets.label import Label

if TYPE_CHECKING:
    from channeldesk.store.profile import Profile


class SignInAgain(QDialog):
    """Asks for the password only; work goes on behind it, and Esc leaves it for later."""

    def __init__(self, parent: QWidget, tasks: Tasks, profile: Profile) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Sign in again"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(440)
        self._tasks = tasks
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._field = FormField(t("Password of {login}", login=profile.login), self.password)
        self._later = Button(t("Later"))
        self._go = Button(t("Sign in"), icon="sign-in", kind=MAIN)
        self._go.setDefault(True)
        self._later.clicked.connect(self.reject)
        self._go.clicked.connect(self._submit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._later)
        row.addWidget(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        told = t("Headquarters ({server}) wants to know that it is you.", server=profile.server)
        column.addWidget(Label(told, "body", wrap=True))
        column.addWidget(
            Label(t("Your work is kept and is sent afterwards."), "body", "secondary", wrap=True)
        )
        column.addWidget(self._field)
        column.addLayout(row)
        self.password.setFocus()

    def _submit(self) -> None:
        if not self.password.text():
            self._field.set_error(t("This is needed."))
            return
        self._go.setEnabled(False)
        self.password.setEnabled(False)
        self._tasks.run(
            self,
            "sign_in",
            self._tasks.desk.sign_in,  # type: ignore[attr-defined]
            self.password.text(),
            then=self._signed_in,
            failed=self._failed,
        )

    def _signed_in(self, _result: None) -> None:
        self.accept()

    def _failed(self, error: Exception) -> None:
        log_error(error)
        told = explain(error)
        self._go.setEnabled(True)
        self.password.setEnabled(True)
        self._field.set_error(" ".join(filter(None, (told.happened, told.remedy))))
        self.password.setFocus()
        self.password.selectAll()
