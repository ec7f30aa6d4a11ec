"""The views of a list that a person saved by name: columns, order, filters. They stay on this laptop."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from channeldesk.model.collation import sort_key
from channeldesk.queries import clock

PREFIX = "views."
"""Keys of ``local_state``, followed by the list."""


def saved_views(connection: sa.Connection, of: str, language: str = "en") -> dict[str, dict[str, Any]]:
    """Name to what the view shows, in the order of the names in ``language``. ``of``: such as "partners"."""
    kept: dict[str, dict[str, Any]] = json.loads(clock.state(connection, PREFIX + of) or "{}")
    return dict(sorted(kept.items(), key=lambda one: sort_key(one[0], language) or ""))
