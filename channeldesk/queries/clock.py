"""Which day it is for the person, and how old the figures are."""

from __future__ import annotations

import time

import sqlalchemy as sa

from channeldesk.queries.once import once
from channeldesk.rules.calendar import business_date

SYNCED_AT = "last_sync_at"
"""Key of ``local_state``: when the last complete round ended, ms UTC."""

_ZONE = """
SELECT t.time_zone FROM scope_grant g JOIN territory t ON t.id = g.territory_id
WHERE g.user_id = (SELECT unhex(value) FROM local_state WHERE key = 'user_id')
ORDER BY t.path LIMIT 1
"""
_ANY_ZONE = "SELECT time_zone FROM territory ORDER BY path LIMIT 1"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def zone(connection: sa.Connection) -> str:
    """IANA time zone of the person's own territory; UTC before the first synchronisation."""
    return known_zone(connection) or "UTC"


@once
def known_zone(connection: sa.Connection) -> str | None:
    """The same; None while no territory is here."""
    found = (
        connection.execute(sa.text(_ZONE)).scalar() or connection.execute(sa.text(_ANY_ZONE)).scalar() or None
    )
    return None if found is None else str(found)


def today(connection: sa.Connection) -> str:
    """The business date now, ISO text. Queries take ``today`` where a test or a page wants another."""
    return business_date(now_ms(), zone(connection)).isoformat()


def zone_of(connection: sa.Connection, partner_id: bytes) -> str:
    """IANA time zone of a partner's territory, which decides its business date."""
    found = connection.execute(
        sa.text(
            "SELECT t.time_zone FROM partner p JOIN territory t ON t.id = p.territory_id WHERE p.id = :id"
        ),
        {"id": partner_id},
    ).scalar()
    return str(found) if found else zone(connection)


def today_of(connection: sa.Connection, partner_id: bytes) -> str:
    """The business date now at a partner."""
    return business_date(now_ms(), zone_of(connection, partner_id)).isoformat()


def as_of(connection: sa.Connection) -> int | None:
    """Up to when headquarters' data is complete here, ms UTC; None before the first complete round."""
    value = state(connection, SYNCED_AT)
    return int(value) if value else None


@once
def state(connection: sa.Connection, key: str) -> str | None:
    """A value of the laptop's own settings and notes."""
    value = connection.execute(
        sa.text("SELECT value FROM local_state WHERE key = :key"), {"key": key}
    ).scalar()
    return None if value is None else str(value)
