"""The header of a table: titles with the sort arrow, and a row of real input fields that filter.

The fields are children of the header's viewport and follow every resize, move and scroll of their section.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView

from ui import icons, paint
from ui.i18n import formats, t
from ui.models.columns import Column, Kind
from ui.paint.text import LEFT, RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM, REGULAR
from ui.theme.tokens import LIST_ROW, ROW
from ui.widgets.check import paint_box
from ui.widgets.filter_field import FilterField

_PAUSE_MS = 250
_PAD, _ARROW = 8, 16
_NUMBERS = {Kind.MONEY, Kind.PRICE, Kind.QUANTITY, Kind.INTEGER, Kind.PERCENT, Kind.HEALTH, Kind.LEVEL}


def wide_for(title: str, texts: Iterable[str], *, chips: bool = False, sorts: bool = True) -> int:
    """The width of a column that shows its title, with the arrow where it ``sorts``, and any of these texts,
    and no more: what it leaves belongs to the names beside it.
    """
    said = (paint.chip_width(one) if chips else paint.width(one, BODY) for one in texts)
    return max([paint.width(title, BODY, MEDIUM) + (_ARROW if sorts else 0), *said]) + 2 * _PAD


def long_days() -> list[str]:
    """Those of a year that are written longest: in September, or with two figures for the month."""
    return [formats().day(one) for one in ("2026-09-28", "2026-10-28")]


def brief_day_width(title: str) -> int:
    """Of a column of days to come, with their weekday."""
    return wide_for(title, [formats().day_brief(one) for one in ("2026-10-28", "2026-09-23")], sorts=False)


def instant_width(title: str) -> int:
    """Of a column of moments: with the time, or with the year."""
    near = (formats().day_short(one, date.fromisoformat(one)) for one in ("2026-09-28", "2026-10-28"))
    return wide_for(title, [*(f"{one}, 20:08" for one in near), *long_days()])


class FilterHeader(QHeaderView):
    """``sorted`` carries (column id, descending), ("", False) for the list's own order; ``filtered`` the
    texts.
    """

    sorted = Signal(str, bool)
    filtered = Signal(object)
    all_ticked = Signal(bool)

    def __init__(self, view: QTableView, columns: tuple[Column, ...], *, filters: bool = True) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._columns = columns
        self._view = view
        self._filters: dict[int, FilterField] = {}
        self.sort_id, self.descending = "", False
        self.ticks = Qt.CheckState.Unchecked
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(34)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._say)
        if filters:
            self._make_filters()
        self.sectionClicked.connect(self._clicked)
        self.sectionResized.connect(self._place)
        self.sectionMoved.connect(self._place)
        self.geometriesChanged.connect(self._place)
        self.sectionCountChanged.connect(self._place)
        view.horizontalScrollBar().valueChanged.connect(self._place)

    def _make_filters(self) -> None:
        for at, column in enumerate(self._columns):
            if column.kind in (Kind.CHECK, Kind.SPARKLINE) or not column.filterable:
                continue
            field = FilterField(column, self.viewport())
            field.textChanged.connect(self._pause.start)
            field.picked.connect(self._say)
            field.installEventFilter(self)
            self._filters[at] = field

    # what is asked for

    def texts(self) -> dict[str, str]:
        """Filters by column id, only those that say something."""
        found = {self._columns[at].id: field.filter_text() for at, field in self._filters.items()}
        return {name: text for name, text in found.items() if text}

    def told(self) -> list[str]:
        """The same in words: "Status: Placed", also of columns that are not shown."""
        fields = ((self._columns[at].title, field.text()) for at, field in self._filters.items())
        return [t("{column}: {filter}", column=title, filter=text) for title, text in fields if text]

    def set_texts(self, texts: dict[str, str]) -> None:
        """Show filters without announcing them."""
        for at, field in self._filters.items():
            field.set_filter_text(texts.get(self._columns[at].id, ""))
        self._pause.stop()

    def set_wrong(self, column_id: str, message: str) -> None:
        """Mark the filter that could not be understood; "" for none."""
        for at, field in self._filters.items():
            field.set_wrong(message if self._columns[at].id == column_id else "")

    def focus_filter(self) -> None:
        """To the filter of the current column, or the first."""
        at = self._view.currentIndex().column()
        field = self._filters.get(at) or next(iter(self._filters.values()), None)
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def _say(self) -> None:
        self._pause.stop()
        self.filtered.emit(self.texts())

    def set_sort(self, column_id: str, descending: bool) -> None:
        self.sort_id, self.descending = column_id, descending
        self.viewport().update()

    def set_ticks(self, state: Qt.CheckState) -> None:
        if state != self.ticks:
            self.ticks = state
            self.viewport().update()

    def _clicked(self, section: int) -> None:
        column = self._columns[section]
        if column.kind is Kind.CHECK:
            self.all_ticked.emit(self.ticks != Qt.CheckState.Checked)
            return
        if not column.sortable:
            return
        first = column.kind in _NUMBERS
        if self.sort_id != column.id:
            self.set_sort(column.id, first)
        elif self.descending == first:
            self.set_sort(column.id, not first)
        else:
            self.set_sort("", False)
        self.sorted.emit(self.sort_id, self.descending)

    # geometry and painting

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), ROW + (LIST_ROW if self._filters else 0))

    def _place(self) -> None:
        for at, field in self._filters.items():
            if at >= self.count() or self.isSectionHidden(at):
                field.hide()
                continue
            left, wide = self.sectionViewportPosition(at), self.sectionSize(at)
            field.setGeometry(QRect(left + 3, ROW + 4, max(0, wide - 6), 24))
            field.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._say()
                return True
            if event.key() == Qt.Key.Key_Down:
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and isinstance(watched, QLineEdit):
                if watched.text():
                    watched.clear()
                    self._say()
                else:
                    self._view.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        elif event.type() == QEvent.Type.FocusIn:
            self._reveal(watched)
        return super().eventFilter(watched, event)

    def _reveal(self, field: QObject) -> None:
        """Scroll so far that the field that takes the keyboard is in sight."""
        for at, one in self._filters.items():
            if one is field:
                bar = self._view.horizontalScrollBar()
                left, wide = self.sectionPosition(at), self.sectionSize(at)
                if left < self.offset():
                    bar.setValue(left)
                elif left + wide > self.offset() + self.viewport().width():
                    bar.setValue(left + wide - self.viewport().width())

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        painter.save()
        box = QRectF(rect)
        painter.fillRect(box, colour("window"))
        title = QRectF(box.left(), box.top(), box.width(), ROW)
        for y in (title.bottom() - 1, box.bottom() - 1):
            painter.fillRect(QRectF(box.left(), y, box.width(), 1), colour("separator"))
        column = self._columns[logical]
        if column.kind is Kind.CHECK:
            paint_box(painter, title.left() + 8, title.center().y(), self.ticks)
        else:
            self._paint_title(painter, title.adjusted(_PAD, 0, -_PAD, 0), column, logical)
        painter.restore()

    def _paint_title(self, painter: QPainter, room: QRectF, column: Column, at: int) -> None:
        here = column.id == self.sort_id and bool(self.sort_id)
        tint, weight = ("text", MEDIUM) if here else ("secondary", REGULAR)
        title = str(self.model().headerData(at, Qt.Orientation.Horizontal) or "")
        arrow = _ARROW if here else 0
        if column.to_right:
            text_room = room.adjusted(0, 0, -arrow, 0)
            paint.text(painter, text_room, title, tint=tint, weight=weight, align=RIGHT)
            x = room.right() - 12
        else:
            text_room = room.adjusted(0, 0, -arrow, 0)
            taken = paint.text(painter, text_room, title, tint=tint, weight=weight, align=LEFT)
            x = room.left() + taken + 4
        if here:
            name = "arrow-down" if self.descending else "arrow-up"
            icons.paint(painter, x, room.center().y() - 6, name, "text", 12)
