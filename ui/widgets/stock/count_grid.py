"""The sheet of a count: what the books expect beside what was found. Whatever is typed here goes to the field
above, so that a scanner never writes into a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QTableView, QWidget

from channeldesk.rules.counts import NEEDS_WORDS
from ui.i18n import formats, t, two_names, unit_name
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.viewmodels.stock_count import CountRow
from ui.widgets.stock import words
from ui.widgets.stock.reason_menu import WORDS, reason_menu
from ui.widgets.table_view import TableView

REASON = "reason"
_Hint = QAbstractItemDelegate.EndEditHint
_Key = Qt.Key


class CountGrid(TableView):
    """``typed`` carries what was typed, ``explained`` (product id, words), ``reasoned`` (product id, code
    of the reason or None).
    """

    typed = Signal(str)
    chosen = Signal(object)
    explained = Signal(object, str)
    reasoned = Signal(object, object)
    walked = Signal(int)
    edit_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = _columns()
        super().__init__(columns, t("Products to count"), filters=False, parent=parent)
        self.rows = TableModel(columns, parent=self)
        self.setModel(self.rows)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.rows.edited.connect(self._edited)
        self.clicked.connect(self._clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns give way where the window is small: the unit stands in the pane's words as well, and the
        code in the product's tip.
        """
        narrow = self.width() < 700
        for name, usual, small in (("expected", 84, 78), ("counted", 84, 76), (REASON, 170, 80)):
            self.setColumnWidth(self.column(name), small if narrow else usual)
        for name in ("sku", "unit"):
            self.setColumnHidden(self.column(name), narrow)
        super().resizeEvent(event)
        self.stretch()

    def show_rows(self, rows: Sequence[CountRow], current: bytes | None) -> None:
        """The rows in the order of the sheet, with the cursor on one product."""
        self.rows.update_rows(rows)
        at = next((at for at, row in enumerate(rows) if row.line.product_id == current), None)
        if at is not None:
            place = self.rows.index(at, self.column("counted"))
            if self.currentIndex().row() != at:
                self.setCurrentIndex(place)
            self.scrollTo(place)

    def column(self, name: str) -> int:
        return next(at for at, one in enumerate(self.columns) if one.id == name)

    def row_at(self, at: int) -> CountRow | None:
        found = self.rows.row(at) if 0 <= at < self.rows.rowCount() else None
        return found if isinstance(found, CountRow) else None

    def choose_reason(self) -> None:
        """Open the reasons of the current row: one key each."""
        place = self._reason_place()
        if place is None:
            return
        self.menu = reason_menu(self, self.row_at(place.row()))
        self.menu.chosen.connect(partial(self._reasoned, QPersistentModelIndex(place)))
        self.menu.popup(self.viewport().mapToGlobal(self.visualRect(place).bottomLeft()))

    def edit_reason(self) -> None:
        """Open the words of the current row."""
        place = self._reason_place()
        if place is not None:
            self.edit(place)

    def _reason_place(self) -> QModelIndex | None:
        """Where the reason of the current row stands, in sight; None for a product that was not counted."""
        row = self.row_at(self.currentIndex().row())
        if row is None or row.counted is None:
            return None
        place = self.currentIndex().siblingAtColumn(self.column(REASON))
        self.setCurrentIndex(place)
        self.scrollTo(place)
        return place

    def finish_edit(self) -> None:
        """Take over what stands in an open editor."""
        editor = self.indexWidget(self.currentIndex())
        if editor is not None:
            self.commitData(editor)
            QTableView.closeEditor(self, editor, _Hint.NoHint)

    def _reasoned(self, place: QPersistentModelIndex, code: str) -> None:
        row = self.row_at(place.row()) if place.isValid() else None
        if row is None:
            return
        if code != WORDS:
            self.reasoned.emit(row.line.product_id, code or None)
        if code in (WORDS, NEEDS_WORDS):
            self.edit_reason()

    def _edited(self, row: CountRow, _column: str, text: str) -> None:
        self.explained.emit(row.line.product_id, text)

    def _clicked(self, index: object) -> None:
        row = self.row_at(self.currentIndex().row())
        if row is not None:
            self.chosen.emit(row.line.product_id)

    def mouseDoubleClickEvent(self, event: object) -> None:
        if self.currentIndex().column() == self.column(REASON):
            self.edit_reason()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        QTableView.closeEditor(self, editor, _Hint.NoHint)
        self.edit_ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        in_editor = self.state() == self.State.EditingState and not self.hasFocus()
        if in_editor:
            QTableView.keyPressEvent(self, event)
        elif event.key() in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Delete):
            self.walked.emit(event.key())
        elif (
            text.strip()
            and text.isprintable()
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)
            row = self.row_at(self.currentIndex().row())
            if row is not None and event.key() in (
                _Key.Key_Up,
                _Key.Key_Down,
                _Key.Key_PageUp,
                _Key.Key_PageDown,
                _Key.Key_Home,
                _Key.Key_End,
            ):
                self.chosen.emit(row.line.product_id)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & (
                Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            )
            if plain and event.text().strip():  # a scanner's digits are nobody's shortcut
                event.accept()
                return True
        return super().event(event)


def _columns() -> list[Column]:
    return [
        Column("sku", t("Code"), lambda row: row.line.sku, width=108, sortable=False, tone=_quiet),
        Column("name", t("Product"), _name, width=100, sortable=False, stretch=True, tip=_names),
        Column(
            "expected",
            t("Expected"),
            lambda row: row.line.expected,
            Kind.QUANTITY,
            84,
            sortable=False,
            tone=_quiet,
            tip=_expected_tip,
        ),
        Column(
            "counted",
            t("Counted"),
            lambda row: row.counted,
            Kind.QUANTITY,
            84,
            sortable=False,
            strong=True,
            tip=_counted_tip,
        ),
        Column("unit", "", lambda row: unit_name(row.line.unit), width=40, sortable=False, tone=_quiet),
        Column(
            "difference",
            t("Difference"),
            _difference,
            width=92,
            right=True,
            sortable=False,
            strong=True,
            tone=_difference_tone,
            tip=_share,
        ),
        Column(
            REASON,
            t("Reason"),
            _reason,
            width=170,
            sortable=False,
            edit=_was_counted,
            edit_text=lambda row: row.reason or "",
            tip=_reason_tip,
        ),
    ]


def _quiet(_row: CountRow) -> str:
    return "secondary"


def _name(row: CountRow) -> str:
    return two_names(row.line.name, row.line.name_local)[0]


def _names(row: CountRow) -> str:
    both = two_names(row.line.name, row.line.name_local)
    return "\n".join(filter(None, (row.line.sku, *both, row.line.barcode, row.line.category)))


def _expected_tip(row: CountRow) -> str:
    if row.line.expected is None:
        return t("The books know nothing of this product here.")
    if row.line.as_of is None:
        return t("From movements only; never counted here")
    return t("Known {moment}, with what moved since then", moment=formats().instant(row.line.as_of))


def _counted_tip(row: CountRow) -> str:
    return t("Not counted yet, which is not zero") if row.counted is None else ""


def _difference(row: CountRow) -> str:
    found = row.variance
    if row.counted is None:
        return ""
    if found is None:
        return t("new here")
    return "✓" if not found.difference else words.signed(found.difference)


def _difference_tone(row: CountRow) -> str:
    found = row.variance
    if found is None:
        return "accent"
    return "good" if not found.difference else "bad" if found.difference < 0 else "warning"


def _share(row: CountRow) -> str:
    found = row.variance
    if found is None or found.share is None or not found.difference:
        return ""
    return t("{percent} of what was expected", percent=formats().percent(found.share / 10_000))


def _reason(row: CountRow) -> str:
    return words.reason(row.reason_code, row.reason)


def _reason_tip(row: CountRow) -> str:
    return _reason(row) or (t("F6 chooses why it differs, a double click takes words") if row.differs else "")


def _was_counted(row: CountRow) -> bool:
    return row.counted is not None
