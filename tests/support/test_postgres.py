"""The test server gives databases that do not see each other, and leaves nothing behind."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.support import postgres as support

HOLD_A_SERVER = """
import sys
from tests.support import postgres
with postgres.running() as server:
    print(server._server.pgdata, flush=True)
    sys.stdin.read()
"""


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_each_database_is_fresh_and_a_template_carries_its_tables(postgres: support.Postgres) -> None:
    with postgres.database() as prepared:
        with _connect(prepared) as connection:
            connection.execute("CREATE TABLE partner (code text)")
        name = prepared.split("?")[0].rsplit("/", 1)[1]
        with postgres.database(template=name) as copy, _connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM partner").fetchone() == (0,)
        with postgres.database() as empty, _connect(empty) as connection:
            assert connection.execute("SELECT to_regclass('partner')").fetchone() == (None,)


def test_database_url_names_both_kinds(database_url: str, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["database_url"]

    assert database_url.startswith({"sqlite": "sqlite:///", "postgresql": "postgresql+psycopg://"}[kind])


def test_a_server_of_a_killed_run_is_ended_by_the_next() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", HOLD_A_SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with run:
        folder = Path(run.stdout.readline().strip())
        server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        run.kill()

    support._remove_abandoned()

    assert not server.is_running()
    assert not folder.exists()


def test_nothing_of_another_living_run_is_touched(postgres: support.Postgres) -> None:
    mine = list(Path(tempfile.gettempdir()).glob(f"{support.PREFIX}{os.getpid()}-*"))

    support._remove_abandoned()

    assert mine
    assert all((folder / "postmaster.pid").exists() for folder in mine)
