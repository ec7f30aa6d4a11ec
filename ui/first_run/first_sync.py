"""The first synchronisation: how far each kind of data is, what can be done already, what follows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.model.messages import N_
from ui import icons, paint
from ui.context import Context
from ui.i18n import formats, t, tn
from ui.page import Page
from ui.syncing import Syncing, duration_text, left_text
from ui.theme import colour
from ui.theme.fonts import MEDIUM, STRONG
from ui.theme.tokens import MARGIN
from ui.viewmodels.first_sync import KINDS, FirstSync, Line, Phase, State
from ui.viewmodels.round_progress import RoundProgress
from ui.widgets.button import MAIN, Button
from ui.widgets.entries import Entries, Entry
from ui.widgets.label import Label
from ui.widgets.label import Line as Separator
from ui.widgets.notes import Notes
from ui.widgets.progress import Bar
from ui.widgets.rounds.words import BETWEEN, size_text
from ui.widgets.scroll import scrolling

_ROW = 40
_TITLE, _COUNT = 230.0, 116.0
"""Room for the longest title and the longest count; the title gives way first."""
_SIDE, _SIDE_NARROW, _NARROW = 424, 300, 1_000
_LINGER_MS = 1_200
_NOW = (
    (
        "partners",
        "storefront",
        N_("Open any partner"),
        N_("Master data, contacts, what was agreed"),
        "partners",
    ),
    ("orders", "article", N_("Take an order"), N_("Prices and products are here"), "orders"),
    ("visits", "map-pin", N_("Plan visits"), N_("Visits and promises are here"), "visits"),
    ("stock", "package", N_("Count stock"), N_("The levels of every partner are here"), "stock"),
)
_NOW_READING = (
    _NOW[0],
    ("orders", "article", N_("Look at orders"), N_("Orders and their lines are here"), "orders"),
    ("visits", "map-pin", N_("Look at visits"), N_("Visits and promises are here"), "visits"),
    ("stock", "package", N_("Look at stock"), N_("The levels of every partner are here"), "stock"),
)
"""For whoever only reads."""
_NOW_OWN = (
    ("partners", "storefront", N_("Open my company"), N_("Master data and contacts"), "partner"),
    ("orders", "article", N_("Place an order"), N_("Prices and products are here"), "orders"),
    ("stock", "package", N_("Look at stock"), N_("Your own levels are here"), "stock"),
)
"""For the people of a partner."""
_LATER = (
    ("today", "sun-horizon", N_("Today"), N_("When the totals are computed")),
    ("performance", "chart-line-up", N_("Performance"), N_("Until then it says “no data yet”, never 0")),
)


class FirstSyncPage(Page):
    """Opens by itself while the profile is filled; Today follows when everything is here."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.sync: Syncing | None = context.sync
        self._title, self._told = (
            Label(t("First synchronisation"), "title"),
            Label("", "body", "secondary", wrap=True),
        )
        self._percent, self._count = Label("–", "figure"), Label("", "body", "secondary")
        self._left = Label("")
        self._bar = Bar(8)
        self._problem = Label("", "body", "bad", wrap=True)
        self.rows = [KindRow(kind.title, kind.icon) for kind in KINDS]
        self.totals = KindRow(N_("Totals, search and charts"), "chart-line-up")
        self.go_on = Button(t("Open Today"), icon="arrow-right", kind=MAIN, cap="Return")
        self.pause = Button(t("Pause"), icon="pause")
        self.again = Button(t("Try again"), icon="arrows-clockwise")
        self.go_on.clicked.connect(self._go_on)
        self.pause.clicked.connect(self._pause)
        self.again.clicked.connect(self._again)
        self._now, self._later = Entries(), Entries()
        self._now.opened.connect(self._open)
        self._now_title, self._later_title = Label("", "section"), Label(t("A little later"), "section")
        self._linger = QTimer(self, interval=_LINGER_MS, singleShot=True)
        self._linger.timeout.connect(self._leave)
        self._lay_out()
        self.setFocusProxy(self.go_on)
        if self.sync is not None:
            self.sync.changed.connect(self._show)
            self.sync.finished.connect(self._linger.start)

    def _lay_out(self) -> None:
        self.content.setContentsMargins(0, 0, 0, 0)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addSpacing(2)
        column.addWidget(self._told)
        column.addSpacing(24)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._percent)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self._left, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        column.addSpacing(6)
        column.addWidget(self._bar)
        column.addSpacing(16)
        for row in (*self.rows, self.totals):
            column.addWidget(row)
        column.addSpacing(12)
        column.addWidget(self._problem)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.go_on, self.pause, self.again):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addSpacing(16)
        column.addWidget(Separator())
        column.addSpacing(12)
        notes = Notes()
        notes.fill(
            (
                (
                    "laptop",
                    t("Close the laptop or lose the connection at any time: it goes on where it was."),
                ),
                ("lock", t("The data is stored encrypted on this laptop only.")),
                ("shield-check", t("Only the territories and fields you may see are sent.")),
            )
        )
        column.addWidget(notes)
        column.addStretch(1)
        side = QVBoxLayout(right)
        side.setContentsMargins(MARGIN, 20, MARGIN, 16)
        side.setSpacing(8)
        side.addWidget(self._now_title)
        side.addWidget(self._now)
        side.addSpacing(8)
        self._between = Separator()
        side.addWidget(self._between)
        side.addSpacing(8)
        side.addWidget(self._later_title)
        side.addWidget(self._later)
        side.addStretch(1)
        self._side = scrolling(right)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(scrolling(left), 1)
        both.addWidget(Separator(upright=True))
        both.addWidget(self._side)
        self.content.addLayout(both)

    def refresh(self) -> None:
        self.show_content()
        self._show()

    def face_pressed(self) -> None:
        self._open_today()

    def _show(self) -> None:
        first = self.sync.first if self.sync is not None else None
        if self.sync is None or first is None:
            self.show_empty(
                t("Everything is on this laptop"),
                t("The first synchronisation was completed; from now on only what is new is fetched."),
                t("Open my company") if self.context.is_partner else t("Open Today"),
                "check-circle",
            )
            return
        status = self.sync.status
        share = first.share
        self._percent.setText("–" if share is None else formats().percent(share, 0))
        done, expected = formats().integer(first.done), formats().integer(first.expected)
        rows = t("{done} of {expected} rows", done=done, expected=expected) if first.expected else ""
        self._count.setText(BETWEEN.join(filter(None, (rows, *_bytes(self.sync.progress)))))
        self._bar.set_share(share if share is not None else None if status.running else 0.0)
        self._left.setText(left_text(first) if status.running else "")
        self._told.setText(self._words(first))
        lines = first.lines()
        for row, line in zip(self.rows, lines, strict=True):
            row.show_line(line)
        self.totals.show_totals(first.phase)
        finished = first.phase is Phase.FINISHED
        problem = status.problem
        self._problem.setText(tn(problem) if problem is not None and not finished else "")
        self._problem.setVisible(bool(self._problem.text()))
        self._offer(first)
        paused = self.sync.offline
        self.pause.setText(t("Go on") if paused else t("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        self.pause.set_icon("play" if paused else "pause")
        self.pause.updateGeometry()
        self.pause.setVisible(not finished and (paused or status.running))
        self.again.setVisible(not finished and not paused and not status.running and problem is not None)
        self.again.setText(t("Sign in again") if self.sync.needs_sign_in else t("Try again"))
        self.again.setAccessibleName(self.again.text())
        self._show_side(first, lines)

    def _offer(self, first: FirstSync) -> None:
        """The page that can be used next: partners while the rest comes, then Today."""
        if self.context.is_partner:
            text = t("Open my company")
        else:
            text = t("Open Today") if first.phase is Phase.FINISHED else t("Open Partners")
        if self.go_on.text() != text:
            self.go_on.setText(text)
            self.go_on.setAccessibleName(text)
        self.go_on.setEnabled(first.phase is Phase.FINISHED or "partners" in first.usable)

    def _go_on(self) -> None:
        first = self.sync.first if self.sync is not None else None
        if self.context.is_partner:
            self.go("partner")
        else:
            self.go("today" if first is None or first.phase is Phase.FINISHED else "partners")

    def _show_side(self, first: FirstSync, lines: list[Line]) -> None:
        usable, finished = first.usable, first.phase is Phase.FINISHED
        offered: Sequence[tuple[str, str, str, str, str]]
        offered = _NOW if self.context.may("visit_plan") else _NOW_READING
        if self.context.is_partner:
            offered = _NOW_OWN
        waiting = {line.kind.id: line for line in lines}
        now = [
            Entry(icon, t(title), t(text), tone="accent", key=page)
            for kind, icon, title, text, page in offered
            if kind in usable
        ]
        later = [
            Entry(icon, t(title), self._when(waiting[kind]), tone="tertiary")
            for kind, icon, title, _, _ in offered
            if kind not in usable
        ]
        for page, icon, title, text in _LATER:
            if self.context.is_partner:
                continue  # neither page is theirs
            if finished:
                now.append(Entry(icon, t(title), t("Everything is here"), tone="accent", key=page))
            else:
                later.append(Entry(icon, t(title), t(text), tone="tertiary"))
        self._now_title.setText(t("You can already") if now else t("In a moment"))
        self._now.fill(now)
        self._later.fill(later)
        for part in (self._between, self._later_title, self._later):
            part.setVisible(bool(later))

    @staticmethod
    def _when(line: Line) -> str:
        if line.seconds is None:
            return t("when its rows are here")
        return t("in about {duration}", duration=duration_text(line.seconds))

    def _words(self, first: FirstSync) -> str:
        assert self.sync is not None
        if first.phase is Phase.FINISHED:
            return t("Everything is on this laptop. From now on only what is new is fetched.")
        if self.sync.offline:
            return t("Paused. What is here stays; it goes on where it was.")
        if "partners" in first.usable:
            return t("The partners are here, so you can begin; the rest follows in the background.")
        if not self.sync.status.running and self.sync.status.problem is not None:
            return t("Interrupted. What is here stays; the next try goes on where it was.")
        return t("Your territory is on its way. You can begin as soon as the partners are here.")

    def _open_today(self) -> None:
        self.go("partner" if self.context.is_partner else "today")

    def _open(self, page: object) -> None:
        self.go(str(page))

    def _leave(self) -> None:
        if self.isVisible():
            self.go("today")

    def _pause(self) -> None:
        if self.sync is not None:
            self.sync.work_offline(not self.sync.offline)

    def _again(self) -> None:
        window = self.window()
        top = getattr(window, "top", None)
        if top is not None:
            top.sync.sync_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._side.setFixedWidth(_SIDE_NARROW if self.width() < _NARROW else _SIDE)
        super().resizeEvent(event)


def _bytes(progress: RoundProgress) -> list[str]:
    """What came over the wire in this round, and what is left of it."""
    if not progress.received or progress.phase != "fetching":
        return []
    told = [t("{size} so far", size=size_text(progress.received))]
    left = progress.left.bytes
    return [*told, t("about {size} left", size=size_text(left))] if left else told


class KindRow(QWidget):
    """One kind of data: its rows so far, a bar while it comes, and whether it can be used."""

    def __init__(self, title: str, icon: str) -> None:
        super().__init__()
        self._title, self._icon = t(title), icon
        self._count, self._share, self._state, self._when = "", 0.0, State.WAITING, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW)
        self._say()

    def show_line(self, line: Line) -> None:
        form = formats()
        if line.expected:
            done, expected = form.integer(min(line.done, line.expected)), form.integer(line.expected)
            self._count = t("{done} of {expected}", done=done, expected=expected)
        elif line.expected == 0 and line.state is State.USABLE:
            self._count = t("none")
        else:
            self._count = ""
        self._share, self._state = line.share, line.state
        self._when = (
            ""
            if line.seconds is None or line.state is State.USABLE
            else t("about {duration}", duration=duration_text(line.seconds))
        )
        self._say()

    def show_totals(self, phase: Phase) -> None:
        self._state = {Phase.TOTALS: State.COMING, Phase.FINISHED: State.USABLE}.get(phase, State.WAITING)
        self._count = "" if phase is Phase.FINISHED else t("computed here when the rows are in")
        self._share, self._when = 0.0, ""
        self._say()

    @property
    def words(self) -> str:
        if self._state is State.USABLE:
            return t("usable")
        if self._when:
            return self._when
        return t("coming") if self._state is State.COMING else t("waiting")

    def _say(self) -> None:
        self.setAccessibleName(self._title)
        told = ", ".join(filter(None, (self._count, self.words)))
        self.setAccessibleDescription(told)
        self.setToolTip(f"{self._title}\n{told}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        coming, usable = self._state is State.COMING, self._state is State.USABLE
        with QPainter(self) as painter:
            wide = float(self.width())
            icons.paint(painter, 0, 12, self._icon, "secondary" if not coming else "accent")
            tint = "text" if usable or coming else "secondary"
            at_right = 132.0
            name = max(150.0, wide * 0.38 - 28, min(_TITLE, wide - at_right - _COUNT - 52))
            paint.text(
                painter,
                QRectF(28, 0, name, _ROW),
                self._title,
                tint=tint,
                weight=STRONG if coming else MEDIUM,
            )
            left = 28 + name + 12
            count = wide - at_right - left - 12
            if coming and self._share:
                bar = QRectF(wide - at_right - 108, _ROW / 2 - 2, 96, 4)
                if count > 220:
                    _bar(painter, bar, self._share)
                    count -= 112
            paint.text(painter, QRectF(left, 0, count, _ROW), self._count, tint="secondary", figures=True)
            icon, ink = {
                State.USABLE: ("check-circle", "good"),
                State.COMING: ("arrow-down", "accent"),
                State.WAITING: ("hourglass", "tertiary"),
            }[self._state]
            icons.paint(painter, wide - at_right, 12, icon, ink)
            room = QRectF(wide - at_right + 24, 0, at_right - 24, _ROW)
            paint.text(painter, room, self.words, tint="good" if usable else tint)
            painter.fillRect(QRectF(28, _ROW - 1, wide - 28, 1), colour("separator"))


def _bar(painter: QPainter, box: QRectF, share: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("track"))
    painter.drawRoundedRect(box, 2, 2)
    painter.setBrush(colour("accent_fill"))
    painter.drawRoundedRect(QRectF(box.left(), box.top(), max(4.0, box.width() * share), box.height()), 2, 2)
