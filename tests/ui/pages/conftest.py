"""A window signed in to a running headquarters, for pages about synchronisation."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support.demo import DemoProfile
from tests.support.headquarters import Headquarters
from ui.session import Session


@pytest.fixture
def headquarters(demo_profile: DemoProfile) -> Iterator[Headquarters]:
    with demo_profile.serving() as server:
        yield server


@pytest.fixture
def session(headquarters: Headquarters, demo_desk: Desk, qtbot: QtBot) -> Iterator[Session]:
    made = Session(demo_desk)
    made.app.set_language("en")
    made.show()
    made.start()
    qtbot.waitUntil(lambda: bool(made.syncing.state.online), timeout=20_000)
    yield made
    assert made.app.close()
    made.app.deleteLater()
    made.deleteLater()
