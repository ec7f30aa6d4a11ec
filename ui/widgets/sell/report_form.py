"""Keying what was sold: days and buyer stay for the lines that follow; a product, a quantity, Enter."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from channeldesk.model.notice import Problem
from channeldesk.queries.count_sheet import CountLine
from channeldesk.queries.sell_reports import Sold
from ui.errors import explain
from ui.i18n import formats, t, two_names, unit_name
from ui.tasks import Tasks
from ui.viewmodels.count_loading import look_up
from ui.viewmodels.sell_report import OpenedReport
from ui.widgets.button import Button
from ui.widgets.choice import Choice
from ui.widgets.entrance import Entrance
from ui.widgets.field import FormField
from ui.widgets.find_field import typed_quantity
from ui.widgets.stock.scan_field import ScanField

_MOST_DIGITS = 6
"""A longer number in place of a quantity is a barcode."""
ONE = 1_000


class ReportForm(Entrance):
    """``added`` carries a :class:`Sold`, ``told`` (text, tone)."""

    added = Signal(object)
    told = Signal(str, str)

    def __init__(self, tasks: Tasks, found: OpenedReport) -> None:
        super().__init__()
        self._tasks, self.found = tasks, found
        self._line: CountLine | None = None
        self._asked = 0
        self.first, self.last = QLineEdit(found.today), QLineEdit(found.today)
        self.buyer = Choice("", [(None, t("End customers")), *found.buyers])
        self.product = ScanField(tasks, found.partner_id)
        self.product.set_side("")
        self.quantity, self.amount, self.document = QLineEdit(), QLineEdit(), QLineEdit()
        self.add = Button(t("Add"), icon="plus")
        self._fields = {
            "first": FormField(t("From"), self.first),
            "last": FormField(t("To"), self.last),
            "quantity": FormField(t("Quantity"), self.quantity),
            "amount": FormField(t("Amount"), self.amount, unit=found.currency),
            "document": FormField(t("Document"), self.document),
        }
        self._lay_out()
        self.first.editingFinished.connect(self._first_typed)
        self.product.textChanged.connect(self._forget)
        self.product.entered.connect(self.enter)
        self.product.chosen.connect(self.choose)
        self.add.clicked.connect(self.take)
        self.setFocusProxy(self.product)

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(12)
        for name in ("first", "last"):
            above.addWidget(self._fields[name])
            self._fields[name].setMaximumWidth(140)
        buyer = FormField(t("Buyer"), self.buyer)
        above.addWidget(buyer)
        above.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(FormField(t("Product"), self.product), 5)
        for name in ("quantity", "amount", "document"):
            below.addWidget(self._fields[name], 1)
        below.addWidget(self.add, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(above)
        column.addLayout(below)

    @property
    def period(self) -> tuple[str, str] | None:
        """The days that stand there; None where one of them is none."""
        first, last = self._day("first"), self._day("last")
        return None if first is None or last is None else (first, last)

    def enter(self, text: str) -> None:
        """A code, or a name, confirmed by Enter."""
        self._asked += 1
        self._tasks.ask(
            self, f"sold {self._asked}", look_up, self.found.partner_id, text, then=self._looked_up
        )

    def _looked_up(self, found: tuple[str, CountLine | None]) -> None:
        text, line = found
        if line is None:
            self.product.clear()
            self._forget()
            self.told.emit(t("No product has the code or name “{text}”.", text=text), "warning")
        else:
            self.choose(line, text)

    def _forget(self, _text: str = "") -> None:
        """The product that was chosen is no longer what stands in its field."""
        self._line = None
        self._fields["quantity"].set_unit("")

    def choose(self, line: CountLine, text: str) -> None:
        """The product of the next line; with a quantity behind a star the line is there at once."""
        self.product.setText(f"{line.sku}  {two_names(line.name, line.name_local)[0]}")
        self.product.close_box()
        self._line = line
        self._fields["quantity"].set_unit(unit_name(line.unit))
        try:
            quantity = typed_quantity(text)
        except Problem:
            quantity = None
        if quantity is None:
            self.quantity.setFocus(Qt.FocusReason.OtherFocusReason)
            self.quantity.selectAll()
        else:
            self.quantity.setText(formats().quantity(quantity))
            self.take()

    def take(self) -> None:
        """Adds the line that stands there; what is wrong is said at its field and nothing is lost."""
        days = self.period
        quantity = self._read("quantity", lambda text: formats().read_quantity(text), required=True)
        currency = self.found.currency
        amount = self._read("amount", lambda text: formats().read_money(text, currency))
        if self._line is None:
            self.told.emit(t("Scan a product first, or type its code or name."), "warning")
            self.product.setFocus()
            return
        if days is None or quantity is None or any(one.wrong for one in self._fields.values()):
            return
        document = self.document.text().strip()[:60] or None
        money = None if amount is None else currency
        buyer = self.buyer.key if isinstance(self.buyer.key, bytes) else None
        self.added.emit(Sold(self._line.product_id, quantity, *days, buyer, amount, money, document))
        for field in (self.product, self.quantity, self.amount, self.document):
            field.clear()
        self._forget()
        self.product.setFocus()

    def _read(self, name: str, read: Any, *, required: bool = False) -> int | None:
        field = self._fields[name]
        text = field.editor.text().strip()  # type: ignore[attr-defined]
        field.set_error("")
        if not text:
            if required:
                field.set_error(t("How many?"))
            return None
        try:
            return int(read(text))
        except Problem as problem:
            field.set_error(explain(problem).happened)
            return None

    def _day(self, name: str) -> str | None:
        field = self._fields[name]
        try:
            day = formats().read_day(field.editor.text(), date.fromisoformat(self.found.today))  # type: ignore[attr-defined]
        except Problem as problem:
            field.set_error(explain(problem).happened)
            return None
        field.set_error("")
        return day.isoformat()

    def _first_typed(self) -> None:
        """A period never ends before it begins: one day until another is typed."""
        first, last = self._day("first"), self._day("last")
        if first is not None and last is not None and last < first:
            self.last.setText(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            text = self.quantity.text().strip()
            if self.quantity.hasFocus() and text.isdigit() and len(text) > _MOST_DIGITS:
                self.quantity.setText(formats().quantity(ONE))  # the scanner went on to the next product
                self.take()
                self.enter(text)
            else:
                self.take()
        else:
            super().keyPressEvent(event)
