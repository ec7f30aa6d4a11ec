"""The list of what needs the person: sections, two lines per item, J and K move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from channeldesk.queries.inbox import Inbox, InboxRow
from ui import icons, paint
from ui.i18n import formats, t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, STRONG
from ui.theme.tokens import RADIUS
from ui.widgets.inbox import words

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_HEADING, _ITEM = 34, 52
_ICONS = {
    "conflict": ("git-diff", "warning"),
    "rejection": ("x-circle", "bad"),
    "set_aside": ("warning-circle", "warning"),
}


@dataclass(frozen=True)
class Heading:
    text: str


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
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.text if isinstance(row, Heading) else words.row_title(row)
        if isinstance(row, InboxRow) and role in (
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleDescriptionRole,
        ):
            return "\n".join((words.row_title(row), words.row_text(row)))
        return None

    def fill(self, found: Inbox) -> None:
        self.beginResetModel()
        self.rows = []
        for title, kind in (
            (t("Rejected by headquarters"), "rejection"),
            (t("Conflicts"), "conflict"),
            (t("Could not be stored here"), "set_aside"),
        ):
            self._section(title, [one for one in found.open if one.kind == kind])
        self._section(t("Decided lately"), found.decided)
        self.endResetModel()

    def _section(self, title: str, rows: Sequence[InboxRow]) -> None:
        if rows:
            self.rows += [Heading(title), *rows]

    def places(self) -> list[int]:
        """Where the items stand."""
        return [at for at, row in enumerate(self.rows) if isinstance(row, InboxRow)]


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
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        icon, tone = _ICONS[row.kind]
        decided = row.state == "decided"
        if decided:
            icon, tone = "check-circle", "good"
        icons.paint(painter, box.left() + 12, int(box.top()) + 10, icon, tone)
        moment = _moment(row.decided_at if decided and row.decided_at else row.recorded_at)
        wide = paint.width(moment, CAPTION, figures=True) + 4
        top = box.top() + 8
        at_right = QRectF(box.right() - 12 - wide, top, wide, 18)
        paint.text(painter, at_right, moment, tint="secondary", size=CAPTION, align=RIGHT, figures=True)
        left = box.left() + 40
        room = QRectF(left, top, at_right.left() - left - 8, 18)
        weight = STRONG if selected else MEDIUM
        paint.text(painter, room, words.row_title(row), weight=weight)
        room = QRectF(left, top + 19, box.right() - 12 - left, 18)
        paint.text(painter, room, words.row_text(row), tint="secondary", size=CAPTION)


class ItemList(QListView):
    """``current`` carries the chosen item, None when nothing is left."""

    current = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("What needs you"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items = ItemModel(self)
        self.setModel(self.items)
        self.setItemDelegate(_Delegate(self))
        self.selectionModel().currentChanged.connect(self._moved)

    def fill(self, found: Inbox, wanted: bytes | None = None) -> None:
        """Show the list; the wanted item is chosen, else the one before, else its place, else the first."""
        before = self.item()
        place = self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self.items.fill(found)
        self.selectionModel().blockSignals(False)
        places = self.items.places()
        by_id = {row.id: at for at in places if isinstance(row := self.items.rows[at], InboxRow)}
        kept = before.id if before is not None and before.state == "open" else None
        at = by_id.get(wanted or b"")
        if at is None and kept in by_id and self._is_open(by_id[kept]):
            at = by_id[kept]
        if at is None:
            open_places = [one for one in places if self._is_open(one)]
            at = next((one for one in open_places if one >= place), None)
            at = at if at is not None else next(iter([*open_places, *places]), None)
        if at is None:
            self.current.emit(None)
            return
        self.selectionModel().setCurrentIndex(
            self.items.index(at), self.selectionModel().SelectionFlag.ClearAndSelect
        )
        self.scrollTo(self.items.index(at))

    def item(self) -> InboxRow | None:
        index = self.currentIndex()
        row = self.items.rows[index.row()] if index.isValid() else None
        return row if isinstance(row, InboxRow) else None

    def step(self, by: int) -> None:
        """To the next or the previous item."""
        places = self.items.places()
        if not places:
            return
        here = self.currentIndex().row()
        at = places.index(here) if here in places else 0
        there = self.items.index(places[max(0, min(len(places) - 1, at + by))])
        self.selectionModel().setCurrentIndex(there, self.selectionModel().SelectionFlag.ClearAndSelect)
        self.scrollTo(there)

    def _is_open(self, at: int) -> bool:
        row = self.items.rows[at]
        return isinstance(row, InboxRow) and row.state == "open"

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self.items.rows[index.row()] if index.isValid() else None
        if isinstance(row, InboxRow):
            self.current.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters belong to the page's keys, not to a search in the list."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            self.step(step)
        elif event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


def _moment(at_ms: int) -> str:
    from time import time

    form = formats()
    today = form.local(int(time() * 1000)).date() == form.local(at_ms).date()
    return form.time(at_ms) if today else form.day_short(form.local(at_ms).date())
