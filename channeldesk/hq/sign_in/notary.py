"""Headquarters' signature under what it says to one device (``trust.signing``)."""

from __future__ import annotations

from functools import cached_property

import sqlalchemy as sa

from channeldesk.hq import audit, state
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in.secrets import own_key
from channeldesk.model.notice import Problem
from channeldesk.trust import signing

_KEY = "signing_key"
DAY_MS = 24 * 3600 * 1000
SHORTEST, LONGEST = 14, 30
"""Days that a company may let a laptop work without a contact."""


class Notary:
    """Of one process: the key is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def _seed(self) -> bytes:
        return self._database.run(seed)

    @cached_property
    def public(self) -> str:
        """What laptops pin, as hexadecimal digits."""
        return signing.public_key(self._seed).hex()

    def lease(self, device_id: bytes, days: int, now: int) -> str:
        """That the device may work alone from ``now`` (ms UTC) for so many days."""
        facts = {"issued_at": now, "ends_at": now + days * DAY_MS}
        return signing.signed(self._seed, signing.LEASE, device_id, **facts)


def seed(connection: sa.Connection) -> bytes:
    """The secret half; made when it is first asked for, which needs a write transaction."""
    return own_key(connection, _KEY)


def set_lease(database: Database, days: int, now: int) -> None:
    """How long laptops may work alone; each hears of it with its next contact."""
    if not SHORTEST <= days <= LONGEST:
        raise Problem.of("hq.bad_lease", least=SHORTEST, most=LONGEST)

    def work(connection: sa.Connection) -> None:
        before = state.company(connection).lease_days
        state.write(connection, {"lease_days": str(days)})
        told = {"days": days, "before": before}
        audit.record(connection, audit.CONSOLE, [audit.Entry("lease_changed", diff=told)], now)

    database.run(work)
