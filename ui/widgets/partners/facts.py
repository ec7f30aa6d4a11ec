"""Figures of the pane beside the list: name, amount, what stands beside it; one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import paint
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, STRONG
from ui.theme.tokens import ROW

_NOTE = 84
"""Room for what stands beside the figure."""


@dataclass(frozen=True)
class Fact:
    """``provisional`` is the reason headquarters may still change the figure."""

    name: str
    figure: str
    note: str = ""
    tone: str = "text"
    provisional: str = ""


class Facts(QWidget):
    """``fill`` shows the lines; each is read aloud as one text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[Fact, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, facts: Sequence[Fact]) -> None:
        self._facts = tuple(facts)
        self.setAccessibleName("; ".join(f"{one.name}: {one.figure} {one.note}".strip() for one in facts))
        self.setToolTip("\n".join(self._told(one) for one in facts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, ROW * len(self._facts))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = event.pos().y() // ROW
            told = self._told(self._facts[at]) if 0 <= at < len(self._facts) else ""
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)

    @staticmethod
    def _told(fact: Fact) -> str:
        """The line in full, since it may not fit, and why it is provisional."""
        line = f"{fact.name}: {fact.figure} {fact.note}".rstrip()
        return "\n".join(filter(None, (line, fact.provisional)))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for at, fact in enumerate(self._facts):
                self._line(painter, QRectF(0, at * ROW, self.width(), ROW), fact)

    def _line(self, painter: QPainter, box: QRectF, fact: Fact) -> None:
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), colour("separator"))
        right = box.right() - _NOTE
        note = QRectF(right + 8, box.top(), _NOTE - 8, box.height())
        taken = paint.width(fact.figure, weight=STRONG, figures=True)
        beside = PROVISIONAL_WIDTH + 2 if fact.provisional else 0
        room = QRectF(box.left(), box.top(), right - taken - beside - 4, box.height())
        paint.text(painter, room, fact.name, tint="secondary")
        tint = "tertiary" if fact.figure == "–" else fact.tone
        figure = QRectF(right - taken - 2, box.top(), taken + 2, box.height())
        paint.text(painter, figure, fact.figure, tint=tint, weight=STRONG, align=RIGHT, figures=True)
        if fact.provisional:
            paint.provisional(painter, right - taken - PROVISIONAL_WIDTH - 2, box.center().y())
            provisional_line(painter, right - taken, right, box.center().y() + 9)
        paint.text(painter, note, fact.note, tint="secondary", size=CAPTION, align=RIGHT)


class SparkPane(QWidget):
    """A sparkline over its caption, as wide as there is room."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._note = caption, ""
        self._values: Sequence[float | None] = ()
        self._target: float | None = None
        self.setFixedHeight(76)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(self, values: Sequence[float | None], target: float | None, note: str) -> None:
        """``note`` explains the dashed line of ``target``."""
        self._values, self._target, self._note = values, target, note if target is not None else ""
        self.setAccessibleName(self._caption)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = self.width()
            head = QRectF(0, 0, wide, 20)
            paint.text(painter, head, self._caption, tint="secondary", size=CAPTION)
            paint.text(painter, head, self._note, tint="secondary", size=CAPTION, align=RIGHT)
            if sum(value is not None for value in self._values) < 2:
                paint.text(painter, QRectF(0, 28, wide, 28), "–", tint="tertiary")
                return
            paint.sparkline(painter, QRectF(0, 24, wide, 48), self._values, target=self._target)
