"""What waits because of what: unsent changes that are held back by a rejection nobody decided about yet."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import inbox_names as names
from channeldesk.rules import waiting as rules
from channeldesk.wire.values import unfold

_OPEN = "SELECT id, mutations FROM inbox WHERE kind = 'rejection' AND state = 'open'"
_UNSENT = (
    "SELECT txn, entity, row_id, op, base, changes, recorded_at FROM outbox WHERE mid IS NULL ORDER BY seq"
)


@dataclass(frozen=True)
class _Unsent:
    txn: bytes
    row: tuple[str, bytes]
    op: str
    base: Mapping[str, Any]
    changes: Mapping[str, Any]
    recorded_at: int

    @classmethod
    def of(cls, row: Any) -> _Unsent:
        base, changes = unfold(row.entity, json.loads(row.base), json.loads(row.changes))
        return cls(bytes(row.txn), (row.entity, bytes(row.row_id)), row.op, base, changes, row.recorded_at)

    def references(self) -> set[bytes]:
        return {self.row[1], *(target for _, target in names.pointed_at(self.row[0], self.changes))}


@dataclass(frozen=True)
class Waiting:
    """One local transaction that is held back, named by its first row. ``rows``: how many it changes."""

    entity: str
    row_id: bytes
    op: str
    title: str
    local: str | None
    partner: str | None
    partner_local: str | None
    partner_id: bytes | None
    recorded_at: int
    rows: int


class Held:
    """Everything that waits, by the rejected rows it touches or points at, directly or through others."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._born: dict[bytes, set[bytes]] = {}
        for item in connection.execute(sa.text(_OPEN)):
            made = {bytes.fromhex(one["id"]) for one in json.loads(item.mutations) if one["op"] == "insert"}
            if made:
                self._born[bytes(item.id)] = made
        self._txns: dict[bytes, list[_Unsent]] = defaultdict(list)
        if self._born:
            unsent = [_Unsent.of(row) for row in connection.execute(sa.text(_UNSENT))]
            for one in unsent:
                self._txns[one.txn].append(one)
            self._waiting = rules.Waiting(unsent)

    def txns(self, item_id: bytes) -> list[bytes]:
        """The transactions that wait for this item, the oldest first."""
        made = self._born.get(item_id)
        found = self._waiting.on(made) if made else set()
        return [txn for txn in self._txns if txn in found]

    def count(self, item_id: bytes) -> int:
        return len(self.txns(item_id))

    def told(self, item_id: bytes) -> tuple[Waiting, ...]:
        return tuple(self._told(self._txns[txn]) for txn in self.txns(item_id))

    def _told(self, rows: list[_Unsent]) -> Waiting:
        first = rows[0]
        name = names.named(self._connection, *first.row, first.changes)
        count = len({row.row for row in rows})
        return Waiting(
            *first.row,
            first.op,
            name.title,
            name.local,
            name.partner,
            name.partner_local,
            name.partner_id,
            first.recorded_at,
            count,
        )
