"""What charts and the map share: title, unit, tools, a face or the picture, legend, note."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from ui.charts import export
from ui.i18n import t
from ui.models.columns import Column, Row
from ui.models.plain import tsv
from ui.models.table import TableModel
from ui.tasks import Tasks
from ui.widgets.ask_where import ask_where
from ui.widgets.button import IconButton
from ui.widgets.face import Face
from ui.widgets.label import Elided, Label
from ui.widgets.table_view import TableView


class Framed(QWidget):
    """Subclasses set ``plot`` once there is something to see, and say what stands in its table."""

    told = Signal(str, str)
    """A sentence for the message bar and its tone."""

    def __init__(self, tasks: Tasks, legend: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.plot: Any = None
        self.legend: Any = legend
        self._title, self._unit = Label("", "section"), Elided("", "caption")
        self._table_button = IconButton("table", t("Show as table"))
        self._table_button.setCheckable(True)
        self._copy_button = IconButton("copy", t("Copy as picture"))
        self._export_button = IconButton("download-simple", t("Export"))
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        for part in (self._title, self._table_button, self._copy_button, self._export_button):
            self._tools.addWidget(part)
        self._tools.insertWidget(1, self._unit, 1)
        self.face = Face()
        self._body = QWidget()
        self._stack = QStackedLayout(self._body)
        self._stack.addWidget(self.face)
        self._table: TableView | None = None
        self._note = Label("", "caption", wrap=True)
        self._note.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(self._tools)
        self._column.addWidget(self._body, 1)
        self._column.addWidget(self.legend)
        self._column.addWidget(self._note)
        self._table_button.toggled.connect(self._show_table)
        self._copy_button.clicked.connect(self.copy)
        self._export_button.clicked.connect(self._open_export)
        self._tools_on(False)
        self.face.loading()

    # for a subclass to say

    def table_content(self) -> tuple[Sequence[Column], Sequence[Row]]:
        """Columns and rows of "show as table", copy and export."""
        raise NotImplementedError

    def legend_shown(self) -> bool:
        """Whether the legend stands below the picture."""
        return True

    def unit_text(self, table: bool) -> str:
        """Beside the title of the picture, or of its table."""
        raise NotImplementedError

    @property
    def ready(self) -> bool:
        """Whether there is a picture to copy."""
        return self.plot is not None

    # faces and the table

    def show_face(self) -> None:
        """The face in place of the picture; fill it before."""
        self._stack.setCurrentWidget(self.face)
        self._tools_on(False)
        self._unit.set_text("")
        self.legend.hide()

    def _tools_on(self, on: bool) -> None:
        for button in (self._table_button, self._copy_button, self._export_button):
            button.setVisible(on)

    def _show_table(self, on: bool) -> None:
        if not self.ready:
            return
        self._unit.set_text(self.unit_text(on))
        self.legend.setVisible(not on and self.legend_shown())
        if not on:
            self._stack.setCurrentWidget(self.plot)
            return
        if self._table is not None:
            self._stack.removeWidget(self._table)
            self._table.deleteLater()
        columns, rows = self.table_content()
        self._table = TableView(columns, self._title.text(), filters=False)
        model = TableModel(columns, parent=self._table)
        model.set_rows(rows)
        self._table.setModel(model)
        self._stack.addWidget(self._table)
        self._stack.setCurrentWidget(self._table)

    # copy and export

    def copy(self) -> None:
        """The picture, or the table's cells while the table is shown."""
        if not self.ready:
            return
        if self._table_button.isChecked():
            QGuiApplication.clipboard().setText(tsv(*self.table_content()))
        else:
            QGuiApplication.clipboard().setImage(self._picture())
        self.told.emit(self.copied_text(), "info")

    def copied_text(self) -> str:
        return t("Copied the chart")

    def _picture(self) -> QImage:
        return export.picture(self._title.text(), self.unit_text(False), self.plot, self.legend)

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
        name, kinds = f"{self._title.text()}.{kind}", f"{kind.upper()} (*.{kind})"
        ask_where(self, t("Export"), name, self.export_to, kind=kinds, suffix=kind)

    def export_to(self, path: str) -> None:
        """Write PNG, SVG or CSV by the file's ending."""
        if not self.ready:
            return
        where = Path(path)
        match where.suffix.lower():
            case ".svg":
                content = export.svg(self._title.text(), self.unit_text(False), self.plot, self.legend)
            case ".csv":
                content = export.csv_text(*self.table_content()).encode("utf-8-sig")
            case _:
                content = export.png(self._picture())
        self._tasks.run(self, "export", export.write, where, content, then=self._exported)

    def _exported(self, path: Path) -> None:
        self.told.emit(t("Exported {name}", name=path.name), "good")
