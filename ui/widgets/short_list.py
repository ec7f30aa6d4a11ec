"""A list whose rows are at hand: sorted, copied and exported like any other, without asking again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.i18n import language
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.tasks import Tasks
from ui.theme.tokens import ROW
from ui.widgets.face import Face
from ui.widgets.rows_out import RowsOut
from ui.widgets.table_tools import TableTools
from ui.widgets.table_view import TableView


class ShortList(RowsOut):
    """``current`` and ``opened`` carry rows (None: nothing is there). ``tools`` is put where there is room.
    ``sort_by``: what a column is ordered by, where that is not its value.
    """

    current = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        name: str,
        columns: Sequence[Column],
        *,
        sort_by: dict[str, Callable[[Any], Any]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tasks, parent)
        self._sort_by = sort_by or {}
        self._rows: tuple[Any, ...] = ()
        self.view = TableView(columns, name, filters=False, high=ROW)
        self.model = TableModel(columns, parent=self.view)
        self.view.setModel(self.model)
        self.face = Face(self.view)
        self.face.hide()
        self.tools = TableTools(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.header.sorted.connect(self._fill)
        self.view.moved.connect(self._moved)
        self.view.opened.connect(self._opened)
        self.view.copy_wanted.connect(self.copy)
        self.tools.copy_wanted.connect(self.copy)
        self.tools.export_wanted.connect(self.export)

    @property
    def rows(self) -> tuple[Any, ...]:
        """As they were given."""
        return self._rows

    def show_rows(self, rows: Sequence[Any]) -> None:
        """In the order given until a heading is pressed; the cursor stays in its place. The same rows again
        change nothing.
        """
        if tuple(rows) != self._rows or not self.model.keys:
            self._rows = tuple(rows)
            self._fill()
        self.face.setVisible(not rows)
        if not rows:
            self._place_face()
            self.current.emit(None)

    def show_face(self) -> None:
        """The face over the rows; fill it before."""
        self._place_face()
        self.face.show()

    def row(self) -> Any | None:
        index = self.view.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def _fill(self, *_sort: object) -> None:
        header, before = self.view.header, self.view.currentIndex()
        rows = list(self._rows)
        column = next((one for one in self.view.columns if one.id == header.sort_id), None)
        if column is not None:
            key = self._sort_by.get(column.id, column.value)
            known = [one for one in rows if key(one) is not None]
            known.sort(key=_Key(key, column.kind), reverse=header.descending)
            rows = known + [one for one in rows if key(one) is None]
        self.model.set_rows(rows)
        if rows:
            at = min(max(0, before.row()), len(rows) - 1)
            self.view.setCurrentIndex(self.model.index(at, max(0, before.column())))

    def _moved(self, index: QModelIndex) -> None:
        if index.isValid():
            self.current.emit(self.model.row(index.row()))

    def _opened(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.opened.emit(row)

    def _place_face(self) -> None:
        self.face.setGeometry(self.view.viewport().geometry())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_face()


class _Key:
    """Orders texts as names are ordered in the reader's language, everything else by its value."""

    def __init__(self, value: Callable[[Any], Any], kind: Kind) -> None:
        from channeldesk.model.collation import sort_key

        self._value, self._named, self._order = value, kind in (Kind.TEXT, Kind.CHIP), sort_key

    def __call__(self, row: Any) -> Any:
        value = self._value(row)
        return self._order(value, language()) if self._named and isinstance(value, str) else value
