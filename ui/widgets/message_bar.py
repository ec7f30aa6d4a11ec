"""The bar along the bottom: what was just done, with undo; at the right what holds for the whole page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import icons, paint
from ui.i18n import t
from ui.theme import colour
from ui.theme.fonts import CAPTION
from ui.theme.tokens import MARGIN, MESSAGE_BAR
from ui.widgets.button import LINK, Button
from ui.widgets.keys import keys_text
from ui.widgets.label import Label

STAYS_MS = 12_000
_LEFT, _GAP = MARGIN + 24, 12
_ICONS = {"good": "check-circle", "warning": "warning", "bad": "warning-circle", "info": "info"}


class _Step(NamedTuple):
    text: str
    tone: str
    undo: Callable[[], None]
    of_page: bool = False
    """A step on the open page, which only that page can take back."""


class MessageBar(QWidget):
    """``tell`` shows a sentence. With ``undo`` it stays, and Ctrl+Z takes the step back; what is told after
    it (a file was written, something failed) stands before it only until it goes. ``way``: what a button
    beside it says, and what it does.
    """

    details_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = ""
        self._of_page = False
        self._step: _Step | None = None
        """The last step that can be taken back."""
        self._text = Label("", "body", wrap=True)
        self._undo_button = Button(t("Undo"), kind=LINK)
        self._detail_button = Button(t("Details"), kind=LINK)
        self.way = Button(kind=LINK)
        self._go: Callable[[], object] | None = None
        self.way.clicked.connect(self._go_there)
        self._cap = _Cap(keys_text("Ctrl+Z"))
        self._provisional = _Legend()
        self._as_of = Label("", "caption")
        self._marks = False
        self._clock = QTimer(self, interval=STAYS_MS, singleShot=True)
        self._clock.timeout.connect(self._rest)
        self._undo_button.clicked.connect(self.undo)
        self._detail_button.clicked.connect(self.details_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(_LEFT, 1, MARGIN, 0)
        row.setSpacing(_GAP)
        row.addWidget(self._text)
        for part in (self._undo_button, self._cap, self.way, self._detail_button):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._provisional)
        row.addWidget(self._as_of)
        self.clear()
        self.set_page("", provisional=False)

    def tell(
        self,
        text: str,
        tone: str = "good",
        *,
        undo: Callable[[], None] | None = None,
        way: tuple[str, Callable[[], object]] | None = None,
        details: bool = False,
    ) -> None:
        if undo is not None:
            self._step = _Step(text, tone, undo)
        self._tone, self._of_page = tone, False
        self._text.setText(text)
        self._undo_button.setVisible(undo is not None)
        self._cap.setVisible(undo is not None)
        self._go = way[1] if way is not None else None
        self.way.setText(way[0] if way is not None else "")
        self.way.setAccessibleName(self.way.text())
        self.way.setVisible(way is not None)
        self._detail_button.setVisible(details)
        self._clock.stop()
        if undo is None and tone in ("good", "info"):
            self._clock.start()
        self._fit()
        self.update()

    def tell_of_page(self, text: str, tone: str = "good", **more: Any) -> None:
        """What the open page says: as ``tell``, and a warning leaves with the page."""
        before = self._step
        self.tell(text, tone, **more)
        self._of_page = True
        if self._step is not None and self._step is not before:
            self._step = self._step._replace(of_page=True)

    def _go_there(self) -> None:
        go = self._go
        self._rest()
        if go is not None:
            go()

    def drop_undo(self) -> None:
        """What was done can no longer be taken back; the sentence stays a while."""
        step, self._step = self._step, None
        if step is not None and self._cap.isVisibleTo(self):
            self.tell(step.text, step.tone)

    def page_left(self) -> None:
        """What a page warned of was typed there, and a step that it offered to take back is a step on it: on
        the next one both would only puzzle.
        """
        puzzles = self._of_page and self._tone in ("warning", "bad") and self._go is None
        if self._step is not None and self._step.of_page:
            self._step = None
            puzzles = puzzles or self._of_page
        if puzzles:
            self._rest()

    def clear(self) -> None:
        self._step = None
        self.tell("", "")

    def _rest(self) -> None:
        """What was told has been read: the last step stands here again."""
        step = self._step
        if step is None:
            self.clear()
        else:
            self.tell(step.text, step.tone, undo=step.undo)
            self._step, self._of_page = step, step.of_page

    @property
    def message(self) -> str:
        return self._text.text()

    @property
    def can_undo(self) -> bool:
        return self._step is not None

    def undo(self) -> None:
        """Take the last step back, once."""
        step = self._step
        if step is not None:
            self.clear()
            step.undo()

    def set_page(self, as_of: str, *, provisional: bool, clock: str = "") -> None:
        """What the page's figures rest on: the moment, and whether it shows provisional marks. ``clock``:
        whose time it shows, where that is not the laptop's.
        """
        self._as_of.setText(" · ".join(filter(None, (clock, as_of))))
        self._as_of.setToolTip(t("The clock of this laptop shows another time.") if clock else "")
        self._marks = provisional
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """The message is read as a whole: where the page's side leaves it no line, the legend of the marks
        gives way, then the bar grows.
        """
        beside = [self._undo_button, self._cap, self.way, self._detail_button, self._as_of]
        shown = [one for one in beside if one.isVisibleTo(self)]
        taken = sum(max(one.sizeHint().width(), one.minimumWidth()) + _GAP for one in shown)
        room = self.width() - _LEFT - MARGIN - taken - 2 * _GAP
        wide = self._text.fontMetrics().horizontalAdvance(self.message) + 2
        self._provisional.setVisible(self._marks and wide + self._provisional.width() + _GAP <= room)
        wide = max(min(wide, room), 1)
        self._text.setFixedWidth(wide)
        self.setFixedHeight(max(MESSAGE_BAR, self._text.heightForWidth(wide) + 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, colour("separator"))
            if self._tone:
                icons.paint(
                    painter, MARGIN, (self.height() - 16) // 2 + 1, _ICONS[self._tone], _tint(self._tone)
                )


def _tint(tone: str) -> str:
    return "secondary" if tone == "info" else tone


class _Cap(QWidget):
    def __init__(self, keys: str) -> None:
        super().__init__()
        self._keys = keys
        self.setFixedSize(QSize(paint.key_cap_width(keys), MESSAGE_BAR - 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.key_cap(painter, QRectF(self.rect()), self._keys)


class _Legend(QWidget):
    """Explains the provisional mark."""

    def __init__(self) -> None:
        super().__init__()
        self._text = t("provisional until headquarters confirms")
        self.setAccessibleName(self._text)
        self.setFixedSize(QSize(16 + paint.width(self._text, CAPTION) + 2, MESSAGE_BAR - 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint.provisional(painter, 0, self.height() / 2)
            room = QRectF(self.rect()).adjusted(16, 0, 0, 0)
            paint.text(painter, room, self._text, tint="secondary", size=CAPTION)
