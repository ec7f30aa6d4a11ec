"""Whoever only reads (a viewer) is offered nothing that headquarters would refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import orders, partners, promises
from channeldesk.queries.status import status
from tests.support.demo_pages import ShowPage, settle
from tests.support.offering import WRITING, offered
from ui.pages.orders import OrdersPage
from ui.pages.partner import PartnerPage
from ui.pages.partners import PartnersPage
from ui.pages.today import TodayPage
from ui.widgets.check import Check

_SUBJECTS: dict[str, Callable[[Desk], object]] = {
    "partner": lambda desk: _partner(desk).id,
    "order": lambda desk: desk.ask(orders.rows, desk.ask(orders.keys)[:1])[0].id,
}
_PAGES = ("today", "partners", "partner", "orders", "order", "stock", "visits", "trip")


@pytest.fixture(params=["viewer"])
def reader(request: pytest.FixtureRequest, demo_desk: Desk) -> Desk:
    demo_desk.profile = replace(demo_desk.profile, role=request.param)
    return demo_desk


def _partner(desk: Desk) -> partners.PartnerRow:
    """One with an open promise, so that there is something to tick."""
    rows = desk.ask(partners.rows, desk.ask(partners.keys))
    return next(row for row in rows if desk.ask(promises.of_partner, row.id))


def waiting(desk: Desk) -> int:
    return desk.ask(status).waiting


@pytest.mark.parametrize("page", _PAGES)
def test_no_button_and_no_key_writes(qtbot: QtBot, show_page: ShowPage, reader: Desk, page: str) -> None:
    window = show_page(page, _SUBJECTS[page](reader) if page in _SUBJECTS else None)
    settle(qtbot, window)
    found = offered(window)
    assert not found & WRITING
    assert not [text for text in found if text.startswith("Plan for")]
    for key in "ACEIMNOPRV":
        QTest.keyClick(window, key)
    settle(qtbot, window)
    assert window.router.here == page
    assert waiting(reader) == 0
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]


def test_a_manager_is_offered_all_of_it(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window = show_page("partner", _partner(demo_desk).id)
    settle(qtbot, window)
    assert {"Edit", "Plan visit", "New order", "Promise", "Note"} <= offered(window)
    QTest.keyClick(window, "N")
    settle(qtbot, window)
    assert window.router.here == "order_entry"


def test_promises_are_read_not_ticked(qtbot: QtBot, show_page: ShowPage, reader: Desk) -> None:
    window = show_page("partner", _partner(reader).id)
    page = window.router.page
    assert isinstance(page, PartnerPage)
    line = page.overview.promises.rows[0]
    assert line.isVisible()
    assert not line.check.isVisible()
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert waiting(reader) == 0
    window.router.go("today")
    settle(qtbot, window)
    today = window.router.page
    assert isinstance(today, TodayPage)
    assert not [one for one in today.findChildren(Check) if one.isVisible()]


def test_contacts_are_read_not_changed(qtbot: QtBot, show_page: ShowPage, reader: Desk) -> None:
    window = show_page("partner", _partner(reader).id)
    page = window.router.page
    assert isinstance(page, PartnerPage)
    page.tabs.choose("contacts")
    settle(qtbot, window)
    assert not offered(window) & WRITING
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Delete):
        QTest.keyClick(page.contacts.table, key)
    settle(qtbot, window)
    assert waiting(reader) == 0
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]


def test_ticked_partners_can_be_counted_not_edited(qtbot: QtBot, show_page: ShowPage, reader: Desk) -> None:
    window = show_page("partners")
    page = window.router.page
    assert isinstance(page, PartnersPage)
    page.table.view.selectAll()
    settle(qtbot, window)
    assert page.bar.isVisible()
    assert not offered(window) & WRITING


def test_an_order_is_read_not_repeated(qtbot: QtBot, show_page: ShowPage, reader: Desk) -> None:
    window = show_page("orders", _SUBJECTS["order"](reader))
    page = window.router.page
    assert isinstance(page, OrdersPage)
    assert page.pane.detail is not None
    assert not page.pane.repeat.isVisible()
    assert not page.pane.cancel.isVisible()


def test_a_visit_of_an_earlier_role_is_not_called_off(
    qtbot: QtBot, show_page: ShowPage, reader: Desk
) -> None:
    window = show_page("visits")
    page = window.router.page
    assert page is not None
    table = page.table  # type: ignore[attr-defined]
    assert table.row() is not None
    QTest.keyClick(table, Qt.Key.Key_Delete)
    QTest.keyClick(window, "I")
    settle(qtbot, window)
    assert waiting(reader) == 0
