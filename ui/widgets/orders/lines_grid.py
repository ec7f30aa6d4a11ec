"""The grid of an order's lines: arrows move, digits and F2 type a quantity, Tab takes the suggestion.

A letter typed here begins a search in the find field below, so the hands never leave the keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QLineEdit, QSizePolicy, QTableView, QWidget

from channeldesk.model.notice import Instant
from ui import paint
from ui.i18n import formats, t
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.theme.tokens import ROW
from ui.viewmodels.order_entry import EntryLine
from ui.widgets.orders import words
from ui.widgets.table_view import TableView

_Hint = QAbstractItemDelegate.EndEditHint
_Key = Qt.Key
QUANTITY, PRICE = "quantity", "price"
_GIVEN_UP = (
    ("counted", 240),
    ("number", 190),
    ("discount", 170),
    ("net", 180),
    ("risk", 160),
    ("sku", 140),
)
"""Columns, and the width of a product's name below which they are."""
_BAR = 10
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


class LinesGrid(TableView):
    """``edited(row, column id, text)`` of its model tells what was typed."""

    typed = Signal(str)
    """A letter: a search begins."""
    take_wanted = Signal(int)
    remove_wanted = Signal(int)
    source_wanted = Signal()
    past_end = Signal()
    """Down on the last line, Enter after it."""
    edit_ended = Signal(bool)
    """A cell was typed into; True where it was confirmed by Enter."""

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        columns = columns_of(currency)
        super().__init__(columns, t("Lines of the order"), filters=False, parent=parent)
        self.rows = TableModel(columns, parent=self)
        self.prices_fixed = False
        """Whether prices are the list's alone."""
        self.hint = ""
        """What to do while there is no line."""
        self._discounted = False
        self.setModel(self.rows)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._clicked)

    def show_lines(self, lines: Sequence[EntryLine], at: int | None = None) -> None:
        """Show these lines, with the cursor on one of them, or where it was."""
        here = self.currentIndex()
        row = here.row() if at is None else at
        column = here.column() if here.isValid() else self.column(QUANTITY)
        self.rows.update_rows(lines)
        discounted = any(one.discount for one in lines)
        if discounted != self._discounted:
            self._discounted = discounted
            self.fit(self.width())
        self.updateGeometry()
        if lines:
            place = self.rows.index(max(0, min(row, len(lines) - 1)), column)
            if place != self.currentIndex():
                self.setCurrentIndex(place)
            self.scrollTo(place)

    def column(self, name: str) -> int:
        return next(at for at, one in enumerate(self.columns) if one.id == name)

    @property
    def line(self) -> EntryLine | None:
        """The line under the cursor."""
        index = self.currentIndex()
        found = self.rows.row(index.row()) if index.isValid() else None
        return found if isinstance(found, EntryLine) else None

    def edit_cell(self, column: str, typed: str = "") -> None:
        """Open the editor of the current line, with a text that was typed already."""
        index = self.currentIndex()
        if not index.isValid() or (column == PRICE and self.prices_fixed):
            return
        place = index.siblingAtColumn(self.column(column))
        self.setCurrentIndex(place)
        self.scrollTo(place)
        self.edit(place)
        editor = self.indexWidget(place)
        if typed and isinstance(editor, QLineEdit):
            editor.setText(typed)
            editor.setModified(True)

    def finish_edit(self) -> None:
        """Take over what stands in an open editor."""
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, QLineEdit):
            self.commitData(editor)
            QTableView.closeEditor(self, editor, _Hint.NoHint)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rows.keys:
            with QPainter(self.viewport()) as painter:
                room = QRectF(self.viewport().rect()).adjusted(38, 0, -8, 0)
                paint.text(painter, room, self.hint, tint="tertiary")

    def fit(self, room: int) -> None:
        """In ``room`` pixels, give up one after another what the line's explanation says as well, until
        products can be told apart.
        """
        wide = {one.id: one.width for one in self.columns if not one.stretch and one.id != "sign"}
        if not self._discounted:
            del wide["discount"]
        for name, least in _GIVEN_UP:
            if name in wide and room - _BAR - sum(wide.values()) < least:
                del wide[name]
        shown = wide if "risk" in wide else wide | {"sign": 0}
        for at, one in enumerate(self.columns):
            self.setColumnHidden(at, not one.stretch and one.id not in shown)
        self.stretch()

    def stretch(self) -> None:
        stretch_beside(self)

    def wanted_height(self) -> int:
        bar = self.horizontalScrollBar()
        return ROW + max(1, len(self.rows.keys)) * ROW + (bar.height() if bar.maximum() > 0 else 0)

    def sizeHint(self) -> QSize:
        return QSize(600, self.wanted_height())

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = _Key(event.key()), event.text()
        plain = event.modifiers() in _PLAIN
        at = self.currentIndex().row()
        in_editor = self.state() == self.State.EditingState and not self.hasFocus()
        if at < 0 or in_editor or not plain:
            QTableView.keyPressEvent(self, event)
        elif key == _Key.Key_Tab and not event.modifiers():
            self.take_wanted.emit(at)
        elif key in (_Key.Key_F2, _Key.Key_Return, _Key.Key_Enter):
            here = self.columns[self.currentIndex().column()].id
            self.edit_cell(PRICE if here == PRICE and key == _Key.Key_F2 else QUANTITY)
        elif key == _Key.Key_F6:
            self.edit_cell(PRICE)
        elif key == _Key.Key_F7:
            self.source_wanted.emit()
        elif key == _Key.Key_Delete:
            self.remove_wanted.emit(at)
        elif key == _Key.Key_Down and at == len(self.rows.keys) - 1:
            self.past_end.emit()
        elif text.isdigit():
            here = self.columns[self.currentIndex().column()].id
            self.edit_cell(PRICE if here == PRICE else QUANTITY, text)
        elif text.strip() and text.isprintable():
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if (
                event.modifiers() in _PLAIN and event.text().strip()
            ):  # letters search here, whatever they do elsewhere
                event.accept()
                return True
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return QTableView.event(self, event)
        return super().event(event)

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Tab is a key of the grid; Shift+Tab leaves it."""
        return False if next_ else super().focusNextPrevChild(next_)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        QTableView.closeEditor(self, editor, _Hint.NoHint)
        if hint == _Hint.EditNextItem:
            self.take_wanted.emit(self.currentIndex().row())
        elif hint in (_Hint.SubmitModelCache, _Hint.RevertModelCache):
            self.edit_ended.emit(hint == _Hint.SubmitModelCache)

    def _clicked(self, index: QModelIndex) -> None:
        if self.columns[index.column()].id == "suggested":
            self.take_wanted.emit(index.row())

    def mouseDoubleClickEvent(self, event: object) -> None:
        super().mouseDoubleClickEvent(event)  # type: ignore[arg-type]
        if self.currentIndex().isValid() and self.state() != self.State.EditingState:
            here = self.columns[self.currentIndex().column()].id
            self.edit_cell(PRICE if here == PRICE else QUANTITY)


def stretch_beside(view: TableView) -> None:
    """The product takes the room that is left beside a scroll bar, so that tables under each other align."""
    if view.model() is None:
        return
    at = next(at for at, one in enumerate(view.columns) if one.stretch)
    others = sum(view.columnWidth(one) for one in range(len(view.columns)) if one != at)
    view.setColumnWidth(at, max(96, view.width() - _BAR - others))


def columns_of(currency: str, *, suggested: bool = False) -> list[Column]:
    """The grid's columns; those of ``suggested`` lines show no quantity of their own."""
    sign = formats().symbol(currency)
    first = (
        Column("number", "", _plus, width=30, right=True, sortable=False, tone=_accent, tip=_add_tip)
        if suggested
        else Column("number", "", _number, Kind.INTEGER, 30, sortable=False, tone=_quiet)
    )
    return [
        first,
        Column("sku", t("Code"), lambda line: line.sku, width=108, sortable=False, tone=_quiet),
        Column(
            "name", t("Product"), _name, width=120, sortable=False, stretch=True, tone=_name_tone, tip=_names
        ),
        Column(QUANTITY, "", _nothing, width=72, sortable=False)
        if suggested
        else Column(
            QUANTITY, t("Quantity"), _quantity, Kind.QUANTITY, 72, sortable=False, strong=True, edit=_yes
        ),
        Column(
            "suggested",
            t("Suggested"),
            lambda line: line.suggestion or None,
            Kind.QUANTITY,
            86,
            sortable=False,
            strong=True if suggested else _differs,
            tone=_accent if suggested else _suggested_tone,
            tip=None if suggested else _suggested_tip,
        ),
        Column(
            PRICE,
            t("Price, {currency}", currency=sign),
            lambda line: line.price,
            Kind.PRICE,
            82,
            sortable=False,
            edit=None if suggested else _yes,
            tone=_price_tone,
            tip=_price_tip,
        ),
        Column(
            "discount",
            t("Off, {currency}", currency=sign),
            lambda line: line.discount,
            Kind.MONEY,
            80,
            sortable=False,
            currency=currency,
            tone=_good,
            tip=_discount_tip,
        ),
        Column(
            "net",
            t("Net, {currency}", currency=sign),
            lambda line: line.net,
            Kind.MONEY,
            104,
            sortable=False,
            currency=currency,
        ),
        Column("risk", "", _risk, width=64, sortable=False, right=True, tone=_risk_tone, tip=_risk_tip),
        Column("sign", "", _sign, width=26, sortable=False, right=True, tone=_risk_tone, tip=_sign_tip),
        Column(
            "stock",
            t("Stock"),
            lambda line: line.offer.stock if line.offer is not None else None,
            Kind.QUANTITY,
            56,
            sortable=False,
            strong=lambda line: bool(_risk(line)),
            tone=_stock_tone,
            tip=_counted_tip,
        ),
        Column("counted", t("Counted"), _counted, width=70, sortable=False, tone=_quiet, tip=_counted_tip),
    ]


def _yes(_line: EntryLine) -> bool:
    return True


def _plus(_line: EntryLine) -> str:
    return "+"


def _nothing(_line: EntryLine) -> str:
    return ""


def _accent(_line: EntryLine) -> str:
    return "accent"


def _add_tip(_line: EntryLine) -> str:
    return t("Add to the order")


def _quiet(_line: EntryLine) -> str:
    return "secondary"


def _number(line: EntryLine) -> int:
    return line.key + 1


def _name(line: EntryLine) -> str:
    offer = line.offer
    return t("Unknown product") if offer is None else words.two_names(offer.name, offer.name_local)[0]


def _names(line: EntryLine) -> str:
    offer = line.offer
    return (
        ""
        if offer is None
        else "\n".join(filter(None, (offer.sku, offer.name_local, offer.name, offer.barcode)))
    )


def _name_tone(line: EntryLine) -> str:
    if line.offer is None or line.quoted.problem is not None:
        return "bad"
    return "" if line.quantity else "tertiary"


def _quantity(line: EntryLine) -> int | None:
    return line.quantity or None


def _differs(line: EntryLine) -> bool:
    return line.differs


def _suggested_tone(line: EntryLine) -> str:
    return "accent" if line.differs else "secondary"


def _suggested_tip(line: EntryLine) -> str:
    return t("Tab or a click takes it") if line.differs else ""


def _price_tone(line: EntryLine) -> str:
    return "accent" if line.quoted.line.agreed_price is not None else ""


def _price_tip(line: EntryLine) -> str:
    if line.quoted.problem is not None:
        return t("No price list holds this product. Type the price you agreed.")
    listed = line.quoted.price
    if line.quoted.line.agreed_price is not None and listed is not None:
        return t("Agreed; the list price is {price}", price=formats().price(listed.price))
    return ""


def _good(_line: EntryLine) -> str:
    return "good"


def _discount_tip(line: EntryLine) -> str:
    """What each promotion takes off."""
    return "\n".join(
        f"{one.promotion.code}  {formats().money(one.amount, line.currency)}" for one in line.quoted.discounts
    )


def _risk(line: EntryLine) -> str:
    return words.risk(line.risk)[0]


def _sign(line: EntryLine) -> str:
    """The shape without the word."""
    return _risk(line)[:1]


def _sign_tip(line: EntryLine) -> str:
    return "\n".join(filter(None, (_risk(line), _risk_tip(line))))


def _risk_tone(line: EntryLine) -> str:
    return words.risk(line.risk)[1]


def _risk_tip(line: EntryLine) -> str:
    if not _risk(line) or line.suggested is None:
        return ""
    cover = line.suggested.cover
    return "" if cover is None else t("Lasts {days} days at the pace of the last 90", days=cover)


def _stock_tone(line: EntryLine) -> str:
    return words.risk(line.risk)[1] or ("secondary" if line.offer is None else "")


def _counted(line: EntryLine) -> str | None:
    at = line.offer.stock_as_of if line.offer is not None else None
    return None if at is None else formats().day_short(formats().local(at).date())


def _counted_tip(line: EntryLine) -> str:
    offer = line.offer
    if offer is None or offer.stock is None:
        return t("Never counted here")
    if offer.stock_as_of is None:
        return t("From movements only; never counted here")
    return t("Counted {moment}; movements since then are included", moment=Instant(offer.stock_as_of))
