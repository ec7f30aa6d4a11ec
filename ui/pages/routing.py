"""From where orders are sent: the split that is proposed, with reasons and alternatives, to confirm or
change.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.actions import routes as actions
from channeldesk.model.changes import Done, Topic
from channeldesk.model.notice import Problem
from channeldesk.queries.routing import RoutedOrder
from channeldesk.rules.rights import HEADQUARTERS
from channeldesk.rules.routing.outcome import Candidate, Proposal
from ui.context import Context
from ui.errors import explain
from ui.i18n import language, n, own_name, t, tn
from ui.models.columns import Column, Kind
from ui.page import Page, PageHeader, section
from ui.tasks import Ticket
from ui.viewmodels import routing as view
from ui.viewmodels.routing import Loaded, RoutingForm
from ui.widgets.button import LINK, MAIN, QUIET, Button
from ui.widgets.check import Check
from ui.widgets.choice import Choice
from ui.widgets.crumbs import Crumbs
from ui.widgets.field import FormField
from ui.widgets.label import Elided, Label, Line
from ui.widgets.orders import route_words
from ui.widgets.orders.route_split import RouteSplit
from ui.widgets.scroll import scrolling
from ui.widgets.short_list import ShortList
from ui.widgets.steps import Steps
from ui.widgets.table_header import long_days, wide_for

_SIDE = 288
_SITES_HIGH = 176


class RoutingPage(Page):
    """Its subject is the id of an order, or of several; without any, all that wait for a route."""

    topics = frozenset({Topic.ORDERS, Topic.STOCK})
    home = ()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.form: RoutingForm | None = None
        self._search: Ticket | None = None
        self._staff = context.profile.role == HEADQUARTERS
        self.crumbs = Crumbs()
        self.pickup = Check(t("The partner fetches it"))
        self.again = Button(t("Take the proposal"), icon="magic-wand", kind=QUIET)
        main = t("Confirm") if self._staff else t("Propose")
        self.main = Button(main, icon="check", keys="Ctrl+Return", kind=MAIN)
        self.header = PageHeader(t("Order routing"), self.pickup, self.again, self.main, crumbs=self.crumbs)
        self.orders = Choice(t("Order"))
        self.told = Label("", "body", wrap=True)
        self.stop = Button(t("Stop searching"), icon="stop-circle", kind=LINK)
        self.wrong = Label("", "body", "bad", wrap=True)
        self.split = RouteSplit()
        self.steps = Steps(t("Cost of the split"))
        self.compared = Label("", "caption", wrap=True)
        self.unmet = Label("", "body", "warning", wrap=True)
        self.notes = Label("", "caption", wrap=True)
        self.note = QLineEdit()
        self.candidates = ShortList(context.tasks, t("Sites in question"), self._columns())
        self.candidates.setFixedHeight(_SITES_HIGH)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.candidates)

    def _lay_out(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(12)
        state.addWidget(self.orders)
        state.addWidget(self.told, 1)
        state.addWidget(self.stop)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(16, 0, 8, 0)
        column.setSpacing(10)
        column.addWidget(Elided(t("What it costs"), "section"))
        column.addWidget(self.steps)
        column.addWidget(self.unmet)
        column.addWidget(self.compared)
        column.addWidget(self.notes)
        column.addWidget(FormField(t("Note on the decision"), self.note))
        column.addStretch(1)
        area = scrolling(side)
        area.setFixedWidth(_SIDE)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(scrolling(self.split), 1)
        row.addWidget(Line(upright=True))
        row.addWidget(area)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addLayout(state)
        self.content.addWidget(self.wrong)
        self.content.addLayout(row, 1)
        self.content.addWidget(section(t("Sites in question"), t("As if the order came from each alone")))
        self.content.addWidget(self.candidates)

    def _connect(self) -> None:
        self.crumbs.chosen.connect(self._back)
        self.pickup.toggled.connect(self._load)
        self.again.clicked.connect(self._take_proposal)
        self.main.clicked.connect(self.decide)
        self.stop.clicked.connect(self.stop_search)
        self.orders.chosen.connect(self._show_order)
        self.split.changed.connect(self._typed)
        self.candidates.told.connect(self.context.say)

    # loading and searching

    def open(self, subject: Any) -> None:
        wanted = (subject,) if isinstance(subject, bytes) else tuple(subject or ())
        if wanted != self.subject or self.form is None:
            self.form = None
            self.note.clear()
        super().open(wanted)

    def holds_work(self) -> bool:
        return super().holds_work() or self._typed_in or bool(self.note.text())

    @property
    def _typed_in(self) -> bool:
        return self.form is not None and (self.form.is_changed or bool(self.form.wrong))

    def refresh(self) -> None:
        """What somebody else moved does not take away what was typed here."""
        if self.form is None or not self._typed_in:
            self._load()

    def _load(self, *_checked: object) -> None:
        if self.form is None:
            self.show_loading()
        self.stop_search()
        local = language().startswith("zh")
        self.ask(view.load, self.subject or (), self.pickup.isChecked(), local, then=self._loaded)

    def _loaded(self, found: Loaded) -> None:
        self.form = RoutingForm(found)
        routing = found.routing
        self.set_as_of(routing.as_of)
        self.crumbs.set([("orders", t("Orders")), ("", t("Order routing"))])
        if not routing.request.orders:
            self.show_empty(
                t("Nothing waits for a route"),
                t("Everything that was ordered has left, or a route is confirmed."),
                t("All orders"),
                "truck",
            )
            return
        self.show_content()
        texts = [(one.id, route_words.order_text(one)) for one in self._routed()]
        before = self.orders.key if self.orders.key in dict(texts) else texts[0][0]
        self.orders.set_options(texts, before)
        self.orders.setVisible(len(texts) > 1)
        self.header.note.set_text(
            texts[0][1] if len(texts) == 1 else n("{count} order", "{count} orders", len(texts))
        )
        self._begin_search()
        self._show()

    def _begin_search(self) -> None:
        from channeldesk.analytics.routing import propose

        assert self.form is not None
        request = self.form.routing.request
        self._search = self.context.tasks.run(
            self, "search", propose, request, then=self._proposed, failed=self._search_failed, apart=True
        )

    def _proposed(self, proposal: Proposal) -> None:
        self._search = None
        if self.form is not None:
            follows = self.form.found(proposal)
            if follows:
                self._show()
            else:
                self._show_sums()

    def _search_failed(self, error: Exception) -> None:
        """The split without a search stands."""
        self._search = None
        self._show_sums()
        self.context.fail(error)

    def stop_search(self) -> None:
        """What was found so far stands."""
        if self._search is not None:
            self._search.cancel()
            self._search = None
            if self.form is not None:
                self._show_sums()

    # what is shown

    def _routed(self) -> list[RoutedOrder]:
        assert self.form is not None
        asked = {one.id for one in self.form.routing.request.orders}
        return [one for one in self.form.routing.orders if one.id in asked]

    @property
    def order(self) -> RoutedOrder | None:
        """The one that is shown."""
        return next((one for one in self._routed() if one.id == self.orders.key), None)

    def _show(self) -> None:
        self._show_order()
        self._show_sums()

    def _show_order(self, *_key: object) -> None:
        order, form = self.order, self.form
        if order is None or form is None:
            return
        self.split.show_order(form, order, edits=self.context.may("order_route"))
        self.candidates.show_rows(form.candidates(order.id))
        self._show_wrong()

    def _show_wrong(self) -> None:
        form = self.form
        told = self.split.reading_fails()
        self._judge_pickup(reads=not told)
        if not told and form is not None and form.wrong:
            told = "\n".join(tn(one) for one in form.wrong)
        self.wrong.setText(told)
        self.wrong.setVisible(bool(told))
        sends = form is not None and any(one.allocations for one in form.shown.orders)
        self.main.setEnabled(not told and sends and self.context.may("order_route"))

    def _judge_pickup(self, *, reads: bool = True) -> None:
        """It asks for everything anew: not over a split that was typed."""
        free = reads and not self._typed_in
        self.pickup.setEnabled(free)
        self.pickup.setToolTip("" if free else t("Take the proposal first: what you changed would be lost."))

    def _show_sums(self) -> None:
        form = self.form
        if form is None:
            return
        self.steps.show_steps(form.shown.steps)
        self.compared.setText(route_words.compared(form))
        self.compared.setVisible(bool(self.compared.text()))
        self.unmet.setText(route_words.unmet(form))
        self.unmet.setVisible(bool(self.unmet.text()))
        self.notes.setText("\n".join(tn(one) for one in form.proposal.notes))
        self.told.setText(route_words.state(form, searching=self._search is not None))
        self.stop.setVisible(self._search is not None)
        self.again.setEnabled(form.is_changed or bool(form.wrong))

    # what can be done

    def _typed(self) -> None:
        order, form = self.order, self.form
        if order is None or form is None:
            return
        if not self.split.reading_fails():
            form.put(order.id, self.split.read())
            self.candidates.show_rows(form.candidates(order.id))
            self._show_sums()
        self._show_wrong()

    def _take_proposal(self) -> None:
        if self.form is not None:
            self.form.take_proposal()
            self._show()

    def decide(self) -> None:
        """Confirm what is shown, or propose it to headquarters."""
        if self.form is not None and self.main.isEnabled():
            self.stop_search()
            self.main.setEnabled(False)
            drafts = self.form.drafts()
            self.act(actions.decide, drafts, self.note.text(), then=self._decided, failed=self._refused)

    def _decided(self, _done: Done[int]) -> None:
        self.form = None
        self.note.clear()
        one = self.subject[0] if self.subject and len(self.subject) == 1 else None
        self.subject, self.stale = self.home, True
        self.go("order" if one is not None else "orders", one)

    def _refused(self, error: Exception) -> None:
        if not isinstance(error, Problem):
            self.context.fail(error)
        self._show_wrong()
        if isinstance(error, Problem):
            self.wrong.setText(explain(error).happened)
            self.wrong.show()

    def _back(self, *_key: object) -> None:
        one = self.subject[0] if self.subject and len(self.subject) == 1 else None
        self.go("order" if one is not None else "orders", one)

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("orders")
        else:
            super().face_pressed()

    def _columns(self) -> list[Column]:
        return [
            Column("site", t("Site"), self._site, width=140, stretch=True),
            Column("lines", t("Whole lines"), lambda one: one.lines, Kind.INTEGER, 96),
            Column("coverage", t("Of the order"), lambda one: one.coverage / 10_000, Kind.PERCENT, 100),
            Column("cost", t("Cost"), lambda one: one.cost, Kind.MONEY, 96, currency=self._currency),
            Column("day", t("There on"), self._day, Kind.DAY, wide_for(t("There on"), long_days())),
            Column("late", t("Days late"), lambda one: one.late_days or None, Kind.INTEGER, 84),
            Column("chosen", t("In the split"), _chosen, Kind.CHIP, 96, tone=lambda _one: "accent"),
        ]

    def _site(self, one: Candidate) -> str:
        if self.form is None:
            return ""
        place = self.form.routing.sites[one.site]
        return own_name(place.name, place.local)

    def _currency(self, _one: Candidate) -> str:
        return "" if self.form is None else self.form.routing.request.terms.currency

    def _day(self, one: Candidate) -> str | None:
        order = self.order if self.form is not None else None
        return None if order is None or one.days is None else view.arrives(order, one.days)


def _chosen(one: Candidate) -> str:
    return t("In it") if one.chosen else ""
