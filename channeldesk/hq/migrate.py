"""Brings the central database to the schema of this program, and puts the feed's triggers back."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from channeldesk.hq import row_security, triggers
from channeldesk.hq.database import Database
from channeldesk.model.notice import Problem

_LOCK = 0x6D696772


def migrate(database: Database) -> None:
    """Migrates in one transaction. Several processes may start at once: one migrates, the others wait.

    Raises Problem for a database of a newer program, which is left alone.
    """
    config = _config()
    with database.write() as connection:
        if database.is_postgresql:
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))  # others may have much to migrate
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        here = MigrationContext.configure(connection).get_current_heads()
        if set(here) - known:
            raise Problem.of("hq.newer_schema", revision=", ".join(here))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        triggers.install(connection)
        row_security.install(connection)


def is_current(connection: sa.Connection) -> bool:
    """Whether the schema is the one this program works with."""
    heads = set(ScriptDirectory.from_config(_config()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def _config() -> Config:
    spec = importlib.util.find_spec("migrations.hq")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(spec.submodule_search_locations)))))
    return config
