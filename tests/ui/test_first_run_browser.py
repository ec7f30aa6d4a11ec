"""The real window and a real Chromium: from the address to the first page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.trust.keyring_store import MemoryStore
from tests.support.chromium import browser as browser
from tests.support.chromium import visit
from tests.support.headquarters import PASSWORD, Headquarters, serving
from ui.first_run.start import Run


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


def test_the_window_goes_on_by_itself(browser: Any, hq: Headquarters, tmp_path: Path, qtbot: QtBot) -> None:
    """The real window and the real browser: the address that the window opens, a person, the first page."""
    opened: list[str] = []

    def open_page(address: str) -> bool:
        opened.append(address)
        return True

    run = Run(tmp_path / "new", keyring=MemoryStore(), open_page=open_page)
    run.start()
    qtbot.waitUntil(lambda: run.gate is not None, timeout=10_000)
    assert run.gate is not None
    run.gate.form.server.setText(hq.address)
    run.gate.form._button.click()
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)
    page = visit(browser, opened[0])
    page.fill("#login", "bo")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    assert page.get_by_role("heading").inner_text() == "You are signed in"
    page.context.close()
    session = run.session
    assert session is not None
    qtbot.waitUntil(lambda: session.syncing.state.last_at is not None, timeout=60_000)
    qtbot.waitUntil(lambda: session.app.tasks.idle and not session.syncing.status.running, timeout=20_000)
    run.finish()
    run.deleteLater()
