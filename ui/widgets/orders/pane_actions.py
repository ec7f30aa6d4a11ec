"""What the buttons of an order do, the same beside the list and on the order's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from channeldesk.actions import inbox as inbox_actions
from channeldesk.actions import orders as actions
from channeldesk.actions import routes as routes_actions
from channeldesk.actions import shipments as shipments_actions
from channeldesk.rules.rights import HEADQUARTERS
from ui.viewmodels.order_entry import Wanted

if TYPE_CHECKING:
    from channeldesk.queries.orders import OrderDetail
    from ui.context import Context
    from ui.page import Page
    from ui.widgets.orders.detail import OrderPane


class PaneActions(QObject):
    """Connects a pane to its page; lives as long as the page."""

    def __init__(self, page: Page, pane: OrderPane, wanted: Callable[[], bytes | None]) -> None:
        """``wanted``: the order that is highlighted; its answer may still be on its way to the pane."""
        super().__init__(page)
        self._page, self._pane, self._wanted = page, pane, wanted
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

    @property
    def _detail(self) -> OrderDetail | None:
        """None while the pane shows another order than the highlighted one."""
        detail = self._pane.detail
        return detail if detail is not None and detail.order.id == self._wanted() else None

    def partner(self) -> None:
        if (detail := self._detail) is not None:
            self._page.go("partner", detail.order.partner_id)

    def open_alike(self, order_id: bytes) -> None:
        self._page.go("orders", order_id)

    def repeat(self) -> None:
        """The same once more, at today's prices."""
        if (detail := self._detail) is not None:
            self._page.go("order_entry", Wanted(copies=detail.order.id))

    def correct(self) -> None:
        if (detail := self._detail) is not None:
            self._page.go("order_entry", Wanted(revises=detail.order.id))

    def cancel(self) -> None:
        if (detail := self._detail) is not None:
            self._page.act(actions.cancel, detail.order.id)

    def ask_for_change(self) -> None:
        from ui.widgets.orders.ask_change import AskChangeDialog

        if (detail := self._detail) is not None:
            AskChangeDialog(self._page, self._page.context, detail).open()

    def ask_to_cancel(self) -> None:
        from ui.widgets.orders.ask_change import AskCancelDialog

        if (detail := self._detail) is not None:
            AskCancelDialog(self._page, self._page.context, detail).open()

    def ship(self) -> None:
        from ui.widgets.orders.ship import ShipDialog

        if (detail := self._detail) is not None:
            ShipDialog(self._page, self._page.context, detail).open()

    def route(self) -> None:
        """From where it is sent."""
        if (detail := self._detail) is not None:
            self._page.go("routing", detail.order.id)

    def withdraw_route(self, route_id: bytes) -> None:
        if self._detail is not None:
            self._page.act(routes_actions.withdraw, route_id)

    def split(self) -> None:
        from ui.widgets.orders.split import SplitDialog

        if (detail := self._detail) is not None:
            SplitDialog(self._page, self._page.context, detail).open()

    def let_go(self) -> None:
        from ui.widgets.orders.split import LetGoDialog

        if (detail := self._detail) is not None:
            LetGoDialog(self._page, self._page.context, detail).open()

    def related(self, order_id: bytes) -> None:
        self._page.go("order", order_id)

    def shipment(self, what: str, shipment_id: bytes) -> None:
        from ui.widgets.orders.ship import ArrivalDialog, EditShipmentDialog

        page, detail = self._page, self._detail
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

        if (detail := self._detail) is not None:
            ReturnDialog(self._page, self._page.context, detail, self._given_back).open()

    def _given_back(self, placed: actions.OrderPlaced) -> None:
        self._page.go("orders", placed.order_id)

    def resend(self) -> None:
        if (detail := self._detail) is not None and detail.inbox_item is not None:
            self._page.act(inbox_actions.resend, detail.inbox_item)

    def give_up(self) -> None:
        if (detail := self._detail) is not None and detail.inbox_item is not None:
            self._page.act(inbox_actions.discard, detail.inbox_item)


def may_do(context: Context) -> dict[str, Any]:
    """What a pane offers to the person."""
    return {
        "writes": context.may("sales_order"),
        "returns": not context.is_partner,
        "staff": context.profile.role == HEADQUARTERS and context.may("shipment"),
        "confirms": context.may("shipment", "patch"),
        "routes": context.profile.user_id if context.may("order_route") else None,
    }
