"""A desk of its own for every test, on the demo network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.desk import Desk
from tests.support import demo_laptop


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with demo_laptop.desk(tmp_path / "desk") as opened:
        yield opened
