"""The storm holds its promises on many seeds, repeats itself exactly, and finds planted bugs."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.storm.link import Broken
from tests.storm.plants import ON_POSTGRESQL, PLANTS, planted
from tests.storm.run import one_seed
from tests.storm.stage import Stage, set_up
from tests.storm.world import Options

if TYPE_CHECKING:
    from tests.support.postgres import Postgres

CHUNK = 5
"""Seeds of one test: small, so that they spread over all processes of a run."""
FIRST = 10_000
SEEDS = 25
"""In which a planted bug has to be found: as many as a test has time for on a busy machine."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with set_up() as made:
        yield made


@pytest.mark.parametrize("first", range(FIRST, FIRST + 200, CHUNK))
def test_every_promise_holds(stage: Stage, first: int) -> None:
    _hold(stage, range(first, first + CHUNK))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(100_000, 104_000, 50))
def test_every_promise_holds_for_long(stage: Stage, first: int) -> None:
    _hold(stage, range(first, first + 50))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(200_000, 200_400, 50))
def test_every_promise_holds_on_postgresql(postgres: "Postgres", first: int) -> None:
    with set_up(postgres) as stage:
        _hold(stage, range(first, first + 50))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(300_000, 300_200, 50))
def test_every_promise_holds_behind_a_server(first: int) -> None:
    with set_up(http=True) as stage:
        _hold(stage, range(first, first + 50))


def test_the_same_storm_blows_wherever_headquarters_stands(stage: Stage, postgres: "Postgres") -> None:
    """One seed on SQLite, on PostgreSQL and behind a server; what only one of them has is left out."""
    restarts = ("restart of headquarters", "restore from a backup")
    options = Options(without=("hq slow transaction", "hq spoil", "hq mend", *restarts))
    outcomes = [one_seed(stage, FIRST, options)]
    with set_up(postgres) as other:
        outcomes.append(one_seed(other, FIRST, options))
    with set_up(http=True) as other:
        outcomes.append(one_seed(other, FIRST, options))
    assert [one.problem for one in outcomes] == [None, None, None]
    assert len({one.trace_hash for one in outcomes}) == 1


def _hold(stage: Stage, seeds: range) -> None:
    total = Counter[str]()
    for seed in seeds:
        outcome = one_seed(stage, seed, Options())
        again = f"python -m tests.storm --seed {seed} --verbose"
        assert outcome.problem is None, f"{outcome.problem}\nrepeat with: {again}"
        operations = sum(n for name, n in outcome.counts.items() if name.startswith("operation"))
        faults = sum(n for name, n in outcome.counts.items() if name.startswith("fault"))
        assert operations >= 60
        assert faults >= 3
        total += outcome.counts
    assert total["seeds"] == len(seeds)


def test_a_seed_repeats_itself(stage: Stage) -> None:
    """Also on another stage, with other files: nothing but the seed decides."""
    with set_up() as other:
        for seed in (1, 2, 3):
            hashes = {one_seed(here, seed, Options()).trace_hash for here in (stage, stage, other)}
            assert len(hashes) == 1


@pytest.mark.parametrize("name", sorted(PLANTS))
def test_the_storm_finds(stage: Stage, name: str) -> None:
    _find(stage, name)


@pytest.mark.parametrize("name", sorted(ON_POSTGRESQL))
def test_the_storm_finds_on_postgresql(postgres: "Postgres", name: str) -> None:
    with set_up(postgres) as stage:
        _find(stage, name)


def _find(stage: Stage, name: str) -> None:
    with planted(name) as plant:
        options = replace(Options(), favour=plant.favour, team=plant.team)
        for seed in itertools.islice(itertools.count(FIRST + plant.first), SEEDS):
            problem = one_seed(stage, seed, options).problem
            if problem is not None:
                assert problem.startswith(Broken.__name__), f"no oracle noticed, but: {problem}"
                return
    pytest.fail(f"{SEEDS} seeds, and nobody noticed: {name}", pytrace=False)
