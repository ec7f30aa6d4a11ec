"""The overview of a partner: trend against target, promises, people, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.analytics import trend
from channeldesk.analytics.chart import ChartData, SeriesRole
from channeldesk.analytics.chart import Label as Title
from channeldesk.queries.partner import Contact
from channeldesk.queries.partner_page import PartnerPageData
from ui.charts.frame import ChartFrame
from ui.i18n import N_, n, t
from ui.page import section
from ui.tasks import Tasks
from ui.theme.tokens import ROW
from ui.widgets.button import QUIET, Button
from ui.widgets.choice import Choice
from ui.widgets.entrance import Entrance
from ui.widgets.label import Elided, Label, Line
from ui.widgets.partners import events, words
from ui.widgets.partners.promise_list import PromiseList
from ui.widgets.scroll import scrolling
from ui.widgets.timeline import Timeline

_PEOPLE = 4
_SIDE, _SIDE_NARROW, _NARROW = 320, 272, 860


class Overview(Entrance):
    event_opened = Signal(object)
    kinds_chosen = Signal(object)
    """The kind of event to show, "" for all."""

    def __init__(self, tasks: Tasks, *, own: bool = False) -> None:
        """``own``: for the partner's own people, who buy what is sold here."""
        super().__init__()
        self._own = own
        self._shown: object = None
        self._contacts: Sequence[Contact] | None = None
        self.chart = ChartFrame(tasks)
        self.chart.setMinimumHeight(210)
        self.promises = PromiseList(5)
        self.add_promise = Button(t("Promise"), icon="plus", kind=QUIET, keys="P")
        self.add_note = Button(t("Note"), icon="plus", kind=QUIET, keys="O")
        self.kinds = Choice("", events.kinds())
        self.kinds.chosen.connect(self.kinds_chosen)
        self.timeline = Timeline(t("Timeline"))
        self.timeline.setMinimumHeight(5 * ROW)
        self.timeline.opened.connect(self.event_opened)
        self._nothing = Label(t("Nothing has happened here yet."), "caption", "tertiary")
        self._people = QVBoxLayout()
        self._people.setSpacing(0)
        right = self._side = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(16, 0, 0, 0)
        side.setSpacing(4)
        self._promised = section(t("Open promises"), "", self.add_promise)
        side.addWidget(self._promised)
        side.addWidget(self.promises)
        side.addSpacing(12)
        side.addWidget(section(t("People")))
        side.addLayout(self._people)
        side.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.chart, 1)
        top.addWidget(Line(upright=True))
        top.addWidget(right)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(top, 5)
        column.addWidget(Line())
        column.addWidget(section(t("Timeline"), t("everything, newest first"), self.kinds, self.add_note))
        column.addWidget(self._nothing)
        column.addWidget(self.timeline, 4)
        area = scrolling(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setFocusProxy(self.timeline)

    def leave_out(self, *kinds: str) -> None:
        """Kinds of events that never come: they are not offered."""
        self.kinds.set_options([one for one in events.kinds() if one[0] not in kinds])

    def show_promises(self, shown: bool) -> None:
        if not shown:
            self._promised.hide()
            self.promises.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._side.setFixedWidth(_SIDE_NARROW if self.width() < _NARROW else _SIDE)
        super().resizeEvent(event)

    def fill(self, data: PartnerPageData) -> None:
        today = date.fromisoformat(data.today)
        chart = _without_last_year(trend.trend(data.trend))
        self.chart.show_data(_as_bought(chart) if self._own else chart)
        arriving = data.detail.as_of is None
        self.promises.fill(data.detail.promises, today, arriving=arriving)
        self._fill_people(data.detail.contacts)
        self._nothing.setText(t("Still arriving") if arriving else t("Nothing has happened here yet."))
        self._nothing.setVisible(not data.events)
        self.timeline.setVisible(bool(data.events))
        shown = (data.detail.id, data.events, data.today)
        if shown != self._shown:
            self._shown = shown
            self.timeline.fill([events.line(one, today) for one in data.events])

    def _fill_people(self, contacts: Sequence[Contact]) -> None:
        if contacts == self._contacts:
            return
        self._contacts = contacts
        while (item := self._people.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for one in contacts[:_PEOPLE]:
            self._people.addWidget(_Person(one))
        more = len(contacts) - _PEOPLE
        if more > 0:
            self._people.addWidget(Label(n("and {count} more", "and {count} more", more), "caption"))
        if not contacts:
            self._people.addWidget(Label(t("Nobody is known yet"), "caption", "tertiary"))


class _Person(QWidget):
    def __init__(self, contact: Contact) -> None:
        super().__init__()
        self.setFixedHeight(ROW)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        name = Elided(contact.name, "name", "provisional" if contact.provisional else "")
        name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row.addWidget(name)
        row.addWidget(Elided(contact.job_title or "", "caption"), 1)
        row.addWidget(Label(contact.phone or contact.email or "", "caption"))
        if contact.provisional:
            self.setToolTip(words.edited())


def _as_bought(chart: ChartData) -> ChartData:
    return replace(chart, title=Title(N_("Bought, net, {count} months"), chart.title.params))


def _without_last_year(chart: ChartData) -> ChartData:
    """Two years in one line show last year already."""
    kept = tuple(one for one in chart.series if one.role is not SeriesRole.LAST_YEAR)
    return replace(chart, series=kept)
