"""What the window needs to know before its first paint; read with the profile, off the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.queries.clock import known_zone
from channeldesk.queries.settings import folder, settings
from channeldesk.queries.status import status

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Beginning:
    """``chosen`` are the settings; ``first``: headquarters' data has never been complete here; ``zone``: of
    the person's territory, None while that is not known.
    """

    chosen: Mapping[str, str]
    first: bool
    zone: str | None = None
    folder: str = ""
    """Where files are asked for."""


def beginning(connection: Connection) -> Beginning:
    first = status(connection).last_sync_at is None
    return Beginning(settings(connection), first, known_zone(connection), folder(connection))
