"""The surveys of a visit, each with how far it is or what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.queries.surveys import SurveyRow
from ui.i18n import formats, n, own_name, t
from ui.widgets.entries import Entries, Entry
from ui.widgets.label import Label
from ui.widgets.partners import words
from ui.widgets.today.words import BETWEEN


class SurveyList(QWidget):
    """``opened`` carries the survey's id."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._none = Label(t("No survey for this day"), "caption", "tertiary")
        self.entries = Entries()
        self.entries.opened.connect(self.opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._none)
        column.addWidget(self.entries)

    def fill(self, surveys: Sequence[SurveyRow], *, writes: bool) -> None:
        self._none.setVisible(not surveys)
        self.entries.fill([entry(row, writes=writes) for row in surveys])


def entry(row: SurveyRow, *, writes: bool) -> Entry:
    """One survey as a line; the score stands at the right."""
    facts = []
    if row.answered and row.answered_at is not None:
        facts.append(t("answered at {time}", time=formats().time(row.answered_at)))
    if row.begun:
        facts.append(t("{count} of {all} answered", count=row.begun, all=row.questions))
    elif not row.answered:
        facts.append(n("{count} question", "{count} questions", row.questions))
    if row.before is not None:
        facts.append(t("last time {score}", score=words.score(row.before)))
    return Entry(
        "check-circle" if row.answered else "clipboard-text",
        own_name(row.name, row.name_local),
        BETWEEN.join(facts),
        words.score(row.score) if row.score is not None else "",
        words.edited() if row.provisional else "",
        tone="good" if row.answered else "secondary",
        key=row.id if writes else None,
    )
