"""Brings the laptop's schema up to date: check, encrypted backup, one transaction, check again.

Whether anything is to do is asked in plain SQL, because importing Alembic costs more than opening the
database does. A revision's file is named by its number, so the newest is known without it as well.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import pool
from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store import backup, integrity
from channeldesk.store.connect import Use, connect
from channeldesk.store.errors import known

_log = logging.getLogger(__name__)


def scripts() -> Path:
    """The folder of the laptop's migrations; in an installed program they are data files beside the code."""
    import migrations

    return Path(migrations.__file__).parent / "laptop"


def newest_revision(folder: Path | None = None) -> str:
    """The revision this program writes."""
    return max(_known(folder or scripts()))


def _known(folder: Path) -> set[str]:
    return {file.name[:4] for file in (folder / "versions").glob("[0-9][0-9][0-9][0-9]_*.py*")}


def stored_revision(connection: Any) -> str | None:
    """The revision of a raw connection's database; None for an empty one."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if found else None
    return None if row is None else str(row[0])


def upgrade(path: Path, key: bytes, *, folder: Path | None = None) -> bool:
    """Create or upgrade the database; False when there was nothing to do, which takes a few milliseconds.

    ``folder`` replaces the program's own migrations. Raises :class:`Problem` when the database is of a newer
    program, damaged, cannot be backed up, or the migration fails: then it is as it was.
    """
    folder = folder or scripts()
    before = _check(path, key, folder)
    if before == newest_revision(folder):
        return False
    copy = None
    if before is not None:
        if integrity.check(path, key).damaged:
            raise Problem.of("store.migration_refused", remedy="remedy.repair")
        copy = backup.make(path, key, label=before)
    try:
        _migrate(path, key, folder)
    except Exception as error:
        if (problem := known(getattr(error, "orig", error))) is not None:  # the disk's fault, not the step's
            raise problem from error
        _log.exception("migration from %s failed", before)
        where = copy.name if copy else ""
        raise Problem.of("store.migration_failed", backup=where, remedy="remedy.update_program") from error
    return True


def make(path: Path, key: bytes, revision: str) -> None:
    """A new database of an earlier ``revision``, for the rows of one; of the newest if it is not known."""
    folder = scripts()
    _migrate(path, key, folder, revision if revision in _known(folder) else "head")


def _check(path: Path, key: bytes, folder: Path) -> str | None:
    raw = connect(path, key, Use.READ if path.exists() else Use.PERSON)
    try:
        revision = stored_revision(raw)
    finally:
        raw.close()
    if revision is not None and revision not in _known(folder):
        raise Problem.of("store.newer_schema", revision=revision, remedy="remedy.update_program")
    return revision


def _migrate(path: Path, key: bytes, folder: Path, revision: str = "head") -> None:
    """One transaction with foreign keys off: rebuilding a table must not fire its cascades."""
    from alembic import command
    from alembic.config import Config

    engine = sa.create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key, Use.PERSON),
        poolclass=pool.NullPool,
        hide_parameters=True,
    )
    config = Config()
    config.set_main_option("script_location", str(folder))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"{len(broken)} rows would point at missing rows")
        connection.commit()
