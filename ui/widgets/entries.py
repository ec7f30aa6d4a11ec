"""One-line and two-line entries: what headquarters refused, what waits, what is new, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import icons, paint
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, REGULAR
from ui.theme.tokens import RADIUS


@dataclass(frozen=True)
class Entry:
    """``text`` is a second line; ``amount`` stands at the right, with the provisional mark if ``reason``.

    ``action`` is a short invitation below the amount; ``key`` is given back when the entry is opened.
    """

    icon: str
    title: str
    text: str = ""
    amount: str = ""
    reason: str = ""
    tone: str = "secondary"
    action: str = ""
    key: object = None


class EntryLine(QWidget):
    """``opened`` carries the key; an entry without one is only read."""

    opened = Signal(object)

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(48 if entry.text else 28)
        self.setAccessibleName(" ".join(filter(None, (entry.title, entry.amount))))
        self.setAccessibleDescription(" ".join(filter(None, (entry.text, entry.reason, entry.action))))
        self.setToolTip("\n".join(filter(None, (entry.title, entry.text, entry.reason))))
        if entry.key is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def _open(self) -> None:
        if self.entry.key is not None:
            self.opened.emit(self.entry.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        entry = self.entry
        with QPainter(self) as painter:
            if entry.key is not None and self.underMouse():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("hover"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 1, 0, -1), RADIUS, RADIUS)
            wide = self.width() - 2.0
            first = 5 if entry.text else (self.height() - 18) / 2
            icons.paint(painter, 0, int(first) + 1, entry.icon, entry.tone)
            right = wide - self._paint_amount(painter, wide, first)
            room = QRectF(24, first, right - 24, 18)
            paint.text(painter, room, entry.title, weight=MEDIUM if entry.text else REGULAR)
            if entry.text:
                right = wide - self._paint_action(painter, wide)
                room = QRectF(24, first + 19, right - 24, 18)
                paint.text(painter, room, entry.text, tint="secondary", size=CAPTION)

    def _paint_amount(self, painter: QPainter, wide: float, top: float) -> float:
        entry = self.entry
        if not entry.amount:
            return 0
        taken = paint.width(entry.amount, figures=True)
        box = QRectF(wide - taken - 2, top, taken + 2, 18)
        paint.text(painter, box, entry.amount, align=RIGHT, figures=True)
        if entry.reason:
            paint.provisional(painter, wide - taken - PROVISIONAL_WIDTH - 2, top + 9)
            provisional_line(painter, wide - taken, wide, top + 18)
            taken += PROVISIONAL_WIDTH
        return taken + 12

    def _paint_action(self, painter: QPainter, wide: float) -> float:
        entry = self.entry
        if not entry.action:
            return 0
        taken = paint.width(entry.action, weight=MEDIUM)
        top = 24
        icons.paint(painter, wide - 14, top + 2, "arrow-right", "accent", 14)
        box = QRectF(wide - 20 - taken, top, taken + 2, 18)
        paint.text(painter, box, entry.action, tint="accent", weight=MEDIUM)
        return taken + 32


class Entries(QWidget):
    """Entries one below the other, or side by side with a line between."""

    opened = Signal(object)

    def __init__(self, *, beside: bool = False) -> None:
        super().__init__()
        self._beside = beside
        self._column: QBoxLayout = QHBoxLayout(self) if beside else QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(33 if beside else 0)
        self.lines: list[EntryLine] = []

    def fill(self, entries: Sequence[Entry]) -> None:
        """Show these; the same ones again change nothing, so that focus and hover stay."""
        if [line.entry for line in self.lines] == list(entries):
            return
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [EntryLine(one) for one in entries]
        for line in self.lines:
            line.opened.connect(self.opened)
            self._column.addWidget(line)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for line in self.lines[1:] if self._beside else ():
                painter.fillRect(line.x() - 17, 4, 1, self.height() - 8, colour("separator"))
