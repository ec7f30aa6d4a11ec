"""Putting a closed visit right: what was told is shown again, and told anew."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from channeldesk.actions import visits
from channeldesk.model.changes import Done
from channeldesk.model.notice import Notice
from channeldesk.queries import told_visits
from channeldesk.queries.told_visits import Told, ToldVisit
from channeldesk.queries.visits import VisitRow
from ui.context import Context
from ui.i18n import formats, t, tn, two_names
from ui.page import Page
from ui.widgets.button import QUIET, Button
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable
from ui.widgets.partners import words
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.today.words import BETWEEN

_EARLIER = 3
"""Tellings that are shown; more help nobody."""


class Correcting:
    """Opens the form over ``page``, which asks."""

    def __init__(self, page: Page) -> None:
        self._page, self._user = page, page.context.profile.user_id
        self._told: bytes | None = None
        """Just told anew: the cursor goes to it once its list has it."""
        self._tables: list[ListTable] = []

    def of_visit(self, visit_id: bytes) -> None:
        self._page.ask(told_visits.of_visit, visit_id, self._user, key="told", then=self._came)

    def of_plan(self, plan_id: bytes) -> None:
        self._page.ask(told_visits.of_plan, plan_id, self._user, key="told", then=self._came)

    def button(self, table: ListTable, keys: str = "") -> Button:
        """Among the tools of a list of closed visits, for the row under the cursor."""
        made = Button(t("Put right"), kind=QUIET, keys=keys, tip=t("What was told before is kept beside it"))
        if not self._page.context.may("visit"):
            made.hide()
        made.setEnabled(False)
        made.clicked.connect(lambda: self._of_row(table))
        table.current.connect(lambda row: made.setEnabled(self._mine(row)))
        table.counted.connect(lambda _count: self._follow(table))
        table.tools.add(made)
        self._tables.append(table)
        return made

    def _follow(self, table: ListTable) -> None:
        if self._told is not None:
            self._page.ask(
                told_visits.key_of, self._told, key="told_key", then=lambda key: self._show(table, key)
            )

    def _show(self, table: ListTable, key: int) -> None:
        """A list that was asked for before the visit was told anew does not have it yet."""
        if table.show_key(key):
            self._told = None

    def _was_told(self, done: Done[bytes]) -> None:
        self._told = done.value
        for table in self._tables:
            self._follow(table)

    def _of_row(self, table: ListTable) -> None:
        row = table.current_row()
        if row is not None:
            self.of_visit(row.id)

    def _mine(self, row: VisitRow | None) -> bool:
        return row is not None and row.user_id == self._user and row.has_end

    def _came(self, found: ToldVisit | None) -> None:
        context = self._page.context
        if found is not None and not found.mine:
            context.say(tn(Notice("visit.not_yours")), "info")
        elif found is not None and context.may("visit"):
            dialog = CorrectVisitDialog(self._page, context, found)
            dialog.corrected.connect(self._was_told)
            dialog.open()


class CorrectVisitDialog(FormDialog):
    corrected = Signal(object)
    """What the action gave back."""

    def __init__(self, parent: QWidget, context: Context, visit: ToldVisit) -> None:
        super().__init__(parent, t("Put the visit right"), t("Save"))
        self.context, self.visit = context, visit
        name = two_names(visit.partner, visit.partner_local)[0]
        self.say(BETWEEN.join((name, formats().day(visit.day))))
        self.note = QPlainTextEdit(visit.note or "")
        self.note.setTabChangesFocus(True)
        self.note.setMinimumHeight(96)
        self.outcome = Choice("", words.outcomes(), visit.outcome)
        self.content.addWidget(FormField(t("What was said"), self.note), 1)
        self.content.addWidget(FormField(t("Outcome"), self.outcome))
        for one in visit.before[:_EARLIER]:
            self.content.addWidget(Label(_earlier(one), "caption", wrap=True))
        self.note.textChanged.connect(self._judge)
        self.outcome.chosen.connect(self._judge)
        self.confirmed.connect(self._write)
        self.note.setFocus()
        self._judge()
        name = f"visit.{visit.id.hex()}"
        FormKeeper(self, context, name, {"note": self.note, "outcome": self.outcome})

    def _judge(self) -> None:
        told = (self.note.toPlainText().strip(), self.outcome.key)
        self.main.setEnabled(told != (self.visit.note or "", self.visit.outcome))

    def _write(self) -> None:
        self.act(
            self.context.tasks,
            visits.correct,
            self.visit.id,
            str(self.outcome.key),
            self.note.toPlainText(),
            then=self._written,
        )

    def _written(self, done: Done[bytes]) -> None:
        self.corrected.emit(done)
        self.accept()


def told(visit: ToldVisit) -> str:
    """What was recorded, in a line or two."""
    corrected = t("corrected") if visit.before else ""
    return BETWEEN.join(filter(None, (words.outcome(visit.outcome), corrected, visit.note)))


def _earlier(one: Told) -> str:
    said = BETWEEN.join(filter(None, (words.outcome(one.outcome), one.note)))
    if one.at is None:
        return t("Before: {told}", told=said)
    return t("Told on {moment}: {told}", moment=formats().instant_short(one.at), told=said)
