"""What the buttons of an order do, the same beside the list and on the order's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from channeldesk.actions import inbox as inbox_actions
from channeldesk.actions import orders as actions
from ui.viewmodels.order_entry import Wanted

if TYPE_CHECKING:
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

    def partner(self) -> None:
        if self._pane.detail is not None:
            self._page.go("partner", self._pane.detail.order.partner_id)

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
