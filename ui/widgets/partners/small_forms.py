"""Small forms over one partner: plan a visit, promise something, note a visit or call."""

from __future__ import annotations

import re
from datetime import date, timedelta

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from channeldesk.actions import promises, visits
from channeldesk.model.changes import Done
from channeldesk.rules.visits import spread
from ui.context import Context
from ui.i18n import t, tc
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.form_keeper import FormKeeper
from ui.widgets.partners import words
from ui.widgets.partners.day_field import DayField
from ui.widgets.partners.dialog import FormDialog

_TIME = re.compile(r"(\d{1,2})(?:[:.：]?([0-5]\d))?")
_DURATION = 45


class _OneForm(FormDialog):
    """What the small forms share: whom it is about, and closing when it is done."""

    def __init__(self, parent: QWidget, context: Context, partner_id: bytes, title: str, main: str) -> None:
        super().__init__(parent, title, main)
        self.context, self.partner_id = context, partner_id
        self.confirmed.connect(self.write)

    def write(self) -> None:
        """Act on what was typed."""

    def done_here(self, done: Done[bytes]) -> None:
        self.accept()


class PlanVisitDialog(_OneForm):
    """``today`` is the partner's business date; the next weekday is offered."""

    def __init__(self, parent: QWidget, context: Context, partner_id: bytes, today: date) -> None:
        super().__init__(parent, context, partner_id, t("Plan a visit"), tc("action", "Plan"))
        self.day = DayField(t("Day"), spread(1, today + timedelta(days=1), 1)[0], today, today)
        self.time = QLineEdit("09:00")
        self._time_box = FormField(t("Time"), self.time, t("Empty: any time"))
        self.purpose = QLineEdit()
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.day, 2)
        line.addWidget(self._time_box, 1)
        self.content.addLayout(line)
        self.content.addWidget(FormField(t("What for"), self.purpose))
        self.day.changed.connect(self._judge)
        self.time.textChanged.connect(self._judge)
        self.day.line.setFocus()
        self.day.line.selectAll()
        self._judge()

    def _minute(self) -> int | None:
        """Minutes after midnight; None for any time. Raises ValueError for what is not a time."""
        text = self.time.text().strip()
        if not text:
            return None
        found = _TIME.fullmatch(text)
        if found is None or int(found[1]) > 23:
            raise ValueError(text)
        return int(found[1]) * 60 + int(found[2] or 0)

    def _judge(self) -> None:
        told = ""
        try:
            self._minute()
        except ValueError:
            told = t("Enter a time such as 9:30.")
        self._time_box.set_error(told)
        self.main.setEnabled(not told and self.day.day is not None)

    def write(self) -> None:
        assert self.day.day is not None
        self.act(
            self.context.tasks,
            visits.plan,
            self.partner_id,
            self.day.day.isoformat(),
            self._minute(),
            _DURATION,
            self.purpose.text().strip() or None,
            then=self.done_here,
        )


class PromiseDialog(_OneForm):
    def __init__(self, parent: QWidget, context: Context, partner_id: bytes, today: date) -> None:
        super().__init__(parent, context, partner_id, t("Promise something"), t("Save"))
        self.promised = QLineEdit()
        self.day = DayField(t("Due"), today + timedelta(days=7), today, today)
        self.content.addWidget(FormField(t("What is promised"), self.promised))
        self.content.addWidget(self.day)
        self.promised.textChanged.connect(self._judge)
        self.day.changed.connect(self._judge)
        self.promised.setFocus()
        self._judge()

    def _judge(self) -> None:
        self.main.setEnabled(bool(self.promised.text().strip()) and self.day.day is not None)

    def write(self) -> None:
        assert self.day.day is not None
        self.act(
            self.context.tasks,
            promises.make,
            self.partner_id,
            self.promised.text(),
            self.day.day.isoformat(),
            then=self.done_here,
        )


class NoteDialog(_OneForm):
    def __init__(self, parent: QWidget, context: Context, partner_id: bytes) -> None:
        super().__init__(parent, context, partner_id, t("Note a visit or call"), t("Save"))
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setMinimumHeight(96)
        self.outcome = Choice("", words.outcomes())
        self.content.addWidget(FormField(t("What was said"), self.note), 1)
        self.content.addWidget(FormField(t("Outcome"), self.outcome))
        self.note.textChanged.connect(self._judge)
        self.note.setFocus()
        self._judge()
        FormKeeper(self, context, f"note.{partner_id.hex()}", {"note": self.note, "outcome": self.outcome})

    def _judge(self) -> None:
        self.main.setEnabled(bool(self.note.toPlainText().strip()))

    def write(self) -> None:
        self.act(
            self.context.tasks,
            visits.note,
            self.partner_id,
            self.note.toPlainText(),
            str(self.outcome.key),
            then=self.done_here,
        )
