"""A timeline: one line per thing that happened, newest first, in a list view that scrolls any number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui import icons, paint
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM
from ui.theme.tokens import ROW

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Event:
    """One line: ``day`` and ``time`` as texts, ``amount`` at the right; ``key`` is given back when it is
    opened.
    """

    key: object
    day: str
    time: str
    icon: str
    title: str
    text: str = ""
    amount: str = ""
    provisional: bool = False
    tone: str = "secondary"


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.events: list[Event] = []

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.events)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        event = self.events[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(filter(None, (event.day, event.time, event.title, event.text, event.amount)))
        return None

    def fill(self, events: Sequence[Event]) -> None:
        self.beginResetModel()
        self.events = list(events)
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        event = model.events[index.row()]
        painter.save()
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_MouseOver or option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colour("hover"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        top, high = box.top(), box.height()
        paint.text(painter, QRectF(box.left(), top, 68, high), event.day, tint="secondary", size=CAPTION)
        room = QRectF(box.left() + 68, top, 48, high)
        paint.text(painter, room, event.time, tint="secondary", size=CAPTION, figures=True)
        icons.paint(painter, box.left() + 120, top + (high - 16) / 2, event.icon, event.tone)
        right = box.right() - 4
        if event.amount:
            taken = paint.width(event.amount, figures=True)
            paint.text(
                painter,
                QRectF(right - taken - 2, top, taken + 2, high),
                event.amount,
                align=RIGHT,
                figures=True,
            )
            if event.provisional:
                paint.provisional(painter, right - taken - PROVISIONAL_WIDTH - 2, box.center().y())
                provisional_line(painter, right - taken, right, box.center().y() + 9)
            right -= taken + 24
        left = box.left() + 148
        left += paint.text(painter, QRectF(left, top, right - left, high), event.title, weight=MEDIUM) + 12
        if right - left > 40:
            room = QRectF(left, top, right - left, high)
            paint.text(painter, room, event.text, tint="secondary", size=CAPTION)
        painter.restore()


class Timeline(QListView):
    """``opened`` carries the key of the event that was clicked or entered."""

    opened = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setModel(_Model(self))
        self.setItemDelegate(_Delegate(self))
        self.activated.connect(self._open)
        self.clicked.connect(self._open)

    def fill(self, events: Sequence[Event]) -> None:
        model = self.model()
        assert isinstance(model, _Model)
        model.fill(events)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # the list would select its line; the page has a use for the key
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        model = self.model()
        assert isinstance(model, _Model)
        self.opened.emit(model.events[index.row()].key)
