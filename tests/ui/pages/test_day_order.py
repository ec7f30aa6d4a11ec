"""Ordering a day on the Visits page: previewed, applied in one go, taken back, or said why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import visits as actions
from channeldesk.desk import Desk
from channeldesk.model.notice import Quantity
from channeldesk.queries import clock, visits
from tests.support.demo_pages import ShowPage, settle
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.widgets.visits.order_day import OrderDayDialog

CONTROL = Qt.KeyboardModifier.ControlModifier
FAR = """
SELECT id FROM partner WHERE latitude IS NOT NULL ORDER BY latitude {order} LIMIT 1
"""
MIDDLE = """
SELECT id FROM partner WHERE latitude > (SELECT min(latitude) FROM partner)
AND latitude < (SELECT max(latitude) FROM partner) ORDER BY latitude LIMIT 1
"""


def page_of(window: Window) -> VisitsPage:
    page = window.router.page
    assert isinstance(page, VisitsPage)
    return page


def dialogs(page: VisitsPage) -> list[OrderDayDialog]:
    return [one for one in page.findChildren(OrderDayDialog) if one.isVisible()]


def partner(desk: Desk, sql: str) -> bytes:
    return bytes(desk.ask(lambda connection: connection.execute(sa.text(sql)).scalar_one()))


def starts(desk: Desk, plans: list[bytes]) -> list[int | None]:
    found = [desk.ask(visits.planned, one) for one in plans]
    return [one.start_minute for one in found if one is not None]


@pytest.fixture
def day(demo_desk: Desk) -> str:
    """A free one, far off."""
    return (date.fromisoformat(demo_desk.ask(clock.today)) + timedelta(days=60)).isoformat()


@pytest.fixture
def plans(demo_desk: Desk, day: str) -> list[bytes]:
    """From one end of the territory to the other, and back to near the first."""
    ends = [partner(demo_desk, FAR.format(order=order)) for order in ("", "DESC")]
    wanted = [(ends[0], 540), (ends[1], 660), (partner(demo_desk, MIDDLE), 840)]
    return [demo_desk.act(actions.plan, one, day, at).value for one, at in wanted]


def test_previewed_applied_in_one_go_and_taken_back(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, plans: list[bytes]
) -> None:
    window = show_page("visits", plans[0])
    page = page_of(window)
    QTest.keyClick(page.table, Qt.Key.Key_D)
    settle(qtbot, window)
    (dialog,) = dialogs(page)
    assert dialog.before.model().rowCount() == dialog.after.model().rowCount() == 3
    assert "km" in dialog.subtitle.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert starts(demo_desk, plans) == [540, 660, 840], "Cancel does nothing"

    page.week_tools.order.click()
    settle(qtbot, window)
    (dialog,) = dialogs(page)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CONTROL)
    settle(qtbot, window)
    assert starts(demo_desk, plans) == [540, 840, 660], "the two at one end follow each other"
    assert "km saved" in window.messages.message

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(page.table, Qt.Key.Key_Z, CONTROL)
    settle(qtbot, window)
    assert starts(demo_desk, plans) == [540, 660, 840]


def test_the_shortest_day_stays_and_it_says_so(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, plans: list[bytes], day: str
) -> None:
    demo_desk.act(actions.reorder, day, [(plans[1], 660, 840), (plans[2], 840, 660)], Quantity(1_000, "km"))
    window = show_page("visits", plans[0])
    page = page_of(window)
    page.propose_order()
    settle(qtbot, window)
    assert not dialogs(page)
    assert "No shorter order" in window.messages.message


def test_without_anything_to_order_it_says_why(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, day: str
) -> None:
    plan = demo_desk.act(actions.plan, partner(demo_desk, MIDDLE), day).value
    window = show_page("visits", plan)
    page = page_of(window)
    page.propose_order()
    settle(qtbot, window)
    assert not dialogs(page)
    assert "fewer than two" in window.messages.message


def test_who_may_not_plan_is_not_offered_it(show_page: ShowPage, demo_desk: Desk) -> None:
    demo_desk.profile = replace(demo_desk.profile, role="viewer")
    assert not page_of(show_page("visits")).week_tools.order.isVisible()
