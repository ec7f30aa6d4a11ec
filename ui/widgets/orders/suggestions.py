"""What is suggested and not in the order, in the same columns as the order's grid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.i18n import n, t
from ui.models.table import TableModel
from ui.page import section
from ui.theme.tokens import ROW
from ui.viewmodels.order_entry import EntryLine, OrderEntry
from ui.widgets.button import QUIET, Button
from ui.widgets.label import Elided
from ui.widgets.orders.lines_grid import LinesGrid, columns_of, stretch_beside
from ui.widgets.table_view import TableView


class SuggestedTable(TableView):
    """Enter or a click on a row adds it; a letter begins a search."""

    add_wanted = Signal(object)
    typed = Signal(str)
    past_start = Signal()

    def __init__(self, currency: str) -> None:
        columns = columns_of(currency, suggested=True)
        super().__init__(columns, t("Suggested, not in the order"), filters=False)
        self.rows = TableModel(columns, parent=self)
        self.setModel(self.rows)
        self.horizontalHeader().hide()
        self.opened.connect(self._add)
        self.clicked.connect(self._clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.past_start.emit()
        elif text == "+" or event.key() == Qt.Key.Key_Insert:
            self._add(self.currentIndex())
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and text.isalnum():
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def stretch(self) -> None:
        stretch_beside(self)

    def _clicked(self, index: QModelIndex) -> None:
        if self.columns[index.column()].id == "number":
            self._add(index)

    def _add(self, index: QModelIndex) -> None:
        line = self.rows.row(index.row()) if index.isValid() else None
        if line is not None:
            self.add_wanted.emit(line)


class Suggestions(QWidget):
    """Heading with the sum of what is left out, and the table."""

    def __init__(self, currency: str) -> None:
        super().__init__()
        self.table = SuggestedTable(currency)
        self.add_all = Button(t("Add all"), keys="Shift+F4", kind=QUIET)
        self._heading = section(t("Suggested, not in the order"), "", self.add_all)
        self._note = self._heading.findChild(Elided)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._heading)
        column.addWidget(self.table, 1)

    def show_entry(self, entry: OrderEntry) -> None:
        lines: Sequence[EntryLine] = entry.left_out_lines()
        self.table.rows.update_rows(lines)
        net = sum(one.net or 0 for one in lines)
        if self._note is not None:
            from channeldesk.model.notice import Money

            self._note.set_text(
                n(
                    "{count} product, {net}; from demand and safety stock",
                    "{count} products, {net}; from demand and safety stock",
                    len(lines),
                    net=Money(net, entry.currency),
                )
            )
        self.setVisible(bool(lines))

    def least_height(self) -> int:
        """With two rows in sight; 0 where there is nothing to suggest."""
        rows = min(2, len(self.table.rows.keys))
        return 32 + rows * ROW if rows else 0

    def follow(self, grid: LinesGrid) -> None:
        """Show the grid's columns."""
        for at in range(len(self.table.columns)):
            self.table.setColumnHidden(at, grid.isColumnHidden(at))
        self.table.stretch()
