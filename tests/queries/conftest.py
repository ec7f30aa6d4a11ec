"""One desk on the demo network for all reading tests of this folder, and one per test that writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.desk import Desk
from tests.support import demo_laptop


@pytest.fixture(scope="session")
def shared_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Read only: tests that write take ``desk``."""
    with demo_laptop.desk(tmp_path_factory.mktemp("demo")) as opened:
        yield opened


@pytest.fixture
def reader(shared_desk: Desk) -> Iterator[sa.Connection]:
    with shared_desk.database.read() as connection:
        yield connection


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with demo_laptop.desk(tmp_path / "desk") as opened:
        yield opened
