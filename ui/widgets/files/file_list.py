"""The list of files: thumbnail or icon, name, size, who and when, how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import icons, paint
from ui.i18n import t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM
from ui.theme.tokens import RADIUS
from ui.viewmodels.files import FileEntry, Moving
from ui.widgets.files import words

HIGH, _PICTURE, _PAD = 52, 40, 8
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FileModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: tuple[FileEntry, ...] = ()
        self.moving = Moving()
        self.of_visit = False

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        told = words.state_text(entry, self.moving)[0]
        second = words.second_line(entry, self.of_visit)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(filter(None, (entry.row.file_name, second, told)))
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return "\n".join((entry.row.file_name, second, words.explained(entry, self.moving)))
        return None

    def fill(self, entries: Sequence[FileEntry], of_visit: bool) -> None:
        self.beginResetModel()
        self.entries, self.of_visit = tuple(entries), of_visit
        self.endResetModel()

    def touch(self, attachment_id: bytes) -> None:
        """Only how far it is has changed."""
        for at, entry in enumerate(self.entries):
            if entry.row.attachment_id == attachment_id:
                self.dataChanged.emit(self.index(at), self.index(at))


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, HIGH)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, FileModel)
        entry = model.entries[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect)
        view = option.widget
        selected = bool(option.state & QStyle.StateFlag.State_Selected) and view is not None
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection" if selected and view.hasFocus() else "hover"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        place = QRectF(box.left() + _PAD, box.top() + (HIGH - _PICTURE) / 2, _PICTURE, _PICTURE)
        _picture(painter, place, entry)
        right = self._state(painter, box, model, entry)
        left, wide = place.right() + 12, right - place.right() - 12 - _PAD
        name = QRectF(left, box.top() + 7, wide, 18)
        paint.text(painter, name, entry.row.file_name, weight=MEDIUM)
        second = QRectF(left, box.top() + 26, wide, 18)
        paint.text(painter, second, words.second_line(entry, model.of_visit), tint="secondary", size=CAPTION)
        painter.restore()

    def _state(self, painter: QPainter, box: QRectF, model: FileModel, entry: FileEntry) -> float:
        """How it stands, at the right; where the room for the name ends."""
        told, tint, icon = words.state_text(entry, model.moving)
        right = box.right() - _PAD
        icons.paint(painter, round(right - 16), round(box.center().y() - 8), icon, tint)
        share = model.moving.share(entry.row)
        if not told:
            return right - 16
        taken = min(paint.width(told, CAPTION) + 2, max(60.0, box.width() * 0.34))
        room = QRectF(right - 24 - taken, box.top(), taken, HIGH if share is None else HIGH - 12)
        paint.text(painter, room, told, tint=tint, size=CAPTION, align=RIGHT)
        if share is not None:
            bar = QRectF(right - 24 - 72, box.center().y() + 6, 72, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("track"))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setBrush(colour("accent_fill"))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(4.0, 72 * share), 4), 2, 2)
            taken = max(taken, 72.0)
        return right - 24 - taken


def _picture(painter: QPainter, place: QRectF, entry: FileEntry) -> None:
    """The thumbnail, cropped to a square; an icon on a quiet ground where there is none."""
    frame = QPainterPath()
    frame.addRoundedRect(place, RADIUS, RADIUS)
    found = _decoded(entry.row.thumbnail) if entry.row.thumbnail else QPixmap()
    if found.isNull():
        painter.fillPath(frame, colour("track"))
        icons.paint(painter, place.center().x() - 10, place.center().y() - 10, entry.icon, "secondary", 20)
        return
    side = min(found.width(), found.height())
    cut = QRectF((found.width() - side) / 2, (found.height() - side) / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillPath(frame, colour("raised"))
    painter.setClipPath(frame)
    painter.drawPixmap(place, found, cut)
    painter.restore()
    painter.setPen(QPen(colour("separator"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


@lru_cache(512)
def _decoded(data: bytes) -> QPixmap:
    """A thumbnail of somebody else's making: whatever is no small picture shows nothing."""
    made = QPixmap()
    if len(data) <= 16_384 and data[:3] in (b"\xff\xd8\xff", b"\x89PN"):
        made.loadFromData(data)
    return made if max(made.width(), made.height()) <= 512 else QPixmap()


class FileList(QListView):
    """``opened``: Enter, a double click, or a click on what can be fetched or tried again."""

    opened = Signal(object)
    current = Signal(object)
    save_wanted = Signal(object)
    edit_wanted = Signal(object)
    remove_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("Files"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.items = FileModel(self)
        self.setModel(self.items)
        self.setItemDelegate(_Delegate(self))
        self.selectionModel().currentChanged.connect(self._moved)
        self.doubleClicked.connect(self._open)
        self.customContextMenuRequested.connect(self._menu)

    def fill(self, entries: Sequence[FileEntry], of_visit: bool, wanted: bytes | None = None) -> None:
        """Show them; the cursor goes to the wanted one, or stays on its file, or near its place."""
        before, place = self.entry(), max(0, self.currentIndex().row())
        kept = wanted or (before.row.attachment_id if before is not None else None)
        self.selectionModel().blockSignals(True)
        self.items.fill(entries, of_visit)
        self.selectionModel().blockSignals(False)
        ids = [entry.row.attachment_id for entry in entries]
        at = ids.index(kept) if kept in ids else min(place, len(ids) - 1)
        if at >= 0:
            self.setCurrentIndex(self.items.index(at))
            self.scrollTo(self.items.index(at))
        self.current.emit(self.entry())

    def entry(self) -> FileEntry | None:
        index = self.currentIndex()
        return self.items.entries[index.row()] if index.isValid() else None

    def _moved(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self.current.emit(self.entry())

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.items.entries[index.row()])

    def _menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_wanted.emit(self.items.entries[index.row()], self.viewport().mapToGlobal(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on what a file's state offers takes it up."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        entry = self.items.entries[index.row()]
        told = words.state_text(entry, self.items.moving)[0]
        offers = (entry.fetchable or entry.state == "failed") and self.items.moving.share(entry.row) is None
        box = self.visualRect(index)
        if offers and event.position().x() > box.right() - _PAD - 24 - paint.width(told, CAPTION) - 8:
            self.opened.emit(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list; letters and the space bar belong to the page."""
        entry, key = self.entry(), event.key()
        wanted = {
            Qt.Key.Key_Return: self.opened,
            Qt.Key.Key_Enter: self.opened,
            Qt.Key.Key_Delete: self.remove_wanted,
            Qt.Key.Key_F2: self.edit_wanted,
        }.get(Qt.Key(key))
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_S:
            wanted = self.save_wanted
        if key == Qt.Key.Key_Escape and self.items.moving.queue:
            self.stop_wanted.emit()
        elif wanted is not None and entry is not None:
            wanted.emit(entry)
        elif key == Qt.Key.Key_Escape or (event.text() and event.text().isprintable()):
            event.ignore()
        else:
            super().keyPressEvent(event)
