"""Orders taken again: from a template, and by mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders as actions
from channeldesk.actions import templates as template_actions
from channeldesk.desk import Desk
from channeldesk.queries.templates import templates
from tests.support.demo_pages import ShowPage, settle
from tests.ui.pages.test_orders_entry import buyer_of, quantities
from tests.ui.pages.test_orders_list import draft_of, orders_page
from ui.pages.order_entry import OrderEntryPage
from ui.shell.window import Window
from ui.widgets.button import Button
from ui.widgets.orders.templates import NameTemplate

Key = Qt.Key


def entry_page(window: Window) -> OrderEntryPage:
    page = window.router.page
    assert isinstance(page, OrderEntryPage)
    return page


def menu_of(qtbot: QtBot, page: OrderEntryPage) -> QMenu:
    page.templates.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def texts(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if not one.isSeparator()]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a screen
def test_a_template_is_kept_taken_and_taken_back(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("order_entry", buyer_of(demo_desk))
    page = entry_page(window)
    assert page.form is not None
    assert page.entry is not None
    menu = menu_of(qtbot, page)
    assert texts(menu) == ["No templates yet", "Keep these lines as a template…"]
    assert [one.isEnabled() for one in menu.actions() if not one.isSeparator()] == [False, False]
    menu.close()

    page.form.add_all()
    kept = quantities(page)
    menu = menu_of(qtbot, page)
    menu.actions()[-1].trigger()
    menu.close()
    dialog = page.templates.findChild(NameTemplate)
    assert dialog is not None
    dialog.main.click()
    assert dialog.isVisible(), "it wants a name"
    QTest.keyClicks(dialog.name, "Monthly & more")
    QTest.keyClick(dialog.name, Key.Key_Return)
    settle(qtbot, window)
    (made,) = demo_desk.ask(templates, demo_desk.profile.user_id, page.entry.context.partner_id)
    assert (made.name, len(made.lines)) == ("Monthly & more", len(kept))

    while page.entry.can_undo:
        page.undo()
    assert page.entry.empty
    menu = menu_of(qtbot, page)
    assert texts(menu)[0] == f"Monthly && more ({len(kept)} lines)"
    menu.actions()[0].trigger()
    menu.close()
    settle(qtbot, window)
    assert quantities(page) == kept
    page.undo()
    assert page.entry.empty, "one step"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a screen
def test_what_is_no_longer_sold_is_left_out_and_told(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    partner = buyer_of(demo_desk)
    lines = [(one.product_id, 1_000) for one in draft_of(demo_desk, 2).lines]
    demo_desk.act(template_actions.save, "Old", partner, [*lines, (b"gone" * 4, 2_000)], True)
    window = show_page("order_entry", partner)
    page = entry_page(window)
    menu = menu_of(qtbot, page)
    assert texts(menu)[0] == "Old (3 lines), for every partner"
    menu.actions()[0].trigger()
    menu.close()
    settle(qtbot, window)
    assert quantities(page) == [1, 1]
    assert "1 product of Old is no longer sold" in window.messages.message


def test_an_order_that_was_taken_before_is_told_and_opens(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    draft = draft_of(demo_desk, 3)
    first = demo_desk.act(actions.place, draft).value
    window = show_page("order_entry", draft.partner_id)
    page = entry_page(window)
    assert page.form is not None
    page.form.repeat_last()
    settle(qtbot, window)
    told = [one.text for one in page.form.pane.checks.found if one.tone == "warning"]
    assert any(f"Order {first.number} of" in one and "nearly the same lines" in one for one in told)

    page.form.pane._reference.setFocus()
    second = demo_desk.act(actions.place, replace(draft, reference="PO-1")).value
    page.go("orders", second.order_id)
    settle(qtbot, window)
    pane = orders_page(window).pane
    assert first.number in pane.alike.text()
    button = next(one for one in pane.findChildren(Button) if one.text() == f"Open {first.number}")
    button.click()
    settle(qtbot, window)
    assert pane.detail is not None
    assert pane.detail.order.id == first.order_id


@pytest.mark.parametrize("reference", ["PO 17", "po-17"])
def test_a_number_of_theirs_is_compared_while_it_is_typed(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, reference: str
) -> None:
    draft = draft_of(demo_desk, 3)
    demo_desk.act(actions.place, replace(draft, reference="PO 17"))
    page = entry_page(show_page("order_entry", draft.partner_id))
    assert page.form is not None
    pane = page.form.pane
    QTest.keyClicks(pane._reference, reference)
    told = [one.text for one in pane.checks.found if one.tone == "warning"]
    assert any("bears the same number of theirs" in one for one in told)
