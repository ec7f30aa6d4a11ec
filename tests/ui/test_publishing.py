"""The page of reference data in the whole window with a real headquarters: offline, refused, published."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo_pages import settle
from tests.support.headquarters import PASSWORD, Headquarters, serving
from ui.session import Session


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def session(hq: Headquarters, tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    """Hana of headquarters, synchronised, on the page."""
    desk = Desk.create(
        tmp_path / "hana", hq.address, "hana", PASSWORD, device_name="test", keyring=MemoryStore()
    )
    assert desk.sync(in_process=True).finished
    made = Session(desk)
    made.show()
    made.start()
    qtbot.waitUntil(lambda: bool(made.syncing.state.online), timeout=20_000)
    made.app.window.router.go("reference")
    settle(qtbot, made.app.window)
    yield made
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()
    desk.close()


def add_tier(qtbot: QtBot, session: Session, code: str) -> Any:
    window = session.app.window
    page: Any = window.router.page
    page.show_kind("tier")
    settle(qtbot, window)
    qtbot.keyClick(page.tables["tier"].view, Qt.Key.Key_N)
    settle(qtbot, window)
    for name, text in (("code", code), ("name", code.title()), ("rank_number", "1")):
        page.dialog.fields[name].editor.setText(text)
    page.dialog.main.click()
    settle(qtbot, window)
    return page


def publish(qtbot: QtBot, session: Session, page: Any) -> str:
    page.publish.click()
    settle(qtbot, session.app.window)
    told = page.drafts.subtitle.text()
    page.drafts.main.click()
    settle(qtbot, session.app.window)
    return str(told)


def test_offline_it_is_drafted_and_published_and_goes_out_later(
    session: Session, hq: Headquarters, qtbot: QtBot
) -> None:
    session.set_offline(True)
    page = add_tier(qtbot, session, "GOLD")
    assert "offline" in publish(qtbot, session, page)
    assert hq.table("tier") == []
    session.set_offline(False)
    qtbot.waitUntil(lambda: len(hq.table("tier")) == 1, timeout=20_000)


def test_what_headquarters_refuses_needs_the_person(session: Session, hq: Headquarters, qtbot: QtBot) -> None:
    page = add_tier(qtbot, session, "GOLD")
    hq.insert("tier", code="GOLD", name="Theirs", rank_number=2)
    assert "offline" not in publish(qtbot, session, page)
    qtbot.waitUntil(lambda: session.syncing.state.attention == 1, timeout=20_000)
    session.app.window.router.go("inbox")
    settle(qtbot, session.app.window)
    inbox: Any = session.app.window.router.page
    assert inbox.face.kind != "error"
    assert [row["name"] for row in hq.table("tier")] == ["Theirs"]
