"""The count at a partner: one field for scanner and keyboard, the sheet below, what it comes to beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from channeldesk.model.notice import Problem
from channeldesk.queries.count_sheet import CountLine
from ui.errors import explain
from ui.i18n import formats, t, two_names, unit_name
from ui.tasks import Tasks
from ui.viewmodels.count_loading import look_up
from ui.viewmodels.stock_count import ONE, StockCount
from ui.widgets.entrance import Entrance
from ui.widgets.find_field import search_text, typed_quantity
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Line
from ui.widgets.stock.count_grid import CountGrid
from ui.widgets.stock.count_pane import NARROW, WIDTH, CountPane
from ui.widgets.stock.scan_field import ScanField

_MOST_DIGITS = 6
"""A longer number is a barcode."""
_Key = Qt.Key


class CountForm(Entrance):
    """Works on one :class:`StockCount`. ``changed`` after every step, ``told`` carries (text, tone)."""

    changed = Signal()
    told = Signal(str, str)

    def __init__(self, tasks: Tasks, count: StockCount) -> None:
        super().__init__()
        self.count = count
        self._tasks = tasks
        self._scans = 0
        self._scanned = False
        self._codes: dict[str, CountLine] = {}
        self.field = ScanField(tasks, count.draft.partner_id, count.draft.warehouse_id)
        self.grid = CountGrid()
        self.pane = CountPane()
        self.keys = KeyRow(
            (
                ("↑ ↓", t("product")),
                ("F4", t("as expected")),
                ("F6", t("reason")),
                ("Del", t("not counted")),
                ("Ctrl+Z", t("undo")),
            )
        )
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.field)
        for row in count.rows:
            self._learn(row.line)
        self.show_count()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.field)
        column.addSpacing(8)
        column.addWidget(self.grid, 1)
        column.addWidget(self.keys)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addSpacing(16)
        row.addWidget(Line(upright=True))
        row.addWidget(self.pane)

    def _connect(self) -> None:
        self.field.entered.connect(self.enter)
        self.field.chosen.connect(self._found)
        self.field.walked.connect(self._walked)
        self.grid.typed.connect(self.field.take)
        self.grid.chosen.connect(self._chosen)
        self.grid.walked.connect(self._walked)
        self.grid.explained.connect(self._explained)
        self.grid.reasoned.connect(self._reasoned)
        self.grid.edit_ended.connect(self.field.setFocus)
        self.pane.noted.connect(self._noted)
        for keys, slot in (("F4", self.as_expected), ("F6", self.grid.choose_reason)):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def show_count(self) -> None:
        self.grid.show_rows(self.count.rows, self.count.current)
        self.pane.show_count(self.count)

    def _learn(self, line: CountLine) -> None:
        for code in (line.barcode, line.sku):
            if code:
                self._codes.setdefault(code.upper(), line)

    # what is typed or scanned

    def enter(self, text: str) -> None:
        """A code adds one (with ``*24`` so many), a short number sets what is at the cursor."""
        code = search_text(text)
        line = self._codes.get(code.upper())
        if line is not None:
            self._add(line, text)
        elif "*" not in text and self._is_quantity(code):
            self._set(code)
        else:
            self._scans += 1
            key, draft = f"scan {self._scans}", self.count.draft
            self._tasks.ask(
                self, key, look_up, draft.partner_id, text, draft.warehouse_id, then=self._looked_up
            )

    def _is_quantity(self, text: str) -> bool:
        bare = text.replace(".", "").replace(",", "").lstrip("-−+")
        return bare.isdigit() and len(bare) <= _MOST_DIGITS

    def _looked_up(self, found: tuple[str, CountLine | None]) -> None:
        text, line = found
        if line is None:
            self.told.emit(
                t("No product has the code or name “{text}”; nothing was counted.", text=text), "warning"
            )
        else:
            self._found(line, text)
            self.told.emit(self.current_text(), "good")

    def _found(self, line: CountLine, text: str) -> None:
        self._learn(line)
        self._add(line, text)

    def _add(self, line: CountLine, text: str) -> None:
        try:
            quantity = typed_quantity(text)
            self.count.scan(line, ONE if quantity is None else quantity)
        except Problem as problem:
            self.told.emit(explain(problem).happened, "warning")
            return
        self._scanned = True
        self._step()

    def _set(self, text: str) -> None:
        current = self.count.current
        if current is None:
            self.told.emit(t("Scan a product first, or choose one; then type how many there are."), "warning")
            return
        try:
            self.count.set(current, formats().read_quantity(text))
        except Problem as problem:
            self.told.emit(explain(problem).happened, "warning")
            return
        if not self._scanned:  # by keyboard one goes down the sheet; a scanned product stays at hand
            self._down()
        self._step()

    def as_expected(self) -> None:
        """It is as the books say: on to the next."""
        if self.count.current is not None:
            self.count.as_expected(self.count.current)
            self._scanned = False
            self._down()
            self._step()

    def clear_current(self) -> None:
        """Not counted after all."""
        if self.count.current is not None:
            self.count.set(self.count.current, None)
            self._step()

    def undo(self) -> None:
        if self.count.undo():
            self._step()

    @property
    def can_undo(self) -> bool:
        return self.count.can_undo

    def finish_edit(self) -> None:
        """Take over what is still being typed."""
        self.grid.finish_edit()
        if self.pane.note.isModified():
            self._noted(self.pane.note.text())

    def _step(self) -> None:
        self.show_count()
        self.changed.emit()

    def _down(self, by: int = 1) -> None:
        ids = [row.line.product_id for row in self.count.rows]
        if self.count.current in ids:
            at = max(0, min(len(ids) - 1, ids.index(self.count.current) + by))
            self.count.current = ids[at]

    def _walked(self, key: int) -> None:
        self._scanned = False
        if key == _Key.Key_Delete:
            self.clear_current()
            return
        if key in (_Key.Key_Return, _Key.Key_Enter):
            self.field.setFocus()
        steps = {_Key.Key_Up: -1, _Key.Key_Down: 1, _Key.Key_PageUp: -10, _Key.Key_PageDown: 10}
        self._down(steps.get(_Key(key), 0))
        self.show_count()

    def _chosen(self, product_id: bytes) -> None:
        self._scanned = False
        self.count.current = product_id
        self.show_count()

    def ask_reason(self) -> None:
        """The first product that needs a reason is at hand, with the reasons to choose from."""
        if self.count.lacking:
            self._chosen(self.count.lacking[0].line.product_id)
            self.grid.choose_reason()

    def _reasoned(self, product_id: bytes, code: str | None) -> None:
        self.count.choose_reason(product_id, code)
        self._step()

    def _explained(self, product_id: bytes, reason: str) -> None:
        self.count.explain(product_id, reason)
        self._step()

    def _noted(self, note: str) -> None:
        self.pane.note.setModified(False)
        if (self.count.draft.note or "") != note.strip():
            self.count.write_note(note)
            self._step()

    def current_text(self) -> str:
        """The product at hand, in words."""
        row = next((one for one in self.count.rows if one.line.product_id == self.count.current), None)
        if row is None:
            return ""
        name = two_names(row.line.name, row.line.name_local)[0]
        if row.counted is None:
            return name
        quantity = formats().quantity(row.counted, unit_name(row.line.unit))
        return t("{product}: {quantity}", product=name, quantity=quantity)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.pane.setFixedWidth(NARROW if self.width() < 900 else WIDTH)
        super().resizeEvent(event)
