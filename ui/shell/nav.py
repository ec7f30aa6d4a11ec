"""The navigation at the left: groups of pages, a count where something waits, help and the
shortcuts' overview below.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui import icons, paint
from ui.i18n import formats, t
from ui.pages import Entry
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, MEDIUM, STRONG
from ui.theme.tokens import NAV_ITEM, RADIUS, SIDE, TOP_BAR
from ui.widgets.keys import keys_text


class NavItem(QAbstractButton):
    """One line: icon, title, and at the right a count, a key, or the mark of data that is still
    on its way.
    """

    def __init__(self, title: str, icon: str, right: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self._icon, self._right, self._waiting = icon, right, False
        self.here = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(NAV_ITEM)

    def set_here(self, here: bool) -> None:
        if here != self.here:
            self.here = here
            self.update()

    def set_count(self, count: int) -> None:
        self._right = formats().integer(count) if count else ""
        self.setAccessibleDescription(self._right)
        self.update()

    def set_waiting(self, waiting: bool) -> None:
        """The page's data is not here yet; it can be opened all the same."""
        self._waiting = waiting
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE - 16, NAV_ITEM)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            if self.here or self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("selection" if self.here else "hover"))
                painter.drawRoundedRect(box, RADIUS, RADIUS)
            ink = "accent" if self.here else "tertiary" if self._waiting else "text"
            icons.paint(painter, 12, 8, self._icon, "accent" if self.here else "secondary")
            taken = 80 if self._waiting or self._right else 42
            room = QRectF(40, 0, box.width() - taken, box.height())
            paint.text(painter, room, self.text(), tint=ink, weight=MEDIUM)
            if self._waiting:
                icons.paint(painter, box.width() - 26, 9, "hourglass", "tertiary", 14)
            elif self._right:
                room = QRectF(box.width() - 48, 0, 36, box.height())
                paint.text(
                    painter, room, self._right, tint="tertiary", size=CAPTION, align=RIGHT, figures=True
                )


class Sidebar(QWidget):
    """``chosen`` carries the id of a page."""

    chosen = Signal(str)
    help_wanted = Signal()
    shortcuts_wanted = Signal()

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(SIDE)
        self.items: dict[str, NavItem] = {}
        self._parents = _tops(entries)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(0)
        column.addWidget(_Brand())
        column.addSpacing(8)
        group = 0
        for entry in sorted((one for one in entries if one.group), key=_group):
            if group and entry.group != group:
                column.addSpacing(12)
            group = entry.group
            item = NavItem(t(entry.title), entry.icon)
            item.setObjectName(entry.id)
            if entry.keys:
                item.setToolTip(f"{t(entry.title)}  {keys_text(entry.keys)}")
            item.clicked.connect(self._clicked)
            self.items[entry.id] = item
            column.addWidget(item)
        column.addStretch(1)
        self._help: NavItem | None = None
        if "help" in self._parents:
            self._help = NavItem(t("Help"), "question", "F1")
            self._help.clicked.connect(self.help_wanted)
            column.addWidget(self._help)
        shortcuts = NavItem(t("Shortcuts"), "keyboard", keys_text("Ctrl+/"))
        shortcuts.clicked.connect(self.shortcuts_wanted)
        column.addWidget(shortcuts)

    def show_here(self, page_id: str) -> None:
        here = self._parents.get(page_id, page_id)
        for name, item in self.items.items():
            item.set_here(name == here)
        if self._help is not None:
            self._help.set_here(here == "help")

    def set_count(self, page_id: str, count: int) -> None:
        if page_id in self.items:
            self.items[page_id].set_count(count)

    def _clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.chosen.emit(sender.objectName())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour("side"))
            painter.fillRect(self.width() - 1, 0, 1, self.height(), colour("separator"))


class _Brand(QWidget):
    """The sign and name of the program."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(TOP_BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_sign(painter, QRectF(10, (TOP_BAR - 20) / 2, 20, 20))
            room = QRectF(40, 0, self.width() - 40, TOP_BAR)
            paint.text(painter, room, "ChannelDesk", size=BODY, weight=STRONG)


def paint_sign(painter: QPainter, box: QRectF) -> None:
    """The program's sign: one way that parts in two."""
    unit = box.width() / 20
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("accent_fill"))
    painter.drawRoundedRect(box, 5 * unit, 5 * unit)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(colour("#FFFFFF"), 1.8 * unit, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
    )
    left, middle = box.left(), box.center().y()
    fork = QPointF(left + 9 * unit, middle)
    painter.drawLine(QPointF(left + 5 * unit, middle), fork)
    ends = [
        QPointF(left + 14.5 * unit, middle - 4.5 * unit),
        fork,
        QPointF(left + 14.5 * unit, middle + 4.5 * unit),
    ]
    painter.drawPolyline(QPolygonF(ends))


def _tops(entries: Sequence[Entry]) -> dict[str, str]:
    """By page the one above it that stands in the navigation."""
    above = {one.id: one.parent for one in entries}
    found = {}
    for one in entries:
        top = one.id
        while above.get(top):
            top = above[top]
        found[one.id] = top
    return found


def _group(entry: Entry) -> int:
    return entry.group
