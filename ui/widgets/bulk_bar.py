"""The bar over a table while rows are ticked: how many, what they add up to, what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.i18n import n, t
from ui.widgets.button import IconButton
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable
from ui.widgets.popup import SHADOW, Popup

_ABOVE = 16


class BulkBar(Popup):
    """Shows itself when rows are ticked. The page's buttons come between the count and the cross.

    ``note`` is a quiet text beside the count, such as a sum; the page sets it on ``ListTable.ticked``.
    """

    def __init__(self, table: ListTable, *buttons: QWidget) -> None:
        super().__init__(table)
        self._table = table
        self._count = Label("", "strong")
        self.note = Label("", "caption")
        clear = IconButton("x", t("Tick nothing"))
        clear.clicked.connect(table.view.clearSelection)
        row = QHBoxLayout(self)
        row.setContentsMargins(SHADOW + 16, SHADOW + 4, SHADOW + 8, SHADOW + 8)
        row.setSpacing(8)
        for part in (self._count, self.note, *buttons, clear):
            row.addWidget(part)
        table.ticked.connect(self._ticked)
        table.installEventFilter(self)

    def _ticked(self, count: int) -> None:
        self._count.setText(n("{count} selected", "{count} selected", count))
        self.setVisible(count > 0)
        self.place()

    def place(self) -> None:
        """In the middle, over the last rows."""
        if self.isVisible():
            self.adjustSize()
            room = self._table.view.size()
            self.move((room.width() - self.width()) // 2, room.height() - self.height() - _ABOVE)
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False
