"""The tools of a table: which columns to show, copy, export."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ui.i18n import t
from ui.models.columns import Kind
from ui.widgets.button import Button, IconButton
from ui.widgets.table_view import TableView


class TableTools(QWidget):
    """Belongs to one table view; a page puts it where it has room."""

    copy_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, view: TableView) -> None:
        super().__init__()
        self._view = view
        self._columns = Button(t("Columns"), icon="columns")
        copy = IconButton("copy", t("Copy the ticked rows or the cell as spreadsheet cells"))
        export = IconButton("download-simple", t("Export what is shown, for Excel or as CSV"))
        self._own = (self._columns, copy, export)
        self._columns.clicked.connect(self._open)
        copy.clicked.connect(self.copy_wanted)
        export.clicked.connect(self.export_wanted)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        for part in self._own:
            self._row.addWidget(part)
        self._count()

    def add(self, tool: QWidget) -> None:
        """One more, beside the columns."""
        self._row.insertWidget(1, tool)
        self.setTabOrder(self._columns, tool)

    def show_own(self, shown: bool) -> None:
        """Hide columns, copy and export while something else stands in the table's place."""
        for one in self._own:
            one.setVisible(shown)

    def visible_ids(self) -> list[str]:
        header = self._view.header
        return [
            one.id
            for at, one in enumerate(self._view.columns)
            if one.kind is not Kind.CHECK and not header.isSectionHidden(at)
        ]

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show these columns and hide the others; an empty choice shows the first."""
        wanted = set(ids) or {next(one.id for one in self._view.columns if one.kind is not Kind.CHECK)}
        for at, one in enumerate(self._view.columns):
            self._view.setColumnHidden(at, one.kind is not Kind.CHECK and one.id not in wanted)
        self._view.stretch()
        self._count()

    def _count(self) -> None:
        choosable = sum(one.kind is not Kind.CHECK for one in self._view.columns)
        self._columns.setText(t("Columns {shown} of {all}", shown=len(self.visible_ids()), all=choosable))
        self._columns.setAccessibleName(self._columns.text())
        self._columns.updateGeometry()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = set(self.visible_ids())
        for one in self._view.columns:
            if one.kind is not Kind.CHECK:
                action = QAction(one.title.replace("&", "&&"), menu, checkable=True, checked=one.id in shown)
                action.setData(one.id)
                menu.addAction(action)
        menu.triggered.connect(self._pick)
        menu.popup(self._columns.mapToGlobal(QPoint(0, self._columns.height() + 4)))

    def _pick(self, action: QAction) -> None:
        shown = self.visible_ids()
        name = action.data()
        self.show_ids([one for one in shown if one != name] if name in shown else [*shown, name])
