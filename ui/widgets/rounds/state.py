"""How things stand with headquarters right now, in words; the running round; what to do about a failure."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui.i18n import formats, t
from ui.syncing import Syncing, duration_text
from ui.theme import colour
from ui.viewmodels.first_sync import Phase
from ui.viewmodels.round_progress import RoundProgress
from ui.widgets.button import Button
from ui.widgets.label import Label
from ui.widgets.notes import Notes
from ui.widgets.progress import Bar
from ui.widgets.rounds import words

_SIGN = 40


class StatePanel(QWidget):
    """``cancelled`` when the running round is to stop. ``tick`` every second keeps the times true."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sign = _Sign()
        self.headline = Label("", "strong")
        self.detail = Label("", "body", "secondary", wrap=True)
        self.notes = Notes()
        self.bar = Bar(6)
        self.left = Label("", "caption", wrap=True)
        self.cancel = Button(t("Stop"), icon="stop-circle", tip=t("What arrived stays; it goes on later."))
        self.cancel.clicked.connect(self.cancelled)
        self._running = QWidget()
        self._running.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        inner = QVBoxLayout()
        inner.setSpacing(4)
        inner.addWidget(self.bar)
        inner.addWidget(self.left)
        row = QHBoxLayout(self._running)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(16)
        row.addLayout(inner, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.headline)
        column.addWidget(self.detail)
        column.addWidget(self._running)
        column.addSpacing(2)
        column.addWidget(self.notes)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(16)
        outer.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._noted: tuple[tuple[str, str], ...] | None = None

    def show_state(self, sync: Syncing | None, last_at: int | None) -> None:
        if sync is None:
            self._say("cloud-slash", "secondary", t("Nothing is synchronised in this window"), "", ())
            self._running.hide()
            return
        running = sync.status.running
        problem = sync.status.problem if not running else None
        notes = words.explained(problem) if problem is not None else []
        self._say(*_headline(sync), _times(sync, last_at), tuple(notes))
        self._running.setVisible(running)
        if running:
            self.bar.set_share(sync.state.share)
            self.left.setText(left_words(sync.progress))

    def _say(
        self, icon: str, tone: str, headline: str, detail: str, notes: tuple[tuple[str, str], ...]
    ) -> None:
        self._sign.show_sign(icon, tone)
        self.headline.setText(headline)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        if notes != self._noted:
            self._noted = notes
            self.notes.fill(notes)
            self.notes.setVisible(bool(notes))


def _headline(sync: Syncing) -> tuple[str, str, str]:
    state = sync.state
    if sync.status.running:
        first = sync.first is not None and sync.first.phase is not Phase.FINISHED
        return "cloud-arrow-down", "accent", t("First synchronisation") if first else t("Synchronising")
    if state.sign_in:
        return "sign-in", "bad", t("Sign in again")
    if state.chosen:
        return "cloud-slash", "secondary", t("Working offline by choice")
    if sync.status.cancelled:
        return "pause", "secondary", t("Stopped; it goes on from there")
    if state.online:
        return "cloud-check", "good", t("Online")
    if str(sync.status.line) == "problem":
        return "warning-circle", "bad", t("The last synchronisation failed")
    return "cloud-slash", "warning", t("Offline")


def _times(sync: Syncing, last_at: int | None) -> str:
    upcoming = "" if sync.status.running else _next(sync)
    return words.BETWEEN.join(filter(None, (_last(last_at), upcoming)))


def _last(last_at: int | None) -> str:
    if last_at is None:
        return t("never complete so far")
    return t("last complete {moment}", moment=formats().instant_short(last_at))


def _next(sync: Syncing) -> str:
    seconds = sync.due_in()
    if seconds is None or sync.offline:
        return ""
    if seconds < 1:
        return t("next round now")
    if sync.status.problem is not None:
        return t("next try in {duration}", duration=duration_text(seconds))
    return t("next round in {duration}", duration=duration_text(seconds))


def left_words(progress: RoundProgress) -> str:
    """What the round does, and rows, bytes and time that are left."""
    doing = {
        "sending": t("Sending what you did"),
        "fetching": t("Fetching what is new"),
        "computing": t("Computing totals and search"),
    }.get(progress.phase, t("Connecting"))
    parts = [doing]
    left = progress.left
    form = formats()
    if progress.share is not None:
        done, expected = form.integer(min(progress.done, progress.expected)), form.integer(progress.expected)
        parts.append(t("{done} of {expected} rows", done=done, expected=expected))
    moved = progress.sent + progress.received
    if moved:
        parts.append(t("{size} so far", size=words.size_text(moved)))
    if left.bytes:
        parts.append(t("about {size} left", size=words.size_text(left.bytes)))
    if left.seconds is not None:
        parts.append(t("about {duration} left", duration=duration_text(left.seconds)))
    return words.BETWEEN.join(parts)


class _Sign(QWidget):
    """An icon on a quiet circle."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._tone = "cloud-slash", "secondary"
        self.setFixedSize(QSize(_SIGN, _SIGN))

    def show_sign(self, icon: str, tone: str) -> None:
        if (icon, tone) != (self._icon, self._tone):
            self._icon, self._tone = icon, tone
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour("hover"))
            painter.setBrush(colour("hover"))
            painter.drawEllipse(QRectF(1, 1, _SIGN - 2, _SIGN - 2))
            icons.paint(painter, 10, 10, self._icon, self._tone, 20)
