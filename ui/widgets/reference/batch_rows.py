"""The rows of a batch of drafts, page by page or looked for; each can be taken out of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.draft_rows import LISTED, BatchRows, DraftRow, batch_rows
from channeldesk.queries.reference_drafts import Draft
from ui.context import Context
from ui.i18n import formats, t
from ui.widgets.button import QUIET, Button, IconButton
from ui.widgets.label import Label
from ui.widgets.reference import words
from ui.widgets.search import SearchField


@dataclass
class Place:
    """Where a person is among the rows. ``at``: the row whose button had the focus; None: no row's."""

    open: bool = False
    text: str = ""
    first: int = 0
    at: int | None = None


class BatchPane(QWidget):
    """Begins at ``place``, and keeps it, so that it can be made again after every row that goes."""

    taken_out = Signal(object)
    """(entity, id) of a row."""

    def __init__(self, context: Context, draft: Draft, place: Place) -> None:
        super().__init__()
        self._context, self._draft, self._place = context, draft, place
        self.outs: list[Button] = []
        self.search = SearchField(t("Find a row"))
        self.search.setText(place.text)
        self.search.searched.connect(self._search)
        self.earlier = IconButton("caret-left", t("Earlier rows"))
        self.later = IconButton("caret-right", t("Further rows"))
        self.told = Label("", "caption")
        self.earlier.clicked.connect(partial(self._step, -LISTED))
        self.later.clicked.connect(partial(self._step, LISTED))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.search, 1)
        for part in (self.told, self.earlier, self.later):
            bar.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(bar)
        column.addLayout(self._rows)
        many = draft.size > LISTED or bool(place.text)
        for widget in (self.search, self.told, self.earlier, self.later):
            widget.setVisible(many)
        self.hide()
        if place.text or place.first:
            self._ask()
        else:
            self._show(BatchRows(draft.rows, 0, draft.size))

    def open(self, on: bool) -> None:
        self._place.open = on
        self.setVisible(on)

    def _search(self, text: str) -> None:
        self._place.text, self._place.first, self._place.at = text, 0, None
        self._ask()

    def _step(self, by: int) -> None:
        self._place.first = max(0, self._place.first + by)
        self._place.at = None
        self._ask()

    def _ask(self) -> None:
        place = self._place
        self._context.tasks.ask(
            self,
            "rows",
            batch_rows,
            self._draft.txn,
            place.text,
            place.first,
            then=self._show,
            failed=self._context.fail,
        )

    def _show(self, found: BatchRows) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._place.first = found.first
        self.outs = []
        for at, row in enumerate(found.rows):
            self._rows.addWidget(self._line(at, row))
        last = found.first + len(found.rows)
        self.told.setText(_told(found, last) if found.rows else t("Nothing matches"))
        self.earlier.setEnabled(found.first > 0)
        self.later.setEnabled(last < found.count)
        if self._place.at is not None and self.outs:
            self.outs[min(self._place.at, len(self.outs) - 1)].setFocus()

    def _line(self, at: int, row: DraftRow) -> QWidget:
        body = QWidget()
        line = QHBoxLayout(body)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        which, told = words.of_batch(row)
        line.addWidget(narrowing(Label(which, "body", "secondary")), 3)
        line.addWidget(narrowing(Label(told, "body")), 2)
        out = Button(t("Take out"), icon="x", kind=QUIET)
        out.setAccessibleName(t("Take out: {what}", what=f"{which} · {told}"))
        out.clicked.connect(partial(self._take_out, at, row))
        self.outs.append(out)
        line.addWidget(out)
        return body

    def _take_out(self, at: int, row: DraftRow) -> None:
        self._place.at = at
        for one in self.outs:
            one.setEnabled(False)
        self.taken_out.emit((row.entity, row.id))


def _told(found: BatchRows, last: int) -> str:
    first, to, count = (formats().integer(one) for one in (found.first + 1, last, found.count))
    return t("{first} to {last} of {count}", first=first, last=to, count=count)


def narrowing(label: Label) -> Label:
    """A long word without blanks is cut off, and whole in the tip; it never pushes the buttons away."""
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    label.setToolTip(label.text())
    return label
