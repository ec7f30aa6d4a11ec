"""The window under test: a real application, a desk of plain data, and nothing left behind.

Qt's warnings fail a test through pytest-qt (`qt_log_level_fail`), Python's through `filterwarnings`, log
records and threads through tests/conftest.py. Here: top-level widgets and Qt's thread pools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.model.i18n import Translator
from tests.support import looking
from tests.support.demo_pages import demo_desk as demo_desk
from tests.support.demo_pages import demo_profile as demo_profile
from tests.support.demo_pages import demo_template as demo_template
from tests.support.demo_pages import empty_profile as empty_profile
from tests.support.demo_pages import show_page as show_page
from tests.support.sessions import guarded as guarded
from tests.support.sessions import headquarters as headquarters
from tests.support.sessions import online as online
from tests.support.sessions import session as session
from tests.ui.plain_desk import PlainDesk
from ui.app import make_application
from ui.i18n import set_translator
from ui.tasks import Tasks
from ui.theme import LIGHT_SCHEME, theme
from ui.theme.motion import SYSTEM_MOTION, motion
from ui.widgets.dialog import Dialog

QT_ALLOWED = {
    # The platform without a screen has no window manager to give sizes to: a window of a least size says so.
    "This plugin does not support propagateSizeHints",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore(*QT_ALLOWED, extend=True))


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    """pytest-qt makes the application through the product's own function."""
    return make_application


@pytest.fixture(autouse=True)
def _plain_look(qapp: QApplication) -> None:
    set_translator(Translator("en", zone="UTC", home="CNY"))
    motion.choose(SYSTEM_MOTION)
    motion.system_says(False)
    if theme.scheme != LIGHT_SCHEME or not qapp.styleSheet():
        theme.apply(LIGHT_SCHEME)


@pytest.fixture(autouse=True)
def _no_leaked_windows(qapp: QApplication, _plain_look: None) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    left = [widget for widget in qapp.topLevelWidgets() if widget not in before and widget.isVisible()]
    names = [f"{type(widget).__name__} {widget.windowTitle()!r}" for widget in left]
    for widget in left:
        widget.close()
    assert not names, f"windows left open: {names}"


@pytest.fixture(autouse=True)
def _dialogs_are_for_everybody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever dialog a test opens is looked at as it ends: controls without a name, texts that keep Tab."""
    wrong: list[str] = []
    real = Dialog.done

    def looked_at(dialog: Dialog, result: int) -> None:
        if dialog.isVisible():
            name = type(dialog).__name__
            wrong.extend(f"{name}, without a name: {one}" for one in looking.nameless(dialog))
            wrong.extend(f"{name}, keeps Tab: {one}" for one in looking.keeping_tab(dialog))
        real(dialog, result)

    monkeypatch.setattr(Dialog, "done", looked_at)
    yield
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def desk() -> PlainDesk:
    return PlainDesk()


@pytest.fixture
def tasks(desk: PlainDesk, qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks(desk)
    yield made
    assert made.close(5_000), "a question or action would not end"
    made.deleteLater()


@pytest.fixture
def settle(qtbot: QtBot, tasks: Tasks) -> Callable[[], None]:
    """Wait until every question is answered and painted."""

    def wait() -> None:
        qtbot.wait(30)
        qtbot.waitUntil(lambda: tasks.idle, timeout=5_000)
        qtbot.wait(30)
        qtbot.waitUntil(lambda: tasks.idle, timeout=5_000)

    return wait
