"""What headquarters says to an order reaches whoever has just placed it, wherever they are in the window."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import inbox, order_entry, partners
from channeldesk.queries.drafts import DraftLine, OrderDraft
from tests.support.demo_pages import settle
from tests.support.headquarters import Headquarters
from ui.pages.inbox import InboxPage
from ui.pages.order_entry import OrderEntryPage
from ui.pages.orders import OrdersPage
from ui.session import Session
from ui.viewmodels.order_entry import Wanted


def draft(desk: Desk) -> OrderDraft:
    """One product for the first partner that has something suggested."""
    for row in desk.ask(lambda c: partners.rows(c, partners.keys(c))):
        context = desk.ask(order_entry.entry_context, row.id)
        if context is not None and context.suggestions:
            one = context.suggestions[0]
            return OrderDraft(row.id, (DraftLine(one.offer.product_id, one.suggestion.quantity),))
    raise AssertionError("nothing is suggested to anybody")


def refuse(headquarters: Headquarters, order: OrderDraft) -> None:
    """Headquarters no longer sells what is about to be ordered."""
    by = headquarters.table("app_user", role_code="headquarters")[0]["id"]
    headquarters.execute(
        "UPDATE product SET active = 0, updated_by = :by, updated_at = :now WHERE id = :id",
        {"by": by, "now": headquarters.now_ms(), "id": order.lines[0].product_id},
    )


def place(session: Session, qtbot: QtBot, order: OrderDraft) -> OrdersPage:
    """Through the form, as a person does, after a look at another order of a list that was filtered."""
    window = session.app.window
    for page_id, subject in (("orders", None), ("order_entry", Wanted(partner_id=order.partner_id))):
        window.router.go(page_id, subject)
        settle(qtbot, window)
        if isinstance(page := window.router.page, OrdersPage):
            page.tabs.choose("coming")
            settle(qtbot, window)
            page.table.view.header.set_sort("partner", False)
            page.table.reload()
            settle(qtbot, window)
            page.table.show_key(page.table.model.keys[-1])
            settle(qtbot, window)
    entry = window.router.page
    assert isinstance(entry, OrderEntryPage) and entry.form is not None
    (line,) = order.lines
    offer = next(
        one.offer for one in entry.form.entry.context.suggestions if one.offer.product_id == line.product_id
    )
    entry.form.entry.add(offer, line.quantity)
    entry.form.show_entry()
    entry.place()
    qtbot.waitUntil(lambda: window.router.here == "orders")
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, OrdersPage)
    return page


@pytest.mark.parametrize("accepted", [True, False])
def test_the_bar_says_what_headquarters_said_to_the_order(
    session: Session, headquarters: Headquarters, qtbot: QtBot, accepted: bool
) -> None:
    order = draft(session.desk)
    if not accepted:
        refuse(headquarters, order)
    page = place(session, qtbot, order)
    bar = session.app.window.messages
    row = page.table.current_row()
    assert row is not None and (row.partner_id, row.lines) == (order.partner_id, 1), "the new order is chosen"
    place_of_row = page.table.view.visualRect(page.table.view.currentIndex())
    assert page.table.view.viewport().rect().contains(place_of_row.center()), "and seen"
    assert page.pane.detail is not None and page.pane.detail.order.id == row.id
    session.syncing.sync_now()
    qtbot.waitUntil(lambda: "provisional" not in bar.message, timeout=20_000)
    settle(qtbot, session.app.window)
    after = page.table.current_row()
    assert after is not None and after.id == row.id, "it stays chosen"
    assert not bar.can_undo
    if accepted:
        assert bar.message == f"Headquarters accepted order {after.number}."
    else:
        (item,) = [one for one in session.desk.ask(inbox.items) if one.row_id == row.id]
        assert bar.message.startswith(f"Headquarters rejected {row.number}, ")
        assert "is no longer sold" in bar.message
        bar.way.click()
        settle(qtbot, session.app.window)
        assert session.app.window.router.here == "inbox"
        opened = session.app.window.router.page
        assert isinstance(opened, InboxPage) and opened.shown is not None
        assert opened.shown.item.row.id == item.id
