"""Money that partners promised to pay and did not, or promised for these days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.payments import PromiseRow
from channeldesk.rules.payment_promises import State
from ui.i18n import formats, n, t, today_text, two_names
from ui.widgets.entries import Entries, Entry
from ui.widgets.label import Label, Line
from ui.widgets.today import words

_SHOWN = 4


class MoneyPromised(QWidget):
    """``opened`` carries a partner's id. Not there while nothing is promised."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._note = Label("", "caption")
        self.entries = Entries()
        self.entries.opened.connect(self.opened)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(Label(t("Money promised"), "section"))
        title.addWidget(self._note)
        title.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(title)
        column.addWidget(self.entries)
        column.addSpacing(8)
        column.addWidget(Line())
        column.addSpacing(8)
        self.hide()

    def fill(self, promises: Sequence[PromiseRow], today: str) -> None:
        """Broken ones first, as they are given."""
        self._note.setText(formats().integer(len(promises)))
        shown = [_entry(one, date.fromisoformat(today)) for one in promises[:_SHOWN]]
        more = len(promises) - len(shown)
        if more > 0:
            shown.append(
                Entry("dots-three", n("{count} more", "{count} more", more), key=promises[_SHOWN].partner_id)
            )
        self.entries.fill(shown)
        self.setVisible(bool(promises))


def _entry(one: PromiseRow, today: date) -> Entry:
    """Whose, for when, and what of it has not come."""
    day = today_text(date.fromisoformat(one.promised_on), today)
    name = two_names(one.partner, one.partner_local)[0]
    broken = one.standing.state is State.BROKEN
    return Entry(
        "warning-circle" if broken else "clock",
        words.BETWEEN.join((day, name)),
        amount=words.whole_money(one.amount - one.standing.paid, one.currency),
        reason=t("Headquarters has not confirmed this yet.") if one.provisional else "",
        tone="bad" if broken else "secondary",
        key=one.partner_id,
    )
