"""Planning one visit, or moving it: which partner, what day, what time, what for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.find import PartnerHit, find_partners
from channeldesk.queries.visits import PlannedVisit
from ui.context import Context
from ui.i18n import formats, t, tn, two_names
from ui.viewmodels.visit import read_minute
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.find_field import FindField
from ui.widgets.orders.choose_partner import as_found
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.partners.words import local_today, minute

_MINUTES = (15, 30, 45, 60, 90, 120)


class DayField(QLineEdit):
    """A date as people type it; the arrow keys go from day to day."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        today = local_today()
        try:
            day = formats().read_day(self.text(), today) + timedelta(days=step)
        except Problem:
            day = today
        self.setText(max(day, today).isoformat())


class PlanDialog(FormDialog):
    """``planned`` carries (partner id, day, minute or None, length, purpose). With ``visit`` that one is
    moved.
    """

    planned = Signal(object, str, object, int, str)

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        day: str,
        visit: PlannedVisit | None = None,
        at: int | None = None,
    ) -> None:
        title = t("Move visit") if visit is not None else t("Plan a visit")
        super().__init__(parent, title, t("Move") if visit is not None else t("Plan"))
        self._partner: bytes | None = visit.partner_id if visit is not None else None
        self.partner = FindField(
            context.tasks, t("Name, code or initials of the partner"), as_found, icon="storefront"
        )
        self.partner.setObjectName("")
        self.partner.set_query(find_partners)
        self.partner.chosen.connect(self._chosen)
        self.partner_box = FormField(t("Partner"), self.partner)
        self.day = DayField(day)
        self.day_box = FormField(t("Day"), self.day, t("↑ ↓ another day"))
        self.time = QLineEdit(minute(visit.start_minute if visit is not None else at))
        self.time_box = FormField(t("Time"), self.time, t("As 9:30; empty for any"))
        self.length = Choice(
            "",
            [(count, t("{count} min", count=count)) for count in _MINUTES],
            visit.duration_minutes if visit is not None else 45,
        )
        self.purpose = QLineEdit((visit.purpose or "") if visit is not None else "")
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.day_box, 1)
        line.addWidget(self.time_box, 1)
        if visit is None:
            line.addWidget(FormField(t("Length"), self.length))
            self.content.addWidget(self.partner_box)
        else:
            self.say(two_names(visit.partner, visit.partner_local)[0])
        self.content.addLayout(line)
        self.content.addWidget(FormField(t("What for"), self.purpose))
        self.content.addStretch(1)
        self.confirmed.connect(self._confirm)
        for field in (self.day, self.time, self.purpose):
            field.returnPressed.connect(self._confirm)
        first: Any = self.partner if visit is None else self.day
        first.setFocus()
        if visit is not None:
            self.day.selectAll()

    def _chosen(self, hit: PartnerHit, _text: str) -> None:
        self._partner = hit.id
        self.partner.setText(two_names(hit.name, hit.name_local)[0])
        self.partner_box.set_error("")
        self.day.setFocus()
        self.day.selectAll()

    def _confirm(self) -> None:
        today = local_today()
        at: int | None = None
        day = ""
        for box in (self.day_box, self.time_box):
            box.set_error("")
        try:
            found = formats().read_day(self.day.text(), today)
            if found < today:
                raise Problem(Notice("visit.day_is_past"))
            day = found.isoformat()
        except Problem as problem:
            self.day_box.set_error(tn(problem.notice))
        try:
            at = read_minute(self.time.text())
        except Problem as problem:
            self.time_box.set_error(tn(problem.notice))
        if self._partner is None:
            self.partner_box.set_error(t("Choose a partner first."))
            self.partner.setFocus()
        elif day and not self.time_box.wrong:
            self.planned.emit(self._partner, day, at, int(str(self.length.key)), self.purpose.text())
            self.accept()
