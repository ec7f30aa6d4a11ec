"""Where a count is typed and scanned. Enter takes what stands here at once and empties the field, so that the
next scan can follow while the last one is still being looked up.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from channeldesk.queries.count_sheet import CountLine, find_lines
from ui.i18n import formats, t, two_names, unit_name
from ui.tasks import Tasks
from ui.viewmodels.matching import matched
from ui.widgets.find_box import Found
from ui.widgets.find_field import FindField


class ScanField(FindField):
    """``entered`` carries a text confirmed by Enter; ``chosen`` (CountLine, text) a hit of the list."""

    entered = Signal(str)

    def __init__(self, tasks: Tasks, partner_id: bytes, warehouse_id: bytes | None = None) -> None:
        super().__init__(
            tasks,
            t("Scan, or type a number, a code, a name or its initials"),
            as_found,
            icon="barcode",
            keys=t("Enter one more · number sets"),
        )
        self.set_query(find_lines, partner_id, warehouse_id)
        self.setObjectName("")  # with the usual frame: it stands above the sheet
        self._stepped = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        text = self.text().strip()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and text and not (self._stepped and self.open):
            self.clear()
            self._typed("")
            self.entered.emit(text)
            return
        self._stepped = self.open and (
            key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        )
        super().keyPressEvent(event)

    def _typed(self, text: str) -> None:
        """A number is no name: nothing is looked for while it may still be a quantity."""
        super()._typed("" if text.strip().replace(".", "").replace(",", "").isdigit() else text)


def as_found(line: CountLine, text: str) -> Found:
    """How a product looks in the list under the field."""
    name, _ = two_names(line.name, line.name_local)
    if line.expected is None:
        return Found(line, line.sku, name, matched(name, text), "", t("not known here"))
    note = t("expected {quantity}", quantity=formats().quantity(line.expected, unit_name(line.unit)))
    return Found(line, line.sku, name, matched(name, text), "", note)
