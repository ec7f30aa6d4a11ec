"""Planning visits at the ticked partners: how many a day from when on, and which day each one gets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from channeldesk.actions import visits as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import partner_edit, visits
from channeldesk.queries.partner_edit import PreviewRow
from channeldesk.rules.visits import spread
from ui.context import Context
from ui.i18n import formats, n, t, tc, tn, two_names
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.widgets.check import Check
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.partners import words
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.table_view import TableView

_PER_DAY = (1, 2, 3, 4, 5, 6, 8)


class PlanVisitsDialog(FormDialog):
    """``keys`` are those of the partners, visited in this order from ``first`` on, or from the next working
    day. Nothing is written before the button.
    """

    def __init__(
        self, parent: QWidget, context: Context, keys: Sequence[int], first: date | None = None
    ) -> None:
        super().__init__(parent, t("Plan visits"), tc("action", "Plan"), 640)
        self._context = context
        self._rows: Sequence[PreviewRow] = ()
        self._days: dict[int, date] = {}
        self._planned: dict[date, int] | None = None
        first = first or spread(1, words.local_today() + timedelta(days=1), 1)[0]
        self.first = QLineEdit(first.isoformat())
        self._first_box = FormField(t("From"), self.first, t("At weekends none is planned."))
        self.leave_out = Check(t("Leave out partners with a visit planned already"))
        self.leave_out.setChecked(True)
        self.per_day = Choice("", [(count, formats().integer(count)) for count in _PER_DAY], 4)
        self.purpose = QLineEdit()
        shown = [
            Column("name", t("Partner"), _name, width=220, sortable=False, stretch=True),
            Column("last", t("Last visit"), lambda row: row.last_visit, Kind.DAY, 120, sortable=False),
            Column(
                "next", t("Planned already"), lambda row: row.next_visit, Kind.DAY, 130, sortable=False,
                tone=_planned_tone,
            ),
            Column("day", t("New visit"), self._day, Kind.DAY, 120, sortable=False, tone=_new_tone),
        ]  # fmt: skip
        self.model = TableModel(shown, parent=self)
        self.table = TableView(shown, t("Preview of the visits"), filters=False)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(240)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self._first_box)
        line.addWidget(FormField(t("Visits per day, with those planned"), self.per_day))
        line.addWidget(FormField(t("What for"), self.purpose), 1)
        self.content.addLayout(line)
        self.content.addWidget(self.leave_out)
        self.content.addWidget(self.table, 1)
        self.first.textChanged.connect(self._judge)
        self.per_day.chosen.connect(self._judge)
        self.leave_out.toggled.connect(self._judge)
        self.confirmed.connect(self._plan)
        self.resize(700, 520)
        self.main.setEnabled(False)
        self.first.setFocus()
        self.first.selectAll()
        context.tasks.ask(self, "preview", partner_edit.preview, list(keys), "stage", then=self._rows_came)
        today, person = words.local_today().isoformat(), context.profile.user_id
        context.tasks.ask(self, "planned", visits.planned_by_day, person, today, then=self._planned_came)

    def _rows_came(self, rows: Sequence[PreviewRow]) -> None:
        self._rows = rows
        self._judge()

    def _planned_came(self, planned: dict[date, int]) -> None:
        self._planned = planned
        self._judge()

    def _judge(self, _typed: object = None) -> None:
        """Read the first day and show which day each partner gets."""
        today, told = words.local_today(), ""
        self._days = {}
        wanted = [row.key for row in self._rows if row.next_visit is None or not self.leave_out.isChecked()]
        try:
            first = formats().read_day(self.first.text(), today)
            if first < today:
                raise Problem(Notice("visit.day_is_past"))
            days = spread(len(wanted), first, int(str(self.per_day.key)), self._planned)
            self._days = dict(zip(wanted, days, strict=True))
        except Problem as problem:
            told = tn(problem.notice)
        self._first_box.set_error(told)
        self.model.set_rows(self._rows)
        self.main.setEnabled(bool(self._days) and self._planned is not None)
        self.main.setText(n("Plan {count} visit", "Plan {count} visits", len(self._days)))
        self.main.updateGeometry()
        out = len(self._rows) - len(wanted)
        self.hint.setText(n("{count} left out", "{count} left out", out) if out else "")

    def _day(self, row: PreviewRow) -> str | None:
        day = self._days.get(row.key)
        return None if day is None else day.isoformat()

    def _plan(self) -> None:
        planned = [one for one in self._rows if one.key in self._days]
        ids = [one.id for one in planned]
        days = [self._days[one.key].isoformat() for one in planned]
        self.act(
            self._context.tasks,
            actions.plan_many,
            ids,
            days,
            self.purpose.text().strip() or None,
            then=self._done,
        )

    def _done(self, done: Done[tuple[bytes, ...]]) -> None:
        self.accept()


def _name(row: PreviewRow) -> str:
    return two_names(row.name, row.name_local)[0]


def _planned_tone(row: PreviewRow) -> str:
    return "warning"


def _new_tone(row: PreviewRow) -> str:
    return "accent"
