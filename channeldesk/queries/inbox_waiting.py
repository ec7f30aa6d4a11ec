"""What waits because of what: unsent changes that are held back by a rejection nobody decided about yet."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import inbox_names as names

_OPEN = "SELECT id, mutations FROM inbox WHERE kind = 'rejection' AND state = 'open'"
_UNSENT = (
    "SELECT seq, txn, entity, row_id, op, changes, recorded_at FROM outbox WHERE mid IS NULL ORDER BY seq"
)


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
        self._txns: dict[bytes, list[Any]] = defaultdict(list)
        self._by_row: dict[bytes, set[bytes]] = defaultdict(set)
        if self._born:
            self._load()

    def _load(self) -> None:
        for row in self._connection.execute(sa.text(_UNSENT)):
            txn = bytes(row.txn)
            self._txns[txn].append(row)
            self._by_row[bytes(row.row_id)].add(txn)
            for _, target in names.pointed_at(row.entity, json.loads(row.changes)):
                self._by_row[target].add(txn)

    def txns(self, item_id: bytes) -> list[bytes]:
        """The transactions that wait for this item, the oldest first."""
        reached, found = set(self._born.get(item_id, ())), set[bytes]()
        new = set(reached)
        while new:
            met = {txn for row_id in new for txn in self._by_row.get(row_id, ())} - found
            found |= met
            made = {bytes(row.row_id) for txn in met for row in self._txns[txn] if row.op == "insert"}
            new = made - reached
            reached |= made
        return [txn for txn in self._txns if txn in found]

    def count(self, item_id: bytes) -> int:
        return len(self.txns(item_id))

    def told(self, item_id: bytes) -> tuple[Waiting, ...]:
        return tuple(self._waiting(self._txns[txn]) for txn in self.txns(item_id))

    def _waiting(self, rows: list[Any]) -> Waiting:
        first = rows[0]
        known: Mapping[str, Any] = json.loads(first.changes)
        name = names.named(self._connection, first.entity, bytes(first.row_id), known)
        count = len({(row.entity, bytes(row.row_id)) for row in rows})
        return Waiting(
            first.entity,
            bytes(first.row_id),
            first.op,
            name.title,
            name.local,
            name.partner,
            name.partner_local,
            name.partner_id,
            first.recorded_at,
            count,
        )
