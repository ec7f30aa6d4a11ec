"""The routing of orders in the window: proposed, changed, confirmed, and what shipping makes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import shipments
from channeldesk.desk import Desk
from channeldesk.queries import routes
from channeldesk.queries.order_entry import LEAD_DAYS
from tests.support.demo_laptop import every, one
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import today_here
from ui.pages.order import OrderPage
from ui.pages.orders import OrdersPage
from ui.pages.routing import RoutingPage
from ui.shell.window import Window
from ui.widgets.orders.ship import ShipDialog

UNTOUCHED = """
SELECT s.id FROM sales_order s WHERE s.status = 'accepted' AND s.order_kind = 'order'
  ORDER BY s.id LIMIT 1
"""


@pytest.fixture
def staff(demo_desk: Desk) -> Desk:
    """The same person, of headquarters; what was planned does not leave, so that it may be routed."""
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    for row in demo_desk.ask(every, "SELECT id FROM shipment WHERE status = 'planned'"):
        demo_desk.act(shipments.cancel, row.id)
    return demo_desk


@pytest.fixture
def manager(staff: Desk) -> Desk:
    staff.profile = replace(staff.profile, role="manager")
    return staff


def untouched(desk: Desk) -> bytes:
    return bytes(desk.ask(one, UNTOUCHED))


def routing(qtbot: QtBot, show_page: ShowPage, desk: Desk) -> tuple[Window, RoutingPage]:
    """From the order by its key."""
    window = show_page("order", untouched(desk))
    page = window.router.page
    assert isinstance(page, OrderPage)
    QTest.keyClick(page, Qt.Key.Key_U)
    settle(qtbot, window)
    found = window.router.page
    assert isinstance(found, RoutingPage)
    return window, found


def editors(page: RoutingPage) -> dict[str, int]:
    """What is to be sent, by the name of the editor."""
    typed = {one.accessibleName(): one.text().replace(",", "") for one in page.split.editors.values()}
    return {name: int(text) for name, text in typed.items() if text}


def test_headquarters_confirms_what_is_proposed_and_ships_by_it(
    qtbot: QtBot, show_page: ShowPage, staff: Desk
) -> None:
    window, page = routing(qtbot, show_page, staff)
    assert page.form is not None
    assert page.form.proposal.proven
    assert page.form.proposal.split == page.form.shown.split
    assert editors(page)
    assert page.candidates.rows
    assert page.main.isEnabled()
    page.note.setText("As proposed")
    page.main.click()
    settle(qtbot, window)
    order = window.router.page
    assert isinstance(order, OrderPage)
    detail = order.pane.detail
    assert detail is not None
    (route,) = detail.routes
    assert (route.status, route.note, route.provisional) == ("confirmed", "As proposed", True)
    assert sum(part.quantity for part in route.parts) == sum(line.quantity for line in detail.lines)
    assert order.pane.route.isVisible()
    order.pane.ship.click()
    dialog = order.findChild(ShipDialog)
    assert dialog is not None
    assert dialog.note.text().startswith("From ")
    filled = {line.id: quantity for line, quantity in dialog.lines.read()}
    assert filled == {part.line: part.quantity for part in detail.leaves if part.site == dialog.sites.key}
    dialog.reject()
    window.messages.undo()
    settle(qtbot, window)
    assert staff.ask(routes.of_order, detail.order.id) == ()


def test_a_person_changes_the_split(qtbot: QtBot, show_page: ShowPage, staff: Desk) -> None:
    window, page = routing(qtbot, show_page, staff)
    assert page.form is not None
    key, editor = next((key, one) for key, one in page.split.editors.items() if one.text())
    before = editor.text()
    for text, wrong in (("x", True), ("99999999", True), ("", False)):
        editor.clear()
        QTest.keyClicks(editor, text)
        if not text:
            editor.textEdited.emit("")
        assert page.wrong.isVisible() is wrong, text
    assert page.form.is_changed
    assert page.compared.text()
    assert page.holds_work()
    page.again.click()
    assert page.split.editors[key].text() == before
    editor = page.split.editors[key]
    editor.clear()
    QTest.keyClicks(editor, "1")
    page.main.click()
    settle(qtbot, window)
    (order_id,) = staff.ask(every, UNTOUCHED)[0]
    (route,) = staff.ask(routes.of_order, order_id)
    assert (route.solver, route.status) == ("person", "confirmed")
    assert route.unmet or len(route.parts) > 1


def test_a_typed_split_is_not_thrown_away_by_fetching(qtbot: QtBot, show_page: ShowPage, staff: Desk) -> None:
    window, page = routing(qtbot, show_page, staff)
    editor = next(one for one in page.split.editors.values() if one.text())
    editor.clear()
    QTest.keyClicks(editor, "1")
    page.pickup.click()
    settle(qtbot, window)
    assert not page.pickup.isChecked()
    assert page.form is not None and page.form.is_changed
    page.again.click()
    page.pickup.click()
    settle(qtbot, window)
    assert page.form.routing.pickup


def test_another_site_leaves_what_was_typed_about_the_shipment(
    qtbot: QtBot, show_page: ShowPage, staff: Desk
) -> None:
    window, page = routing(qtbot, show_page, staff)
    page.main.click()
    settle(qtbot, window)
    order = window.router.page
    assert isinstance(order, OrderPage)
    detail = order.pane.detail
    assert detail is not None
    (route,) = detail.routes
    whole = max(
        (part for part in route.parts if part.warehouse_id is not None), key=lambda part: part.quantity
    )
    part = replace(whole, quantity=whole.quantity // 2, days=30)
    elsewhere = replace(part, warehouse_id=b"other", warehouse="Elsewhere", warehouse_local=None, days=None)
    both = replace(detail, routes=(replace(route, parts=(part, elsewhere)),))
    dialog = ShipDialog(order, order.context, both)
    dialog.sites.chosen.emit(b"other")
    assert dialog.expected_on.text() == (today_here() + timedelta(days=LEAD_DAYS)).isoformat()
    assert dialog.note.text() == "From Elsewhere"
    dialog.note.setText("Call before")
    dialog.expected_on.setText("2099-01-01")
    dialog.sites.chosen.emit(dialog.sites.options[0][0])
    assert dialog.note.text() == "Call before"
    assert dialog.expected_on.text() == "2099-01-01"
    dialog.reject()


def test_a_manager_proposes_and_withdraws(qtbot: QtBot, show_page: ShowPage, manager: Desk) -> None:
    window, page = routing(qtbot, show_page, manager)
    assert page.main.text() == "Propose"
    page.main.click()
    settle(qtbot, window)
    order = window.router.page
    assert isinstance(order, OrderPage)
    assert order.pane.detail is not None
    assert [one.status for one in order.pane.detail.routes] == ["proposed"]
    QTest.keyClick(order, Qt.Key.Key_U)
    settle(qtbot, window)
    again = window.router.page
    assert isinstance(again, RoutingPage)
    assert again.form is not None
    assert again.form.loaded.kept is not None
    window.router.back()
    settle(qtbot, window)
    assert order.pane.route.withdraw is not None
    order.pane.route.withdraw.click()
    settle(qtbot, window)
    assert [one.status for one in order.pane.detail.routes] == ["withdrawn"]
    assert order.pane.route.withdraw is None


def test_all_that_waits_is_routed_together_and_fetched_where_it_may_be(
    qtbot: QtBot, show_page: ShowPage, staff: Desk
) -> None:
    window = show_page("routing")
    page = window.router.page
    assert isinstance(page, RoutingPage)
    assert page.form is not None
    orders = page.form.routing.request.orders
    confirmed = "SELECT order_id FROM order_route WHERE status = 'confirmed'"
    before = staff.ask(every, confirmed)
    assert len(orders) > 1
    assert [key for key, _ in page.orders.options] == [
        one.id for one in page.form.routing.orders if one.id in {each.id for each in orders}
    ]
    page.orders.choose(page.orders.options[1][0])
    assert page.order is not None
    assert page.order.id == page.orders.options[1][0]
    page.pickup.click()
    settle(qtbot, window)
    assert page.form.routing.pickup
    assert any(page.form.is_fetched(one.id) for one in page.form.routing.request.sites)
    page.main.click()
    settle(qtbot, window)
    sent = staff.ask(every, confirmed)
    assert 1 < len(sent) - len(before) <= len(orders)


def test_a_search_is_stopped_and_the_first_split_stands(
    qtbot: QtBot, show_page: ShowPage, staff: Desk
) -> None:
    window, page = routing(qtbot, show_page, staff)
    assert page.form is not None
    page.pickup.click()
    qtbot.waitUntil(lambda: page.form is not None and page.form.routing.pickup)
    if not page.stop.isHidden():  # else it had ended
        page.stop.click()
        assert page.form.shown.solver.value == "greedy"
    assert page.stop.isHidden()
    settle(qtbot, window)
    assert page.main.isEnabled()


def test_nothing_waits(qtbot: QtBot, show_page: ShowPage, staff: Desk) -> None:
    closed = staff.ask(one, "SELECT id FROM sales_order WHERE status = 'closed' LIMIT 1")
    window = show_page("routing", (bytes(closed),))
    page = window.router.page
    assert isinstance(page, RoutingPage)
    assert page.face.isVisible()
    page.face_pressed()
    settle(qtbot, window)
    assert isinstance(window.router.page, OrdersPage)


def test_ticked_orders_are_routed_together(qtbot: QtBot, show_page: ShowPage, staff: Desk) -> None:
    window = show_page("orders")
    page = window.router.page
    assert isinstance(page, OrdersPage)
    page.table.apply({"filters": {"status": "accepted"}})
    settle(qtbot, window)
    page.table.view.selectAll()
    settle(qtbot, window)
    assert page.bar.isVisible()
    page.route.click()
    settle(qtbot, window)
    found = window.router.page
    assert isinstance(found, RoutingPage)
    waiting = staff.ask(every, "SELECT id FROM sales_order WHERE status = 'accepted'")
    assert found.form is not None
    assert {one.id for one in found.form.routing.orders} == {row.id for row in waiting}
