"""Ordering the visits of a day: the way as it is beside a shorter one, written by one press, not before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import visits as actions
from channeldesk.rules.route import Call, km
from ui.context import Context
from ui.i18n import formats, own_name, t, tn
from ui.models.columns import Column
from ui.models.table import TableModel
from ui.viewmodels.day_order import DayOrder, day_order
from ui.widgets.label import Label
from ui.widgets.notes import Notes
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.partners.words import minute
from ui.widgets.table_view import TableView

_SIGNS = {"+": "+ ", "=": "= "}


class OrderDay(QObject):
    """Asks for the route of a day and shows it, or says in the message bar why there is none."""

    def __init__(self, page: QWidget, context: Context) -> None:
        super().__init__(page)
        self._page, self._context = page, context

    def propose(self, day: str) -> None:
        user = self._context.profile.user_id
        self._context.tasks.ask(self, "route", day_order, user, day, own_name, then=self._came)

    def _came(self, found: DayOrder) -> None:
        if not self._page.isVisible():
            return
        if found.nothing:
            self._context.say(t(found.nothing), "info")
            return
        dialog = OrderDayDialog(self._page, found)
        dialog.confirmed.connect(partial(self._apply, found))
        dialog.confirmed.connect(dialog.accept)
        dialog.open()

    def _apply(self, found: DayOrder) -> None:
        route = found.route
        self._context.tasks.act(actions.reorder, found.day, route.changes, route.saved)


class OrderDayDialog(FormDialog):
    def __init__(self, parent: QWidget, found: DayOrder) -> None:
        super().__init__(parent, t("Order the day"), t("Apply"), 720)
        route = found.route
        self.say(
            t(
                "{day}: {after} instead of {before}, in a straight line. Roads are longer.",
                day=formats().day_full(found.day),
                after=km(route.metres_after),
                before=km(route.metres_before),
            )
        )
        self.before = _line(t("As it is"), route.before, self)
        self.after = _line(t("Shorter way"), route.after, self)
        sides = QHBoxLayout()
        sides.setSpacing(16)
        for title, table in ((t("As it is"), self.before), (t("Shorter way"), self.after)):
            side = QVBoxLayout()
            side.setSpacing(4)
            side.addWidget(Label(title, "section"))
            side.addWidget(table, 1)
            sides.addLayout(side, 1)
        self.content.addLayout(sides, 1)
        self.after.setToolTip(
            "\n".join(
                f"{_SIGNS.get(one.sign, '')}{tn(one.label)} {formats().show(one.value)}"
                for one in route.steps
            )
        )
        self.after.setAccessibleDescription(self.after.toolTip())
        self.notes = Notes()
        self.notes.fill(_notes(found))
        self.content.addWidget(self.notes)
        self.resize(820, min(560, 270 + 36 * len(route.after)))
        self.after.setFocus()


def _notes(found: DayOrder) -> list[tuple[str, str]]:
    notes = []
    if any(one.stop.start is not None and not one.stop.behind for one in found.route.after):
        notes.append(("clock", t("The times of the day stay; partners change places among them.")))
    if any(one.stop.start is None and one.start is not None for one in found.route.after):
        notes.append(("calendar-check", t("Visits without a time get one, with time for the way.")))
    names = [one.name for one in found.route.placeless]
    if names:
        text = t(
            "Not known where they are, so they stay as they are: {partners}",
            partners=formats().listing(names),
        )
        notes.append(("map-pin", text))
    return notes


def _line(name: str, calls: tuple[Call, ...], parent: QWidget) -> TableView:
    columns = [
        Column("time", t("Time"), _time, width=64, sortable=False, strong=True),
        Column("partner", t("Partner"), _partner, width=160, sortable=False, stretch=True, tone=_tone),
        Column("leg", t("Distance"), _leg, width=88, sortable=False, tone=_quiet),
    ]
    table = TableView(columns, name, filters=False)
    model = TableModel(columns, parent=parent)
    model.set_rows(calls)
    table.setModel(model)
    table.setMinimumHeight(120)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return table


def _time(row: Call) -> str:
    return minute(row.start) or t("any")


def _partner(row: Call) -> str:
    return row.stop.name


def _tone(row: Call) -> str:
    return "secondary" if row.stop.behind or row.stop.place is None else ""


def _leg(row: Call) -> str:
    return formats().show(km(row.metres)) if row.metres is not None else ""


def _quiet(_row: Call) -> str:
    return "secondary"
