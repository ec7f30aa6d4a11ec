"""Several items at once: how many of each kind, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxRow
from ui.i18n import n, t
from ui.viewmodels.inbox_list import kinds
from ui.widgets.button import QUIET, Button
from ui.widgets.entries import Entries, Entry
from ui.widgets.flow import Flow
from ui.widgets.inbox import words
from ui.widgets.inbox.item_list import ICONS
from ui.widgets.label import Label
from ui.widgets.notes import Notes

_SHOWN = 10


class SeveralPane(QWidget):
    """The signals carry the rows they are meant for."""

    mine_wanted = Signal(object)
    theirs_wanted = Signal(object)
    resend_wanted = Signal(object)
    discard_wanted = Signal(object)
    back_wanted = Signal(object)
    export_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[InboxRow] = ()
        self._title, self._note = Label("", "title"), Label("", "body", "secondary", wrap=True)
        self._entries, self._meaning = Entries(), Notes()
        self._more = Label("", "caption")
        self.mine = Button("", cap="M")
        self.theirs = Button("", cap="T")
        self.resend = Button("", icon="paper-plane-tilt", cap="S")
        self.discard = Button("", icon="trash", cap="D", kind=QUIET)
        self.back = Button("", icon="arrow-counter-clockwise", cap="U")
        self.export = Button(t("Export"), icon="download-simple", cap="E", kind=QUIET)
        self.export.clicked.connect(self.export_wanted)
        self.mine.clicked.connect(self._take_mine)
        self.theirs.clicked.connect(self._take_theirs)
        self.resend.clicked.connect(self._resend)
        self.discard.clicked.connect(self._discard)
        self.back.clicked.connect(self._take_back)
        self.keys = {
            "M": (self.mine,),
            "T": (self.theirs,),
            "S": (self.resend,),
            "D": (self.discard,),
            "U": (self.back,),
            "E": (self.export,),
        }
        bar = QWidget()
        bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = Flow(bar)
        for button in (self.mine, self.theirs, self.resend, self.back, self.discard, self.export):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self._title, self._note, bar, self._meaning, self._entries, self._more):
            column.addWidget(part)
        self.setFocusProxy(self.mine)

    def show_rows(self, rows: Sequence[InboxRow]) -> None:
        self.rows = rows
        self._title.setText(n("{count} selected", "{count} selected", len(rows)))
        counted = [
            t("{kind}: {count}", kind=words.kind_title(kind), count=count)
            for kind, count in kinds(rows).items()
        ]
        self._note.setText("  ·  ".join(counted))
        for button, text, count in (
            (self.mine, t("Keep mine"), len(self.conflicts())),
            (self.theirs, t("Take theirs"), len(self.conflicts())),
            (self.resend, t("Send again"), len(self.rejections())),
            (self.discard, t("Give up"), len(self.given_up())),
            (self.back, t("Take back"), len(self.decided())),
        ):
            button.setText(f"{text} ({count})")
            button.setAccessibleName(button.text())
            button.setVisible(bool(count))
        self._meaning.fill(self._notes())
        self._entries.fill([_entry(row) for row in rows[:_SHOWN]])
        more = len(rows) - _SHOWN
        self._more.setText(t("and {count} more", count=more) if more > 0 else "")
        self._more.setVisible(more > 0)

    def _notes(self) -> list[tuple[str, str]]:
        if not any(row.state == "open" for row in self.rows):
            return []
        return [
            ("list-checks", t("Each is decided by itself: one that headquarters refuses stops no other.")),
            ("arrow-counter-clockwise", t("Undo takes all of them back together.")),
        ]

    def conflicts(self) -> list[InboxRow]:
        return [row for row in self.rows if row.state == "open" and row.kind == "conflict"]

    def rejections(self) -> list[InboxRow]:
        return [row for row in self.rows if row.state == "open" and row.kind == "rejection"]

    def given_up(self) -> list[InboxRow]:
        return [row for row in self.rows if row.state == "open" and row.kind != "conflict"]

    def decided(self) -> list[InboxRow]:
        return [row for row in self.rows if row.state == "decided" and row.back]

    def _take_mine(self) -> None:
        self.mine_wanted.emit(self.conflicts())

    def _take_theirs(self) -> None:
        self.theirs_wanted.emit(self.conflicts())

    def _resend(self) -> None:
        self.resend_wanted.emit(self.rejections())

    def _discard(self) -> None:
        self.discard_wanted.emit(self.given_up())

    def _take_back(self) -> None:
        self.back_wanted.emit(self.decided())


def _entry(row: InboxRow) -> Entry:
    icon, tone = ICONS[row.sort]
    return Entry(icon, words.row_title(row), words.list_text(row), tone=tone)
