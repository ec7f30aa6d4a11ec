"""Fixtures and rules for every test.

Warnings are errors (pyproject.toml); an unexpected log record or a thread left running fails the test that
caused it. Random choices come from one seed per run, printed in the header: CHANNELDESK_SEED repeats it.
"""

import os
import random
import shutil
import tempfile
import threading
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import time_machine

from tests.support import watch

if TYPE_CHECKING:
    from tests.support.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("dev", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, database=None, max_examples=100)
hypothesis.settings.register_profile(
    "nightly", deadline=None, print_blob=True, max_examples=2_000, stateful_step_count=100
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))

_made_folders: list[str] = []


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed and keep tests away from the person's own screen, keys and settings."""
    seed = os.environ.setdefault("CHANNELDESK_SEED", str(random.SystemRandom().randrange(2**32)))
    if config.getoption("hypothesis_seed") is None:
        config.option.hypothesis_seed = seed
    if day := os.environ.get("CHANNELDESK_TODAY"):
        # A Monday, the last day of a month, a leap day: no answer may depend on what the calendar says.
        noon = datetime.combine(date.fromisoformat(day), clock(12), ZoneInfo("Asia/Shanghai"))
        time_machine.travel(noon, tick=True).start()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        if "PYTEST_XDIST_WORKER" not in os.environ:
            os.environ[name] = tempfile.mkdtemp(prefix="channeldesk-tests-")
            _made_folders.append(os.environ[name])


def pytest_unconfigure() -> None:
    for folder in _made_folders:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header() -> str:
    """What repeats this run."""
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return f"seed: CHANNELDESK_SEED={os.environ['CHANNELDESK_SEED']} CHANNELDESK_TODAY={day}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if os.environ.get("CHANNELDESK_TODAY") and item.get_closest_marker("real_clock"):
        pytest.skip("something with a clock of its own takes part")


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    leaked = watch.leaked_threads(before)
    if leaked:
        pytest.fail(f"threads left running: {', '.join(leaked)}", pytrace=False)


@pytest.fixture(autouse=True)
def _no_unexpected_logs(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    allowed = watch.allowed_patterns(request.node)
    yield
    records = [record for phase in ("setup", "call", "teardown") for record in caplog.get_records(phase)]
    unexpected = watch.unexpected_records(records, allowed)
    if unexpected:
        pytest.fail("unexpected log records:\n" + "\n".join(unexpected), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _guesses_cost_little() -> Iterator[None]:
    """Passwords and passphrases are hashed as in use, but in a thousandth of the memory: a run hashes
    thousands. What costs little stands in the hash, so other processes check it as quickly.
    """
    import argon2

    from channeldesk.hq import users
    from channeldesk.trust.passphrase import Cost

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cost.__init__, "__defaults__", (64, 1, 1))
        patch.setattr(users, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Random choices of this test, the same again for the same CHANNELDESK_SEED."""
    return random.Random(f"{os.environ['CHANNELDESK_SEED']} {request.node.nodeid}")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The public sample files (sales, stock, leads) that loads are tested with."""
    default = ROOT.parent / "shared" / "data"
    folder = Path(os.environ.get("CHANNELDESK_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no sample files: set CHANNELDESK_DATA to their folder ({folder} does not exist)")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """One PostgreSQL server per test process, started when first asked for."""
    from tests.support import postgres

    with postgres.running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: "Postgres") -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database for headquarters, once on each kind it supports."""
    yield from _empty_database(request, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same, shared by the tests of one file."""
    yield from _empty_database(request, tmp_path_factory.mktemp("hq"))


def _empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'headquarters.db'}"
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield url
