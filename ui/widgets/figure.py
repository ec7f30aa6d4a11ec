"""Key figures: a caption, the figure, a sparkline, one line below; divided by lines, without boxes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import paint
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, DISPLAY, STRONG

_SIZES = (DISPLAY, 18, 15, BODY)
"""A figure that has less room is smaller, never shorter."""
_HEIGHT, _LINE = 76, 17


class KeyFigure(QWidget):
    """One figure. ``set`` fills it; until then, and for missing data, it shows an en dash, never 0."""

    clicked = Signal()
    note_changed = Signal()

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._figure, self._unit, self._note, self._tone = "–", "", "", "secondary"
        self._line: Sequence[float | None] = ()
        self._target: float | None = None
        self._provisional = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._reason = ""
        self._told: tuple[object, ...] = ()

    def set(
        self,
        figure: str,
        note: str = "",
        *,
        unit: str = "",
        tone: str = "secondary",
        line: Sequence[float | None] = (),
        target: float | None = None,
        provisional: str = "",
        tip: str = "",
    ) -> None:
        """``provisional`` is the reason headquarters may still change the figure; it stands in
        the tooltip, below the note, as ``tip`` does: what else is to be said of the figure. The same again
        changes nothing."""
        told = (figure, note, unit, tone, tuple(line), target, provisional, tip)
        if told == self._told:
            return
        self._told = told
        self._figure, self._unit, self._note, self._tone = figure, unit, note, tone
        self._line, self._target, self._provisional = line, target, bool(provisional)
        self._reason = provisional or tip
        self.setAccessibleName(f"{self._caption}: {figure} {unit}".rstrip())
        self._tell()
        self.setAccessibleDescription(" ".join(filter(None, (note, self._reason))))
        self.note_changed.emit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell()

    def note_lines(self) -> list[str]:
        """The note in the room there is, on as many lines as its figures need."""
        return paint.lines(self._note, self.width() - 12, CAPTION, 3)

    def _tell(self) -> None:
        """The note and the reason; also what has no room."""
        room = self.width() - 12
        cut = paint.width(self._caption, CAPTION) > room
        cut = cut or paint.width(self._figure, _SIZES[-1], STRONG, figures=True) > room
        named = f"{self._caption}: {self._figure}" if cut else ""
        self.setToolTip("\n".join(filter(None, (named, self._note, self._reason))))

    def _size(self, room: float) -> int:
        """The largest in which the whole figure is seen: a part of it would be another figure."""
        fits = (one for one in _SIZES if paint.width(self._figure, one, STRONG, figures=True) <= room)
        return next(fits, _SIZES[-1])

    def sizeHint(self) -> QSize:
        wide = max(
            paint.width(self._caption, CAPTION), paint.width(self._figure, DISPLAY, STRONG, figures=True)
        )
        return QSize(max(150, wide + 24), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            wide = self.width()
            paint.text(painter, QRectF(0, 0, wide - 12, 18), self._caption, tint="secondary", size=CAPTION)
            left = 0.0
            if self._provisional:
                paint.provisional(painter, 0, 36)
                left = PROVISIONAL_WIDTH + 1
            room = QRectF(left, 20, wide - left - 12, 32)
            size = self._size(room.width())
            taken = paint.text(painter, room, self._figure, size=size, weight=STRONG, figures=True)
            if self._provisional:
                provisional_line(painter, left, left + taken, 51)
            if self._unit:
                room = QRectF(left + taken + 8, 24, wide - left - taken - 20, 28)
                taken += 8 + paint.text(painter, room, self._unit, tint="secondary", size=CAPTION)
            for at, line in enumerate(self.note_lines()):
                room = QRectF(0, 56 + at * _LINE, wide - 12, 18)
                paint.text(painter, room, line, tint=self._tone, size=CAPTION)
            spark = QRectF(max(left + taken + 20, wide - 108), 17, 0, 35)
            spark.setRight(wide - 20)
            if self._line and spark.width() >= 40:
                paint.sparkline(painter, spark, self._line, target=self._target)


class KeyFigures(QWidget):
    """A row of key figures with a line between each; as high as the longest note asks for."""

    def __init__(self, *figures: KeyFigure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = figures
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for figure in figures:
            row.addWidget(figure, 1)
            figure.note_changed.connect(self._fit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        longest = max((len(one.note_lines()) for one in self.figures if not one.isHidden()), default=1)
        high = _HEIGHT + _LINE * (max(1, longest) - 1)
        for figure in self.figures:
            figure.setFixedHeight(high)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for figure in self.figures[1:]:
                if figure.isHidden():
                    continue
                painter.fillRect(figure.x() - 16, 0, 1, self.height(), colour("separator"))
