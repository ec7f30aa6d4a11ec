"""While a first synchronisation fills the laptop: pages whose data is not complete say so.

What would show wrong figures is covered until its rows are here; the person may look all the same. What can
be worked with carries a strip that names what is still to come.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui import icons
from ui.i18n import formats, n, t
from ui.theme import colour
from ui.theme.tokens import MARGIN
from ui.viewmodels.first_sync import PARTLY, TOTALS_PAGES, FirstSync, Line, Phase, rounded_seconds
from ui.widgets.button import LINK, MAIN, Button
from ui.widgets.label import Elided, Label
from ui.widgets.progress import Bar

_WIDE = 460


class Arriving(QStackedWidget):
    """Holds the pages, or the cover in front of them. ``strip`` stands above; ``progress_wanted`` leads to
    the page of the first synchronisation.
    """

    progress_wanted = Signal()

    def __init__(self, pages: QWidget) -> None:
        super().__init__()
        self._first: FirstSync | None = None
        self._page = ""
        self._looked: set[str] = set()
        self._had_focus: QWidget | None = None
        self.cover, self.strip = Cover(), Strip()
        self.addWidget(pages)
        self.addWidget(self.cover)
        self.strip.hide()
        self.cover.looked.connect(self._look)
        self.cover.progress.clicked.connect(self.progress_wanted)
        self.strip.progress.clicked.connect(self.progress_wanted)

    @property
    def covered(self) -> bool:
        return self.currentWidget() is self.cover

    def show_first(self, first: FirstSync | None) -> None:
        """How far it is; None when nothing arrives."""
        self._first = first
        self._show()

    def show_page(self, page: str) -> None:
        """The open page."""
        self._page = page
        self._show()

    def _look(self) -> None:
        self._looked.add(self._page)
        self._show()
        self.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        first = self._first
        totals = self._page in TOTALS_PAGES and first is not None and first.phase is not Phase.FINISHED
        lines = first.missing(self._page) if first is not None else []
        waits = bool(lines) or totals
        cover = waits and self._page not in PARTLY and self._page not in self._looked
        if cover and first is not None:
            self.cover.show_lines(lines, first, totals)
        elif waits:
            self.strip.show_lines(lines)
        self.strip.setVisible(waits and not cover)
        before, self_focus = self.covered, self.hasFocus() or self.focusWidget() is not None
        if cover and not before:
            self._had_focus = self.focusWidget()
        self.setCurrentIndex(1 if cover else 0)
        if cover and not before:
            self.cover.setFocus(Qt.FocusReason.OtherFocusReason)
        elif before and not cover and self_focus:
            had, self._had_focus = self._had_focus, None
            back = had if had is not None and isValid(had) and had.isVisible() else self.currentWidget()
            back.setFocus(Qt.FocusReason.OtherFocusReason)


class Cover(QWidget):
    """What is missing, how far it is, and a way to look all the same."""

    looked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ownFocus", True)
        self._title, self._text = Label("", "strong", wrap=True), Label("", "body", "secondary", wrap=True)
        self._bar = Bar(6)
        self._bar.setFixedWidth(_WIDE)
        self.progress = Button(t("How far it is"), icon="cloud-arrow-down", kind=MAIN)
        self.look = Button(t("Show what is here"))
        self.look.clicked.connect(self.looked)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setFixedWidth(_WIDE)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.progress)
        buttons.addWidget(self.look)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(8)
        column.addStretch(2)
        for part in (self._title, self._text, self._bar):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addStretch(3)
        self.setFocusProxy(self.progress)

    def show_lines(self, lines: list[Line], first: FirstSync, totals: bool) -> None:
        if totals:
            title = t("Figures are still arriving") if lines else t("Figures are being computed")
        else:
            title = t("Still arriving: {kinds}", kinds=_kinds(lines))
        self._title.setText(title)
        count = _count if len(lines) > 1 else _rows
        parts = [count(line) for line in lines if line.expected] if not totals else []
        if totals:
            parts.append(t("The totals follow when all rows are here; until then figures would be wrong."))
        else:
            parts.append(t("Until then this page would show too little."))
        seconds = max((line.seconds or 0.0 for line in lines), default=0.0)
        if seconds:
            parts.append(t("about {duration} left", duration=_duration(seconds)))
        self._text.setText(" ".join(parts))
        for label in (self._title, self._text):
            label.setFixedHeight(label.heightForWidth(_WIDE))
        own = [line for line in lines if line.expected]
        share = sum(one.done for one in own) / sum(one.expected or 0 for one in own) if own else None
        self._bar.set_share(first.share if totals else share)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("window"))
            icons.paint(painter, self.width() // 2 - 14, self._title.y() - 44, "hourglass", "tertiary", 28)


class Strip(QWidget):
    """One line above a page that can be used already."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(32)
        self._text = Elided("", "body")
        self.progress = Button(t("How far it is"), kind=LINK)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN + 24, 0, MARGIN, 0)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        row.addWidget(self.progress)

    def show_lines(self, lines: list[Line]) -> None:
        told = t("Figures here are not complete. Still arriving: {kinds}", kinds=_kinds(lines))
        self._text.set_text(told if lines else t("Totals are being computed. Figures here are not complete."))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("warning_fill"))
            icons.paint(painter, MARGIN, 8, "hourglass", "warning")


def _kinds(lines: list[Line]) -> str:
    """Titles that are lists themselves, so no commas stand between them."""
    return " · ".join(t(line.kind.title) for line in lines)


def _count(line: Line) -> str:
    form = formats()
    return t(
        "{kind}: {done} of {expected} rows.",
        kind=t(line.kind.title),
        done=form.integer(min(line.done, line.expected or 0)),
        expected=form.integer(line.expected or 0),
    )


def _rows(line: Line) -> str:
    form = formats()
    done, expected = form.integer(min(line.done, line.expected or 0)), form.integer(line.expected or 0)
    return t("{done} of {expected} rows.", done=done, expected=expected)


def _duration(seconds: float) -> str:
    whole = rounded_seconds(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return t("{seconds} s", seconds=rest)
    return n("{count} min", "{count} min", minutes + (rest > 0))
