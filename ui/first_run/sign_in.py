"""The form of the first sign-in, and the one for a passphrase. Errors stand at the field they are about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from ui.errors import explain
from ui.i18n import t, tn
from ui.viewmodels.server_address import SURE, address, refuse, unreachable
from ui.widgets.button import LINK, MAIN, Button
from ui.widgets.certificates import certificate_dialog
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.new_passphrase import NewPassphrase, secret
from ui.widgets.progress import Bar

_SERVER_CODES = {
    "sync.unreachable",
    "sync.certificate",
    "sync.certificate_early",
    "sync.certificate_expired",
    "sync.certificate_issuer",
    "sync.certificate_name",
    "sync.certificate_self_signed",
    "sync.no_certificates",
    "sync.no_tls",
    "sync.not_encrypted",
    "sync.unexpected_answer",
    "sync.connection_lost",
    "sync.busy",
    "sync.server_error",
    "sync.stream_garbled",
    "sync.too_slow",
    "request.not_found",
    "sync.bad_address",
}
_CERTIFICATE_CODES = {"sync.certificate_issuer", "sync.certificate_self_signed", "sync.no_certificates"}
_PASSPHRASE_CODES = {
    "trust.no_protection",
    "trust.passphrase_short",
    "trust.keyring_locked",
    "trust.keyring_failed",
}


@dataclass(frozen=True)
class Wanted:
    """What the person typed; ``passphrase`` is empty where the key store keeps the key; ``way``: by what."""

    server: str
    passphrase: str = ""
    way: str = "browser"
    certificates: str = ""

    def __repr__(self) -> str:
        return f"Wanted({self.server!r}, {self.way!r})"


class SignInForm(QWidget):
    """``wanted`` when everything needed is typed and the person signs in."""

    wanted = Signal(object)
    restore_wanted = Signal()
    """From a backup, instead of signing in."""

    def __init__(self) -> None:
        super().__init__()
        self.server = QLineEdit()
        self.server.setPlaceholderText("https://")
        self._server = FormField(t("Headquarters' address"), self.server, t("Your company tells you this."))
        self.new = NewPassphrase(
            t("Passphrase for this laptop"),
            t("Passphrase, once more"),
            t("There is no key store here: a passphrase of your own protects the data. Nobody can reset it."),
        )
        self._message = Label("", "body", "bad", wrap=True)
        self._button = Button(t("Sign in with the browser"), icon="sign-in", kind=MAIN, cap="Return")
        self._by_code = Button(t("No browser here? Sign in by a code"), kind=LINK)
        self._restore = Button(t("Restore from a backup"), kind=LINK)
        self._certificates = Button(t("Choose your company's certificate file"), kind=LINK)
        self._certificate_file = ""
        self._bar = Bar()
        self._restore.clicked.connect(self.restore_wanted)
        self._certificates.clicked.connect(self._ask_certificates)
        self._button.clicked.connect(self._submit)
        self._by_code.clicked.connect(partial(self._submit, way="code"))
        self.server.textEdited.connect(self._server_typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(t("Sign in"), "title"))
        column.addWidget(
            Label(
                t("Once, with a connection. Afterwards you work without one."), "body", "secondary", wrap=True
            )
        )
        column.addSpacing(4)
        for part in (self._server, self.new):
            column.addWidget(part)
        self.new.hide()
        column.addWidget(self._message)
        self._message.hide()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self._bar, 1)
        column.addLayout(row)
        for link in (self._certificates, self._by_code, self._restore):
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self._certificates.hide()
        column.addStretch(1)
        self._bar.hide()
        self.setFocusProxy(self.server)

    def take_over(self, other: SignInForm) -> None:
        """What was typed in another language's form."""
        pairs = (
            (self.server, other.server),
            (self.new.first, other.new.first),
            (self.new.second, other.new.second),
        )
        for mine, typed in pairs:
            mine.setText(typed.text())
        self._certificate_file = other._certificate_file
        self._certificates.setVisible(other._certificates.isVisibleTo(other))
        if other.new.isVisibleTo(other):
            self.need_passphrase()

    def need_passphrase(self) -> None:
        """There is no key store: ask for a passphrase too."""
        self.new.show()

    def set_busy(self, busy: bool) -> None:
        for part in (self._server, self.new, self._button):
            part.setEnabled(not busy)
        for link in (self._certificates, self._by_code, self._restore):
            link.setEnabled(not busy)
        self._message.hide()
        self._bar.set_share(None if busy else 0.0)
        self._bar.setVisible(busy)

    def show_problem(self, error: BaseException) -> None:
        """Say what is wrong at the field it is about; what is about none stands above the button."""
        self.set_busy(False)
        told = explain(error)
        text = " ".join(filter(None, (told.happened, told.meaning, told.remedy)))
        code = error.notice.code if isinstance(error, Problem) else ""
        found = unreachable(self.server.text(), error)
        if found is not None:
            text = tn(found)
        if code in _PASSPHRASE_CODES:
            self.need_passphrase()
        if code in _CERTIFICATE_CODES:
            self._certificates.show()
        if code == "trust.no_protection":
            self.new.first.setFocus(Qt.FocusReason.OtherFocusReason)
        elif code in _PASSPHRASE_CODES:
            self.new.refuse(text)
            self.new.first.selectAll()
        elif code in _SERVER_CODES:
            self._server.set_error(text)
            self.server.setFocus(Qt.FocusReason.OtherFocusReason)
            self.server.selectAll()
        else:
            self._message.setText(text)
            self._message.show()

    def _submit(self, _checked: bool = False, way: str = "browser") -> None:
        self._message.hide()
        self._server.set_error("")
        if not self.server.text().strip():
            self._server.set_error(t("This is needed."))
            self.server.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if (wrong := refuse(self.server.text())) is not None:
            self._server.set_error(tn(wrong))
            self.server.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.new.isVisibleTo(self) and not self.new.is_right():
            return
        self.set_busy(True)
        self.wanted.emit(self._asked(way))

    def _asked(self, way: str) -> Wanted:
        return Wanted(address(self.server.text()), self.new.text, way, self._certificate_file)

    def _ask_certificates(self) -> None:
        dialog = certificate_dialog(self)
        dialog.fileSelected.connect(self.take_certificates)
        dialog.open()

    def take_certificates(self, path: str) -> None:
        """Try again at once: what was typed is still there."""
        self._certificate_file = path
        self._submit()

    def _server_typed(self, text: str) -> None:
        wrong = refuse(text)
        self._server.set_error(tn(wrong) if wrong is not None and wrong.code in SURE else "")

    def keyPressEvent(self, event: object) -> None:
        from PySide6.QtGui import QKeyEvent

        assert isinstance(event, QKeyEvent)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._button.isEnabled():
            self._submit()
        else:
            super().keyPressEvent(event)


class PassphraseForm(QWidget):
    """``given`` carries the passphrase. Above it stands why it is asked for."""

    given = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.passphrase = secret()
        self._field = FormField(t("Passphrase"), self.passphrase)
        self._why = Label("", "body", "secondary", wrap=True)
        self._button = Button(t("Open"), icon="lock", kind=MAIN, cap="Return")
        self._bar = Bar()
        self._bar.hide()
        self._button.clicked.connect(self._submit)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self._bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(t("Open your data"), "title"))
        column.addWidget(self._why)
        column.addSpacing(4)
        column.addWidget(self._field)
        column.addLayout(row)
        column.addStretch(1)
        self.setFocusProxy(self.passphrase)

    def say(self, why: str) -> None:
        """Why it is asked for."""
        self._why.setText(why)

    def set_busy(self, busy: bool) -> None:
        self._field.setEnabled(not busy)
        self._button.setEnabled(not busy)
        self._bar.set_share(None if busy else 0.0)
        self._bar.setVisible(busy)

    def show_problem(self, error: BaseException) -> None:
        """A wrong passphrase stands at the field, any other reason above it."""
        self.set_busy(False)
        told = explain(error)
        code = error.notice.code if isinstance(error, Problem) else ""
        if code == "trust.passphrase_wrong":
            self._field.set_error(told.happened)
            self.passphrase.selectAll()
        else:
            self._field.set_error("")
            self._why.setText(told.brief)
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self) -> None:
        if not self.passphrase.text():
            self._field.set_error(t("This is needed."))
            return
        self.set_busy(True)
        self.given.emit(self.passphrase.text())

    def keyPressEvent(self, event: object) -> None:
        from PySide6.QtGui import QKeyEvent

        assert isinstance(event, QKeyEvent)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._button.isEnabled():
            self._submit()
        else:
            super().keyPressEvent(event)
