"""A desk of its own for every test: on the demo network, or beside a real headquarters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.desk import Desk
from tests.support import demo_laptop
from tests.support.headquarters import Headquarters, serving, synchronised


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with demo_laptop.desk(tmp_path / "desk") as opened:
        yield opened


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def at_headquarters(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    with synchronised(hq, tmp_path / "bo") as opened:
        yield opened
