"""A row that wraps: filters and buttons of a page's bar take a second line where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem


class Flow(QLayout):
    """``push`` adds a widget that stands at the right end of its line."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []
        self._right: set[int] = set()
        self._hints: list[QSize] = []
        self._heights: dict[int, int] = {}

    def push(self, widget: QWidget) -> None:
        self._right.add(len(self._items))
        self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def addWidget(self, widget: QWidget) -> None:
        self.addChildWidget(widget)
        self.addItem(QWidgetItem(widget))

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._hints, self._heights = [], {}
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), place=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        hints = [hint for hint in self._sizes() if not hint.isNull()]
        wide = sum(hint.width() + self.spacing() for hint in hints)
        return QSize(wide, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        hints = self._sizes()
        return QSize(
            max((hint.width() for hint in hints), default=0),
            max((hint.height() for hint in hints), default=0),
        )

    def _sizes(self) -> list[QSize]:
        """What each item asks for, null where it is hidden; asked once until something changes."""
        if len(self._hints) != len(self._items):
            self._hints = [QSize(0, 0) if item.isEmpty() else item.sizeHint() for item in self._items]
        return self._hints

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Put the items on lines; returns the height they need."""
        lines: list[list[int]] = [[]]
        used = 0
        sizes = self._sizes()
        for at, size in enumerate(sizes):
            if size.isNull():
                continue
            if lines[-1] and used + size.width() > rect.width():
                lines.append([])
                used = 0
            lines[-1].append(at)
            used += size.width() + self.spacing()
        y = rect.y()
        for line in lines:
            high = max((sizes[at].height() for at in line), default=0)
            if place:
                self._place(line, rect, y, high)
            y += high + self.spacing()
        return y - self.spacing() - rect.y()

    def _place(self, line: list[int], rect: QRect, y: int, high: int) -> None:
        sizes = self._sizes()
        total = sum(sizes[at].width() for at in line) + self.spacing() * (len(line) - 1)
        spare, x = max(0, rect.width() - total), rect.x()
        for at in line:
            if at in self._right and spare:
                x += spare
                spare = 0
            size = sizes[at]
            self._items[at].setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
            x += size.width() + self.spacing()
