"""The first synchronisation of headquarters' staff: a large network is asked about, a small one is not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from channeldesk.actions import reference
from channeldesk.desk import Desk
from channeldesk.queries import kept
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters, serving
from ui.first_run import keep_first
from ui.session import Session

Begin = Callable[[str], Session]


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def begin(hq: Headquarters, tmp_path: Path) -> Iterator[Begin]:
    """A person signs in for the first time and the window opens."""
    made: list[tuple[Session, Desk]] = []

    def one(login: str) -> Session:
        folder = tmp_path / login
        desk = Desk.create(folder, hq.address, login, PASSWORD, device_name="test", keyring=MemoryStore())
        session = Session(desk)
        made.append((session, desk))
        session.show()
        session.start()
        return session

    yield one
    for session, desk in made:
        assert session.app.close()
        session.app.deleteLater()
        session.deleteLater()
        desk.close()


def partners(session: Session) -> list[str]:
    found = session.desk.ask(kept.keeping).territories
    return [one.code for one in found if one.partners]


def arrived(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: bool(getattr(session.syncing.facts, "last_sync_at", None)), timeout=60_000)


def test_a_large_network_is_asked_about(begin: Begin, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_first, "LARGE", 1)
    session = begin("hana")
    qtbot.waitUntil(lambda: getattr(session.keep_first, "dialog", None) is not None, timeout=20_000)
    assert not session.syncing.started
    dialog = session.keep_first.dialog
    dialog.everything.setChecked(False)
    names = [dialog.tree.topLevelItem(at).text(0) for at in range(2)]
    dialog.tree.topLevelItem(names.index("South")).setCheckState(0, Qt.CheckState.Checked)
    dialog.main.click()
    arrived(qtbot, session)
    assert partners(session) == ["SOUTH"]


@pytest.mark.real_clock
def test_the_navigation_counts_what_is_not_published(begin: Begin, qtbot: QtBot) -> None:
    session = begin("hana")
    arrived(qtbot, session)
    session.desk.act(reference.add, "tier", {"code": "GOLD", "name": "Gold", "rank_number": 1})
    item = session.app.window.nav.items["reference"]
    qtbot.waitUntil(lambda: item.accessibleDescription() == "1", timeout=20_000)
    session.desk.act(reference.publish)
    qtbot.waitUntil(lambda: item.accessibleDescription() == "", timeout=20_000)
    qtbot.waitUntil(lambda: not session.syncing.facts.waiting, timeout=20_000)
    with session.desk.database.read() as connection:
        assert connection.exec_driver_sql("SELECT rv > 0 FROM tier").scalar_one()


@pytest.mark.parametrize("login", ["hana", "bo"])
def test_a_small_one_comes_as_a_whole(begin: Begin, qtbot: QtBot, login: str) -> None:
    session = begin(login)
    arrived(qtbot, session)
    assert session.keep_first is None or session.keep_first.dialog is None
    assert partners(session) == (["NORTH", "SOUTH"] if login == "hana" else ["NORTH"])
