"""Tabs with counts, and the line under the chosen one; behind them those that the person added.

Left and Right move, Alt+1 to Alt+9 reach one at once. Added ones without room stand in a menu at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ui import paint
from ui.i18n import formats, n, t
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM
from ui.theme.tokens import TAB

_MORE = object()
"""The key of the menu with the added ones that have no room."""
_LONGEST = 180
"""An added tab is no wider, its name however long."""
_WAYS = ((24, True), (12, True), (12, False))
"""The gap between two tabs, and whether they tell their counts; the first that fits."""


_Item = tuple[object, str, int | None]


class Added(NamedTuple):
    """The key of an added tab."""

    name: str


class Tabs(QWidget):
    """``items`` are (key, text, count or None); ``chosen`` tells the key of the tab that was chosen."""

    chosen = Signal(object)
    added_chosen = Signal(str)
    removal_wanted = Signal(str)
    """The name of an added tab that the person wants to be rid of."""

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
        self._own: list[_Item] = []
        self._added: list[str] = []
        self._items: list[_Item] = []
        """What is seen."""
        self._at = 0
        self._over = -1
        self._counted = True
        self.set_items(items)
        if numbered:
            for number in range(1, 10):
                QShortcut(QKeySequence(f"Alt+{number}"), self, self._by_number)

    def set_items(self, items: Sequence[tuple[object, str, int | None]]) -> None:
        """Replace the tabs, not the added ones; the chosen key stays chosen if it is still there."""
        if list(items) == self._own:
            return
        self._own = list(items)
        self._arrange(self.key)
        self.updateGeometry()

    def set_added(self, names: Sequence[str]) -> None:
        """Replace the added tabs; where the chosen one went, the first tab is chosen."""
        key = self.key
        self._added = list(names)
        gone = isinstance(key, Added) and key.name not in names
        self._arrange(key)
        self.updateGeometry()
        if gone:
            self.chosen.emit(self.key)

    def show_added(self, name: str) -> None:
        """What the tab of this name stands for is shown now; it is added where it is new."""
        if name not in self._added:
            self._added.append(name)
        self._arrange(Added(name))
        self.updateGeometry()

    def _arrange(self, key: object) -> None:
        """See as many added tabs as there is room for, the chosen one always."""
        names = self._added
        for count in range(len(names), -1, -1):
            seen = names[:count]
            if isinstance(key, Added) and key.name in names and key.name not in seen and count:
                seen = [*seen[:-1], key.name]
            self._items = [*self._own, *((Added(name), name, None) for name in seen)]
            if left := len(names) - len(seen):
                self._items.append((_MORE, n("{count} more", "{count} more", left), None))
            if count <= isinstance(key, Added) or self._fits(*_WAYS[1]):
                break
        self._at = next((at for at, item in enumerate(self._items) if item[0] == key), 0)
        self._show_choice()

    def _fits(self, gap: int, counted: bool) -> bool:
        boxes = self._side_by_side(gap, counted, self._items)
        return not boxes or boxes[-1].right() < self.width()

    @property
    def key(self) -> object:
        return self._items[self._at][0] if self._items else None

    def choose(self, key: object) -> None:
        self._choose(next(at for at, item in enumerate(self._items) if item[0] == key))

    def choose_first(self) -> None:
        self._choose(0)

    def _by_number(self) -> None:
        shortcut = self.sender()
        if isinstance(shortcut, QShortcut):
            self._choose(int(shortcut.key().toString()[-1]) - 1)

    def _choose(self, at: int) -> None:
        if not 0 <= at < len(self._items) or at == self._at:
            return
        if self._items[at][0] is _MORE:
            self._open_more(at)
            return
        self._at = at
        self._show_choice()
        key = self.key
        if isinstance(key, Added):
            self.added_chosen.emit(key.name)
        else:
            self.chosen.emit(key)

    def _open_more(self, at: int) -> None:
        seen = {item[0] for item in self._items}
        menu = self._menu()
        for name in self._added:
            if Added(name) not in seen:
                menu.addAction(name.replace("&", "&&"), partial(self.added_chosen.emit, name))
        menu.popup(self.mapToGlobal(self._boxes()[at].bottomLeft()))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """An added tab can be removed; with the keyboard the chosen one is meant."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self._at if by_key else self._at_point(event.pos())
        key = self._items[at][0] if at >= 0 else None
        if isinstance(key, Added):
            menu = self._menu()
            menu.addAction(t("Remove this view"), partial(self.removal_wanted.emit, key.name))
            menu.popup(self.mapToGlobal(self._boxes()[at].bottomLeft()))

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
        self._arrange(self.key)
        super().resizeEvent(event)

    def _boxes(self) -> list[QRect]:
        """Where there is less room tabs stand closer, then without their counts."""
        for gap, counted in _WAYS:
            boxes = self._side_by_side(gap, counted, self._items)
            if not boxes or boxes[-1].right() < self.width():
                break
        self._counted = counted
        return boxes

    def _side_by_side(self, gap: int, counted: bool, items: Sequence[_Item]) -> list[QRect]:
        boxes, left = [], 0
        for key, text, count in items:
            wide = paint.width(text, BODY, MEDIUM)
            if isinstance(key, Added):
                wide = min(wide, _LONGEST)
            if counted and count is not None:
                wide += 8 + paint.width(formats().integer(count), figures=True)
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
        every = [*self._own, *((Added(name), name, None) for name in self._added)]
        boxes = self._side_by_side(*_WAYS[0], every)
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
            key = self._items[over][0] if over >= 0 else None
            self.setToolTip(key.name if isinstance(key, Added) else "")
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
                        painter,
                        room.adjusted(taken + 8, 0, 8, 0),
                        formats().integer(count),
                        tint="tertiary",
                        figures=True,
                    )
                if here:
                    painter.fillRect(QRectF(box.left(), self.height() - 2, box.width(), 2), colour("accent"))
