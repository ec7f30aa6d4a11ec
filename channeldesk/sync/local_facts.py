"""What the laptop keeps about its standing with headquarters, beside the rows themselves."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.store import derive, images, outbox
from channeldesk.sync.session import Session


def remember(connection: sa.Connection, session: Session) -> None:
    """Notes a sign-in. The token stays inside the encrypted database."""
    images.write_state(
        connection,
        {
            "access_token": session.token,
            "user_id": session.user_id.hex(),
            "role": session.role,
            "device_id": session.device_id.hex(),
            "device_prefix": session.device_prefix,
            "company": session.company,
            "company_currency": session.currency,
        },
    )


def token(connection: sa.Connection) -> str | None:
    return images.read_state(connection, "access_token")


def needs_filling(connection: sa.Connection) -> bool:
    """Whether the next round is a first one, or goes on with one: bulk work."""
    return images.read_state(connection, "cursor") is None or derive.suspended(connection)


def waiting(connection: sa.Connection) -> int:
    """Mutations that headquarters has not answered."""
    return outbox.count(connection)
