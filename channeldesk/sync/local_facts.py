"""What the laptop keeps about its standing with headquarters, beside the rows themselves."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.store import derive, images, outbox
from channeldesk.sync import lease, recovery, tokens
from channeldesk.sync.session import Session


def remember(connection: sa.Connection, session: Session, now: int) -> None:
    """Notes a sign-in at ``now`` (ms UTC), perhaps as another device. Tokens stay in the database."""
    known = images.read_states(connection)
    if known.get("device_id", session.device_id.hex()) != session.device_id.hex():
        recovery.adopt(connection, session.device_id, session.device_prefix, session.last_mid)
    tokens.note(connection, session.tokens)
    images.write_state(
        connection,
        {
            "user_id": session.user_id.hex(),
            "role": session.role,
            "device_id": session.device_id.hex(),
            "device_prefix": session.device_prefix,
            "company": session.company,
            "company_currency": session.currency,
            **lease.heard(known, session.contact, session.device_id, now)[0],
        },
    )


def device(connection: sa.Connection) -> tuple[bytes, str] | None:
    """Id and prefix of the device this profile is now: another one after it was copied or restored."""
    known = images.read_states(connection)
    if "device_id" not in known or "device_prefix" not in known:
        return None
    return bytes.fromhex(known["device_id"]), known["device_prefix"]


def needs_filling(connection: sa.Connection) -> bool:
    """Whether the next round is a first one, or goes on with one: bulk work."""
    return images.read_state(connection, "cursor") is None or derive.suspended(connection)


def waiting(connection: sa.Connection) -> int:
    """Mutations that headquarters has not answered."""
    return outbox.count(connection)
