"""An empty encrypted laptop database, as signing in makes it."""

from __future__ import annotations

from pathlib import Path

KEY = bytes(range(32))


def make(path: Path) -> Path:
    """Migrates a new file to the newest schema."""
    from channeldesk.store import migrate

    migrate.upgrade(path, KEY)
    return path
