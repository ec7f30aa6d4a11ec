"""Orders: the list with filters and sums, one order beside it or on the whole page."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.changes import Topic
from channeldesk.queries import clock, drafts, orders
from channeldesk.queries.drafts import DraftRow
from channeldesk.queries.orders import Counts, OrderDetail, OrderRow
from channeldesk.queries.routing import MOST_ORDERS
from ui.context import Context
from ui.i18n import n, t, today_here
from ui.models.columns import Column, Kind
from ui.page import Page, PageHeader
from ui.viewmodels.order_entry import Wanted
from ui.widgets import counted
from ui.widgets.bulk_bar import BulkBar
from ui.widgets.button import LINK, QUIET, Button
from ui.widgets.face import Face
from ui.widgets.label import Label, Line
from ui.widgets.list_table import ListTable
from ui.widgets.orders import words
from ui.widgets.orders.detail import WIDTH, OrderPane
from ui.widgets.orders.pane_actions import PaneActions, may_do
from ui.widgets.search import SearchField
from ui.widgets.table_header import long_days, wide_for
from ui.widgets.tabs import Tabs

_FILTERS = {
    "every": {},
    "waiting": {"status": "placed"},
    "rejected": {"status": "rejected"},
    "coming": {"status": "accepted|partly_shipped|shipped"},
    "late": {},  # before today, which the count brings
    "returns": {"kind": "return"},
}
_DRAFTS = 3
_BESIDE = 1000
"""From this width the order has room beside the list."""


class OrdersPage(Page):
    topics = frozenset({Topic.ORDERS, Topic.INBOX, Topic.PARTNERS})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown: bytes | None = None
        self._go_to: int | None = None
        self._opening = False
        self._today = today_here().isoformat()
        new = Button(t("New order"), icon="plus", keys="N")
        new.clicked.connect(self.new_order)
        if not context.may("sales_order"):
            new.hide()
        own = context.is_partner
        self.search = SearchField(t("Number") if own else t("Number or partner"), keys="Ctrl+F")
        self.search.setFixedWidth(220)
        self.tabs = Tabs(_tabs(None), numbered=True)
        self.table = ListTable(
            context.tasks,
            t("Orders"),
            _columns(own),
            orders.keys,
            orders.rows,
            sort="date",
            descending=True,
            views="orders",
            tabs=self.tabs,
            figures=orders.figures,
            things=counted.orders,
            ticks=True,
        )
        self.times = Button(t("Times…"), kind=QUIET)
        self.times.clicked.connect(self.show_times)
        self.header = PageHeader(t("Orders"), self.search, self.times, new)
        self.route = Button(t("Route…"), icon="git-branch")
        self.route.clicked.connect(self.route_ticked)
        if not context.may("order_route"):
            self.route.hide()
        self.bar = BulkBar(self.table, self.route)
        self.pane = OrderPane(**may_do(context))
        self.pane.setFixedWidth(WIDTH)
        self.drafts = QWidget()
        self.drafts.hide()
        self._drafts_shown: tuple[DraftRow, ...] = ()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(8)
        bar.addWidget(self.tabs, 1)
        bar.addWidget(self.table.tools)
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        self._divider = Line(upright=True)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list, 1)
        row.addWidget(self._divider)
        row.addWidget(self.pane)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addWidget(self.drafts)
        self.content.addWidget(self._bar)
        self.content.addLayout(row, 1)

    def _connect(self) -> None:
        self.table.search_with(self.search)
        self.tabs.chosen.connect(self._tab)
        self.table.current.connect(self._current)
        self.table.opened.connect(self._open)
        self.table.counted.connect(self._counted)
        self.table.told.connect(self.context.say)
        self.table.set_empty(self._empty)
        PaneActions(self, self.pane, lambda: self._shown)

    # what is shown

    def open(self, subject: Any) -> None:
        """An order's id: it is shown, whatever the list was filtered for."""
        self.subject = None
        self._shown, self._opening = subject, subject is not None
        self.table.apply({"filters": {}})
        self.tabs.choose("every")
        self.search.clear()
        self.table.search("")
        self.stale = True

    def refresh(self) -> None:
        self.show_content()
        self.table.reload()
        self.ask(orders.counts, then=self._counts)
        self.ask(clock.as_of, then=self.set_as_of)
        if self.context.may("sales_order"):
            self.ask(drafts.drafts, self.context.profile.user_id, "order", then=self._drafts)
        if self._shown is not None:
            self.ask(orders.detail, self._shown, key="detail", then=self._found)

    def _counts(self, counts: Counts) -> None:
        self._today = counts.today
        self.tabs.set_items(_tabs(counts))

    def _counted(self, count: int) -> None:
        self.header.note.set_text(counted.orders(count))
        if self._go_to is not None and self.table.show_key(self._go_to):
            self._go_to = None
        view = self.table.view
        if count and not self._opening and self._go_to is None and not view.currentIndex().isValid():
            view.setCurrentIndex(self.table.model.index(0, 1))

    def _current(self, row: OrderRow | None) -> None:
        if self._opening:
            return  # the list may answer first: its cursor says nothing yet
        if row is None:
            self._shown = None
            self.pane.show_order(None)
        elif self._go_to is None and row.id != self._shown:
            self._shown = row.id
            self.ask(orders.detail, row.id, key="detail", then=self._found)

    def _found(self, detail: OrderDetail | None) -> None:
        self._opening = False
        if detail is None:
            self._shown = None
        self.pane.show_order(detail)
        if detail is not None:
            row = self.table.current_row()
            if (row is None or row.key != detail.order.key) and not self.table.show_key(detail.order.key):
                self._go_to = detail.order.key

    def _drafts(self, found: tuple[DraftRow, ...]) -> None:
        if found == self._drafts_shown:
            return
        self._drafts_shown = found
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        if found:
            row.addWidget(Label(t("Drafts"), "caption"))
        for one in found[:_DRAFTS]:
            name, _ = words.two_names(one.partner, one.partner_local)
            text = n("{partner}, {count} line", "{partner}, {count} lines", one.lines, partner=name)
            link = Button(text, kind=LINK)
            link.clicked.connect(partial(self.go, "order_entry", Wanted(draft_id=one.id)))
            row.addWidget(link)
        if len(found) > _DRAFTS:
            more = Button(t("{count} more", count=len(found) - _DRAFTS), kind=LINK)
            more.clicked.connect(self.new_order)
            row.addWidget(more)
        row.addStretch(1)
        self.content.replaceWidget(self.drafts, made)
        made.setVisible(bool(found))
        self.drafts.hide()
        self.drafts.deleteLater()
        self.drafts = made

    def _tab(self, key: object) -> None:
        late = {"expected": f"<{self._today}"} if key == "late" else None
        self.table.apply({"filters": late or _FILTERS[str(key)]})

    def _empty(self, face: Face, filtered: bool) -> None:
        if filtered:
            face.empty(t("Nothing matches"), t("No order fits these filters."), t("Clear filters"), "funnel")
        else:
            told = t("Press N to take the first one.") if self.context.may("sales_order") else ""
            face.empty(t("No orders yet"), told, icon="receipt")

    def _open(self, row: OrderRow) -> None:
        self.go("order", row.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the list stands alone; Enter opens the order."""
        beside = self.width() >= _BESIDE
        self._divider.setVisible(beside)
        self.pane.setVisible(beside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    # what can be done

    def show_times(self) -> None:
        from ui.widgets.orders.times import TimesDialog

        TimesDialog(self, self.context).open()

    def route_ticked(self) -> None:
        """The ticked orders together: they compete for the same stock."""
        keys = self.table.ticked_keys()
        if len(keys) > MOST_ORDERS:
            told = t("No more than {most} orders are routed together. Tick fewer.", most=MOST_ORDERS)
            self.context.say(told, "warning")
        else:
            self.ask(orders.rows, keys, key="ticked", then=self._route)

    def _route(self, rows: list[OrderRow]) -> None:
        self.go("routing", tuple(row.id for row in rows))

    def new_order(self) -> None:
        self.go("order_entry", "")


def _tabs(counts: Counts | None) -> list[tuple[object, str, int | None]]:
    texts = {
        "every": t("All"),
        "waiting": t("Waiting"),
        "rejected": t("Rejected"),
        "coming": t("To be delivered"),
        "late": t("Late"),
        "returns": t("Returns"),
    }
    return [(key, text, getattr(counts, key) if counts else None) for key, text in texts.items()]


def _columns(own: bool) -> list[Column]:
    """``own``: for the people of a partner, whose every order is their company's."""
    return [
        Column(
            "number", t("Number"), lambda row: row.number or None, width=130, provisional=words.provisional
        ),
        Column(
            "partner",
            t("Partner"),
            lambda row: words.two_names(row.partner, row.partner_local)[0],
            width=130,
            stretch=not own,
            second=lambda row: words.two_names(row.partner, row.partner_local)[1],
            visible=not own,
        ),
        Column(
            "date",
            t("Date"),
            lambda row: row.date,
            Kind.DAY,
            wide_for(t("Date"), long_days()),
        ),
        Column(
            "status",
            t("Status"),
            lambda row: words.status(row.status),
            Kind.CHIP,
            width=wide_for(t("Status"), dict(words.statuses()).values(), chips=True),
            options=words.statuses(),
            tone=lambda row: words.TONES.get(row.status, "plain"),
        ),
        Column(
            "lines",
            t("Lines"),
            lambda row: row.lines,
            Kind.INTEGER,
            60,
            sortable=False,
            filterable=False,
            visible=False,
        ),
        Column(
            "total",
            t("Total"),
            lambda row: row.total,
            Kind.MONEY,
            width=120,
            currency=lambda row: row.currency,
            provisional=words.provisional,
        ),
        Column("currency", t("Currency"), lambda row: row.currency, width=80, visible=False),
        Column("net", t("Net"), lambda row: row.net, Kind.MONEY, 110, currency=_currency, visible=False),
        Column("kind", t("Kind"), _kind, width=90, options=_kinds(), visible=False),
        Column("requested", t("Wanted on"), lambda row: row.requested_on, Kind.DAY, 110, visible=False),
        Column("expected", t("Expected on"), lambda row: row.expected_on, Kind.DAY, 110, visible=False),
        Column("salesperson", t("Taken by"), lambda row: row.salesperson, width=120, visible=False),
        Column(
            "reference",
            t("Your number") if own else t("Their number"),
            lambda row: row.reference,
            width=110,
            stretch=own,
            visible=own,
        ),
    ]


def _currency(row: OrderRow) -> str:
    return row.currency


def _kinds() -> list[tuple[str, str]]:
    return [("order", t("Order")), ("return", t("Return"))]


def _kind(row: OrderRow) -> str:
    return dict(_kinds()).get(row.kind, row.kind)
