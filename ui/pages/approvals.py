"""Approvals: what waits for one's decision, what one asked for, what is decided; one request beside them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.actions import approvals as actions
from channeldesk.model.changes import Topic
from channeldesk.queries import approvals, clock
from channeldesk.queries.approvals import ApprovalDetail, ApprovalRow, Counts
from ui.context import Context
from ui.i18n import n, t
from ui.models.columns import Column, Kind
from ui.page import Page, PageHeader
from ui.widgets.approvals import words
from ui.widgets.approvals.pane import WIDTH, ApprovalPane
from ui.widgets.bulk_bar import BulkBar
from ui.widgets.button import Button
from ui.widgets.face import Face
from ui.widgets.label import Line
from ui.widgets.list_table import ListTable
from ui.widgets.orders import words as order_words
from ui.widgets.search import SearchField
from ui.widgets.table_header import wide_for
from ui.widgets.tabs import Tabs

_FILTERS = {
    "to_decide": {"status": "asked", "mine": "no"},
    "mine": {"mine": "yes"},
    "decided": {"status": "approved|refused|withdrawn|not_needed"},
}
_BESIDE = 1000
"""From this width the request has room beside the list."""


class ApprovalsPage(Page):
    topics = frozenset({Topic.APPROVALS, Topic.ORDERS, Topic.STOCK, Topic.SYNC})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown: bytes | None = None
        self.search = SearchField(t("Number or partner"), keys="Ctrl+F")
        self.search.setFixedWidth(220)
        self.tabs = Tabs(_tabs(None), numbered=True)
        self.table = ListTable(
            context.tasks,
            t("Requests"),
            _columns(),
            approvals.keys,
            approvals.rows,
            sort="due",
            views="approvals",
            tabs=self.tabs,
            figures=approvals.figures,
            things=_counted_requests,
            ticks=True,
        )
        self.header = PageHeader(t("Approvals"), self.search)
        self.pane = ApprovalPane()
        self.pane.setFixedWidth(WIDTH)
        self.all_yes = Button(t("Approve"), icon="check")
        self.all_no = Button(t("Refuse"), icon="x")
        self.all_on = Button(t("Pass on…"), icon="arrow-square-out")
        self.bar = BulkBar(self.table, self.all_yes, self.all_no, self.all_on)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        self._tab("to_decide")

    def _lay_out(self) -> None:
        tools = QWidget()
        bar = QHBoxLayout(tools)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(8)
        bar.addWidget(self.tabs, 1)
        bar.addWidget(self.table.tools)
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(0, 0, 16, 0)
        column.addWidget(self.table, 1)
        self._divider = Line(upright=True)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._list, 1)
        row.addWidget(self._divider)
        row.addWidget(self.pane)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addWidget(tools)
        self.content.addLayout(row, 1)

    def _connect(self) -> None:
        self.table.search_with(self.search)
        self.tabs.chosen.connect(self._tab)
        self.table.current.connect(self._current)
        self.table.opened.connect(self._open)
        self.table.counted.connect(self._counted)
        self.table.told.connect(self.context.say)
        self.table.set_empty(self._empty)
        self.all_yes.clicked.connect(partial(self._decide_ticked, True))
        self.all_no.clicked.connect(partial(self._decide_ticked, False))
        self.all_on.clicked.connect(self._pass_on_ticked)
        pane = self.pane
        pane.approve_wanted.connect(partial(self._decide, True))
        pane.refuse_wanted.connect(partial(self._decide, False))
        pane.pass_on_wanted.connect(self._pass_on)
        pane.withdraw_wanted.connect(self._withdraw)
        pane.order_wanted.connect(self._open_order)
        pane.partner_wanted.connect(self._open_partner)
        pane.stock_wanted.connect(self._open_stock)

    # what is shown

    def open(self, subject: Any) -> None:
        """A request's id: it is shown, whatever the list was filtered for."""
        self.subject = None
        self._shown = subject or None
        self.stale = True

    def refresh(self) -> None:
        self.show_content()
        self.table.reload()
        self.ask(approvals.counts, then=self._counts)
        self.ask(clock.as_of, then=self.set_as_of)
        if self._shown is not None:
            self.ask(approvals.detail, self._shown, key="detail", then=self._found)

    def _counts(self, counts: Counts) -> None:
        self.tabs.set_items(_tabs(counts))

    def _counted(self, count: int) -> None:
        self.header.note.set_text(_counted_requests(count))
        view = self.table.view
        if count and not view.currentIndex().isValid():
            view.setCurrentIndex(self.table.model.index(0, 1))

    def _current(self, row: ApprovalRow | None) -> None:
        if row is None:
            self._shown = None
            self.pane.show_detail(None)
        elif row.id != self._shown or self.pane.detail is None:
            self._shown = row.id
            self.ask(approvals.detail, row.id, key="detail", then=self._found)

    def _found(self, detail: ApprovalDetail | None) -> None:
        self.pane.show_detail(detail)

    def _tab(self, key: object) -> None:
        self.table.apply({"filters": _FILTERS[str(key)]})

    def _empty(self, face: Face, filtered: bool) -> None:
        if self.tabs.key == "to_decide":
            told = t("What managers ask for appears here, the most urgent first.")
            face.empty(t("Nothing waits for a decision"), told, icon="check-square")
        elif self.tabs.key == "mine" and self.table.view.header.texts() == _FILTERS["mine"]:
            told = t("Ask on the page of an order; what you asked for waits here.")
            face.empty(t("You have asked for nothing"), told, icon="check-square")
        elif filtered:
            face.empty(
                t("Nothing matches"), t("No request fits these filters."), t("Clear filters"), "funnel"
            )
        else:
            face.empty(t("No requests yet"), icon="check-square")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._divider.setVisible(beside)
        self.pane.setVisible(beside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    # what can be done

    def _open(self, row: ApprovalRow) -> None:
        if row.kind == "count":
            self.go("stock", row.partner_id)
        elif row.order_id is None:
            self.go("partner", row.partner_id)
        else:
            self.go("order", row.order_id)

    @property
    def _detail(self) -> ApprovalDetail | None:
        """The request that is highlighted; None while the pane still shows the one before."""
        detail = self.pane.detail
        return detail if detail is not None and detail.row.id == self._shown else None

    def _open_order(self) -> None:
        if (detail := self._detail) is not None and detail.row.order_id is not None:
            self.go("order", detail.row.order_id)

    def _open_partner(self) -> None:
        if (detail := self._detail) is not None:
            self.go("partner", detail.row.partner_id)

    def _open_stock(self) -> None:
        if (detail := self._detail) is not None:
            self.go("stock", detail.row.partner_id)

    def _decide(self, approve: bool) -> None:
        if (detail := self._detail) is not None and detail.may_decide:
            self.act(actions.decide, [detail.row.id], approve=approve, decision=self.pane.decision)

    def _withdraw(self) -> None:
        if (detail := self._detail) is not None:
            self.act(actions.withdraw, detail.row.id)

    def _pass_on(self) -> None:
        if (detail := self._detail) is not None:
            self._ask_to_whom([detail.row.id])

    def _decide_ticked(self, approve: bool) -> None:
        self.ask(approvals.rows, self.table.ticked_keys(), then=partial(self._decide_rows, approve))

    def _decide_rows(self, approve: bool, rows: Sequence[ApprovalRow]) -> None:
        if rows:
            self.act(actions.decide, [row.id for row in rows], approve=approve)

    def _pass_on_ticked(self) -> None:
        def found(rows: Sequence[ApprovalRow]) -> None:
            self._ask_to_whom([row.id for row in rows])

        self.ask(approvals.rows, self.table.ticked_keys(), then=found)

    def _ask_to_whom(self, ids: Sequence[bytes]) -> None:
        def found(people: Sequence[tuple[bytes, str]]) -> None:
            from ui.widgets.approvals.pass_on import PassOnDialog

            self.dialog = PassOnDialog(self, self.context, ids, people)
            self.dialog.open()

        self.ask(approvals.approvers, self.context.profile.user_id, ids, then=found)


def _counted_requests(count: int) -> str:
    return n("{count} request", "{count} requests", count)


def _tabs(counts: Counts | None) -> list[tuple[object, str, int | None]]:
    texts = {"to_decide": t("To decide"), "mine": t("Asked by me"), "decided": t("Decided")}
    return [(key, text, getattr(counts, key) if counts else None) for key, text in texts.items()]


def _columns() -> list[Column]:
    return [
        Column("kind", t("Kind"), lambda row: words.short(row.kind), width=104, options=words.kinds()),
        Column(
            "number",
            t("Order"),
            lambda row: row.number or None,
            width=wide_for(t("Order"), ("SO-2026-000000",)),
        ),
        Column(
            "partner",
            t("Partner"),
            lambda row: order_words.two_names(row.partner, row.partner_local)[0],
            width=100,
            stretch=True,
        ),
        Column(
            "total",
            t("At stake"),
            lambda row: row.total,
            Kind.MONEY,
            112,
            currency=lambda row: row.currency,
            tip=words.stake,
        ),
        Column("asked_by", t("Asked by"), lambda row: row.asked_by, width=88, visible=False),
        Column(
            "due",
            t("Time left"),
            lambda row: words.left(row, clock.now_ms())[0] or None,
            width=112,
            filterable=False,
            tone=lambda row: words.left(row, clock.now_ms())[1],
            tip=lambda row: words.moment(row.due),
        ),
        Column(
            "status",
            t("Status"),
            lambda row: words.status(row.status),
            Kind.CHIP,
            wide_for(t("Status"), dict(words.statuses()).values(), chips=True),
            options=words.statuses(),
            tone=lambda row: words.TONES[row.status],
            provisional=words.provisional,
        ),
        Column("assigned", t("Passed on to"), lambda row: row.assigned, width=110, visible=False),
        Column(
            "mine",
            t("Asked by me"),
            lambda row: t("Yes") if row.mine else t("No"),
            width=90,
            options=[("yes", t("Yes")), ("no", t("No"))],
            visible=False,
        ),
    ]
