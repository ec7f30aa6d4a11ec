"""A chart on a page: title, unit, tools (table, copy, export), the plot, the legend. What pages use.

The plot is made when the first data is here. What draws it takes a third of a second to import, once: that
happens after the page around the chart is painted. numpy, half of it, loads beside the window; pyqtgraph
makes classes of Qt's, which only the window's thread may.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from channeldesk.analytics.chart import ChartData, ChartShape
from ui.charts import texts
from ui.charts.framed import Framed
from ui.charts.legend import Legend
from ui.charts.scale import scale_for
from ui.i18n import t
from ui.models.columns import Column, Row
from ui.tasks import Tasks, Ticket
from ui.theme import theme

_PAINT_FIRST_MS = 40
"""Between the first data and the import: the page's texts are on the screen by then."""
_PAINT_FIRST_AT_MOST_S = 1.0
_PAINTED = (ChartShape.MIX, ChartShape.GAUGE, ChartShape.WATERFALL)
"""Shapes that need no plot, and no legend."""


class ChartFrame(Framed):
    """``picked`` carries the key of the category that was clicked or entered (its place where it has no
    key).
    """

    picked = Signal(object)

    def __init__(self, tasks: Tasks, shape: ChartShape | None = None, parent: QWidget | None = None) -> None:
        super().__init__(tasks, Legend(), parent)
        self._shape = shape
        self.data: ChartData | None = None
        self._importing: Ticket | None = None
        self._plot_unit = ""
        self._single = False
        self.legend.toggled.connect(self._toggle)
        theme.changed.connect(self._redraw)

    @property
    def ready(self) -> bool:
        return self.data is not None and self.plot is not None

    def table_content(self) -> tuple[Sequence[Column], Sequence[Row]]:
        assert self.data is not None
        return texts.table_columns(self.data), texts.table_rows(self.data)

    def legend_shown(self) -> bool:
        return not self._single

    def unit_text(self, table: bool) -> str:
        return self.data.currency if table and self.data is not None else self._plot_unit

    def show_data(self, data: ChartData) -> None:
        """Draw the chart; data without any value shows the empty face and no axes. The same again changes
        nothing: what was hidden by the legend stays so.
        """
        drawn = self.ready and self._importing is None and self._stack.currentWidget() is not self.face
        if drawn and data == self.data:
            return
        self.data = data
        self._forget_import()
        title, self._plot_unit = texts.label(data.title), scale_for(data).unit
        self._title.setText(title)
        self._unit.set_text(self._plot_unit)
        self._note.setText(texts.label(data.footnote))
        self._note.setVisible(bool(data.footnote))
        self._tools_on(not data.empty)
        if data.empty:
            self.face.empty(
                t("No data yet"),
                t("The chart appears with the first figures of this period."),
                "",
                "chart-bar",
            )
            self._stack.setCurrentWidget(self.face)
            self.legend.hide()
            return
        shape = self._shape or data.shape
        if _at_hand(shape):
            self._draw(_plot_class(shape))
        else:
            self._import_beside(shape)

    def _import_beside(self, shape: ChartShape) -> None:
        self.face.loading()
        self._stack.setCurrentWidget(self.face)
        self._tools_on(False)
        self.legend.hide()
        painted = threading.Event()
        # Not painted.set itself: PySide holds the object of a method weakly, and would undo the connection on
        # the worker's thread as the last reference goes there, under the feet of a timer that is ending here.
        QTimer.singleShot(_PAINT_FIRST_MS, lambda: painted.set())
        self._importing = self._tasks.run(
            self, "plot", _import_after, painted, then=self._imported, failed=self.show_error
        )

    def _imported(self, _numpy: object) -> None:
        if self.data is not None:
            self._draw(_plot_class(self._shape or self.data.shape))

    def _forget_import(self) -> None:
        ticket, self._importing = self._importing, None
        if ticket is not None:
            ticket.cancel()

    def _draw(self, kind: type[Any]) -> None:
        data = self.data
        if data is None:
            return
        self._importing = None
        self._make_plot(kind)
        self.plot.setAccessibleName(self._title.text())
        self.plot.show_data(data)
        self._single = (self._shape or data.shape) in _PAINTED
        self.legend.fill(data.series, self.plot.form)
        for at in range(len(data.series)):
            self.plot.set_series_shown(at, True)
        self._tools_on(True)
        self._show_table(self._table_button.isChecked())

    def show_error(self, error: BaseException) -> None:
        self._forget_import()
        self.face.error(error)
        self._stack.setCurrentWidget(self.face)

    def _make_plot(self, kind: type[Any]) -> None:
        if type(self.plot) is kind:
            return
        if self.plot is not None:
            self._stack.removeWidget(self.plot)
            self.plot.deleteLater()
        self.plot = kind()
        self.plot.picked.connect(self._picked)
        self._stack.addWidget(self.plot)

    def _picked(self, at: int) -> None:
        data = self.data
        if data is not None:
            self.picked.emit(data.keys[at] if data.keys else at)

    def _toggle(self, at: int, shown: bool) -> None:
        if self.plot is not None:
            self.plot.set_series_shown(at, shown)

    def _redraw(self) -> None:
        if self.plot is not None:
            self.plot.draw()


def _at_hand(shape: ChartShape) -> bool:
    """Whether the class of a shape can be had without waiting."""
    return shape in _PAINTED or "ui.charts.plot" in sys.modules


def _import_after(painted: threading.Event) -> object:
    """On a worker thread; it waits, since importing and painting would only hold each other up."""
    painted.wait(_PAINT_FIRST_AT_MOST_S)
    return import_module("numpy")


def _plot_class(shape: ChartShape) -> type[Any]:
    """The class that draws a shape, imported now."""
    match shape:
        case ChartShape.BARS:
            from ui.charts.bars import BarsPlot

            return BarsPlot
        case ChartShape.LINES:
            from ui.charts.lines import LinesPlot

            return LinesPlot
        case ChartShape.MIX:
            from ui.charts.mix import MixPlot

            return MixPlot
        case ChartShape.GAUGE:
            from ui.charts.gauge import GaugePlot

            return GaugePlot
        case ChartShape.WATERFALL:
            from ui.charts.waterfall import WaterfallPlot

            return WaterfallPlot
