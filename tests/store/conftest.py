from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.store.database import Database
from tests.support import laptop


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An open, empty, encrypted database of the newest schema."""
    with laptop.opened(tmp_path / "cache.db") as opened:
        yield opened
