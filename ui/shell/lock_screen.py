"""The locked window: nothing of the data is seen, and everything behind it waits as it was left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from ui.first_run.sign_in import PassphraseForm
from ui.i18n import t
from ui.shell.curtain import Curtain
from ui.shell.nav import paint_sign
from ui.theme import colour
from ui.theme.focus import FocusRing
from ui.widgets.button import LINK, Button
from ui.widgets.label import Label

_WIDE = 400


class LockScreen(QWidget):
    """In the place of every window of the program (``curtain``). ``given`` carries the passphrase;
    ``closing`` ends the program.
    """

    given = Signal(str)
    sign_in_wanted = Signal()
    closing = Signal()
    covered = Signal()
    """It was painted: nothing else is on the screen any more."""

    def __init__(self, whose: str) -> None:
        super().__init__()
        self.setWindowTitle("ChannelDesk")
        self.form = PassphraseForm()
        self.form.setFixedWidth(_WIDE)
        self.form.given.connect(self.given)
        self.form.say(t("Locked. What {name} was doing is kept behind this screen.", name=whose))
        self.sign_in = Button(t("Sign in at headquarters"), kind=LINK)
        self.sign_in.clicked.connect(self.sign_in_wanted)
        self.sign_in.hide()
        self.note = Label("", "body", "secondary", wrap=True)
        self.note.setFixedWidth(_WIDE)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addStretch(2)
        column.addSpacing(80)
        for part in (self.form, self.sign_in, self.note):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)
        self.ring = FocusRing(self)
        self.curtain = Curtain(self)
        self._painted = False

    def cover(self, window: QWidget) -> None:
        """Take the place of ``window`` and of every dialog."""
        self.setMinimumSize(window.minimumSize())
        self.setGeometry(window.geometry())
        self.setWindowState(window.windowState())
        self.show()
        self.curtain.draw()
        self.activateWindow()
        self.form.setFocus()
        if self.isMinimized():  # nobody paints it, and there is nothing to hide
            self._tell_painted()

    def uncover(self, gone: QWidget | None = None) -> None:
        """Everything comes back as it was, but nothing of ``gone``."""
        self.curtain.lift(gone)
        self.hide()
        self.deleteLater()

    def tell(self, text: str, tint: str) -> None:
        """What is not as locked as it should be."""
        self.note.set_tint(tint)
        self.note.setText(text)

    def show_problem(self, error: BaseException) -> None:
        self.form.show_problem(error)
        is_over = isinstance(error, Problem) and error.notice.code == "trust.too_many_tries"
        self.sign_in.setVisible(is_over)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("window"))
            top = self.form.mapTo(self, self.form.rect().topLeft())
            paint_sign(painter, QRectF(top.x(), top.y() - 72, 48, 48))
        self._tell_painted()

    def _tell_painted(self) -> None:
        """Once, and after what was painted went to the screen."""
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.covered.emit)
