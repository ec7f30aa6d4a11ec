"""Keeping the profile: a backup file, what vouches for headquarters, the trail of what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Notice
from ui.context import Context
from ui.errors import explain
from ui.i18n import t, tn
from ui.widgets.button import Button
from ui.widgets.certificates import certificate_dialog
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.new_passphrase import secret
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.settings.backup import BackupDialog


class KeepingPart(QWidget):
    """``backup`` asks for a passphrase and a place; ``trail`` goes to its page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.backup = Button(t("Back up"), icon="floppy-disk", tip=t("One encrypted file with everything"))
        self.trail = Button(
            t("Audit trail"), icon="list-checks", tip=t("Who changed what when on this laptop")
        )
        self.rekey = Button(
            t("Renew the key"), icon="lock", tip=t("The data is copied under a new random key")
        )
        if context.rekey is None:
            self.rekey.hide()
        self.rekey.clicked.connect(self._rekey)
        self.backup.clicked.connect(self._backup)
        self.trail.clicked.connect(self._trail)
        about = t(
            "The whole profile in one encrypted file, with what was not sent yet. Keep it on another disk."
        )
        _part(
            self,
            t("Backup and trail"),
            Label(about, "body", "secondary", wrap=True),
            self.backup,
            self.trail,
            self.rekey,
        )

    def _backup(self) -> None:
        dialog = BackupDialog(self, self._context)
        dialog.saved.connect(self._saved)
        dialog.open()

    def _saved(self, notice: Notice) -> None:
        self._context.say(tn(notice), "good")

    def _rekey(self) -> None:
        dialog = RekeyDialog(self, self._context)
        dialog.wanted.connect(self._context.rekey)
        dialog.open()

    def _trail(self) -> None:
        self._context.go("trail")


class RekeyDialog(FormDialog):
    """``wanted`` carries the passphrase, "" where none is set: the window closes only for the right one."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget, context: Context) -> None:
        super().__init__(parent, t("Renew the key"), t("Renew the key"))
        self._context = context
        told = t(
            "The window closes, the data is copied under a new key and verified, and the window comes back. "
            "Until then the old key counts."
        )
        self.passphrase = secret()
        self.field = FormField(t("Passphrase of this profile"), self.passphrase)
        self.content.addWidget(self.field)
        self._safe = getattr(context.tasks.desk, "safe", None)
        if self._safe is not None and self._safe.known.passphrase:
            self.say(" ".join((told, t("The same passphrase opens it afterwards."))))
        else:
            self.say(told)
            self.field.hide()
        self.passphrase.textChanged.connect(lambda _: self.field.set_error(""))
        self.passphrase.returnPressed.connect(self._confirm)
        self.confirmed.connect(self._confirm)
        self.passphrase.setFocus()

    def _confirm(self) -> None:
        if self._safe is None or not self.main.isEnabled():
            return
        self._set_busy(True)
        self._context.tasks.run(
            self, "check", self._safe.check, self.passphrase.text(), then=self._right, failed=self._wrong
        )

    def _set_busy(self, busy: bool) -> None:
        for part in (self.main, self.passphrase):
            part.setEnabled(not busy)

    def _right(self, _result: None) -> None:
        self.accept()
        self.wanted.emit(self.passphrase.text())

    def _wrong(self, error: Exception) -> None:
        self._set_busy(False)
        told = explain(error)
        self.field.set_error(told.brief)
        self.field.show()
        self.passphrase.setFocus()
        self.passphrase.selectAll()


class CertificatesPart(QWidget):
    """The company's certificates, where this computer's own store lacks them."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.state = Label("", "body", "secondary", wrap=True)
        self.choose = Button(t("Choose a certificate file"), icon="shield-check")
        self.forget = Button(t("Use no file"), icon="x")
        self.choose.clicked.connect(self._ask)
        self.forget.clicked.connect(self._forget)
        self.forget.hide()
        _part(self, t("Certificates"), self.state, self.choose, self.forget)

    def refresh(self) -> None:
        self._run(_chosen, None)

    def _ask(self) -> None:
        dialog = certificate_dialog(self)
        dialog.fileSelected.connect(self.choose_file)
        dialog.open()

    def choose_file(self, path: str) -> None:
        self._run(_choose, path)

    def _forget(self) -> None:
        self._run(_choose, None)

    def _run(self, work: Any, path: str | None) -> None:
        desk = self._context.tasks.desk
        self._context.tasks.run(self, "certificates", work, desk, path, then=self._came)

    def _came(self, file: str | None) -> None:
        self.forget.setVisible(bool(file))
        if file:
            text = t(
                "Headquarters is believed if this computer's store or your company's file vouches for it."
            )
        else:
            text = t("Headquarters is believed if this computer's own store of certificates vouches for it.")
        self.state.setText(text)


def _part(part: QWidget, title: str, about: Label, *buttons: Button) -> None:
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addWidget(Label(title, "section"))
    column.addWidget(about)
    column.addSpacing(4)
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    column.addLayout(row)


def _chosen(desk: Any, _path: None) -> str | None:
    """None for a desk of plain data."""
    asked = getattr(desk, "certificate_file", None)
    found = asked() if asked is not None else None
    return found.name if found is not None else None


def _choose(desk: Any, path: str | None) -> str | None:
    desk.choose_certificates(Path(path) if path is not None else None)
    return _chosen(desk, None)
