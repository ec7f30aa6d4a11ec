"""The list of what needs the person: by partner, two lines per item, J and K move, several can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from channeldesk.queries.inbox import InboxRow
from ui import icons, paint
from ui.i18n import formats, t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, STRONG
from ui.theme.tokens import RADIUS
from ui.viewmodels.inbox_list import Section
from ui.widgets.inbox import words

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_HEADING, _ITEM = 34, 52
ICONS = {
    "conflict": ("git-diff", "warning"),
    "rejection": ("x-circle", "bad"),
    "out_of_scope": ("map-pin", "bad"),
    "set_aside": ("warning-circle", "warning"),
}
_Flag = QItemSelectionModel.SelectionFlag


@dataclass(frozen=True)
class Heading:
    text: str
    count: int


class ItemModel(QAbstractListModel):
    """Headings and items in one list; only items can be chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Heading | InboxRow] = []

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if isinstance(row, Heading):
            texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return row.text if role in texts else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words.row_title(row)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return words.spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = (
                words.row_title(row),
                words.short_title(row),
                words.list_text(row),
                words.waiting_text(row),
            )
            return "\n".join(filter(None, told))
        return None

    def fill(self, sections: Sequence[Section]) -> None:
        self.beginResetModel()
        self.rows = []
        for section in sections:
            self.rows += [Heading(section.heading, len(section.rows)), *section.rows]
        self.endResetModel()

    def places(self) -> list[int]:
        """Where the items stand."""
        return [at for at, row in enumerate(self.rows) if isinstance(row, InboxRow)]

    def section_of(self, at: int) -> list[int]:
        """The places of the items under the same heading, or of the heading itself."""
        headings = [place for place, row in enumerate(self.rows) if isinstance(row, Heading)]
        start = max((one for one in headings if one <= at), default=0)
        end = min((one for one in headings if one > at), default=len(self.rows))
        return [one for one in range(start, end) if one not in headings]


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        model = index.model()
        assert isinstance(model, ItemModel)
        heading = isinstance(model.rows[index.row()], Heading)
        return QSize(200, _HEADING if heading else _ITEM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, ItemModel)
        row = model.rows[index.row()]
        painter.save()
        box = QRectF(option.rect)
        if isinstance(row, Heading):
            room = box.adjusted(12, 10, -12, 0)
            count = formats().integer(row.count)
            wide = paint.width(count, CAPTION) + 4
            number = QRectF(room.right() - wide, room.top(), wide, room.height())
            paint.text(painter, number, count, tint="secondary", size=CAPTION, align=RIGHT, figures=True)
            room.setWidth(room.width() - wide - 8)
            paint.text(painter, room, row.text, tint="secondary", size=CAPTION, weight=MEDIUM)
        else:
            self._item(painter, option, box, row)
        painter.restore()

    def _item(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, row: InboxRow) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection" if selected else "hover"))
            painter.drawRoundedRect(box.adjusted(0, 0, 0, -1), RADIUS, RADIUS)
        decided = row.state == "decided"
        icon, tone = ("check-circle", "good") if decided else ICONS[row.sort]
        icons.paint(painter, box.left() + 12, int(box.top()) + 10, icon, tone)
        moment = formats().time(row.decided_at) if decided and row.decided_at else since(row.recorded_at)
        wide = paint.width(moment, CAPTION, figures=True) + 4
        top = box.top() + 8
        at_right = QRectF(box.right() - 12 - wide, top, wide, 18)
        paint.text(painter, at_right, moment, tint="secondary", size=CAPTION, align=RIGHT, figures=True)
        left = box.left() + 40
        room = QRectF(left, top, at_right.left() - left - 8, 18)
        title = words.row_title(row) if decided else words.short_title(row)
        paint.text(painter, room, title, weight=STRONG if selected else MEDIUM)
        right = box.right() - 12
        if row.waiting:
            right -= self._waiting(painter, right, top + 19, row.waiting)
        text = words.decided_text(row) if decided else words.list_text(row)
        paint.text(painter, QRectF(left, top + 19, right - left, 18), text, tint="secondary", size=CAPTION)

    def _waiting(self, painter: QPainter, right: float, top: float, count: int) -> float:
        """How many changes wait for this one; returns the width."""
        number = formats().integer(count)
        wide = paint.width(number, CAPTION, figures=True) + 4
        room = QRectF(right - wide, top, wide, 18)
        paint.text(painter, room, number, tint="secondary", size=CAPTION, align=RIGHT, figures=True)
        icons.paint(painter, right - wide - 16, int(top) + 2, "hourglass", "secondary", 14)
        return wide + 24


class ItemList(QListView):
    """``current`` carries the chosen item, None when nothing is left; ``several`` the items if they are many;
    ``opened`` when the person wants to go on in the detail.
    """

    current = Signal(object)
    several = Signal(object)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("What needs you"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items = ItemModel(self)
        self.setModel(self.items)
        self.setItemDelegate(_Delegate(self))
        self._filling = False
        self.selectionModel().selectionChanged.connect(self._chosen)

    def fill(self, sections: Sequence[Section], wanted: bytes | None = None) -> None:
        """Show the list; the wanted item is chosen, else those before, else what took their place."""
        before = {row.id for row in self.chosen_rows()}
        place = min((index.row() for index in self.selectedIndexes()), default=0)
        self._filling = True
        self.items.fill(sections)
        places = self.items.places()
        by_id = {row.id: at for at in places if isinstance(row := self.items.rows[at], InboxRow)}
        kept = [by_id[one] for one in before if one in by_id]
        if wanted in by_id:
            kept = [by_id[wanted]]
        if not kept:
            later = next((one for one in places if one >= place), None)
            kept = [later] if later is not None else places[-1:]
        self._filling = False
        self._select(kept)
        if not kept:
            self.current.emit(None)

    def _select(self, places: Sequence[int]) -> None:
        """These and no others; the first of them has the keyboard."""
        chosen = QItemSelection()
        for at in places:
            chosen.select(self.items.index(at), self.items.index(at))
        if places:
            first = self.items.index(min(places))
            self.selectionModel().setCurrentIndex(first, _Flag.NoUpdate)
            self.scrollTo(first)
        self.selectionModel().select(chosen, _Flag.ClearAndSelect)

    def chosen_rows(self) -> list[InboxRow]:
        """In the order of the list."""
        at = sorted(index.row() for index in self.selectedIndexes())
        return [row for one in at if isinstance(row := self.items.rows[one], InboxRow)]

    def step(self, by: int) -> None:
        """To the next or the previous item."""
        places = self.items.places()
        if not places:
            return
        here = self.currentIndex().row()
        at = places.index(here) if here in places else 0
        there = self.items.index(places[max(0, min(len(places) - 1, at + by))])
        self.selectionModel().setCurrentIndex(there, _Flag.ClearAndSelect)
        self.scrollTo(there)

    def choose_section(self) -> None:
        """Everything of the partner (or day) of the current item."""
        here = self.currentIndex().row()
        if here >= 0:
            self._select(self.items.section_of(here))

    def choose_all(self) -> None:
        self._select(self.items.places())

    def _chosen(self, *_: object) -> None:
        if self._filling:
            return
        rows = self.chosen_rows()
        if len(rows) == 1:
            self.current.emit(rows[0])
        elif rows:
            self.several.emit(rows)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a heading chooses what stands under it."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and isinstance(self.items.rows[index.row()], Heading):
            self._select(self.items.section_of(index.row()))
            return
        if index.isValid():
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters belong to the page's keys, not to a search in the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if step is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(step)
        elif step is not None:
            self.step(step)
        elif control and event.key() == Qt.Key.Key_A:
            self.choose_all()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right) and not control:
            self.opened.emit()
        elif event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _extend(self, by: int) -> None:
        """The next item joins the chosen ones."""
        places = self.items.places()
        here = self.currentIndex().row()
        if here not in places:
            return
        there = places[max(0, min(len(places) - 1, places.index(here) + by))]
        self.selectionModel().setCurrentIndex(self.items.index(there), _Flag.NoUpdate)
        self.selectionModel().select(self.items.index(there), _Flag.Select)
        self.scrollTo(self.items.index(there))


def since(at_ms: int) -> str:
    """The time today, the day before that."""
    from time import time

    form = formats()
    today = form.local(int(time() * 1000)).date() == form.local(at_ms).date()
    return form.time(at_ms) if today else form.day_short(form.local(at_ms).date())
