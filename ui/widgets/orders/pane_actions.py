"""What the buttons of an order do, the same beside the list and on the order's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from channeldesk.actions import inbox as inbox_actions
from channeldesk.actions import orders as actions
from channeldesk.actions import routes as routes_actions
from channeldesk.actions import shipments as shipments_actions
from channeldesk.rules.rights import HEADQUARTERS
from ui.viewmodels.order_entry import Wanted

if TYPE_CHECKING:
    from ui.context import Context
    from ui.page import Page
    from ui.widgets.orders.detail import OrderPane


class PaneActions(QObject):
    """Connects a pane to its page; lives as long as the page."""

    def __init__(self, page: Page, pane: OrderPane) -> None:
        super().__init__(page)
        self._page, self._pane = page, pane
        pane.partner_wanted.connect(self.partner)
        pane.repeat_wanted.connect(self.repeat)
        pane.cancel_wanted.connect(self.cancel)
        pane.return_wanted.connect(self.give_back)
        pane.correct_wanted.connect(self.correct)
        pane.resend_wanted.connect(self.resend)
        pane.give_up_wanted.connect(self.give_up)
        pane.change_wanted.connect(self.ask_for_change)
        pane.ask_cancel_wanted.connect(self.ask_to_cancel)
        pane.ship_wanted.connect(self.ship)
        pane.route_wanted.connect(self.route)
        pane.route.withdraw_wanted.connect(self.withdraw_route)
        pane.split_wanted.connect(self.split)
        pane.let_go_wanted.connect(self.let_go)
        pane.related_wanted.connect(self.related)
        pane.shipments.wanted.connect(self.shipment)
        pane.alike_wanted.connect(self.open_alike)

    def partner(self) -> None:
        if self._pane.detail is not None:
            self._page.go("partner", self._pane.detail.order.partner_id)

    def open_alike(self, order_id: bytes) -> None:
        self._page.go("orders", order_id)

    def repeat(self) -> None:
        """The same once more, at today's prices."""
        if self._pane.detail is not None:
            self._page.go("order_entry", Wanted(copies=self._pane.detail.order.id))

    def correct(self) -> None:
        if self._pane.detail is not None:
            self._page.go("order_entry", Wanted(revises=self._pane.detail.order.id))

    def cancel(self) -> None:
        if self._pane.detail is not None:
            self._page.act(actions.cancel, self._pane.detail.order.id)

    def ask_for_change(self) -> None:
        from ui.widgets.orders.ask_change import AskChangeDialog

        if self._pane.detail is not None:
            AskChangeDialog(self._page, self._page.context, self._pane.detail).open()

    def ask_to_cancel(self) -> None:
        from ui.widgets.orders.ask_change import AskCancelDialog

        if self._pane.detail is not None:
            AskCancelDialog(self._page, self._page.context, self._pane.detail).open()

    def ship(self) -> None:
        from ui.widgets.orders.ship import ShipDialog

        if self._pane.detail is not None:
            ShipDialog(self._page, self._page.context, self._pane.detail).open()

    def route(self) -> None:
        """From where it is sent."""
        if self._pane.detail is not None:
            self._page.go("routing", self._pane.detail.order.id)

    def withdraw_route(self, route_id: bytes) -> None:
        self._page.act(routes_actions.withdraw, route_id)

    def split(self) -> None:
        from ui.widgets.orders.split import SplitDialog

        if self._pane.detail is not None:
            SplitDialog(self._page, self._page.context, self._pane.detail).open()

    def let_go(self) -> None:
        from ui.widgets.orders.split import LetGoDialog

        if self._pane.detail is not None:
            LetGoDialog(self._page, self._page.context, self._pane.detail).open()

    def related(self, order_id: bytes) -> None:
        self._page.go("order", order_id)

    def shipment(self, what: str, shipment_id: bytes) -> None:
        from ui.widgets.orders.ship import ArrivalDialog, EditShipmentDialog

        page, detail = self._page, self._pane.detail
        shipments = detail.shipments if detail is not None else ()
        one = next((each for each in shipments if each.id == shipment_id), None)
        if detail is None or one is None:
            return
        match what:
            case "arrived":
                ArrivalDialog(page, page.context, detail, one).open()
            case "edit":
                EditShipmentDialog(page, page.context, detail, one).open()
            case "sent":
                page.act(shipments_actions.dispatch, one.id)
            case _:
                page.act(shipments_actions.cancel, one.id)

    def give_back(self) -> None:
        """Of an order that headquarters has accepted: it is not the author's any more."""
        from ui.widgets.orders.return_goods import ReturnDialog

        if self._pane.detail is not None:
            ReturnDialog(self._page, self._page.context, self._pane.detail, self._given_back).open()

    def _given_back(self, placed: actions.OrderPlaced) -> None:
        self._page.go("orders", placed.order_id)

    def resend(self) -> None:
        if self._pane.detail is not None and self._pane.detail.inbox_item is not None:
            self._page.act(inbox_actions.resend, self._pane.detail.inbox_item)

    def give_up(self) -> None:
        if self._pane.detail is not None and self._pane.detail.inbox_item is not None:
            self._page.act(inbox_actions.discard, self._pane.detail.inbox_item)


def may_do(context: Context) -> dict[str, Any]:
    """What a pane offers to the person."""
    return {
        "writes": context.may("sales_order"),
        "returns": not context.is_partner,
        "staff": context.profile.role == HEADQUARTERS and context.may("shipment"),
        "confirms": context.may("shipment", "patch"),
        "routes": context.profile.user_id if context.may("order_route") else None,
    }
