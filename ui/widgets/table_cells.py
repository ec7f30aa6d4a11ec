"""How cells are painted: one delegate for every kind of column, with the shared paint helpers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import icons, paint
from ui.models.columns import MISSING, Column, Kind, Row, cell_text
from ui.models.table import TableModel
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import LEFT, RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM, REGULAR, STRONG, font
from ui.theme.tokens import ROW
from ui.widgets.check import paint_box

PAD = 8
_Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Editors of cells. What cells look like is :func:`paint_cells`, for all in sight at once."""

    def __init__(self, view: QTableView, high: int = ROW) -> None:
        super().__init__(view)
        self._high = high

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, self._high)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("cell")
        editor.setProperty("ownFocus", True)
        model = index.model()
        assert isinstance(model, TableModel)
        editor.setFont(font(BODY, STRONG, figures=True))
        if model.columns[index.column()].to_right:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setAccessibleName(model.columns[index.column()].title)
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        assert isinstance(editor, QLineEdit)
        if editor.isModified():  # the row changed meanwhile; what is being typed stays
            return
        text = index.data(Qt.ItemDataRole.EditRole)
        editor.setText("" if text == MISSING else str(text))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        assert isinstance(editor, QLineEdit)
        if editor.isModified():
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        editor.setGeometry(option.rect)


def paint_cells(view: QTableView, painter: QPainter, exposed: QRect, ticked: Sequence[range]) -> None:
    """Ticked rows are tinted, the current cell has a ring inside its edge, rows are divided by a line.

    A view's own way asks model, style and delegate for each cell, which takes longer than the drawing.
    """
    model = view.model()
    assert isinstance(model, TableModel)
    first, last = view.rowAt(exposed.top()), view.rowAt(exposed.bottom())
    columns = _columns_in(view, model, exposed)
    if first < 0 or not columns:
        return
    last = last if last >= 0 else model.rowCount() - 1
    current = view.currentIndex()
    here, ring = (current.row(), current.column()) if current.isValid() else (-1, -1)
    left = columns[0][1]
    wide = columns[-1][1] + columns[-1][2] - left
    high = view.rowHeight(first)
    for at in range(first, last + 1):
        top = view.rowViewportPosition(at)
        chosen = any(at in places for places in ticked)
        if chosen or at == here:
            painter.fillRect(left, top, wide, high, colour("selection" if chosen else "hover"))
        painter.fillRect(left, top + high - 1, wide, 1, colour("separator"))
        row = model.row(at)
        for column, x, width in columns:
            if row is None and column.kind is not Kind.CHECK:
                painter.fillRect(x + PAD, top + high // 2 - 3, width // 2, 6, colour("hover"))
            else:
                _cell(painter, QRectF(x, top, width, high), column, row, chosen)
        if at == here and view.hasFocus():
            _ring(painter, columns, model.columns[ring], top, high)


_Placed = tuple[Column, int, int]
"""A column with its place and width on screen."""


def _columns_in(view: QTableView, model: TableModel, exposed: QRect) -> list[_Placed]:
    header = view.horizontalHeader()
    placed = []
    for logical in map(header.logicalIndex, range(header.count())):
        x, width = header.sectionViewportPosition(logical), header.sectionSize(logical)
        if width and x <= exposed.right() and x + width > exposed.left():
            placed.append((model.columns[logical], x, width))
    return placed


def _cell(painter: QPainter, box: QRectF, column: Column, row: Row | None, ticked: bool) -> None:
    if column.kind is Kind.CHECK:
        state = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        painter.save()
        paint_box(painter, box.left() + PAD, box.center().y(), state)
        painter.restore()
    elif (drawn := _PAINTERS.get(column.kind)) is not None:
        painter.save()
        painter.setClipRect(box)
        drawn(painter, box.adjusted(PAD, 0, -PAD, -1), column, row)
        painter.restore()
    else:
        _text(painter, box.adjusted(PAD, 0, -PAD, -1), column, row)


def _ring(painter: QPainter, columns: Sequence[_Placed], current: Column, top: int, high: int) -> None:
    for column, x, width in columns:
        if column is current and column.kind is not Kind.CHECK:
            painter.save()
            painter.setPen(QPen(colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(x, top, width, high).adjusted(1, 1, -1, -1))
            painter.restore()


def _tint(column: Column, row: Row, usual: str = "text") -> str:
    return (column.tone(row) if column.tone else "") or usual


def _text(painter: QPainter, room: QRectF, column: Column, row: Row) -> None:
    content = cell_text(column, row)
    missing = content == MISSING
    weight = STRONG if column.is_strong(row) else MEDIUM if column.second else REGULAR
    tint = "tertiary" if missing else _tint(column, row)
    reason = "" if missing or column.provisional is None else column.provisional(row)
    if column.to_right:
        _right_text(painter, room, content, tint, bool(reason), STRONG if column.is_strong(row) else REGULAR)
        return
    if reason:
        painter.save()
        paint.provisional(painter, room.left(), room.center().y())
        painter.restore()
        room = room.adjusted(PROVISIONAL_WIDTH + 1, 0, 0, 0)
        tint = "provisional"
    taken = paint.text(painter, room, content, tint=tint, weight=weight, align=LEFT)
    second = column.second(row) if column.second else ""
    if second and taken + 8 + paint.width(second) <= room.width():
        paint.text(painter, room.adjusted(taken + 8, 0, 0, 0), second, tint="secondary")


def _right_text(
    painter: QPainter, room: QRectF, content: str, tint: str, provisional: bool, weight: object
) -> None:
    heavy = STRONG if weight == STRONG else REGULAR
    taken = paint.text(painter, room, content, tint=tint, align=RIGHT, figures=True, weight=heavy)
    if provisional:
        painter.save()
        paint.provisional(painter, room.right() - taken - PROVISIONAL_WIDTH, room.center().y())
        provisional_line(painter, room.right() - taken, room.right(), room.center().y() + 9)
        painter.restore()


def _chip(painter: QPainter, room: QRectF, column: Column, row: Row) -> None:
    content = column.value(row)
    if content:
        reason = column.provisional(row) if column.provisional else ""
        tone = "provisional" if reason else _tint(column, row, "plain")
        icon = column.icon(row) if column.icon else ""
        fits = paint.chip_width(content, icon) <= room.width()
        paint.chip(painter, room, content, tone, icon if fits else "")


def _icon(painter: QPainter, room: QRectF, column: Column, row: Row) -> None:
    name = column.value(row)
    if name:
        icons.paint(painter, room.left(), round(room.center().y() - 8), name, _tint(column, row, "secondary"))


def _health(painter: QPainter, room: QRectF, column: Column, row: Row) -> None:
    value = column.value(row)
    if value is None or value[0] is None:
        paint.text(painter, room, MISSING, tint="tertiary")
        return
    score, grade, change = value
    middle = room.center().y()
    paint.ring(painter, QRectF(room.left(), middle - 8, 16, 16), score)
    left = room.left() + 24
    left += paint.text(painter, room.adjusted(24, 0, 0, 0), str(score), weight=MEDIUM, figures=True) + 5
    paint.text(painter, QRectF(left, room.top(), 14, room.height()), grade or "", tint="secondary", size=12)
    if change is not None:
        paint.trend(painter, QRectF(room.left() + 58, room.top(), room.width() - 58, room.height()), change)


def _level(painter: QPainter, room: QRectF, column: Column, row: Row) -> None:
    value = column.value(row)
    if value is None or value[0] is None:
        paint.text(painter, room, MISSING, tint="tertiary", align=RIGHT)
        return
    figure = cell_text(column, row)
    bar = QRectF(room.left(), room.top(), max(24.0, room.width() - 56), room.height())
    paint.level_bar(painter, bar, value[0], mark=value[1])
    paint.text(painter, room, figure, align=RIGHT, figures=True)


def _sparkline(painter: QPainter, room: QRectF, column: Column, row: Row) -> None:
    values = column.value(row)
    if values:
        paint.sparkline(painter, room.adjusted(0, 3, 0, -3), values)


_PAINTERS: dict[Kind, Callable[[QPainter, QRectF, Column, Row], None]] = {
    Kind.CHIP: _chip,
    Kind.ICON: _icon,
    Kind.HEALTH: _health,
    Kind.LEVEL: _level,
    Kind.SPARKLINE: _sparkline,
}
