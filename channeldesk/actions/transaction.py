"""The transaction that ``Desk.act`` makes for an action: see :class:`channeldesk.actions.tx.Tx`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.rules.calendar import business_date
from channeldesk.store.profile import Profile
from channeldesk.sync import local_facts


@dataclass(frozen=True)
class Transaction:
    connection: sa.Connection
    profile: Profile
    now_ms: Callable[[], int]
    new_id: Callable[[], bytes]

    @property
    def user_id(self) -> bytes:
        return self.profile.user_id

    @property
    def device_prefix(self) -> str:
        known = local_facts.device(self.connection)
        return self.profile.device_prefix if known is None else known[1]

    def today(self, zone: str) -> str:
        return business_date(self.now_ms(), zone).isoformat()
