"""What the person has chosen, with the defaults for the rest."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.model.settings import SETTINGS
from channeldesk.queries import clock

PREFIX = "setting."
"""Keys of ``local_state`` that hold settings: they stay on this laptop, inside the encrypted database."""

FOLDER = "folder"
"""Key of ``local_state``: where the person last wrote or read a file."""


def folder(connection: sa.Connection) -> str:
    """Empty while no file was written or read."""
    return clock.state(connection, FOLDER) or ""


def settings(connection: sa.Connection) -> dict[str, str]:
    """Code to value of every setting; a value that is no option any more counts as the default."""
    sql = sa.text("SELECT key, value FROM local_state WHERE key LIKE :prefix || '%'")
    kept = {row.key[len(PREFIX) :]: row.value for row in connection.execute(sql, {"prefix": PREFIX})}
    return {
        code: kept[code] if kept.get(code) in dict(one.options) else one.default
        for code, one in SETTINGS.items()
    }
