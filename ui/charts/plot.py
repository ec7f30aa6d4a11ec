"""What bar and line plots share: axes, grid, crosshair, tooltip, keys, clicks.

Importing this loads pyqtgraph.
"""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from channeldesk.analytics.chart import CategoryKind, ChartData
from ui.charts import texts
from ui.charts.pens import steady
from ui.charts.scale import Scale, all_values, scale_for, tick_text, ticks
from ui.charts.tip import Tip
from ui.theme import colour
from ui.theme.fonts import CAPTION, font, metrics

_BOTTOM = 24


class CategoryPlot(pg.PlotWidget):
    """One place on the x axis per category. Subclasses draw the series in ``draw_series``.

    ``picked`` carries the place of the category that was clicked or entered. ``form`` tells the legend
    whether facts are bars or lines.
    """

    picked = Signal(int)
    form = "line"
    from_zero = True
    chart: ChartData | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.setAntialiasing(True)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(False, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        self.scale_used = Scale(1.0, "")
        self._parts: dict[int, list[Any]] = {}
        self._hidden: set[int] = set()
        self._at = -1
        self._tip = Tip(self)
        self._cross: Any = None
        box = self.getPlotItem()
        box.setContentsMargins(0, 4, 0, 0)
        for side in ("left", "bottom"):
            axis = box.getAxis(side)
            axis.setStyle(
                tickLength=0,
                tickAlpha=0,
                hideOverlappingLabels=False,
                tickFont=font(CAPTION),
                tickTextOffset=8,
            )
        box.getAxis("bottom").setHeight(_BOTTOM)

    def sizeHint(self) -> QSize:
        """The same at any size: the scene's own would keep a plot as large as it once was."""
        return QSize(240, 160)

    def show_data(self, data: ChartData) -> None:
        """Draw; series that were hidden by the legend stay hidden. What stands here already is left alone."""
        if data == self.chart:
            return
        self.chart = data
        self.scale_used = scale_for(data)
        self.draw()

    def draw(self) -> None:
        """Draw everything again, in the colours in force."""
        data = self.chart
        if data is None:
            return
        self._leave()
        self.resetCachedContent()  # the ground is kept as a picture in the colours of then
        self.clear()
        self._parts = {}
        self._axes(data)
        for at, one in enumerate(data.series):
            self._parts[at] = []
            self.draw_series(at, one)
            self._show_parts(at)
        self._cross = pg.InfiniteLine(angle=90, pen=steady(colour("outline"), 1))
        self._cross.setVisible(False)
        self.addItem(self._cross)

    def draw_series(self, at: int, series: Any) -> None:
        raise NotImplementedError

    def add_part(self, at: int, item: Any, z: float = 0) -> None:
        """An item of the series at a place, which the legend hides with it."""
        item.setZValue(z)
        self.addItem(item)
        self._parts[at].append(item)

    def set_series_shown(self, at: int, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(at)
        self._show_parts(at)

    def _show_parts(self, at: int) -> None:
        for item in self._parts.get(at, ()):
            item.setVisible(at not in self._hidden)

    def _axes(self, data: ChartData) -> None:
        figures = [self.scale_used.axis(value) for value in all_values(data)] or [0.0]
        low, high = min(figures), max(figures)
        if self.from_zero:
            low, high = min(0.0, low), max(0.0, high)
        marks = ticks(low, high)
        step = marks[1] - marks[0]
        top = (
            marks[-1] if marks[-1] - high > step * 0.05 or self.from_zero is False else marks[-1] + step * 0.1
        )
        if marks[-1] - high > step * 0.6:
            marks, top = marks[:-1], high + step * 0.15
        left = self.getPlotItem().getAxis("left")
        named = [(mark, tick_text(mark, step)) for mark in marks]
        left.setTicks([named])
        left.setWidth(max(metrics(CAPTION).horizontalAdvance(text) for _, text in named) + 14)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(colour("secondary"))
        for mark in marks:
            pen = steady(colour("border" if mark == 0 and self.from_zero else "separator"), 1)
            line = pg.InfiniteLine(pos=mark, angle=0, pen=pen)
            line.setZValue(-10)
            self.addItem(line)
        self.setXRange(-0.5, len(data.categories) - 0.5, padding=0)
        self.setYRange(marks[0], top, padding=0)
        self._label_categories()

    def _label_categories(self) -> None:
        """As many names as fit; the first and last may not be cut off at the edge."""
        data = self.chart
        if data is None or not data.categories:
            return
        names = [texts.category_short(data, at) for at in range(len(data.categories))]
        room = max(1.0, (self.width() - 50) / len(names))
        wide = metrics(CAPTION).horizontalAdvance
        # a year in place of its first month stands between two short names and may be a little wider
        widest = max(wide(name) for at, (name, longer) in enumerate(names) if at == 0 or not longer)
        every = max(1, int(-(-(widest + 4) // room)))
        shown = [
            (at, longer if longer and wide(longer) + 4 <= room * every else name)
            for at, (name, longer) in list(enumerate(names))[::every]
        ]
        if data.category_kind is CategoryKind.DAY:  # a day is a longer word than a month
            last = len(names) - 0.5
            shown = [(at, name) for at, name in shown if wide(name) / 2 <= room * (last - at) - 2]
        self.getPlotItem().getAxis("bottom").setTicks([shown])

    # the crosshair

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self._category_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = self._category_at(event.position().toPoint())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self.chart is not None:
            last = len(self.chart.categories) - 1
            self._point(max(0, min(last, self._at + step if self._at >= 0 else last)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self.picked.emit(self._at)
        elif event.key() == Qt.Key.Key_Escape and self._at >= 0:
            self._leave()
        else:
            event.ignore()

    def _category_at(self, point: QPoint) -> int:
        if self.chart is None:
            return -1
        x = self.getViewBox().mapSceneToView(self.mapToScene(point)).x()
        at = round(x)
        return at if 0 <= at < len(self.chart.categories) and abs(x - at) <= 0.5 else -1

    def _point(self, at: int) -> None:
        data = self.chart
        if data is None or at < 0:
            self._leave()
            return
        self._at = at
        self._cross.setPos(at)
        self._cross.setVisible(True)
        scene = self.getViewBox().mapViewToScene(QPointF(at, 0))
        lines = texts.tip_lines(data, at)
        self.setAccessibleDescription(", ".join(f"{name} {text}" for name, text in lines))
        middle = QPoint(self.mapFromScene(scene).x(), self.height() // 2)
        self._tip.show_at(middle, texts.category(data, at), lines)

    def _leave(self) -> None:
        self._at = -1
        self._tip.hide()
        if self._cross is not None:
            self._cross.setVisible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.chart is not None:
            self._label_categories()


def numbers(values: Any, divisor: float) -> tuple[list[float], list[float]]:
    """(places, axis figures) of the values that are known."""
    places = [float(at) for at, value in enumerate(values) if value is not None]
    return places, [value / divisor for value in values if value is not None]
