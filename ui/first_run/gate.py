"""What stands before the window: signing in, unlocking, or a problem, beside what the program promises."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from channeldesk.model.i18n import LANGUAGES
from channeldesk.model.notice import Problem
from ui import icons, paint
from ui.errors import explain
from ui.first_run.restoring import RestoreDialog
from ui.first_run.sign_in import PassphraseForm, SignInForm
from ui.first_run.waiting import Waiting
from ui.i18n import language, t
from ui.shell.nav import paint_sign
from ui.shell.repair import REPAIRABLE
from ui.theme import colour
from ui.theme.focus import FocusRing
from ui.theme.fonts import DISPLAY, STRONG
from ui.widgets.button import LINK, Button
from ui.widgets.face import Face
from ui.widgets.label import Label

_UNLOCKING = {
    "trust.locked",
    "trust.passphrase_needed",
    "trust.passphrase_wrong",
    "trust.keyring_locked",
    "trust.keyring_absent",
    "trust.keyring_changed",
    "trust.keyring_failed",
    "trust.key_missing",
}
_SIDE, _FORM = 360, 400


class Gate(QWidget):
    """One of these at the right: sign-in, waiting for the browser, passphrase, busy, a problem."""

    sign_in_wanted = Signal(object)
    passphrase_given = Signal(str)
    admission_wanted = Signal()
    """After too many wrong passphrases the person signs in."""
    again_wanted = Signal()
    repair_wanted = Signal()
    restore_wanted = Signal(str, str)
    """The path of a backup, and its passphrase."""
    restore_stopped = Signal()
    language_chosen = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("ChannelDesk")
        self.setMinimumSize(880, 600)
        self.resize(900, 640)
        self.form, self.passphrase, self.face = SignInForm(), PassphraseForm(), Face()
        self.waiting = Waiting()
        self.form.wanted.connect(self.sign_in_wanted)
        self.form.restore_wanted.connect(self._ask_restore)
        self.passphrase.given.connect(self.passphrase_given)
        self.face.pressed.connect(self._pressed)
        self._repairable = self._admitting = False
        self._restoring: RestoreDialog | None = None
        """While a backup is asked for, or brought back."""
        self._noted: Problem | None = None
        self._parts = QStackedWidget()
        self._parts.setFixedWidth(_FORM)
        for part in (self.form, self.passphrase, self.face, self.waiting):
            self._parts.addWidget(part)
        self._parts.setCurrentWidget(self.face)
        self.note = Label("", "body", "warning", wrap=True)
        self.note.setFixedWidth(_FORM)
        self.note.hide()
        languages = QHBoxLayout()
        languages.setSpacing(16)
        for code, name in LANGUAGES.items():
            link = Button(name, kind=LINK)
            link.setEnabled(code != language())
            link.clicked.connect(partial(self.language_chosen.emit, code))
            languages.addWidget(link)
        languages.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(56, 72, 56, 24)
        right.setSpacing(16)
        right.addWidget(self._parts, 1)
        right.addWidget(self.note)
        right.addLayout(languages)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._promises = _Promises()
        row.addWidget(self._promises)
        row.addStretch(1)
        row.addLayout(right)
        row.addStretch(1)
        self.ring = FocusRing(self)

    def ask_sign_in(self) -> None:
        self.form.set_busy(False)
        self._show(self.form)

    def show_talk(self, address: str, code: str) -> None:
        """The person signs in elsewhere meanwhile."""
        self.waiting.show_talk(address, code)
        self._show(self.waiting)

    def show_busy(self, text: str) -> None:
        self.face.loading(text)
        self._show(self.face)

    def show_problem(self, error: BaseException) -> None:
        """In the form that is shown, in the passphrase's if that opens the way, else in full."""
        if self._restoring is not None:
            self._restoring.show_problem(error)
            return
        code = error.notice.code if isinstance(error, Problem) else ""
        shown = self._parts.currentWidget()
        if self._admitting and code in _UNLOCKING:
            self._admitting, shown = False, self.passphrase
        elif self._admitting or code in ("trust.too_many_tries", "profile.signed_out"):
            self._admitting = True
            self.face.error(error, t("Sign in"))
            self._show(self.face)
            return
        if shown is self.waiting:
            shown = self.form
            self._show(self.form)
        if code in _UNLOCKING and shown is not self.form:
            self._show(self.passphrase)
            self.passphrase.show_problem(error)
        elif shown is self.form:
            self.form.show_problem(error)
        elif shown is self.passphrase and code.startswith("trust."):
            self.passphrase.show_problem(error)
        else:
            self._repairable = code in REPAIRABLE
            button = t("Repair now") if self._repairable else t("Sign in") if code == "trust.wiped" else ""
            self.face.error(error, button)
            self._show(self.face)

    def add_note(self, problem: Problem | None) -> None:
        """What is to be known besides, whatever is asked here; None: nothing."""
        self._noted = problem
        self.note.setText(explain(problem).brief if problem is not None else "")
        self.note.setVisible(problem is not None)

    def _pressed(self) -> None:
        if self._admitting:
            self.admission_wanted.emit()
        else:
            (self.repair_wanted if self._repairable else self.again_wanted).emit()

    def _ask_restore(self) -> None:
        self._restoring = dialog = RestoreDialog(self)
        dialog.wanted.connect(self.restore_wanted)
        dialog.stopped.connect(self._stop_restoring)
        dialog.finished.connect(self._restoring_over)
        dialog.open()

    def show_restoring(self, told: tuple[str, int, int]) -> None:
        if self._restoring is not None:
            self._restoring.steps.show_step(told)

    def restored(self) -> None:
        """The profile is there; what comes now is about opening it."""
        if self._restoring is not None:
            self._restoring.accept()

    def _stop_restoring(self) -> None:
        self.form.set_busy(True)  # until it has stopped
        self.restore_stopped.emit()

    def _restoring_over(self) -> None:
        self._restoring = None

    def take_over(self, other: Gate) -> None:
        """Show what another language's gate showed."""
        self.form.take_over(other.form)
        self._repairable, self._admitting = other._repairable, other._admitting
        self.passphrase.passphrase.setText(other.passphrase.passphrase.text())
        self.waiting.take_over(other.waiting)
        self.add_note(other._noted)
        self._show((self.form, self.passphrase, self.face, self.waiting)[other._parts.currentIndex()])

    def _show(self, part: QWidget) -> None:
        self._promises.tell(part is not self.face)
        self._parts.setCurrentWidget(part)
        part.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        self._parts.currentWidget().setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("window"))


class _Promises(QWidget):
    """The sign, the name, and what a person may rely on; beside a problem it would be a mockery."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_SIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 176, 40, 40)
        column.setSpacing(24)
        self.promises: list[QWidget] = []
        for icon, text in (
            ("laptop", t("Your whole territory on this laptop: partners, stock, orders, visits, figures.")),
            ("cloud-slash", t("Everything works without a network. What you do is sent when there is one.")),
            ("lock", t("Stored encrypted; the key never leaves this laptop.")),
        ):
            self.promises.append(_Promise(icon, text))
            column.addWidget(self.promises[-1])
        column.addStretch(1)

    def tell(self, promised: bool) -> None:
        for one in self.promises:
            one.setVisible(promised)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("side"))
            painter.fillRect(self.width() - 1, 0, 1, self.height(), colour("separator"))
            paint_sign(painter, QRectF(40, 72, 40, 40))
            room = QRectF(40, 122, self.width() - 80, 34)
            paint.text(painter, room, "ChannelDesk", size=DISPLAY, weight=STRONG)


class _Promise(QWidget):
    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon = icon
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 0, 0, 0)
        row.addWidget(Label(text, "body", "secondary", wrap=True))

    def sizeHint(self) -> QSize:
        return QSize(280, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            icons.paint(painter, 0, 2, self._icon, "accent", 18)
