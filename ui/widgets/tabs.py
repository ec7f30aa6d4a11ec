"""Tabs with counts, and the line under the chosen one.

Left and Right move, Alt+1 to Alt+9 reach one at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM
from ui.theme.tokens import TAB

_OTHER = object()
"""The key of what is none of the tabs."""
_WAYS = ((24, True), (12, True), (12, False))
"""The gap between two tabs, and whether they tell their counts; the first that fits."""


class Tabs(QWidget):
    """``items`` are (key, text, count or None); ``chosen`` tells the key of the tab that was chosen."""

    chosen = Signal(object)

    def __init__(
        self,
        items: Sequence[tuple[object, str, int | None]] = (),
        *,
        numbered: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._items: list[tuple[object, str, int | None]] = []
        self._at = 0
        self._over = -1
        self._other = ""
        self._counted = True
        self.set_items(items)
        if numbered:
            for number in range(1, 10):
                QShortcut(QKeySequence(f"Alt+{number}"), self, self._by_number)

    def set_items(self, items: Sequence[tuple[object, str, int | None]]) -> None:
        """Replace the tabs; the chosen key stays chosen if it is still there."""
        key = self.key
        self._items = [*items, *([(_OTHER, self._other, None)] if self._other else [])]
        self._at = next((at for at, item in enumerate(self._items) if item[0] == key), 0)
        self._show_choice()
        self.updateGeometry()

    def show_other(self, text: str) -> None:
        """What is shown is none of the tabs but this: it stands behind them until one of them is chosen."""
        self._other = text
        self.set_items([item for item in self._items if item[0] != _OTHER])
        self._at = len(self._items) - 1
        self._show_choice()

    @property
    def key(self) -> object:
        return self._items[self._at][0] if self._items else None

    def choose(self, key: object) -> None:
        self._choose(next(at for at, item in enumerate(self._items) if item[0] == key))

    def _by_number(self) -> None:
        shortcut = self.sender()
        if isinstance(shortcut, QShortcut):
            self._choose(int(shortcut.key().toString()[-1]) - 1)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self._items) and at != self._at:
            self._at = at
            if self._other and self.key != _OTHER:
                self._other = ""
                self.set_items(self._items[:-1])
            self._show_choice()
            self.chosen.emit(self.key)

    def _show_choice(self) -> None:
        self._named()
        self._mark_part()
        self.update()

    def _named(self) -> None:
        if self._items:
            self.setAccessibleName(self._items[self._at][1])

    def _mark_part(self) -> None:
        """The focus ring goes around the chosen tab, not around the whole row."""
        boxes = self._boxes()
        self.setProperty("ringPart", boxes[self._at].adjusted(-4, 2, 4, -4) if boxes else QRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._mark_part()
        super().resizeEvent(event)

    def _boxes(self) -> list[QRect]:
        """Where there is less room tabs stand closer, then without their counts."""
        for gap, counted in _WAYS:
            boxes = self._side_by_side(gap, counted)
            if not boxes or boxes[-1].right() < self.width():
                break
        self._counted = counted
        return boxes

    def _side_by_side(self, gap: int, counted: bool) -> list[QRect]:
        boxes, left = [], 0
        for _, text, count in self._items:
            wide = paint.width(text, BODY, MEDIUM)
            if counted and count is not None:
                wide += 8 + paint.width(str(count), figures=True)
            boxes.append(QRect(left, 0, wide, self.height()))
            left += wide + gap
        return boxes

    @property
    def is_whole(self) -> bool:
        """Whether every tab is seen."""
        boxes = self._boxes()
        return not boxes or boxes[-1].right() < self.width()

    def _at_point(self, point: QPoint) -> int:
        for at, box in enumerate(self._boxes()):
            if box.adjusted(-6, 0, 6, 0).contains(point):
                return at
        return -1

    def sizeHint(self) -> QSize:
        boxes = self._side_by_side(*_WAYS[0])
        return QSize(boxes[-1].right() + 1 if boxes else 0, TAB)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, TAB)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(self._at + step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at_point(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at_point(event.position().toPoint())
        if over != self._over:
            self._over = over
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._over = -1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            for at, (box, (_, text, count)) in enumerate(zip(self._boxes(), self._items, strict=True)):
                here = at == self._at
                room = QRectF(box).adjusted(0, 0, 2, -2)
                tint = "text" if here or at == self._over else "secondary"
                taken = paint.text(painter, room, text, tint=tint, weight=MEDIUM)
                if self._counted and count is not None:
                    paint.text(
                        painter, room.adjusted(taken + 8, 0, 8, 0), str(count), tint="tertiary", figures=True
                    )
                if here:
                    painter.fillRect(QRectF(box.left(), self.height() - 2, box.width(), 2), colour("accent"))
