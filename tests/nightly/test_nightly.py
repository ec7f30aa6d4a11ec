"""A few of each kind as tests; the commands of this package do hundreds."""

import os
from pathlib import Path

import pytest

from tests.nightly import damage, kills, network

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.allow_log("", reason="faults are made on purpose; the promises are what is checked"),
]
SEED = int(os.environ.get("CHANNELDESK_SEED", "0"))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills(kind: str, tmp_path: Path) -> None:
    counted, broken = kills.run(kind, 5, SEED, tmp_path)
    assert broken == []
    assert counted.total() == 5


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_bad_days(kind: str, tmp_path: Path) -> None:
    met, broken = network.run(kind, 3, SEED, tmp_path)
    assert broken == []
    assert met.total() > 0


def test_damage() -> None:
    counted, broken = damage.run(6, SEED)
    assert broken == []
    assert counted.total() == 6
