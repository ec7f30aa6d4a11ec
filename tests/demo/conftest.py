"""One small network for all tests of this folder: made once, read by many."""

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from channeldesk.demo import DemoNetwork, generate

TODAY = date(2026, 11, 12)

Rows = dict[str, list[dict[str, Any]]]


def rows_of(network: DemoNetwork) -> Rows:
    rows: Rows = defaultdict(list)
    for batch in network.batches():
        rows[batch.entity] += [dict(zip(batch.columns, row, strict=True)) for row in batch.rows]
    return rows


@pytest.fixture(scope="session")
def made() -> tuple[DemoNetwork, Rows]:
    network = generate("small", today=TODAY)
    return network, rows_of(network)


@pytest.fixture(scope="session")
def network(made: tuple[DemoNetwork, Rows]) -> DemoNetwork:
    return made[0]


@pytest.fixture(scope="session")
def rows(made: tuple[DemoNetwork, Rows]) -> Rows:
    return made[1]
