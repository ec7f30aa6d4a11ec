"""Needs you, over real disputes with a real headquarters."""

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support import disputes
from tests.support.demo_pages import ShowPage, settle
from tests.support.disputes import Disputes
from tests.support.headquarters import Headquarters
from tests.support.inbox_page import Wait
from ui.pages.inbox import InboxPage
from ui.shell.window import Window


@pytest.fixture
def desk(headquarters: Headquarters, demo_desk: Desk) -> Desk:
    """With a headquarters behind it."""
    return demo_desk


@pytest.fixture
def disputed(desk: Desk, headquarters: Headquarters) -> Disputes:
    return disputes.make(desk, headquarters)


@pytest.fixture
def window(desk: Desk, disputed: Disputes, show_page: ShowPage, qtbot: QtBot) -> Window:
    made = show_page("inbox")
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def page(window: Window) -> InboxPage:
    found = window.router.page
    assert isinstance(found, InboxPage)
    return found


@pytest.fixture
def wait(window: Window, qtbot: QtBot) -> Wait:
    return lambda: settle(qtbot, window)
