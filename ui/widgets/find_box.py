"""The list under a find field. A child of the window, so that the field keeps the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui import paint
from ui.i18n import t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, REGULAR, STRONG
from ui.theme.tokens import RADIUS
from ui.widgets.label import Elided, Label
from ui.widgets.popup import SHADOW, Popup

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
LINE = 32
_SHOWN = 8
_FOOT = 26


@dataclass(frozen=True)
class Found:
    """One line: a code, a name with the matching part marked, a figure and a note at the right."""

    item: Any
    """Given back when the line is chosen."""
    code: str
    name: str
    marked: tuple[int, int] = (0, 0)
    """From and to of the part of the name that was typed."""
    figure: str = ""
    note: str = ""
    tone: str = "secondary"
    """Of the note."""


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Found] = []

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            line = self.lines[index.row()]
            return " ".join(filter(None, (line.code, line.name, line.figure, line.note)))
        return None

    def fill(self, lines: Sequence[Found]) -> None:
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        line = model.lines[index.row()]
        painter.save()
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        code = max((paint.width(one.code, figures=True) for one in model.lines), default=0) + 16
        note = max((paint.width(one.note, CAPTION) for one in model.lines), default=0)
        figure = max((paint.width(one.figure, figures=True) for one in model.lines), default=0)
        room = box.adjusted(12, 0, -12, 0)
        paint.text(painter, room, line.code, tint="secondary", figures=True)
        paint.text(painter, room, line.note, tint=line.tone, size=CAPTION, align=RIGHT)
        right = room.right() - (note + 20 if note else 0)
        middle = QRectF(room.left(), room.top(), right - room.left(), room.height())
        paint.text(painter, middle, line.figure, align=RIGHT, figures=True)
        names = QRectF(
            room.left() + code, room.top(), right - figure - 16 - room.left() - code, room.height()
        )
        first, last = line.marked
        pieces = [
            (line.name[:first], "text", REGULAR),
            (line.name[first:last], "accent", STRONG),
            (line.name[last:], "text", REGULAR),
        ]
        paint.runs(painter, names, [one for one in pieces if one[0]], size=BODY)
        painter.restore()


class FindBox(Popup):
    """``chosen`` carries the item of the line that was chosen."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, keys: str) -> None:
        super().__init__(parent)
        self.model = _Model(self)
        self._list = QListView()
        self._list.setModel(self.model)
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName(t("Results"))
        self._list.setStyleSheet("background: transparent")
        self._list.clicked.connect(self._clicked)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._hint = Elided("", "hint")
        foot = QWidget()
        foot.setFixedHeight(_FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self._hint, 1)
        row.addWidget(Label(keys, "hint"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 4, SHADOW + 2, SHADOW + 4, SHADOW + 4)
        column.setSpacing(2)
        column.addWidget(self._list, 1)
        column.addWidget(foot)

    def fill(self, lines: Sequence[Found], hint: str) -> None:
        self.model.fill(lines)
        self._hint.set_text(hint)
        self.step(0)

    @property
    def high(self) -> int:
        """The height it needs, shadow included."""
        return min(len(self.model.lines), _SHOWN) * LINE + _FOOT + 2 * SHADOW + 8

    def current(self) -> Found | None:
        index = self._list.currentIndex()
        return self.model.lines[index.row()] if index.isValid() else None

    def step(self, by: int) -> None:
        if self.model.lines:
            at = self._list.currentIndex().row() + by
            self._list.setCurrentIndex(self.model.index(max(0, min(at, len(self.model.lines) - 1))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.lines[index.row()].item)
