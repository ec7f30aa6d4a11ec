"""The head of an item: what it is, whose, and what can be done with it whatever it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem
from ui.i18n import t
from ui.widgets.button import QUIET, Button
from ui.widgets.inbox import words
from ui.widgets.inbox.item_list import since
from ui.widgets.label import Elided


class ItemHead(QWidget):
    """The signals carry the item."""

    open_wanted = Signal(object)
    export_wanted = Signal(object)
    again_wanted = Signal(object)
    back_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._item: InboxItem | None = None
        self._path = Elided("", "caption")
        self._title, self._second = Elided("", "title"), Elided("", "body", "secondary")
        self.export = Button(t("Export"), icon="download-simple", cap="E", kind=QUIET)
        self.open_row = Button(t("Open"), icon="arrow-right", cap="O", kind=QUIET)
        self.again = Button(t("Decide again"), icon="git-diff")
        self.back = Button(t("Take back"), icon="arrow-counter-clockwise", cap="U")
        self._why = Elided("", "caption")
        for button, slot in (
            (self.export, self._export),
            (self.open_row, self._open),
            (self.again, self._again),
            (self.back, self._back),
        ):
            button.clicked.connect(slot)
        self.keys = {"E": (self.export,), "O": (self.open_row,), "U": (self.back,)}
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self._path, 1)
        above.addWidget(self.export)
        above.addWidget(self.open_row)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self._title)
        below.addWidget(self._second, 1)
        below.addWidget(self.again)
        below.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(above)
        column.addLayout(below)
        column.addWidget(self._why)

    def show_item(self, item: InboxItem, place: int, count: int) -> None:
        """``place`` of ``count``: where the list is."""
        self._item, row = item, item.row
        title = t("{kind}, {place} of {count}", kind=words.kind_name(row), place=place, count=count)
        met = t("since {moment}", moment=since(row.recorded_at))
        parts = (title, words.entity_title(row.entity), item.code, met)
        self._path.set_text("  ·  ".join(filter(None, parts)))
        name, second = words.names(row)
        self._title.set_text(name)
        self._second.set_text(second)
        decided = row.state == "decided"
        self.open_row.setVisible(row.partner_id is not None)
        self.again.setVisible(decided and row.kind == "conflict" and row.back != "silent")
        self.back.setVisible(decided and bool(row.back))
        self._why.set_text(_why(item))
        self._why.setVisible(bool(_why(item)))

    def _export(self) -> None:
        self.export_wanted.emit(self._item)

    def _open(self) -> None:
        self.open_wanted.emit(self._item)

    def _again(self) -> None:
        self.again_wanted.emit(self._item)

    def _back(self) -> None:
        self.back_wanted.emit(self._item)


def _why(item: InboxItem) -> str:
    """How a decided item can be taken back, or why it cannot."""
    row = item.row
    if row.state != "decided":
        return ""
    if row.back == "silent":
        return t("Nothing of it was sent: taking it back leaves no trace.")
    if row.back == "edit":
        return t("Headquarters has seen it: taking it back is sent as another edit.")
    if row.how == "resent":
        return t("Headquarters has it again, so it cannot be taken back. What became of it stands there.")
    return t("It was decided by another edit and cannot be taken back by itself.")
