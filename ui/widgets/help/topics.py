"""The left side of the help page: the chapters of the guide, or what a search found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import paint
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, REGULAR
from ui.theme.tokens import LIST_ROW, RADIUS

_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Line:
    """A place in the guide, with what stands below its title."""

    title: str
    detail: str
    chapter: str
    section: int = 0


class Topics(QListWidget):
    """``chosen`` carries a Line: by arrow keys at once, as by a click."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setItemDelegate(_Cells(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.currentItemChanged.connect(self._changed)

    def fill(self, lines: Sequence[Line], current: int) -> None:
        """Show these; tells nobody."""
        self.blockSignals(True)
        self.clear()
        for line in lines:
            item = QListWidgetItem(line.title, self)
            item.setData(_ROLE, line)
            item.setToolTip("\n".join(filter(None, (line.title, line.detail))))
        self.setCurrentRow(current)
        self.blockSignals(False)

    @property
    def lines(self) -> list[Line]:
        return [self.item(row).data(_ROLE) for row in range(self.count())]

    def _changed(self, item: QListWidgetItem | None, _before: object) -> None:
        if item is not None:
            self.chosen.emit(item.data(_ROLE))


class _Cells(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line: Line = index.data(_ROLE)
        return QSize(120, LIST_ROW + (18 if line.detail else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: Line = index.data(_ROLE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        box = QRectF(option.rect)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection" if chosen else "hover"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        title = QRectF(box.left() + 10, box.top(), box.width() - 16, LIST_ROW)
        tint, weight = ("accent", MEDIUM) if chosen else ("text", REGULAR)
        paint.text(painter, title, line.title, tint=tint, weight=weight)
        if line.detail:
            below = QRectF(title.left(), box.top() + LIST_ROW - 8, title.width(), 20)
            paint.text(painter, below, line.detail, tint="secondary", size=CAPTION)
        painter.restore()
