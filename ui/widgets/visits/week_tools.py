"""What can be done with the week that is shown: order a day of it, take it along as a calendar file."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from channeldesk.queries.tour import calendar_of
from ui.context import Context
from ui.i18n import n, own_name, t
from ui.viewmodels.visit_week import DAYS
from ui.widgets.button import Button, IconButton
from ui.widgets.save_text import SaveText


class WeekTools(QWidget):
    order_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.saving = SaveText(self, context)
        self.order = Button(
            t("Order the day"),
            icon="navigation-arrow",
            keys="D",
            tip=t("Proposes the shortest way through the visits of the day under the cursor"),
        )
        self.order.clicked.connect(self.order_wanted)
        self.file = IconButton("export", t("Save the week as a calendar file"), keys="X")
        self.file.clicked.connect(self.file_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.order)
        row.addWidget(self.file)
        if not context.may("visit_plan", "patch"):
            self.order.hide()

    def save_week(self, first: str) -> None:
        """Visits still to do in the week that begins on ``first``, for the person's calendar."""
        last = (date.fromisoformat(first) + timedelta(days=DAYS - 1)).isoformat()
        user = self._context.profile.user_id
        self._context.tasks.ask(
            self, "calendar", calendar_of, user, first, last, _title, then=partial(self._made, first)
        )

    def _made(self, first: str, found: tuple[str, int]) -> None:
        text, count = found
        if not count:
            self._context.say(t("No visit of this week is still to do: there is nothing to save."), "info")
            return
        kind = t("Calendar file (*.ics)")
        told = partial(_told, count)
        self.saving.ask_where(t("Save the week as a calendar file"), f"visits-{first}.ics", kind, text, told)


def _title(name: str, local: str | None) -> str:
    return t("Visit to {partner}", partner=own_name(name, local))


def _told(count: int, file: str) -> str:
    return n("{count} visit saved in {file}.", "{count} visits saved in {file}.", count, file=file)
