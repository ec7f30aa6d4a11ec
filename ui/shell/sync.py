"""The sync indicator: online or offline, what waits, what needs the person, when it was last complete."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.i18n import formats, n, t
from ui.widgets.button import QUIET, Button
from ui.widgets.label import Label, Line
from ui.widgets.progress import Bar


@dataclass(frozen=True)
class SyncState:
    """What the indicator shows. ``online`` None: not tried yet. ``share`` None while the end is unknown."""

    online: bool | None = None
    running: bool = False
    share: float | None = None
    left: str = ""
    """How long a running round still takes, in words."""
    waiting: int = 0
    """Local changes that headquarters has not got yet."""
    attention: int = 0
    """Conflicts and rejections that wait for the person."""
    last_at: int | None = None
    first: bool = False
    """The running round is the first one."""
    chosen: bool = False
    """The person works offline by choice."""
    sign_in: bool = False
    """Headquarters wants the person to sign in again."""
    problem: str = ""
    """Why the last round failed, in words."""


class SyncIndicator(QWidget):
    """``opened`` when the state is pressed, ``attention_wanted`` when what needs the person is pressed.
    ``sync_wanted`` asks for a round.
    """

    opened = Signal()
    sync_wanted = Signal()
    attention_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state = SyncState()
        self._narrow = False
        self._online = Button("", icon="cloud-slash", kind=QUIET, tip=t("Synchronisation"))
        self._waiting = Label("", "body", "secondary")
        self._attention = Button("", icon="warning-circle", kind=QUIET, tip=t("Open what needs you"))
        self._attention.set_tone("bad")
        self._last = Label("", "body", "secondary")
        self._bar = Bar()
        self._bar.setFixedWidth(96)
        self._lines = [Line(upright=True) for _ in range(3)]
        for line in self._lines:
            line.setFixedHeight(14)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        parts = (self._online, self._lines[0], self._bar, self._waiting, self._lines[1], self._attention)
        for part in (*parts, self._lines[2], self._last):
            row.addWidget(part)
        self._online.clicked.connect(self.opened)
        self._attention.clicked.connect(self.attention_wanted)
        self.show_state(self.state)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is no room, the moment of the last sync moves into the tooltip."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.show_state(self.state)

    def show_state(self, state: SyncState) -> None:
        self.state = state
        self._online.setText(_online_text(state))
        self._online.setAccessibleName(self._online.text())
        self._online.set_icon(
            "cloud-arrow-down" if state.running else "cloud-check" if state.online else "cloud-slash"
        )
        self._online.set_tone(
            "accent" if state.running else "good" if state.online else "bad" if state.sign_in else ""
        )
        self._waiting.setText(
            n("{count} waiting", "{count} waiting", state.waiting) if state.waiting else t("all sent")
        )
        some = n("{count} needs you", "{count} need you", state.attention) if state.attention else ""
        self._attention.setText(some)
        self._attention.setAccessibleName(self._attention.text())
        self._last.setText(self._last_text(state))
        self._bar.set_share(state.share)
        self._bar.setVisible(state.running)
        self._waiting.setVisible(not state.running)
        self._attention.setVisible(bool(state.attention) and not state.first)
        self._last.setVisible(bool(self._last.text()) and not self._narrow)
        what = t("Sign in again") if state.sign_in else f"{t('Synchronise now')}  F9"
        lines = (state.problem, self._last.text(), what)
        self._online.setToolTip("\n".join(filter(None, lines)))
        self._lines[1].setVisible(self._attention.isVisibleTo(self))
        self._lines[2].setVisible(self._last.isVisibleTo(self))
        self.updateGeometry()

    @staticmethod
    def _last_text(state: SyncState) -> str:
        if state.running:
            return state.left
        if state.last_at is None:
            return t("not yet synchronised")
        form = formats()
        from time import time

        today = form.local(int(time() * 1000)).date() == form.local(state.last_at).date()
        moment = form.time(state.last_at) if today else form.instant_short(state.last_at)
        return t("synced {moment}", moment=moment)


def _online_text(state: SyncState) -> str:
    if state.running:
        percent = "" if state.share is None else f" {formats().percent(state.share, 0)}"
        return (t("First sync") if state.first else t("Synchronising")) + percent
    if state.sign_in:
        return t("Sign in again")
    if state.chosen:
        return t("Working offline")
    return t("Online") if state.online else t("Offline")
