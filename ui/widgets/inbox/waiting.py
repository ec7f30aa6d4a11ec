"""What waits for a decision: changes that point at what was rejected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem
from channeldesk.queries.inbox_waiting import Waiting
from ui.i18n import formats, n, t
from ui.widgets.entries import Entries, Entry
from ui.widgets.inbox import words
from ui.widgets.label import Label

_SHOWN = 8


class WaitingList(QWidget):
    """Hidden while nothing waits. ``opened`` carries the id of a partner."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("", "section")
        self._more = Label("", "caption")
        self._entries = Entries()
        self._entries.opened.connect(self.opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._entries)
        column.addWidget(self._more)

    def show_item(self, item: InboxItem) -> None:
        waiting = item.waiting
        self.setVisible(bool(waiting))
        count = len(waiting)
        self._title.setText(
            n("{count} change waits for your decision", "{count} changes wait for your decision", count)
        )
        self._entries.fill([_entry(one) for one in waiting[:_SHOWN]])
        self._more.setText(t("and {count} more", count=count - _SHOWN) if count > _SHOWN else "")
        self._more.setVisible(count > _SHOWN)


def _entry(one: Waiting) -> Entry:
    recorded = t("recorded {moment}, not sent yet", moment=formats().instant_short(one.recorded_at))
    text = "  ·  ".join(filter(None, (words.waiting_partner(one), recorded)))
    return Entry("hourglass", words.waiting_title(one), text, key=one.partner_id)
