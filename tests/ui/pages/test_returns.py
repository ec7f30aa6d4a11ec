"""Goods of an order come back, at what they were sold for, over the real demo profile and headquarters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders as actions
from channeldesk.queries import orders
from tests.support.demo import DemoProfile
from tests.support.demo_pages import settle
from tests.ui.pages.test_orders_list import CONTROL, draft_of, orders_page, window_over
from ui.widgets.orders.return_goods import ReturnDialog

Key = Qt.Key


def test_goods_of_an_accepted_order_come_back(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    """What headquarters has accepted is not cancelled here: a return is its counterpart."""
    with demo_profile.serving(), demo_profile.open() as desk:
        placed = desk.act(actions.place, draft_of(desk, 2, quantity=3_000)).value
        with window_over(qtbot, desk, "orders", placed.order_id) as window:
            page = orders_page(window)
            assert not page.pane.back.isVisible(), "it can be cancelled still"
            desk.sync(in_process=True)
            settle(qtbot, window)
            order = page.pane.detail
            assert order is not None and order.order.status == "accepted"
            assert not page.pane.cancel.isVisible()
            page.pane.back.click()
            settle(qtbot, window)
            dialog = page.findChild(ReturnDialog)
            assert dialog is not None
            assert not dialog.main.isEnabled(), "nothing comes back yet"
            dialog.lines[0].quantity.setText("4")
            assert "at most" in dialog.wrong.text() and not dialog.main.isEnabled()
            dialog.everything.click()
            dialog.lines[0].quantity.setText("1")
            assert "why it comes back" in dialog.wrong.text() and not dialog.main.isEnabled()
            dialog.lines[0].reason.choose("wrong_goods")
            dialog.lines[0].condition.choose("opened")
            assert [line.disposition.key for line in dialog.lines] == ["second_choice"] * 2
            dialog.lines[1].disposition.choose("scrap")
            QTest.keyClick(dialog, Key.Key_Return, CONTROL)
            settle(qtbot, window)
            given = page.pane.detail
            assert given is not None and given.order.id != placed.order_id
            assert (given.order.kind, given.order.reference) == ("return", order.order.number)
            assert [line.quantity for line in given.lines] == [-1_000, -3_000]
            assert [line.unit_price for line in given.lines] == [line.unit_price for line in order.lines]
            assert [(line.return_reason, line.condition, line.disposition) for line in given.lines] == [
                ("wrong_goods", "opened", "second_choice"),
                ("wrong_goods", "opened", "scrap"),
            ]
            window.messages.undo()
            settle(qtbot, window)
            assert desk.ask(orders.detail, given.order.id) is None
            page.pane.show_order(order)
            page.pane.back.click()
            settle(qtbot, window)
            again = next(one for one in page.findChildren(ReturnDialog) if one.isVisible())
            again.everything.click()
            again.lines[0].reason.choose("recall")
            again.lines[0].condition.choose("unopened")
            QTest.keyClick(again, Key.Key_Return, CONTROL)
            settle(qtbot, window)
            given = page.pane.detail
            assert given is not None and given.order.total == -order.order.total
            desk.sync(in_process=True)
            settle(qtbot, window)
            given = page.pane.detail
            assert given is not None
            assert (given.order.status, given.order.provisional) == ("accepted", False)
            assert not page.pane.back.isVisible(), "a return does not come back"
            again = desk.ask(orders.detail, placed.order_id)
            assert again is not None
            assert [line.returned for line in again.lines] == [line.quantity for line in again.lines]
            page.go("orders", placed.order_id)
            settle(qtbot, window)
            page.pane.back.click()
            settle(qtbot, window)
            twice = next(one for one in page.findChildren(ReturnDialog) if one.isVisible())
            twice.everything.click()
            assert not twice.main.isEnabled(), "all of it came back"
            twice.lines[0].quantity.setText("1")
            assert "can still come back" in twice.wrong.text() and not twice.main.isEnabled()
            twice.reject()
