"""The order form: grid, find field, suggestions and explanation at the left, what it comes to at the right.

Everything works from the find field: Enter adds and goes to the quantity, Enter again comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Problem
from channeldesk.queries.order_entry import find_products
from channeldesk.queries.prices import Offer
from channeldesk.rules.pricing import ListPrice
from ui.errors import explain
from ui.i18n import formats, n, t
from ui.tasks import Tasks
from ui.theme.tokens import ROW
from ui.viewmodels.matching import matched
from ui.viewmodels.order_entry import EntryLine, OrderEntry
from ui.widgets.entrance import Entrance
from ui.widgets.find_box import Found
from ui.widgets.find_field import FindField, typed_quantity
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Line
from ui.widgets.orders import words
from ui.widgets.orders.lines_grid import PRICE, QUANTITY, LinesGrid
from ui.widgets.orders.pane import NARROW, WIDTH, OrderPane
from ui.widgets.orders.suggestions import Suggestions
from ui.widgets.orders.why import Why

_SMALL = 940
"""Width below which the pane is narrow."""
_BESIDE = 16
_SCANNED = 8
"""Digits from which a number typed as a quantity is taken for a scanned barcode."""
_Key = Qt.Key


class EntryForm(Entrance):
    """Works on one :class:`OrderEntry`. ``changed`` after every step, ``told`` carries (text, tone)."""

    changed = Signal()
    told = Signal(str, str)

    def __init__(self, tasks: Tasks, entry: OrderEntry) -> None:
        super().__init__()
        self.entry = entry
        self._from_find = False
        self.grid = LinesGrid(entry.currency)
        self.grid.prices_fixed = entry.context.by_partner
        self.field = FindField(
            tasks,
            t("Scan, or type a code, a name or its initials"),
            self._as_found,
            icon="barcode",
            keys=t("Enter add · Ctrl D last order"),
        )
        self.field.set_query(find_products, entry.context.prices)
        self.suggestions = Suggestions(entry.currency)
        self.why = Why()
        self.keys = KeyRow(
            (
                ("F2", t("quantity")),
                ("↑ ↓", t("line")),
                ("Tab", t("take suggestion")),
                *((("F6", t("agreed price")),) if not entry.context.by_partner else ()),
                ("F7", t("price source")),
                ("Del", t("remove")),
                ("Ctrl+Z", t("undo")),
            )
        )
        self.pane = OrderPane(entry)
        self.grid.hint = _hint(entry)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.field)
        self.show_entry()

    def _lay_out(self) -> None:
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, _BESIDE, 0)
        column.setSpacing(0)
        column.addWidget(self.grid)
        column.addSpacing(4)
        column.addWidget(self.field)
        column.addWidget(Line())
        column.addSpacing(8)
        column.addWidget(self.suggestions, 1)
        column.addStretch(0)
        column.addWidget(self.why)
        column.addWidget(self.keys)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left, 1)
        row.addWidget(Line(upright=True))
        row.addWidget(self.pane)

    def _connect(self) -> None:
        self.field.chosen.connect(self._chosen)
        self.field.walked.connect(self._walked)
        self.field.missed.connect(self._missed)
        self.grid.rows.edited.connect(self._edited)
        self.grid.moved.connect(self._moved)
        self.grid.typed.connect(self.field.take)
        self.grid.take_wanted.connect(self.take)
        self.grid.remove_wanted.connect(self.remove)
        self.grid.past_end.connect(self.field.setFocus)
        self.grid.edit_ended.connect(self._edit_ended)
        self.suggestions.table.add_wanted.connect(self._add_suggested)
        self.suggestions.table.typed.connect(self.field.take)
        self.suggestions.table.past_start.connect(self.field.setFocus)
        self.suggestions.add_all.clicked.connect(self.add_all)
        self.pane.noted.connect(self.changed)
        for keys, slot in (
            ("F2", self.edit_quantity),
            ("F6", self.edit_price),
            ("F7", self.show_source),
            ("Ctrl+D", self.repeat_last),
        ):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # showing

    def show_entry(self, at: int | None = None) -> None:
        """After a change; ``at`` is the line to go to."""
        entry = self.entry
        self.grid.show_lines(entry.lines, at)
        self.suggestions.show_entry(entry)
        self.pane.show_entry(entry)
        self.why.show_line(self.grid.line)
        self._fit()

    def update_prices(self) -> None:
        """Prices, stock or credit are newer."""
        self.field.set_query(find_products, self.entry.context.prices)
        self.show_entry()

    def _step(self, at: int | None = None) -> None:
        self.show_entry(at)
        step = self.entry.last_step
        if step is not None:
            self.told.emit(t(step.text, **step.params), "good")
        self.changed.emit()

    def _moved(self) -> None:
        self.why.show_line(self.grid.line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = NARROW if self.width() < _SMALL else WIDTH
        self.pane.setFixedWidth(wide)
        self.grid.fit(self.width() - wide - _BESIDE - 1)
        self._fit()

    def _fit(self) -> None:
        """The grid takes what its lines need, but leaves two suggestions in sight."""
        fixed = 13 + sum(one.sizeHint().height() for one in (self.field, self.why, self.keys))
        room = self.height() - fixed - self.suggestions.least_height()
        self.grid.setFixedHeight(max(3 * ROW, min(self.grid.wanted_height(), room)))
        self.suggestions.follow(self.grid)

    # what the person does

    def take(self, at: int) -> None:
        """The suggested quantity, and on to the next line."""
        taken = 0 <= at < len(self.entry.lines) and self.entry.take(at)
        if self._from_find:
            self._back_to_find()
        elif at + 1 < len(self.entry.lines):
            self.grid.setCurrentIndex(self.grid.currentIndex().siblingAtRow(at + 1))
        else:
            self.field.setFocus()
        if taken:
            self._step()

    def take_all(self) -> None:
        if not self.entry.lines:
            self.add_all()
        elif self.entry.take_all():
            self._step()
        else:
            self.told.emit(t("Every line has its suggested quantity"), "info")

    def add_all(self) -> None:
        if self.entry.add_all():
            self._step(len(self.entry.lines) - 1)
            self.field.setFocus()

    def repeat_last(self) -> None:
        if self.entry.repeat_last():
            self._step(len(self.entry.lines) - 1)
        elif self.entry.context.last_order is None:
            self.told.emit(t("This partner has no earlier order to copy."), "info")
        else:
            self.told.emit(t("Every line of the last order is here"), "info")

    def add_template(
        self, name: str, lines: Sequence[tuple[bytes, int]], known: Mapping[bytes, Offer]
    ) -> None:
        added, gone = self.entry.add_template(name, lines, known)
        if added:
            self._step(len(self.entry.lines) - 1)
        elif not gone:
            self.told.emit(t("Every line of {name} is here", name=name), "info")
        if gone:
            text = n(
                "{count} product of {name} is no longer sold and was left out.",
                "{count} products of {name} are no longer sold and were left out.",
                gone,
                name=name,
            )
            self.told.emit(text, "warning")
        self.field.setFocus()

    def remove(self, at: int) -> None:
        if 0 <= at < len(self.entry.lines):
            self.entry.remove(at)
            self._step(at)
            if not self.entry.lines:
                self.field.setFocus()

    def undo(self) -> None:
        step = self.entry.undo()
        if step is not None:
            self.show_entry()
            self.told.emit(t("Taken back: {step}", step=t(step.text, **step.params)), "info")
            self.changed.emit()

    def edit_quantity(self) -> None:
        self._edit(QUANTITY)

    def edit_price(self) -> None:
        self._edit(PRICE)

    def show_source(self) -> None:
        self.why.toggle()

    def finish_edit(self) -> None:
        """Take over what is still being typed."""
        self.grid.finish_edit()

    def go_to_ordered(self, number: int) -> None:
        """To the line that headquarters would call by this number: those kept in sight only do not count."""
        ordered = [one.key for one in self.entry.lines if one.quantity]
        if 0 < number <= len(ordered):
            self.grid.show_lines(self.entry.lines, ordered[number - 1])
            self.grid.setFocus()

    def _edit(self, column: str) -> None:
        self._from_find = not self.grid.hasFocus()
        self.grid.edit_cell(column)

    # the find field

    def _as_found(self, offer: Offer, text: str) -> Found:
        name, other = words.two_names(offer.name, offer.name_local)
        marked = matched(name, text)
        if marked == (0, 0) and matched(other, text) != (0, 0):
            name = f"{name}  {other}"
            first, last = matched(other, text)
            marked = (len(name) - len(other) + first, len(name) - len(other) + last)
        found = offer.price(self.entry.context.prices, offer.pack)
        figure = formats().price(found.price) if isinstance(found, ListPrice) else "–"
        if not offer.active:
            return Found(offer, offer.sku, name, marked, figure, t("no longer sold"), "bad")
        if offer.stock is None:
            return Found(offer, offer.sku, name, marked, figure, t("not counted"))
        note = t("stock {quantity}", quantity=words.amount(offer.stock))
        return Found(offer, offer.sku, name, marked, figure, note, "secondary" if offer.stock > 0 else "bad")

    def _chosen(self, offer: Offer, text: str) -> None:
        try:
            quantity = typed_quantity(text)
        except Problem as problem:
            self.told.emit(explain(problem).happened, "warning")
            quantity = None
        at = self.entry.add(offer, quantity)
        self._step(at)
        scanned = text.strip() == offer.barcode
        if quantity is None and not scanned:
            self._from_find = True
            self.grid.edit_cell(QUANTITY)

    def _missed(self, text: str) -> None:
        self.told.emit(t("Nothing found for “{text}”", text=text), "warning")

    def _walked(self, key: int) -> None:
        if key == _Key.Key_F2:
            self.edit_quantity()
        elif key == _Key.Key_Delete:
            self.remove(self.grid.currentIndex().row())
        elif key in (_Key.Key_Up, _Key.Key_PageUp) and self.entry.lines:
            self.grid.setFocus()
        elif key in (_Key.Key_Down, _Key.Key_PageDown) and self.suggestions.isVisible():
            self.suggestions.table.setFocus()

    def _add_suggested(self, line: EntryLine) -> None:
        if line.offer is not None:
            row = self.suggestions.table.currentIndex()
            self._step(self.entry.add(line.offer, line.quantity))
            model = self.suggestions.table.rows
            if model.rowCount() and self.suggestions.table.hasFocus():
                self.suggestions.table.setCurrentIndex(
                    model.index(min(max(0, row.row()), model.rowCount() - 1), max(0, row.column()))
                )

    # typing into the grid

    def _edited(self, line: Any, column: str, text: str) -> None:
        typed = text.strip()
        if column == QUANTITY and typed.isdigit() and len(typed) >= _SCANNED:
            self._from_find = True
            self.field.scan(typed)
            return
        try:
            if column == QUANTITY:
                self.entry.set_quantity(line.key, formats().read_quantity(typed) if typed else 0)
            else:
                price = formats().read_price(typed, self.entry.currency) if typed else None
                self.entry.set_price(line.key, price)
        except Problem as problem:
            self.told.emit(explain(problem).happened, "warning")
            return
        self._step()

    def _edit_ended(self, confirmed: bool) -> None:
        if self._from_find:
            self._back_to_find()
        elif confirmed:
            row = self.grid.currentIndex().row() + 1
            if row < len(self.entry.lines):
                self.grid.setCurrentIndex(self.grid.currentIndex().siblingAtRow(row))
            else:
                self.field.setFocus()

    def _back_to_find(self) -> None:
        self._from_find = False
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)


def _hint(entry: OrderEntry) -> str:
    """How to begin."""
    last = entry.context.last_order
    if last is None or entry.context.credit.as_of is None:
        return t("No lines yet. Type below what is ordered.")
    day = formats().day_short(last.date)
    count = len(last.lines)
    return n(
        "No lines yet. Type below, or Ctrl D repeats the order of {day} ({count} line).",
        "No lines yet. Type below, or Ctrl D repeats the order of {day} ({count} lines).",
        count,
        day=day,
    )
