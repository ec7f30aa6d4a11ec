"""Everything that is not published: what it would change and for whom; publish, or give up one or all."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import bulk, publications
from channeldesk.actions import reference as actions
from channeldesk.model.changes import Done
from channeldesk.queries import reference_drafts
from channeldesk.queries.reference_drafts import Draft, Drafts
from channeldesk.rules.publications import MOST_AT_ONCE
from ui.context import Context
from ui.i18n import formats, n, t
from ui.widgets.button import QUIET, Button
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.label import Label, Line
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.reference import words
from ui.widgets.reference.batch_rows import BatchPane, Place, narrowing
from ui.widgets.reference.moment import Moment
from ui.widgets.scroll import scrolling

_NOW, _LATER = "now", "later"
_MOST = 200
"""Drafts that are listed one by one."""


class DraftsDialog(FormDialog):
    """Asks again whenever a draft goes, so that what stands here is what would be published."""

    def __init__(self, parent: QWidget, context: Context, found: Drafts) -> None:
        super().__init__(parent, t("Publish"), t("Publish"), 640)
        self._context = context
        self.all = Button(t("Discard all"), icon="trash")
        self.all.clicked.connect(self._discard_all)
        self.undo: list[Button] = []
        self.show_rows: list[Button] = []
        self.panes: list[BatchPane] = []
        self._places: dict[bytes, Place] = {}
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(8)
        self.content.addWidget(scrolling(self._body), 1)
        self.when = Choice("", [(_NOW, t("at once")), (_LATER, t("at a moment"))])
        self.when.chosen.connect(self._when_chosen)
        self.moment = Moment()
        self.moment.changed.connect(self._when_chosen)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.all, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addStretch(1)
        foot.addWidget(FormField(t("Publish"), self.when))
        foot.addWidget(self.moment)
        self.content.addLayout(foot)
        self.confirmed.connect(self._publish)
        self.resize(800, 600)
        self._fill(found)
        self.main.setFocus()

    @property
    def outs(self) -> list[Button]:
        """What takes out single rows that are listed."""
        return [button for one in self.panes for button in one.outs]

    def _fill(self, found: Drafts) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._body.setEnabled(True)
        self.undo, self.show_rows, self.panes = [], [], []
        count = len(found.drafts)
        self.heading.setText(n("Publish {count} change", "Publish {count} changes", count))
        if found.rows > count:
            told = n("{count} row in all", "{count} rows in all", found.rows)
            self.heading.setText(f"{self.heading.text()} · {told}")
        self._found = found
        self._when_chosen()
        self.say(_consequences(found, offline=self._offline()))
        for draft in found.drafts[:_MOST]:
            self._column.addWidget(self._line(draft))
            self._column.addWidget(Line())
        if count > _MOST:
            self._column.addWidget(Label(t("and {count} more", count=count - _MOST), "caption"))
        self._column.addStretch(1)

    def _offline(self) -> bool:
        sync = self._context.sync
        return bool(sync is not None and sync.offline)

    def _line(self, draft: Draft) -> QWidget:
        line = QWidget()
        whole = QVBoxLayout(line)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        whole.addLayout(row)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(narrowing(Label(words.title(draft), "strong", wrap=True)))
        if told := words.changes(draft):
            texts.addWidget(narrowing(Label(told, "body", "secondary", wrap=True)))
        texts.addWidget(Label(formats().instant_short(draft.recorded_at), "caption"))
        if draft.batch:
            place = self._places.setdefault(draft.txn, Place())
            rows = BatchPane(self._context, draft, place)
            rows.taken_out.connect(partial(self._take_out, draft.txn))
            self.panes.append(rows)
            show = Button(t("Show rows"), icon="list", kind=QUIET)
            show.setCheckable(True)
            show.setChecked(place.open)
            show.toggled.connect(rows.open)
            self.show_rows.append(show)
            texts.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
            whole.addWidget(rows)
            rows.setVisible(place.open)
        row.addLayout(texts, 1)
        back = Button(t("Take back"), icon="arrow-counter-clockwise", kind=QUIET)
        back.setAccessibleName(t("Take back: {what}", what=words.title(draft)))
        back.clicked.connect(partial(self._take_back, draft.txn))
        self.undo.append(back)
        row.addWidget(back)
        return line

    def _take_out(self, txn: bytes, row: tuple[str, bytes]) -> None:
        self._context.tasks.act(bulk.take_back_rows, txn, {row}, then=self._again, failed=self._not_taken)

    def _not_taken(self, error: Exception) -> None:
        self._context.fail(error)
        self._again()

    def _take_back(self, txn: bytes) -> None:
        """The rows move up: the next press waits until they are there."""
        self._body.setEnabled(False)
        self._context.tasks.act(actions.take_back, {txn}, then=self._again, failed=self._not_taken)

    def _again(self, _done: Done[Any] | None = None) -> None:
        self._context.tasks.ask(self, "drafts", reference_drafts.drafts, then=self._came)

    def _came(self, found: Drafts) -> None:
        if found.drafts:
            self._fill(found)
        else:
            self.accept()

    def _discard_all(self) -> None:
        self._context.tasks.act(actions.discard_all, then=self._ended)

    def _when_chosen(self, _key: object = None) -> None:
        later = self.when.key == _LATER
        self.moment.setVisible(later)
        self.main.setEnabled(not later or self.moment.at is not None)
        count = len(self._found.drafts)
        self.main.setText(
            t("Schedule ({count})", count=count) if later else t("Publish ({count})", count=count)
        )
        self.main.updateGeometry()

    def _publish(self) -> None:
        """Few at once as they are; many, and what waits for a moment, as a request to headquarters."""
        self.main.setEnabled(False)
        act = self._context.tasks.act
        if self.when.key == _LATER:
            act(publications.schedule, self._name(), self.moment.at, then=self._ended, failed=self._failed)
        elif self._found.rows > MOST_AT_ONCE:
            act(publications.schedule, self._name(), None, then=self._ended, failed=self._failed)
        else:
            act(actions.publish, then=self._ended, failed=self._failed)

    def _name(self) -> str:
        """What the batches are called; of single changes the first one."""
        names = [one.name for one in self._found.drafts if one.batch]
        return ", ".join(names) or words.title(self._found.drafts[0])

    def _failed(self, error: Exception) -> None:
        self._context.fail(error)
        self._when_chosen()

    def _ended(self, _done: Done[Any]) -> None:
        self.accept()


def _consequences(found: Drafts, *, offline: bool) -> str:
    told = [
        t("They go out together: headquarters takes all of them, or none and says why."),
        t(
            "They reach up to {people} people, and {partners} partners of this laptop.",
            people=formats().integer(found.people),
            partners=formats().integer(found.partners),
        ),
    ]
    if offline:
        told.append(t("You work offline: they are sent when you synchronise again."))
    return " ".join(told)
