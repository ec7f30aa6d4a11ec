"""Drafts of reference data: what they would change, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries.draft_rows import LISTED, NAMED_ROW, DraftRow, row_of

BATCH = "batch."
"""Keys of ``local_state``, followed by the transaction: what a person calls a batch of drafts."""
_DRAFTS = f"""
SELECT o.*, {NAMED_ROW} FROM (
  SELECT seq, txn, entity, row_id, op, base, changes, recorded_at,
         row_number() OVER (PARTITION BY txn ORDER BY seq) AS place, count(*) OVER (PARTITION BY txn) AS size
  FROM outbox WHERE draft = 1
) o WHERE place <= :listed ORDER BY seq
"""
_NAMES = "SELECT substr(key, 1 + length(:key)) AS txn, value FROM local_state WHERE key LIKE :key || '%'"


@dataclass(frozen=True)
class Draft:
    """One thing that the person did; the rows it touched, the first one first. Of a batch of many rows the
    first ones are told; ``size``: how many it touches in all. ``name``: what the person calls it, or "".
    """

    txn: bytes
    recorded_at: int
    rows: tuple[DraftRow, ...]
    size: int = 1
    name: str = ""

    @property
    def batch(self) -> bool:
        """Whether many rows were changed in one edit, or taken from one file."""
        return bool(self.name)


@dataclass(frozen=True)
class Drafts:
    """``people``: active users to whom published data goes; ``partners``: on this laptop."""

    drafts: tuple[Draft, ...]
    people: int
    partners: int

    @property
    def by_entity(self) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for draft in self.drafts:
            name = draft.rows[0].entity
            found[name] = found.get(name, 0) + 1
        return found

    @property
    def rows(self) -> int:
        """How many rows all of them touch."""
        return sum(draft.size for draft in self.drafts)


def drafts(connection: sa.Connection) -> Drafts:
    found: dict[bytes, list[DraftRow]] = {}
    since: dict[bytes, int] = {}
    sizes: dict[bytes, int] = {}
    for row in connection.execute(sa.text(_DRAFTS), {"listed": LISTED}):
        txn = bytes(row.txn)
        since.setdefault(txn, row.recorded_at)
        told = row_of(connection, row)
        sizes.setdefault(txn, row.size)
        if told.op != "patch" or told.changes or txn not in found:
            found.setdefault(txn, []).append(told)
        else:
            sizes[txn] -= 1  # a path that follows tells nothing
    names = {row.txn: row.value for row in connection.execute(sa.text(_NAMES), {"key": BATCH})}
    people = connection.execute(sa.text("SELECT count(*) FROM app_user WHERE active = 1")).scalar_one()
    partners = connection.execute(sa.text("SELECT count(*) FROM partner")).scalar_one()
    made = (
        Draft(txn, since[txn], tuple(rows), sizes[txn], names.get(txn.hex(), ""))
        for txn, rows in found.items()
    )
    return Drafts(tuple(made), people, partners)


def count(connection: sa.Connection) -> int:
    return int(
        connection.execute(sa.text("SELECT count(DISTINCT txn) FROM outbox WHERE draft = 1")).scalar_one()
    )
