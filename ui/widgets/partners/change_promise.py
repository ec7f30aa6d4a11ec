"""Changing a promise, also one that was sent or kept."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QLineEdit

from channeldesk.actions import promises as actions
from channeldesk.model.changes import Done
from channeldesk.queries.promises import PromiseRow
from ui.i18n import formats, t, two_names
from ui.page import Page
from ui.widgets.button import QUIET, Button
from ui.widgets.field import FormField
from ui.widgets.partners import words
from ui.widgets.partners.day_field import DayField
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.today.words import BETWEEN


class ChangePromiseDialog(FormDialog):
    """Words and day of a promise. One that was kept can be opened again."""

    def __init__(self, page: Page, promise: PromiseRow) -> None:
        super().__init__(page, t("Change the promise"), t("Save"))
        self._tasks, self.promise = page.context.tasks, promise
        due = date.fromisoformat(promise.due_on)
        today = words.local_today()
        told = [two_names(promise.partner or "", promise.partner_local)[0]]
        if promise.done_on is not None:
            told.append(t("kept on {day}", day=formats().day(promise.done_on)))
        self.say(BETWEEN.join(told))
        self.promised = QLineEdit(promise.promised)
        self.day = DayField(t("Due"), due, today, min(due, today))
        self.again = Button(t("Not kept after all"), kind=QUIET)
        self.again.setToolTip(t("The promise is open again"))
        self.remove = Button(t("Remove"), kind=QUIET)
        self.content.addWidget(FormField(t("What is promised"), self.promised))
        self.content.addWidget(self.day)
        for part, shown in (
            (self.again, promise.done_on is not None),
            (self.remove, page.context.may("promise", "delete")),
        ):
            self.add_tool(part)
            part.setVisible(shown)
        self.promised.textChanged.connect(self._judge)
        self.day.changed.connect(self._judge)
        self.confirmed.connect(self._save)
        self.again.clicked.connect(self._reopen)
        self.remove.clicked.connect(self._remove)
        self.promised.setFocus()
        self.promised.selectAll()
        self._judge()

    def _judge(self) -> None:
        told, day = self.promised.text().strip(), self.day.day
        same = (told, day) == (self.promise.promised, date.fromisoformat(self.promise.due_on))
        self.main.setEnabled(bool(told) and day is not None and not same)

    def _save(self) -> None:
        assert self.day.day is not None
        day = self.day.day.isoformat()
        self.act(self._tasks, actions.edit, self.promise.id, self.promised.text(), day, then=self._done)

    def _reopen(self) -> None:
        self.act(self._tasks, actions.reopen, self.promise.id, then=self._done)

    def _remove(self) -> None:
        self.act(self._tasks, actions.remove, self.promise.id, then=self._done)

    def _done(self, _done: Done[None]) -> None:
        self.accept()
