"""A desk of its own for every test: on the demo network, or beside a real headquarters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.desk import Desk
from tests.support import demo_laptop
from tests.support.headquarters import PASSWORD, Headquarters, furnished


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with demo_laptop.desk(tmp_path / "desk") as opened:
        yield opened


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with furnished("sqlite", tmp_path, lambda: pytest.fail("no PostgreSQL here")) as url:
        server = Headquarters(url)
        server.start()
        try:
            yield server
        finally:
            server.close()


@pytest.fixture
def at_headquarters(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "bo", hq.address, "bo", PASSWORD, passphrase="a long one", keyring=None
    ) as opened:
        opened.sync(in_process=True)
        yield opened
