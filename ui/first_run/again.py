"""Signing in again when headquarters no longer takes the token: the same person, the same laptop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.errors import explain, log_error
from ui.first_run.waiting import Waiting
from ui.i18n import language, t
from ui.outside import is_covered, open_address
from ui.tasks import Tasks
from ui.widgets.button import MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label
from ui.widgets.progress import Bar

if TYPE_CHECKING:
    from channeldesk.desk import Talk
    from channeldesk.store.profile import Profile

_EDGE = 24


class SignInAgain(Dialog):
    """The page of headquarters opens in the browser; work goes on behind, and Esc leaves it for later."""

    chapter = "first_sync"

    def __init__(
        self,
        parent: QWidget,
        tasks: Tasks,
        profile: Profile,
        open_page: Callable[[str], bool] = open_address,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Sign in again"))
        self.setFixedWidth(512)
        self._tasks, self._open_page = tasks, open_page
        self._desk: Any = tasks.desk
        self._talk: Talk | None = None
        self._next = ""
        self._problem = Label("", "body", "bad", wrap=True)
        self._problem.hide()
        self._later = Button(t("Later"))
        self.go = Button(t("Sign in with the browser"), icon="sign-in", kind=MAIN)
        self.go.setDefault(True)
        self._later.clicked.connect(self.reject)
        self.go.clicked.connect(self.begin)
        self.waiting = Waiting()
        self.waiting.open_wanted.connect(self._open)
        self.waiting.code_wanted.connect(self._by_code)
        self.waiting.cancelled.connect(self._cancel)
        self._bar = Bar()
        self._bar.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._bar, 1)
        row.addStretch(1)
        row.addWidget(self._later)
        row.addWidget(self.go)
        self.ask = QWidget()
        asking = QVBoxLayout(self.ask)
        asking.setContentsMargins(0, 0, 0, 0)
        asking.setSpacing(12)
        asking.addWidget(Label(self.windowTitle(), "title"))
        told = t("Headquarters ({server}) wants to know that it is you.", server=profile.server)
        asking.addWidget(Label(told, "body", wrap=True))
        asking.addWidget(
            Label(t("Your work is kept and is sent afterwards."), "body", "secondary", wrap=True)
        )
        asking.addWidget(self._problem)
        asking.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        for part in (self.ask, self.waiting):
            column.addWidget(part)
        self._turn_to(self.ask)

    def _turn_to(self, shown: QWidget) -> None:
        """One of the two, and no more room than it takes."""
        for part in (self.ask, self.waiting):
            part.setVisible(part is shown)
        self.adjustSize()

    def begin(self, way: str = "") -> None:
        from channeldesk.desk import BROWSER

        self._busy(True)
        self._tasks.run(
            self,
            "sign_in",
            self._sign_in,
            way or BROWSER,
            language(),
            then=self._signed_in,
            failed=self._failed,
            progress=self._show,
        )

    def _sign_in(
        self, way: str, spoken: str, progress: Callable[[Talk], None], cancel: threading.Event
    ) -> None:
        """Off the window's thread; ends when the person has signed in or given up, or the window closes."""
        talk = self._talk = self._desk.talk(way, spoken)
        talk.begin()
        progress(talk)
        self._desk.signed_in(talk.wait(cancel))

    def _show(self, talk: Talk) -> None:
        self.waiting.show_talk(talk.address, talk.code)
        self._turn_to(self.waiting)
        self.waiting.setFocus()
        if not talk.code:
            self._open()

    def _open(self) -> None:
        if self._talk is not None and (is_covered(self) or not self._open_page(self._talk.address)):
            self.waiting.show_no_browser()

    def _by_code(self) -> None:
        from channeldesk.desk import CODE

        self._next = CODE
        self._cancel()

    def _cancel(self) -> None:
        if self._talk is not None:
            self._talk.cancel()

    def _signed_in(self, _result: None) -> None:
        self._talk = None
        self.accept()

    def _failed(self, error: Exception) -> None:
        from channeldesk.desk import Cancelled

        self._talk, way = None, self._next
        self._next = ""
        if way:
            self.begin(way)
            return
        self._busy(False)
        if not isinstance(error, Cancelled):
            log_error(error)
            told = explain(error)
            self._problem.setText(told.brief)
            self._problem.setFixedHeight(self._problem.heightForWidth(self.width() - 2 * _EDGE))
            self._problem.show()
        self._turn_to(self.ask)
        self.go.setFocus()

    def _busy(self, busy: bool) -> None:
        self.go.setEnabled(not busy)
        self._problem.hide()
        self._bar.set_share(None if busy else 0.0)
        self._bar.setVisible(busy)

    def done(self, result: int) -> None:
        """Esc and the window's own close too: nobody waits for the browser any more."""
        self._cancel()
        super().done(result)
        self.deleteLater()
