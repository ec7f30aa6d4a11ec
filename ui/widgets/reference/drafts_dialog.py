"""Everything that is not published: what it would change and for whom; publish, or give up one or all."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.actions import reference as actions
from channeldesk.model.changes import Done
from channeldesk.queries import reference_drafts
from channeldesk.queries.reference_drafts import Draft, Drafts
from ui.context import Context
from ui.i18n import formats, n, t
from ui.widgets.button import QUIET, Button
from ui.widgets.label import Label, Line
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.reference import words
from ui.widgets.scroll import scrolling

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
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(8)
        self.content.addWidget(scrolling(self._body), 1)
        foot = QHBoxLayout()
        foot.addWidget(self.all)
        foot.addStretch(1)
        self.content.addLayout(foot)
        self.confirmed.connect(self._publish)
        self.resize(720, 560)
        self._fill(found)
        self.main.setFocus()

    def _fill(self, found: Drafts) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.undo = []
        count = len(found.drafts)
        self.heading.setText(n("Publish {count} change", "Publish {count} changes", count))
        self.main.setText(t("Publish ({count})", count=count))
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
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(_narrowing(Label(words.title(draft), "strong", wrap=True)))
        if told := words.changes(draft):
            texts.addWidget(_narrowing(Label(told, "body", "secondary", wrap=True)))
        texts.addWidget(Label(formats().instant_short(draft.recorded_at), "caption"))
        row.addLayout(texts, 1)
        back = Button(t("Take back"), icon="arrow-counter-clockwise", kind=QUIET)
        back.setAccessibleName(t("Take back: {what}", what=words.title(draft)))
        back.clicked.connect(partial(self._take_back, draft.txn))
        self.undo.append(back)
        row.addWidget(back)
        return line

    def _take_back(self, txn: bytes) -> None:
        self._context.tasks.act(actions.take_back, {txn}, then=self._again)

    def _again(self, _done: Done[Any]) -> None:
        self._context.tasks.ask(self, "drafts", reference_drafts.drafts, then=self._came)

    def _came(self, found: Drafts) -> None:
        if found.drafts:
            self._fill(found)
        else:
            self.accept()

    def _discard_all(self) -> None:
        self._context.tasks.act(actions.discard_all, then=self._ended)

    def _publish(self) -> None:
        self._context.tasks.act(actions.publish, then=self._ended)

    def _ended(self, _done: Done[Any]) -> None:
        self.accept()


def _narrowing(label: Label) -> Label:
    """A long word without blanks is cut off, and whole in the tip; it never pushes the buttons away."""
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    label.setSizePolicy(policy)
    label.setToolTip(label.text())
    return label


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
