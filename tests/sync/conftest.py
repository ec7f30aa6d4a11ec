"""Headquarters on each database, and laptops that synchronise with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.headquarters import Headquarters, serving
from tests.support.rounds import Laptop


@pytest.fixture(params=["sqlite", "postgresql"])
def hq(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Headquarters]:
    with serving(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as running:
        yield running


@pytest.fixture
def laptop(hq: Headquarters, tmp_path: Path) -> Iterator[Callable[..., Laptop]]:
    made: list[Laptop] = []

    def make(login: str = "bo", **options: object) -> Laptop:
        made.append(Laptop(hq, tmp_path / f"{login}{len(made)}", login, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()
