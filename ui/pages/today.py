"""Today: the visits in order, whom to visit next, what is new; what came back, what is due, what waits."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.actions import promises as promise_actions
from channeldesk.actions import visits as visit_actions
from channeldesk.model.changes import Done, Topic
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.today import Today, today
from channeldesk.queries.visits import PlannedVisit, VisitSuggestion
from ui.context import Context
from ui.i18n import formats, n, t
from ui.page import Page, PageHeader, section
from ui.theme.tokens import MARGIN
from ui.widgets.button import Button, IconButton
from ui.widgets.entries import Entries, Entry
from ui.widgets.inbox import words as inbox_words
from ui.widgets.label import Label, Line
from ui.widgets.partners.promise_work import PromiseWork
from ui.widgets.scroll import beside
from ui.widgets.today import words
from ui.widgets.today.agenda import Agenda
from ui.widgets.today.money import MoneyPromised
from ui.widgets.today.month import Month
from ui.widgets.today.next_visits import NextVisits
from ui.widgets.today.promises import PromiseList

_SIDE, _SIDE_NARROW, _NARROW = 440, 352, 1_000
_SHOWN = 4


class TodayPage(Page):
    topics = frozenset(
        {
            Topic.VISITS,
            Topic.PROMISES,
            Topic.INBOX,
            Topic.SYNC,
            Topic.ORDERS,
            Topic.RECEIVABLES,
            Topic.TARGETS,
            Topic.PARTNERS,
            Topic.PRICES,
        }
    )
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.found: Today | None = None
        self._make_left()
        self._make_right()
        self.content.setContentsMargins(0, 0, 0, 0)
        both, self._side = beside(self._left, self._right)
        self.content.addLayout(both)
        self.setFocusProxy(self.agenda)

    def _make_left(self) -> None:
        plan = Button(icon="calendar-dots")
        plan.clicked.connect(self._open_visits)
        writes = self.context.may("visit_plan")
        if not writes:
            plan.hide()
        report = IconButton("file-text", t("Day report"), keys="S")
        report.clicked.connect(self._open_report)
        trip = Button(icon="briefcase")
        trip.clicked.connect(self._pack)
        self._named = {trip: t("Trip pack"), plan: t("Plan visits")}
        for button, name in self._named.items():
            button.setAccessibleName(name)
            button.setToolTip(name)
        self.header = PageHeader("", report, trip, plan)
        self.agenda = Agenda(writes)
        self.agenda.check_in.connect(self._check_in)
        self.agenda.brief.connect(self._brief)
        self.agenda.opened.connect(self._open_partner)
        self._no_visits = Label(t("No visit is planned for today."), "body", "secondary")
        self._no_visits.hide()  # nothing is said of the day before it is known
        self.next = NextVisits(writes)
        self.next.opened.connect(self._open_partner)
        self.next.plan_wanted.connect(self._plan)
        self._news_title = Label("", "section")
        self.news = Entries(beside=True)
        self.news.opened.connect(self._open_news)
        self._nothing_new = Label("", "body", "secondary")
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        column.setSpacing(8)
        column.addWidget(self.header)
        column.addSpacing(8)
        self._visits_title = section(t("Visits, in order"))
        for part in (self._visits_title, self._no_visits, self.agenda):
            column.addWidget(part)
        column.addSpacing(12)
        column.addWidget(self.next)
        column.addSpacing(12)
        for part in (self._news_title, self._nothing_new, self.news):
            column.addWidget(part)
        column.addStretch(1)

    def _make_right(self) -> None:
        self._needs_title, self.needs = _Count(t("Needs you")), Entries()
        self._due_title, self.promises = (
            _Count(t("Promises due")),
            PromiseList(self.context.may("visit_plan")),
        )
        self._waiting_title, self.waiting = _Count(t("Waiting for sync")), Entries()
        self.month = Month(self.context.tasks)
        self.needs.opened.connect(self._open_inbox)
        self.promise_work = PromiseWork(self, self.promises)
        self.promises.postponed.connect(self._postponed)
        self.money = MoneyPromised()
        self.money.opened.connect(lambda partner: self.go("partner", partner))
        self.month.picked.connect(self._open_performance)
        self.month.chart.told.connect(self.context.say)
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(MARGIN, 20, MARGIN, 16)
        column.setSpacing(6)
        for title, body in (
            (self._needs_title, self.needs),
            (self._due_title, self.promises),
            (self._waiting_title, self.waiting),
        ):
            column.addWidget(title)
            column.addWidget(body)
            column.addSpacing(8)
            column.addWidget(Line())
            column.addSpacing(8)
            if body is self.promises:
                column.addWidget(self.money)
        column.addWidget(self.month)
        column.addStretch(1)

    def refresh(self) -> None:
        self.ask(today, self.context.profile.user_id, then=self._came)

    def _came(self, found: Today) -> None:
        self.found = found
        self.set_as_of(found.as_of)
        if found.as_of is None and not found.partners:
            self.show_empty(
                t("Nothing is here yet"),
                t("Your territory appears with the first synchronisation."),
                t("Synchronise now"),
                "cloud-arrow-down",
            )
            return
        self.show_content()
        self._show_left(found)
        self._show_right(found)

    def face_pressed(self) -> None:
        sync = self.context.sync
        if self.found is not None and sync is not None and self.face.kind == "empty":
            sync.sync_now()
            return
        super().face_pressed()

    def _show_left(self, found: Today) -> None:
        self.header.title.set_texts(formats().day_full(found.day), formats().day_brief(found.day))
        left = sum(one.state in ("planned", "under_way") for one in found.visits)
        self.header.note.set_text(
            n("{count} visit to do", "{count} visits to do", left) if found.visits else ""
        )
        arriving = found.as_of is None
        none = t("Still arriving") if arriving else t("No visit is planned for today.")
        self._no_visits.setText(none)
        self._no_visits.setVisible(not found.visits)
        self.agenda.setVisible(bool(found.visits))
        self.agenda.fill(found.visits, found.ranks, found.partners, found.promises, found.day)
        self.next.setVisible(bool(found.suggestions) and not arriving)  # a rank needs the totals
        self.next.fill(found.suggestions, found.partners, found.day)
        since = formats().day_full(found.news.since)
        self._news_title.setText(t("Since {day}", day=since))
        entries = _news(found)
        self.news.fill(entries)
        self.news.setVisible(bool(entries))
        self._nothing_new.setText(t("Still arriving") if arriving else t("Nothing new from headquarters."))
        self._nothing_new.setVisible(not entries)

    def _show_right(self, found: Today) -> None:
        self._needs_title.show_count(len(found.needs_you), t("nothing"))
        self.needs.fill(_needs(found))
        self.needs.setVisible(bool(found.needs_you))
        none = t("still arriving") if found.as_of is None else t("none this week")
        self._due_title.show_count(len(found.promises), none)
        self.promises.fill(found.promises, found.day)
        self.promises.setVisible(bool(found.promises))
        self.money.fill(found.money, found.day)
        rows = sum(one.rows for one in found.waiting)
        note = ""
        if found.status.oldest is not None and rows:
            note = t("oldest {moment}", moment=formats().instant_short(found.status.oldest))
        self._waiting_title.show_count(rows, t("everything is sent"), note)
        self.waiting.fill(_waiting(found))
        self.waiting.setVisible(bool(found.waiting))
        self.month.show_sales(found.sales, arriving=found.as_of is None)

    # what the person does

    def _check_in(self, visit: PlannedVisit) -> None:
        if visit.state == "planned":
            self.act(visit_actions.check_in, visit.id, then=self._checked_in)
        else:
            self.go("visits", visit.id)

    def _checked_in(self, done: Done[Any]) -> None:
        """The page shows the visit under way; its own page is one Enter away."""

    def _brief(self, visit: PlannedVisit) -> None:
        from ui.widgets.partners.brief import BriefDialog

        BriefDialog(self, self.context, visit.partner_id).open()

    def _open_partner(self, row: Any) -> None:
        self.go("partner", row.partner_id)

    def _plan(self, suggestion: VisitSuggestion, day: str) -> None:
        self.act(visit_actions.plan, suggestion.partner_id, day)

    def _postponed(self, promise: PromiseRow, day: str) -> None:
        self.act(promise_actions.postpone, promise.id, day)

    def _open_visits(self) -> None:
        """To whom it is worth going."""
        self.go("visits", "next")

    def _pack(self) -> None:
        """Everything for the planned visits, at once."""
        self.go("trip", "now")

    def _open_report(self) -> None:
        self.go("day_report")

    def _open_inbox(self, item_id: object) -> None:
        self.go("inbox", item_id)

    def _open_news(self, where: object) -> None:
        page, subject = where if isinstance(where, tuple) else (str(where), None)
        self.go(page, subject)

    def _open_performance(self, _period: object) -> None:
        self.go("performance")

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < _NARROW
        self._side.setFixedWidth(_SIDE_NARROW if narrow else _SIDE)
        for button, name in self._named.items():
            button.setText("" if narrow else name)
        super().resizeEvent(event)


class _Count(QWidget):
    """The heading of a part with how many it holds, or what to say when it holds none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._note = Label("", "caption")
        self._oldest = Label("", "caption")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Label(title, "section"))
        row.addWidget(self._note)
        row.addStretch(1)
        row.addWidget(self._oldest)

    def show_count(self, count: int, none: str, note: str = "") -> None:
        self._note.setText(formats().integer(count) if count else none)
        self._oldest.setText(note)


def _needs(found: Today) -> list[Entry]:
    """The first items of the inbox; the rest stands there."""
    entries = []
    for one in found.needs_you[:_SHOWN]:
        rejected = one.kind == "rejection"
        amount = "" if one.amount is None else words.whole_money(one.amount, one.currency or "")
        entries.append(
            Entry(
                "x-circle" if rejected else "git-diff" if one.kind == "conflict" else "warning-circle",
                inbox_words.row_title(one),
                inbox_words.row_text(one),
                amount,
                tone="bad" if rejected else "warning",
                action=t("Decide"),
                key=one.id,
            )
        )
    more = len(found.needs_you) - len(entries)
    if more > 0:
        entries.append(
            Entry("dots-three", n("{count} more", "{count} more", more), key=found.needs_you[_SHOWN].id)
        )
    return entries


def _waiting(found: Today) -> list[Entry]:
    reason = t("Headquarters has not confirmed this yet.")
    entries = []
    for one in found.waiting:
        icon, text = words.waiting(one)
        amount = words.amounts(one.amounts)
        entries.append(Entry(icon, text, amount=amount, reason=reason if amount else ""))
    return entries


def _news(found: Today) -> list[Entry]:
    """Orders that headquarters accepted, price lists that start, partners that changed."""
    news = found.news
    entries = []
    if news.orders:
        title = n("{count} order accepted", "{count} orders accepted", news.orders)
        entries.append(Entry("check-circle", title, words.money_text(news.amounts), key="orders"))
    if news.prices:
        title = n("{count} price list starts", "{count} price lists start", len(news.prices))
        told = (
            t("{name} from {day}", name=one.name, day=formats().day_short(one.valid_from))
            for one in news.prices
        )
        entries.append(Entry("tag", title, words.BETWEEN.join(told)))
    if news.partners:
        title = n("{count} partner changed", "{count} partners changed", len(news.partners))
        entries.append(
            Entry(
                "storefront",
                title,
                words.BETWEEN.join(news.partners),
                key=("partner", news.partner_ids[0]) if len(news.partners) == 1 else "partners",
            )
        )
    return entries
