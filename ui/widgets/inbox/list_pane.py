"""The left side of the page: what is open or decided, by kind, searched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.queries.inbox import Inbox, InboxRow
from ui.i18n import formats, n, t, today_here, today_text
from ui.theme.tokens import MARGIN
from ui.viewmodels import inbox_list
from ui.viewmodels.inbox_list import ALL, Section
from ui.widgets.choice import Choice
from ui.widgets.inbox import words
from ui.widgets.inbox.item_list import ItemList
from ui.widgets.key_row import KeyRow
from ui.widgets.label import Label
from ui.widgets.search import SearchField
from ui.widgets.tabs import Tabs

OPEN, DECIDED = "open", "decided"
_FIXED = "\N{NO-BREAK SPACE}"


class ListPane(QWidget):
    """``turned`` when the person goes to the open or to the decided items."""

    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._found: Inbox | None = None
        self._filling = False
        self._note = Label("", "caption", wrap=True)
        self.tabs = Tabs([(OPEN, t("To decide"), None), (DECIDED, t("Decided"), None)])
        self.search = SearchField(t("Search in this list"), keys="/")
        self.kind = Choice(t("Show"), [(ALL, t("everything"))])
        self.list = ItemList()
        self._none = Label("", "body", "secondary", wrap=True)
        self.tabs.chosen.connect(self._turn)
        self.search.searched.connect(self._narrow)
        self.kind.chosen.connect(self._narrow)
        keys = KeyRow((("J", t("next")), ("K", t("previous")), ("A", t("all of this partner"))))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 0, MARGIN, 0)
        head.setSpacing(8)
        head.addWidget(Label(t("Needs you"), "title"))
        head.addWidget(self._note)
        head.addWidget(self.search)
        head.addWidget(self.kind)
        head.addWidget(self.tabs)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setContentsMargins(12, 0, 12, 0)
        rows.addWidget(self._none)
        rows.addWidget(self.list, 1)
        column.addLayout(rows, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(MARGIN, 0, MARGIN, 4)
        foot.addWidget(keys)
        column.addLayout(foot)

    @property
    def shows_decided(self) -> bool:
        return self.tabs.key == DECIDED

    def fill(self, found: Inbox, wanted: bytes | None = None) -> None:
        """Show what was found; an item that is wanted is looked for in both lists."""
        self._found, self._filling = found, True
        self._note.setText(_summary(found.open))
        if wanted is not None and any(row.id == wanted for row in found.decided):
            self.tabs.choose(DECIDED)
        elif wanted is not None or (self.shows_decided and not found.decided):
            self.tabs.choose(OPEN)
        self.tabs.set_items(
            [(OPEN, t("To decide"), len(found.open)), (DECIDED, t("Decided"), len(found.decided))]
        )
        rows = self._rows()
        if wanted is not None and not any(row.id == wanted for row in self._kept(rows)):
            self.search.clear()
            self.kind.set_options(self._kinds(rows))
        else:
            self.kind.set_options(self._kinds(rows), self.kind.key)
        self._filling = False
        self._show(wanted)

    def _rows(self) -> Sequence[InboxRow]:
        if self._found is None:
            return ()
        return self._found.decided if self.shows_decided else self._found.open

    def _kinds(self, rows: Sequence[InboxRow]) -> list[tuple[object, str]]:
        counted = [
            (kind, t("{kind}: {count}", kind=words.kind_title(kind), count=count))
            for kind, count in inbox_list.kinds(rows).items()
        ]
        return [(ALL, t("everything")), *counted]

    def _kept(self, rows: Sequence[InboxRow]) -> list[InboxRow]:
        return inbox_list.wanted(rows, str(self.kind.key or ALL), self.search.text(), words.spoken)

    def _show(self, wanted: bytes | None = None) -> None:
        rows = self._rows()
        kept = self._kept(rows)
        self._none.setText(self._nothing(bool(rows)))
        self._none.setVisible(not kept)
        self.list.setVisible(bool(kept))
        self.list.fill(self._sections(kept), wanted)

    def _nothing(self, some: bool) -> str:
        if some:
            return t("Nothing here fits the search or the filter.")
        return t("Nothing was decided yet.") if self.shows_decided else t("Everything is decided.")

    def _sections(self, rows: Sequence[InboxRow]) -> list[Section]:
        if self.shows_decided:
            return inbox_list.by_day(rows, _day)
        return inbox_list.by_partner(rows, words.partner_title, t("No partner of yours"))

    def _turn(self, *_: object) -> None:
        if self._filling:
            return
        self.kind.set_options(self._kinds(self._rows()))
        self._show()
        self.turned.emit()

    def _narrow(self, *_: object) -> None:
        self._show()


def _day(row: InboxRow) -> str:
    form = formats()
    day = form.local(row.decided_at or row.recorded_at).date()
    return today_text(day, today_here())


def _summary(rows: Sequence[InboxRow]) -> str:
    counts = inbox_list.kinds(rows)
    parts = (
        (counts.get("conflict", 0), n("{count} conflict", "{count} conflicts", counts.get("conflict", 0))),
        (counts.get("rejection", 0), n("{count} rejected", "{count} rejected", counts.get("rejection", 0))),
        (
            counts.get("out_of_scope", 0),
            n("{count} out of area", "{count} out of area", counts.get("out_of_scope", 0)),
        ),
        (counts.get("set_aside", 0), n("{count} set aside", "{count} set aside", counts.get("set_aside", 0))),
    )
    kept = [text.replace(" ", _FIXED) for count, text in parts if count]
    return f"{_FIXED}· ".join(kept) or t("everything is decided")
