"""From one sum to another: a row for each step, its bar where the one before ended, the amount beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from channeldesk.analytics.chart import ChartData, SeriesRole
from ui import paint
from ui.charts import texts
from ui.charts.legend import BAR
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM, REGULAR, STRONG

_ROW = 30
_BAR = 16
_NAMES, _LEAST_BAR = 0.4, 60.0


class WaterfallPlot(QWidget):
    """Painted, not plotted. Sums stand on zero; what is taken off is told apart by its sign, its place and
    its colour. Up and Down walk the rows.
    """

    picked = Signal(int)
    form = BAR

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: ChartData | None = None
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_data(self, data: ChartData) -> None:
        self.chart = data
        self._at = min(self._at, len(data.categories) - 1)
        self.setMinimumHeight(_ROW * len(data.categories) + 4)
        told = [f"{name} {amount}" for name, amount, *_ in self._rows(data)]
        self.setAccessibleDescription(", ".join(told))
        self.setToolTip("\n".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, self.minimumHeight())

    def draw(self) -> None:
        self.update()

    def set_series_shown(self, at: int, shown: bool) -> None:
        """Sums and steps belong together; neither is hidden."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // _ROW)
        if self.chart is not None and 0 <= at < len(self.chart.categories):
            self._go(at)
            self.picked.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if self.chart is not None and step is not None:
            self._go(max(0, min(len(self.chart.categories) - 1, self._at + step)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self.picked.emit(self._at)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _go(self, at: int) -> None:
        self._at = at
        self.update()

    @staticmethod
    def _rows(data: ChartData) -> list[tuple[str, str, float, float, bool]]:
        """Name, amount in words, where the bar begins and ends, and whether it is a sum."""
        sums = next(one.values for one in data.series if one.role is SeriesRole.FACT)
        changes = next(one.values for one in data.series if one.role is SeriesRole.GROUP)
        found, running = [], 0.0
        for at, (whole, change) in enumerate(zip(sums, changes, strict=True)):
            begin, running = (0.0, whole) if whole is not None else (running, running + (change or 0.0))
            text = texts.value(data, whole if whole is not None else change)
            if whole is None:
                text = f"+{text}" if (change or 0) > 0 else text.replace("-", "\N{MINUS SIGN}")
            found.append((texts.category(data, at), text, begin, running, whole is not None))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.chart is None:
            return
        with QPainter(self) as painter:
            self._paint(painter, self._rows(self.chart))

    def _paint(self, painter: QPainter, rows: list[tuple[str, str, float, float, bool]]) -> None:
        wide = float(self.width())
        names = min(wide * _NAMES, max(paint.width(row[0], BODY, MEDIUM) for row in rows) + 12.0)
        figures = max(paint.width(row[1], BODY, STRONG, figures=True) for row in rows) + 8.0
        room = QRectF(names, 0, max(_LEAST_BAR, wide - names - figures - 8), _BAR)
        low = min(0.0, *(edge for row in rows for edge in row[2:4]))
        high = max(1.0, *(edge for row in rows for edge in row[2:4]))
        unit = room.width() / (high - low)
        for at, (name, amount, begin, end, is_sum) in enumerate(rows):
            top = at * _ROW + (_ROW - _BAR) / 2
            if at == self._at and self.hasFocus():
                painter.fillRect(QRectF(0, at * _ROW, wide, _ROW), colour("hover"))
            line = QRectF(0, at * _ROW, wide, _ROW)
            weight = MEDIUM if is_sum else REGULAR
            paint.text(painter, QRectF(0, line.top(), names - 8, _ROW), name, weight=weight)
            left, right = (
                room.left() + (min(begin, end) - low) * unit,
                room.left() + (max(begin, end) - low) * unit,
            )
            tint = "fact_bar" if is_sum else "good_graphic" if end < begin else "neutral"
            painter.fillRect(QRectF(left, top, max(2.0, right - left), _BAR), colour(tint))
            if at + 1 < len(rows):
                edge = room.left() + (end - low) * unit
                painter.fillRect(QRectF(round(edge), top + _BAR, 1, _ROW - _BAR), colour("outline"))
            weight = STRONG if is_sum else REGULAR
            paint.text(painter, line, amount, align=RIGHT, figures=True, weight=weight)
