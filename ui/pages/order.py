"""One order on the whole page. Its subject is the order's id."""

from __future__ import annotations

from channeldesk.model.changes import Topic
from channeldesk.queries import orders
from channeldesk.queries.orders import OrderDetail
from ui.context import Context
from ui.i18n import t
from ui.page import Page
from ui.widgets.crumbs import Crumbs
from ui.widgets.orders.detail import OrderPane
from ui.widgets.orders.pane_actions import PaneActions, may_do


class OrderPage(Page):
    topics = frozenset({Topic.ORDERS, Topic.INBOX, Topic.PARTNERS})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.crumbs = Crumbs()
        self.crumbs.chosen.connect(self._to_list)
        self.pane = OrderPane(wide=True, **may_do(context))
        self.pane.close_wanted.connect(self._to_list)
        PaneActions(self, self.pane, lambda: self.subject)
        self.content.setSpacing(4)
        self.content.addWidget(self.crumbs)
        self.content.addWidget(self.pane, 1)
        self.setFocusProxy(self.pane.lines)

    def refresh(self) -> None:
        if self.subject is None:
            self._found(None)
            return
        shown = self.pane.detail
        if shown is None or shown.order.id != self.subject:
            self.show_loading()
        self.ask(orders.detail, self.subject, then=self._found)

    def _found(self, detail: OrderDetail | None) -> None:
        if detail is None:
            self.pane.show_order(None)
            self.show_empty(
                t("This order is no longer here"),
                t("It was taken back or given up, or belongs to another territory now."),
                t("All orders"),
                "article",
            )
            return
        self.crumbs.set([("orders", t("Orders")), ("", detail.order.number)])
        self.pane.show_order(detail)
        self.set_as_of(detail.as_of)
        self.show_content()

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self._to_list()
        else:
            super().face_pressed()

    def _to_list(self) -> None:
        self.go("orders")
