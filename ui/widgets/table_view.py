"""The table view: arrow keys move the current cell, ticks are apart from it, nothing is ever measured.

Rows have one fixed height and columns their own widths: sizing headers to their contents takes half a minute
on a million rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMetaMethod,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QToolTip,
    QWidget,
)

from ui.i18n import n
from ui.models import plain
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.theme.tokens import ROW
from ui.widgets.table_cells import CellDelegate, paint_cells
from ui.widgets.table_header import FilterHeader

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
_EndEdit = QAbstractItemDelegate.EndEditHint
_ARROWS = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
}
TICK_WIDTH = 34


def tick_column() -> Column:
    """The first column of a table whose rows can be ticked."""
    return Column("", "", _nothing, Kind.CHECK, TICK_WIDTH, sortable=False, filterable=False)


def _nothing(_row: object) -> str:
    return ""


class TableView(QTableView):
    """Space ticks, Shift with arrows ticks a range, Ctrl+A all; Enter opens; Ctrl+C copies; / goes to the
    filter, = to the figures under the rows.
    """

    opened = Signal(QModelIndex)
    copy_wanted = Signal()
    moved = Signal(QModelIndex)
    figures_wanted = Signal()
    """To what the columns come to, under the rows."""

    def __init__(
        self,
        columns: Sequence[Column],
        name: str,
        *,
        filters: bool = True,
        high: int = ROW,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("ownFocus", True)
        self.columns = tuple(columns)
        self.least = 0
        """Of the stretching column; 0: its own width."""
        self._range: tuple[int, QItemSelection] | None = None
        """While Shift extends a range of ticks: where it began, and what was ticked before."""
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header = FilterHeader(self, self.columns, filters=filters)
        self.setHorizontalHeader(self.header)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(high)
        rows.setDefaultSectionSize(high)
        self.setItemDelegate(CellDelegate(self, high))
        self.header.all_ticked.connect(self.tick_all)
        self.doubleClicked.connect(self._open)

    def setModel(self, model: TableModel) -> None:  # type: ignore[override]
        super().setModel(model)
        model.modelReset.connect(self._end_range)
        model.layoutChanged.connect(self._end_range)
        for at, column in enumerate(self.columns):
            self.setColumnWidth(at, column.width)
            self.setColumnHidden(at, not column.visible)
        self.stretch()

    # ticks

    @property
    def can_tick(self) -> bool:
        return bool(self.columns) and self.columns[0].kind is Kind.CHECK

    def ticked_places(self) -> list[range]:
        """Places of the ticked rows as ranges, in order: a million ticks are one range."""
        chosen = self.selectionModel().selection()
        ranges = {(one.top(), one.bottom() + 1) for one in chosen.toList()}
        return [range(top, below) for top, below in sorted(ranges)]

    def ticked_count(self) -> int:
        return sum(len(places) for places in self.ticked_places())

    def tick_all(self, on: bool) -> None:
        model = self.model()
        if not on or not model.rowCount():
            self.clearSelection()
            return
        everything = QItemSelection(
            model.index(0, 0), model.index(model.rowCount() - 1, model.columnCount() - 1)
        )
        self.selectionModel().select(everything, _Flag.ClearAndSelect)

    def tick_places(self, places: Sequence[int]) -> None:
        model = self.model()
        chosen = QItemSelection()
        for at in places:
            chosen.select(model.index(at, 0), model.index(at, model.columnCount() - 1))
        self.selectionModel().select(chosen, _Flag.ClearAndSelect)

    def _tick_to_here(self, first: int) -> None:
        """Everything from ``first``, or from where the range began, to the current row; with Shift one may go
        back again. What was ticked before stays.
        """
        if self._range is None:
            self._range = (first, QItemSelection(self.selectionModel().selection()))
        first, before = self._range
        model, here = self.model(), self.currentIndex().row()
        chosen, last = QItemSelection(before), model.columnCount() - 1
        rows = QItemSelection(model.index(min(first, here), 0), model.index(max(first, here), last))
        chosen.merge(rows, _Flag.Select)
        self.selectionModel().select(chosen, _Flag.ClearAndSelect)

    def _end_range(self) -> None:
        self._range = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        first, shift = self.currentIndex().row(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if not shift:
            self._end_range()
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        if shift and left and self.can_tick and self.indexAt(event.position().toPoint()).isValid():
            self._tick_to_here(max(0, first))

    def selectionCommand(self, index: QModelIndex, event: QEvent | None = None) -> _Flag:  # type: ignore[override]
        """A plain click or arrow moves the current cell and leaves the ticks alone."""
        if not self.can_tick:
            return _Flag.NoUpdate
        if isinstance(event, QMouseEvent) and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            on_box = self.columns[index.column()].kind is Kind.CHECK if index.isValid() else False
            press = event.type() == QEvent.Type.MouseButtonPress
            if press and (on_box or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
                return _Flag.Toggle | _Flag.Rows
        return _Flag.NoUpdate

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        index = self.currentIndex()
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if not shift:
            self._end_range()
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            if self.can_tick:
                self.tick_all(True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if index.isValid():
                self._open(index)
        elif key == Qt.Key.Key_Space and plain and self.can_tick:
            if index.isValid():
                self.selectionModel().select(index, _Flag.Toggle | _Flag.Rows)
        elif key == Qt.Key.Key_Slash and plain:
            self.header.focus_filter()
        elif key == Qt.Key.Key_Equal and plain:
            self.figures_wanted.emit()
        elif key == Qt.Key.Key_Escape and self.can_tick and self.selectionModel().hasSelection():
            self.clearSelection()
        elif (not plain and key not in _ARROWS) or self._takes(event, index):
            super().keyPressEvent(event)
            if shift and self.can_tick and index.isValid() and self.currentIndex().row() != index.row():
                self._tick_to_here(index.row())
        else:
            event.ignore()

    def _takes(self, event: QKeyEvent, index: QModelIndex) -> bool:
        """Moving keys, and typing into a cell that can be edited; a letter elsewhere is somebody's
        shortcut.
        """
        if Qt.Key(event.key()) in _ARROWS or event.key() == Qt.Key.Key_F2:
            return True
        return index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    def event(self, event: QEvent) -> bool:
        own = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Slash, Qt.Key.Key_Equal)
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in own
            and not event.modifiers()
            & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt would read every row of the list to find a prefix."""

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        for row in {current.row(), previous.row()}:
            self._repaint_row(row)
        if current.row() != previous.row():
            self.moved.emit(current)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self.model() is not None and self.model().rowCount():
            first = next((at for at, one in enumerate(self.columns) if one.kind is not Kind.CHECK), 0)
            self.selectionModel().setCurrentIndex(self.model().index(0, first), _Flag.NoUpdate)

    # copying

    def shown_columns(self) -> list[Column]:
        """Columns as they stand on screen, without ticks and pictures."""
        order = sorted(range(len(self.columns)), key=self.header.visualIndex)
        return [
            self.columns[at]
            for at in order
            if not self.isColumnHidden(at) and self.columns[at].kind not in (Kind.CHECK, Kind.ICON)
        ]

    def _copy(self) -> None:
        """Whoever made the table copies; a short list that nobody looks after is copied whole."""
        if self.isSignalConnected(QMetaMethod.fromSignal(self.copy_wanted)):
            self.copy_wanted.emit()
            return
        model = self.model()
        assert isinstance(model, TableModel)
        rows = [row for at in range(model.rowCount()) if (row := model.row(at)) is not None]
        QGuiApplication.clipboard().setText(plain.tsv(self.shown_columns(), rows))
        told = n("Copied {count} row", "Copied {count} rows", len(rows))
        QToolTip.showText(self.viewport().mapToGlobal(self.viewport().rect().center()), told, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            paint_cells(self, painter, event.rect(), self.ticked_places())

    def dataChanged(self, first: _Index, last: _Index, roles: Sequence[int] = ()) -> None:
        """A page of rows that came is painted where it stands, not with all that was here before."""
        edits = self.state() == QAbstractItemView.State.EditingState
        if first == last or edits or QAccessible.isActive():  # editors and screen readers are told of it
            super().dataChanged(first, last, list(roles))
            return
        top = max(0, self.rowViewportPosition(first.row()))
        below = self.rowViewportPosition(last.row()) + self.rowHeight(last.row())
        self.viewport().update(0, top, self.viewport().width(), below - top)

    def _repaint_row(self, row: int) -> None:
        if row >= 0:
            y = self.rowViewportPosition(row)
            self.viewport().update(0, y, self.viewport().width(), self.rowHeight(row))

    def _open(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
        else:
            self.opened.emit(index)

    # typing into cells

    def closeEditor(self, editor: QWidget, hint: _EndEdit) -> None:
        """Enter goes one row down, Tab to the next cell that can be typed into, as in a spreadsheet."""
        super().closeEditor(editor, _EndEdit.NoHint)
        index = self.currentIndex()
        if hint == _EndEdit.SubmitModelCache and index.row() + 1 < self.model().rowCount():
            self.setCurrentIndex(index.siblingAtRow(index.row() + 1))
        elif hint in (_EndEdit.EditNextItem, _EndEdit.EditPreviousItem):
            found = self._editable_after(index, 1 if hint == _EndEdit.EditNextItem else -1)
            if found.isValid():
                self.setCurrentIndex(found)
                self.edit(found)

    def _editable_after(self, index: QModelIndex, step: int) -> QModelIndex:
        """The next editable cell in reading order, within the rows in reach of a page."""
        model, wide = self.model(), len(self.columns)
        at = index.row() * wide + index.column() + step
        last = min(model.rowCount(), index.row() + 200) * wide
        while max(0, index.row() - 200) * wide <= at < last:
            found = model.index(at // wide, at % wide)
            if not self.isColumnHidden(at % wide) and found.flags() & Qt.ItemFlag.ItemIsEditable:
                return found
            at += step
        return QModelIndex()

    # widths

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stretch()

    def stretch(self) -> None:
        """The stretching column takes the room that the others leave."""
        at = next(
            (at for at, one in enumerate(self.columns) if one.stretch and not self.isColumnHidden(at)), -1
        )
        if at < 0 or self.model() is None:
            return
        others = sum(self.columnWidth(one) for one in range(len(self.columns)) if one != at)
        room = self.viewport().width() - others
        self.setColumnWidth(at, max(self.least or self.columns[at].width, room))
