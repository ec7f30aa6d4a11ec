"""A set-up headquarters on each kind of database, and a server over it."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from channeldesk.hq.database import Database
from tests.support import central

if TYPE_CHECKING:
    from tests.support.postgres import Postgres


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "headquarters.db"
    central.set_up(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: "Postgres") -> str:
    name = postgres.create()
    central.set_up(postgres.url(name))
    return name


@pytest.fixture
def sqlite_hq(tmp_path: Path, _sqlite_template: Path) -> str:
    path = tmp_path / "headquarters.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_hq(postgres: "Postgres", _postgres_template: str) -> Iterator[str]:
    with postgres.database(_postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def hq_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with the company, people and rows of :mod:`tests.support.central`."""
    return request.getfixturevalue("sqlite_hq" if request.param == "sqlite" else "postgres_hq")


@pytest.fixture
def database(hq_url: str) -> Iterator[Database]:
    opened = Database(hq_url)
    yield opened
    opened.close()


@pytest.fixture
def server(hq_url: str) -> Iterator[central.Server]:
    """A real server on a port of its own, in this process."""
    with central.running(hq_url) as running:
        yield running
