"""Shipments on the page of an order: shipping, confirming, splitting, letting go, what is late."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import credit_blocks
from channeldesk.desk import Desk
from channeldesk.queries import approvals, order_times, orders
from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.shipments import Shipment
from tests.support.demo_laptop import every, one
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import today_here
from ui.pages.order import OrderPage
from ui.pages.orders import OrdersPage
from ui.shell.window import Window
from ui.widgets.label import Label
from ui.widgets.orders import words
from ui.widgets.orders.ship import ArrivalDialog, EditShipmentDialog, ShipDialog
from ui.widgets.orders.split import LetGoDialog, SplitDialog
from ui.widgets.orders.times import TimesDialog

PARTLY = """
SELECT s.id FROM sales_order s JOIN shipment h ON h.order_id = s.id
WHERE s.status = 'partly_shipped' AND h.status = 'sent' AND NOT EXISTS (
  SELECT 1 FROM shipment o WHERE o.order_id = s.id AND o.status = 'planned') LIMIT 1
"""


@pytest.fixture
def staff(demo_desk: Desk) -> Desk:
    """The same person, of headquarters."""
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    return demo_desk


def opened(show_page: ShowPage, desk: Desk) -> tuple[Window, OrderPage]:
    window = show_page("order", bytes(desk.ask(one, PARTLY)))
    page = window.router.page
    assert isinstance(page, OrderPage)
    return window, page


def detail(page: OrderPage) -> OrderDetail:
    assert page.pane.detail is not None
    return page.pane.detail


def sent(page: OrderPage) -> Shipment:
    return next(each for each in detail(page).shipments if each.status == "sent")


def test_the_rest_is_shipped_as_it_stands_in_the_form(qtbot: QtBot, show_page: ShowPage, staff: Desk) -> None:
    window, page = opened(show_page, staff)
    rest = {line.id: line.quantity - line.held for line in detail(page).still_open}
    assert rest
    QTest.keyClick(page, Qt.Key.Key_S)
    dialog = page.findChild(ShipDialog)
    assert dialog is not None
    assert dialog.carrier.text(), "as the last one"
    dialog.lines.editors[0].setText("999999")
    assert not dialog.main.isEnabled()
    assert dialog.wrong.text()
    dialog.lines.editors[0].setText("x")
    assert not dialog.main.isEnabled()
    dialog.lines.editors[0].setText(str(next(iter(rest.values())) // 1000))
    dialog.expected_on.setText("2020-01-01")
    assert not dialog.plan.isEnabled()
    dialog.expected_on.setText("")
    dialog.main.click()
    settle(qtbot, window)
    assert detail(page).still_open == ()
    new = [each for each in detail(page).shipments if each.provisional]
    assert {line.order_line_id: line.quantity for line in new[0].lines} == rest
    assert not page.pane.ship.isVisible()
    window.messages.undo()
    settle(qtbot, window)
    assert {line.id: line.quantity - line.held for line in detail(page).still_open} == rest


def test_a_part_is_planned_and_leaves_later(qtbot: QtBot, show_page: ShowPage, staff: Desk) -> None:
    window, page = opened(show_page, staff)
    page.pane.ship.click()
    dialog = page.findChild(ShipDialog)
    assert dialog is not None
    for editor in dialog.lines.editors[1:]:
        editor.clear()
    dialog.plan.click()
    settle(qtbot, window)
    planned = next(each for each in detail(page).shipments if each.status == "planned")
    page.pane.shipments.buttons["edit", planned.id].click()
    form = page.findChild(EditShipmentDialog)
    assert form is not None
    form.tracking.setText("X-1")
    form.main.click()
    settle(qtbot, window)
    page.pane.shipments.buttons["sent", planned.id].click()
    settle(qtbot, window)
    left = next(each for each in detail(page).shipments if each.id == planned.id)
    assert (left.status, left.tracking) == ("sent", "X-1")
    page.pane.shipments.buttons["cancelled", planned.id].click()
    settle(qtbot, window)
    left = next(each for each in detail(page).shipments if each.id == planned.id)
    assert left.status == "cancelled"


def test_a_manager_confirms_the_arrival_and_sends_nothing(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window, page = opened(show_page, demo_desk)
    shipment = sent(page)
    assert not page.pane.ship.isVisible()
    assert [what for what, _ in page.pane.shipments.buttons] == ["arrived"]
    page.pane.shipments.buttons["arrived", shipment.id].click()
    dialog = page.findChild(ArrivalDialog)
    assert dialog is not None
    dialog.day.setText("2020-01-01")
    assert not dialog.main.isEnabled()
    assert dialog.wrong.text()
    dialog.day.setText(today_here().isoformat())
    dialog.receipt.setText("One box is dented")
    dialog.main.click()
    settle(qtbot, window)
    there = next(each for each in detail(page).shipments if each.id == shipment.id)
    assert (there.status, there.receipt) == ("arrived", "One box is dented")
    assert there.provisional


def test_a_manager_asks_to_split_and_to_let_go(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, page = opened(show_page, demo_desk)
    page.pane.split.click()
    dialog = page.findChild(SplitDialog)
    assert dialog is not None
    dialog.because.setText("Two lorries")
    assert not dialog.main.isEnabled()
    dialog.lines.editors[0].setText("1")
    dialog.day.setText("nonsense")
    assert not dialog.main.isEnabled()
    dialog.day.clear()
    dialog.main.click()
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.of_order, detail(page).order.id)
    assert (row.kind, row.because) == ("split", "Two lorries")
    assert not page.pane.let_go.isVisible(), "one request at a time"
    window.messages.undo()
    settle(qtbot, window)
    page.pane.let_go.click()
    ask = page.findChild(LetGoDialog)
    assert ask is not None
    ask.because.setText("Sold out")
    ask.main.click()
    settle(qtbot, window)
    (row,) = demo_desk.ask(approvals.of_order, detail(page).order.id)
    assert row.kind == "closing"


def test_late_orders_stand_under_their_tab_and_goods_on_their_way_beside_the_stock(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("orders")
    page = window.router.page
    assert isinstance(page, OrdersPage)
    page.tabs.choose("late")
    settle(qtbot, window)
    counts = demo_desk.ask(orders.counts)
    assert page.table.count == counts.late > 0
    rows = demo_desk.ask(orders.rows, page.table.model.keys)
    assert all((row.expected_on or "9") < counts.today for row in rows)
    on_the_way = "SELECT sum(quantity) FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id"
    (row,) = demo_desk.ask(every, f"{on_the_way} WHERE h.status = 'sent'")
    assert row[0] > 0


def test_the_times_of_orders_are_told_for_all_and_for_one_territory(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("orders")
    page = window.router.page
    assert isinstance(page, OrdersPage)
    page.times.click()
    dialog = page.findChild(TimesDialog)
    assert dialog is not None
    settle(qtbot, window)
    found = demo_desk.ask(order_times.times)
    legs = {leg.name: leg for leg in found.legs}
    assert legs["accepted"].orders > legs["arrived"].orders > 0
    assert all((leg.median or 0) <= (leg.most or 0) for leg in found.legs)
    texts = [label.text() for label in dialog.findChildren(Label)]
    assert words.duration(legs["whole"].median) in texts
    area = min(found.areas, key=lambda one: demo_desk.ask(order_times.times, one[0]).legs[0].orders)
    dialog.area.choose(area[0])
    settle(qtbot, window)
    assert dialog.area.key == area[0]
    assert demo_desk.ask(order_times.times, area[0]).legs[0].orders < legs["accepted"].orders


def test_nothing_leaves_for_a_blocked_partner_and_the_page_says_why(
    qtbot: QtBot, show_page: ShowPage, staff: Desk
) -> None:
    window, page = opened(show_page, staff)
    staff.act(credit_blocks.block, detail(page).order.partner_id, "Does not pay")
    window, page = opened(show_page, staff)
    said = [each.text() for each in page.pane.shipments.findChildren(Label)]
    assert any("nothing leaves for it" in each for each in said)
    page.pane.ship.click()
    dialog = page.findChild(ShipDialog)
    assert dialog is not None
    assert "nothing leaves for it" in dialog.wrong.text()
    assert not dialog.main.isEnabled()
    dialog.plan.click()
    settle(qtbot, window)
    planned = next(each for each in detail(page).shipments if each.status == "planned")
    page.pane.shipments.buttons["sent", planned.id].click()
    settle(qtbot, window)
    assert next(each.status for each in detail(page).shipments if each.id == planned.id) == "planned"


def test_what_leaves_later_is_planned_and_not_recorded_as_gone(
    qtbot: QtBot, show_page: ShowPage, staff: Desk
) -> None:
    window, page = opened(show_page, staff)
    page.pane.ship.click()
    dialog = page.findChild(ShipDialog)
    assert dialog is not None
    dialog.expected_on.setText("")
    dialog.sent_on.setText("2099-01-01")
    assert "Plan it instead" in dialog.wrong.text()
    assert (dialog.main.isEnabled(), dialog.plan.isEnabled()) == (False, True)
    dialog.plan.click()
    settle(qtbot, window)
    assert {each.status for each in detail(page).shipments if each.provisional} == {"planned"}
