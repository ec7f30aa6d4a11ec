"""While the person signs in elsewhere: in the browser on this computer, or by a code in another one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.i18n import t
from ui.widgets.button import LINK, Button
from ui.widgets.label import Label
from ui.widgets.progress import Bar


class Waiting(QWidget):
    """``show_talk`` says what to do. The address can be opened again and copied; a code is shown large."""

    open_wanted = Signal()
    code_wanted = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._address = ""
        self._shown = "", ""
        self._title = Label("", "title", wrap=True)
        self._what = Label("", "body", "secondary", wrap=True)
        self.code = Label("", "figure")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place = Label("", "strong", wrap=True)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = Bar()
        self._note = Label("", "body", "bad", wrap=True)
        self.again = Button(t("Open the page again"), icon="arrow-square-out")
        self.copy = Button(t("Copy the address"), icon="copy")
        self.other = Button(t("Sign in by a code"), kind=LINK)
        self.cancel = Button(t("Cancel"), cap="Esc")
        self.again.clicked.connect(self.open_wanted)
        self.other.clicked.connect(self.code_wanted)
        self.cancel.clicked.connect(self.cancelled)
        self.copy.clicked.connect(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self._title, self._what, self.place, self.code, self._note, self._bar):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.again)
        row.addWidget(self.copy)
        row.addStretch(1)
        column.addLayout(row)
        end = QHBoxLayout()
        end.setSpacing(16)
        end.addWidget(self.cancel)
        end.addWidget(self.other)
        end.addStretch(1)
        column.addLayout(end)
        column.addStretch(1)
        self.setFocusProxy(self.cancel)

    def show_talk(self, address: str, code: str) -> None:
        self._address = address
        self._title.setText(t("Sign in elsewhere") if code else t("Go on in the browser"))
        self._what.setText(
            t("On any computer or telephone with a browser, open this address and type the code:")
            if code
            else t("The sign-in page of headquarters opens there. This window goes on by itself afterwards.")
        )
        self.code.setText(code)
        self.place.setText(address if code else "")
        for part in (self.code, self.place):
            part.setVisible(bool(code))
        self.again.setVisible(not code)
        self.other.setVisible(not code)
        self._shown = address, code
        self._note.hide()
        self._bar.set_share(None)
        self.copy.setText(t("Copy the address"))

    def take_over(self, other: Waiting) -> None:
        """What another language's gate showed."""
        self.show_talk(*other._shown)

    def show_no_browser(self) -> None:
        """Nothing opened: the address is there to copy, and there is the way by a code."""
        self._note.setText(t("The browser did not open. Copy the address into one, or sign in by a code."))
        self._note.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self.copy.setText(t("Copied"))

    def keyPressEvent(self, event: object) -> None:
        from PySide6.QtGui import QKeyEvent

        assert isinstance(event, QKeyEvent)
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
