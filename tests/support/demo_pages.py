"""Fixtures for tests of pages over real profiles; ``tests/ui/conftest.py`` takes them in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support import demo
from tests.support.demo import DemoProfile
from ui.pages import PAGES
from ui.shell.window import Window
from ui.tasks import Tasks

ShowPage = Callable[..., Window]


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made network; read only."""
    base = tmp_path_factory.getbasetemp()
    return demo.template((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo")


@pytest.fixture
def demo_profile(demo_template: Path, tmp_path: Path) -> DemoProfile:
    """This test's copy of an encrypted profile of Li Wei that synchronised the demo network, now offline."""
    return demo.demo_copy(demo_template, tmp_path / "profile")


@pytest.fixture
def demo_desk(demo_profile: DemoProfile, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """The demo profile, open; where the test has a headquarters, the profile knows of it before."""
    if "headquarters" in request.fixturenames:
        request.getfixturevalue("headquarters")
    with demo_profile.open() as desk:
        yield desk


@pytest.fixture
def empty_profile(tmp_path: Path) -> DemoProfile:
    """An encrypted, migrated profile without a single row."""
    return demo.empty_profile(tmp_path / "empty")


@pytest.fixture
def show_page(qtbot: QtBot, demo_desk: Desk) -> Iterator[ShowPage]:
    """``show_page("partners")``: the window over the demo profile, on this page, its answers here.

    Also ``show_page("partner", partner_id, desk=..., size=(1024, 700))``. The page is ``window.router.page``;
    ``settle(qtbot, window)`` waits for what a test set off.
    """
    made: list[Window] = []

    def show(
        page_id: str, subject: Any = None, desk: Desk | None = None, size: tuple[int, int] = (1440, 900)
    ) -> Window:
        used = desk or demo_desk
        window = Window(Tasks(used), used.profile, PAGES)
        made.append(window)
        window.resize(*size)
        window.show()
        window.start(page_id, subject)
        settle(qtbot, window)
        return window

    yield show
    for window in made:
        window.hide()
        assert window.tasks.close(10_000), "a question or action would not end"
        window.tasks.deleteLater()
        window.deleteLater()


def settle(qtbot: QtBot, window: Window) -> None:
    """Wait until every question of the window is answered and painted."""
    for _ in range(2):
        qtbot.wait(30)
        qtbot.waitUntil(lambda: window.tasks.idle, timeout=20_000)
    qtbot.wait(10)


def press(qtbot: QtBot, window: Window, *keys: Qt.Key) -> None:
    """Keys as the person types them: to whatever has the focus."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or window, key)
    settle(qtbot, window)
