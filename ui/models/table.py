"""The one table model: keys in their order, rows fetched by the page when they are looked at.

A million rows cost eight megabytes of keys and a few pages. Sorting and filtering happen in the query; there
is no proxy. What fetches is injected, so the model knows neither threads nor queries.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from ui.models.columns import Column, Row, cell_text, tooltip
from ui.models.pages import PAGE, Pages

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_USUAL = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_FETCH_DELAY_MS = 0
_Role = Qt.ItemDataRole
ROW_ROLE = _Role.UserRole + 1
"""The row itself, or None while it is being fetched."""

Fetch = Callable[[int, "array[int]"], None]
"""Asked for the rows of (page, keys); answers later through ``TableModel.deliver`` or ``fetch_failed``."""


class TableModel(QAbstractTableModel):
    """Either ``set_keys`` with a ``fetch``, or ``set_rows`` for a short list that is at hand."""

    edited = Signal(object, str, str)
    """(row, column id, text) typed into an editable cell; the page decides what becomes of it."""
    arrived = Signal(int)
    """A page of rows came; its number."""

    def __init__(
        self, columns: Sequence[Column], fetch: Fetch | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.keys: array[int] = array("q")
        self._fetch = fetch
        self._pages = Pages()
        self._generation = 0
        self._soon = QTimer(self, interval=_FETCH_DELAY_MS, singleShot=True)
        self._soon.timeout.connect(self._fetch_wanted)

    # content

    def set_keys(self, keys: array[int]) -> None:
        """Show these rows. Where the keys are as before, only their content is fetched again."""
        if keys == self.keys:
            self.refresh()
            return
        self.beginResetModel()
        self.keys = keys
        self._generation += 1
        self._pages.reset()
        self.endResetModel()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show rows that are at hand; their key is their place."""
        self.beginResetModel()
        self.keys = array("q", range(len(rows)))
        self._generation += 1
        self._pages.reset()
        for page in range((len(rows) + PAGE - 1) // PAGE):
            part = rows[page * PAGE : (page + 1) * PAGE]
            self._pages.put_plain(page, dict(enumerate(part, page * PAGE)))
        self.endResetModel()

    def update_rows(self, rows: Sequence[Row]) -> None:
        """The same rows with other content: the cursor and an open editor stay. Other rows are shown anew."""
        if len(rows) != len(self.keys) or self._fetch is not None:
            self.set_rows(rows)
            return
        if all(self.row(at) == row for at, row in enumerate(rows)):
            return
        for page in range((len(rows) + PAGE - 1) // PAGE):
            part = rows[page * PAGE : (page + 1) * PAGE]
            self._pages.put_plain(page, dict(enumerate(part, page * PAGE)))
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))

    def refresh(self) -> None:
        """Fetch the rows in view again; they stay until the fresh ones are here."""
        self._generation += 1
        self._pages.stale()
        if self._fetch is not None and self._pages.waiting:
            self._soon.start()

    def row(self, at: int) -> Row | None:
        """The row at a place, or None: it is on its way then."""
        found = self._pages.row(at // PAGE, self.keys[at])
        if self._fetch is not None and self._pages.waiting and not self._soon.isActive():
            self._soon.start()
        return found

    def place(self, key: int) -> int:
        """Where a key stands, or -1."""
        try:
            return self.keys.index(key)
        except ValueError:
            return -1

    def deliver(self, generation: int, page: int, rows: Sequence[Row]) -> None:
        """Rows for a question; an answer to an older order of keys is dropped."""
        if generation != self._generation:
            return
        first = page * PAGE
        if self._pages.put(page, self.keys[first : first + PAGE], rows):
            last = min(first + PAGE, len(self.keys)) - 1
            self.dataChanged.emit(self.index(first, 0), self.index(last, max(0, len(self.columns) - 1)))
        self.arrived.emit(page)
        if self._pages.waiting:
            self._soon.start()

    def fetch_failed(self, generation: int, page: int) -> None:
        if generation == self._generation:
            self._pages.lost(page)

    @property
    def generation(self) -> int:
        """Names the present order of keys; a fetch hands it back with its answer."""
        return self._generation

    def _fetch_wanted(self) -> None:
        if self._fetch is None:
            return
        for page in self._pages.next():
            first = page * PAGE
            if first < len(self.keys):
                self._fetch(page, self.keys[first : first + PAGE])
            else:
                self._pages.lost(page)

    # Qt's side

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.keys)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (_Role.DisplayRole, _Role.AccessibleTextRole, _Role.EditRole):
            row = self.row(index.row())
            column = self.columns[index.column()]
            if role == _Role.EditRole and row is not None and column.edit_text is not None:
                return column.edit_text(row)
            return "" if row is None else cell_text(column, row)
        if role == _Role.ToolTipRole:
            row = self.row(index.row())
            return None if row is None else tooltip(self.columns[index.column()], row) or None
        if role == ROW_ROLE:
            return self.row(index.row())
        if role == _Role.TextAlignmentRole:
            right = self.columns[index.column()].to_right
            return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | (
                Qt.AlignmentFlag.AlignVCenter
            )
        return None

    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        row = self.row(index.row()) if index.isValid() else None
        if row is None or role != _Role.EditRole:
            return False
        column = self.columns[index.column()]
        if column.edit is None or not column.edit(row):
            return False
        self.edited.emit(row, column.id, str(value))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = _USUAL
        column = self.columns[index.column()]
        if column.edit is not None:
            row = self.row(index.row())
            if row is not None and column.edit(row):
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if role not in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self.columns[section].title if 0 <= section < len(self.columns) else None
