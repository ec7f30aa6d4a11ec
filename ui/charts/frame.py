"""A chart on a page: title, unit, tools (table, copy, export), the plot, the legend. What pages use.

The plot is made when the first data is here. What draws it takes a third of a second to import, once: that
happens after the page around the chart is painted. numpy, half of it, loads beside the window; pyqtgraph
makes classes of Qt's, which only the window's thread may.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from channeldesk.analytics.chart import ChartData, ChartShape
from ui.charts import export, texts
from ui.charts.legend import Legend
from ui.charts.scale import scale_for
from ui.i18n import t
from ui.models.plain import tsv
from ui.models.table import TableModel
from ui.tasks import Tasks, Ticket
from ui.theme import theme
from ui.widgets.button import IconButton
from ui.widgets.face import Face
from ui.widgets.label import Elided, Label
from ui.widgets.table_view import TableView

_PAINT_FIRST_MS = 40
"""Between the first data and the import: the page's texts are on the screen by then."""
_PAINT_FIRST_AT_MOST_S = 1.0


class ChartFrame(QWidget):
    """``picked`` carries the key of the category that was clicked or entered (its place where it has no
    key).
    """

    picked = Signal(object)
    told = Signal(str, str)
    """A sentence for the message bar and its tone."""

    def __init__(self, tasks: Tasks, shape: ChartShape | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._shape = tasks, shape
        self.data: ChartData | None = None
        self.plot: Any = None
        self._importing: Ticket | None = None
        self._plot_unit = ""
        self._single = False
        self._title, self._unit = Label("", "section"), Elided("", "caption")
        self._table_button = IconButton("table", t("Show as table"))
        self._table_button.setCheckable(True)
        self._copy_button = IconButton("copy", t("Copy as picture"))
        self._export_button = IconButton("download-simple", t("Export"))
        head = QHBoxLayout()
        head.setSpacing(8)
        for part in (self._title, self._table_button, self._copy_button, self._export_button):
            head.addWidget(part)
        head.insertWidget(1, self._unit, 1)
        self.face = Face()
        self._body = QWidget()
        self._stack = QStackedLayout(self._body)
        self._stack.addWidget(self.face)
        self._table: TableView | None = None
        self.legend = Legend()
        self._note = Label("", "caption", wrap=True)
        self._note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._body, 1)
        column.addWidget(self.legend)
        column.addWidget(self._note)
        self.legend.toggled.connect(self._toggle)
        self._table_button.toggled.connect(self._show_table)
        self._copy_button.clicked.connect(self.copy)
        self._export_button.clicked.connect(self._open_export)
        theme.changed.connect(self._redraw)
        self._tools_on(False)
        self.face.loading()

    def show_data(self, data: ChartData) -> None:
        """Draw the chart; data without any value shows the empty face and no axes."""
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
        self._single = (self._shape or data.shape) in (ChartShape.MIX, ChartShape.GAUGE)
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

    def _tools_on(self, on: bool) -> None:
        for button in (self._table_button, self._copy_button, self._export_button):
            button.setVisible(on)

    def _show_table(self, on: bool) -> None:
        data = self.data
        if data is None or self.plot is None:
            return
        self._unit.set_text(data.currency if on else self._plot_unit)
        self.legend.setVisible(not on and not self._single)
        if not on:
            self._stack.setCurrentWidget(self.plot)
            return
        if self._table is not None:
            self._stack.removeWidget(self._table)
            self._table.deleteLater()
        columns = texts.table_columns(data)
        self._table = TableView(columns, texts.label(data.title), filters=False)
        model = TableModel(columns, parent=self._table)
        model.set_rows(texts.table_rows(data))
        self._table.setModel(model)
        self._stack.addWidget(self._table)
        self._stack.setCurrentWidget(self._table)

    # copy and export

    def copy(self) -> None:
        """The picture, or the table's cells while the table is shown."""
        data = self.data
        if data is None or self.plot is None:
            return
        if self._table_button.isChecked():
            text = tsv(texts.table_columns(data), texts.table_rows(data))
            QGuiApplication.clipboard().setText(text)
        else:
            QGuiApplication.clipboard().setImage(self._picture())
        self.told.emit(t("Copied the chart"), "info")

    def _picture(self) -> Any:
        return export.picture(self._title.text(), self._plot_unit, self.plot, self.legend)

    def _open_export(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, text in (
            ("png", t("Picture (PNG)")),
            ("svg", t("Drawing (SVG)")),
            ("csv", t("Numbers (CSV)")),
        ):
            action = QAction(text, menu)
            action.setData(kind)
            menu.addAction(action)
        menu.triggered.connect(self._ask_where)
        menu.popup(self._export_button.mapToGlobal(QPoint(0, self._export_button.height() + 4)))

    def _ask_where(self, action: QAction) -> None:
        kind = action.data()
        dialog = QFileDialog(self, t("Export"), f"{self._title.text()}.{kind}", f"{kind.upper()} (*.{kind})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write PNG, SVG or CSV by the file's ending."""
        if self.data is None or self.plot is None:
            return
        where = Path(path)
        match where.suffix.lower():
            case ".svg":
                content = export.svg(self._title.text(), self._plot_unit, self.plot, self.legend)
            case ".csv":
                content = export.csv_text(self.data).encode("utf-8-sig")
            case _:
                content = export.png(self._picture())
        self._tasks.run(self, "export", export.write, where, content, then=self._exported)

    def _exported(self, path: Path) -> None:
        self.told.emit(t("Exported {name}", name=path.name), "good")


def _at_hand(shape: ChartShape) -> bool:
    """Whether the class of a shape can be had without waiting."""
    return shape in (ChartShape.MIX, ChartShape.GAUGE) or "ui.charts.plot" in sys.modules


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
