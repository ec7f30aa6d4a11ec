"""Fixtures of a whole session over the demo profile: its window, its rounds, the headquarters it talks to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.desk import Desk
from tests.support.demo import DemoProfile
from tests.support.headquarters import Headquarters
from tests.support.locking import PHRASE
from ui.session import Session
from ui.theme import LIGHT_SCHEME, theme


@pytest.fixture
def headquarters(demo_profile: DemoProfile) -> Iterator[Headquarters]:
    """A real one with the same network; ``demo_desk`` is opened after it and knows where it is."""
    with demo_profile.serving() as server:
        yield server


@pytest.fixture
def session(demo_desk: Desk, qtbot: QtBot) -> Iterator[Session]:
    """In English, in front, with the answers of its first page; no rounds run by themselves yet."""
    demo_desk.act(put, "language", "en")
    made = Session(demo_desk)
    made.show()
    made.app.window.activateWindow()
    qtbot.waitUntil(made.app.window.isActiveWindow)
    qtbot.waitUntil(lambda: made.app.tasks.idle)
    yield made
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()
    theme.apply(LIGHT_SCHEME)


@pytest.fixture
def guarded(session: Session) -> Session:
    """With a passphrase, so that it can be locked."""
    session.desk.safe.set_passphrase(PHRASE)
    return session


@pytest.fixture
def online(headquarters: Headquarters, session: Session, qtbot: QtBot) -> Session:
    """With rounds, the first of which is done."""
    session.start()
    qtbot.waitUntil(lambda: bool(session.syncing.state.online), timeout=20_000)
    return session
