"""Publications: what waits at headquarters for its moment and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import publications as actions
from channeldesk.model.changes import Done
from channeldesk.queries import publications as query
from channeldesk.queries.publications import Publication
from channeldesk.rules.publications import Status
from channeldesk.rules.words import PUBLICATION_NAMES
from ui.context import Context
from ui.i18n import formats, n, t, tn
from ui.widgets.button import QUIET, Button
from ui.widgets.chip import Chip
from ui.widgets.face import Face
from ui.widgets.label import Label, Line
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.reference.moment import Moment
from ui.widgets.scroll import scrolling

_TONES = {"scheduled": "provisional", "published": "good", "withdrawn": "plain", "refused": "bad"}
_REASONS = 5
"""Reasons that are told of one publication."""


class PublicationsDialog(FormDialog):
    """Asks again after everything that is done here."""

    def __init__(self, parent: QWidget, context: Context, found: Sequence[Publication]) -> None:
        super().__init__(parent, t("Publications"), t("Close"), 680)
        self._context = context
        self.buttons: dict[str, list[Button]] = {}
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(8)
        self.content.addWidget(scrolling(self._body), 1)
        self.confirmed.connect(self.accept)
        self.say(
            t(
                "Headquarters publishes all of a publication at its moment, or none and says why. This "
                "laptop need not be switched on."
            )
        )
        self.resize(760, 560)
        self._fill(found)
        self.cancel.hide()
        self.main.setFocus()

    def _fill(self, found: Sequence[Publication]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = {}
        self._body.setEnabled(True)
        for one in found:
            self._column.addWidget(self._line(one))
            self._column.addWidget(Line())
        if not found:
            face = Face()
            face.empty(
                t("No publications yet"),
                t("Publish drafts later, and they wait here for their moment."),
                "",
                "calendar",
            )
            self._column.addWidget(face)
        self._column.addStretch(1)

    def _line(self, one: Publication) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(one.name, "strong", wrap=True), 1)
        texts.addLayout(head)
        texts.addWidget(Label(_when(one), "body", "secondary", wrap=True))
        for reason in one.reasons[:_REASONS]:
            texts.addWidget(Label(tn(reason), "body", "bad", wrap=True))
        if (more := len(one.reasons) - _REASONS) > 0:
            texts.addWidget(Label(t("and {count} more", count=more), "caption"))
        row.addLayout(texts, 1)
        row.addWidget(Chip(t(PUBLICATION_NAMES[one.status]), _TONES[one.status]))
        for code, button in self._buttons_of(one):
            self.buttons.setdefault(code, []).append(button)
            row.addWidget(button)
        return line

    def _buttons_of(self, one: Publication) -> list[tuple[str, Button]]:
        if one.status == Status.SCHEDULED:
            move = Button(t("Move…"), icon="calendar", kind=QUIET)
            move.clicked.connect(partial(self._move, one))
            back = Button(t("Withdraw"), icon="x", kind=QUIET)
            back.clicked.connect(partial(self._act, actions.withdraw, one.id))
            made = [("move", move), ("withdraw", back)]
        elif one.status in (Status.WITHDRAWN, Status.REFUSED):
            again = Button(t("Into drafts"), icon="arrow-counter-clockwise", kind=QUIET)
            again.clicked.connect(partial(self._act, actions.take_up, one.id))
            made = [("take_up", again)]
        else:
            made = []
        for _, button in made:
            button.setAccessibleName(f"{button.text()}: {one.name}")
            button.setEnabled(self._context.may("publication", "patch"))
        return made

    def _move(self, one: Publication) -> None:
        self.mover = MoveDialog(self, one)
        self.mover.confirmed.connect(partial(self._moved, one))
        self.mover.open()

    def _moved(self, one: Publication) -> None:
        at = self.mover.moment.at
        if at is not None:
            self.mover.accept()
            self._act(actions.move, one.id, at)

    def _act(self, action: Any, *args: Any) -> None:
        """The rows move: the next press waits until they are there."""
        self._body.setEnabled(False)
        self._context.tasks.act(action, *args, then=self._again, failed=self._not_done)

    def _not_done(self, error: Exception) -> None:
        """It was published, or withdrawn by somebody else, while this was looked at."""
        self._context.fail(error)
        self._again()

    def _again(self, _done: Done[Any] | None = None) -> None:
        self._context.tasks.ask(self, "publications", query.publications, then=self._fill)


class MoveDialog(FormDialog):
    """Another moment for a publication."""

    def __init__(self, parent: QWidget, one: Publication) -> None:
        super().__init__(parent, t("Move: {what}", what=one.name), t("Move"), 420)
        self.moment = Moment(one.publish_at)
        self.content.addWidget(self.moment)
        self.moment.changed.connect(self._judge)
        self._judge()

    def _judge(self) -> None:
        self.main.setEnabled(self.moment.at is not None)


def _when(one: Publication) -> str:
    told = [n("{count} row", "{count} rows", one.rows), one.who]
    if one.publish_at is not None:
        told.append(t("for {at}", at=formats().instant(one.publish_at)))
    if one.decided_at is not None:
        told.append(t("decided {at}", at=formats().instant(one.decided_at)))
    if one.waits:
        told.append(t("not sent yet"))
    return " · ".join(part for part in told if part)
