"""The history of rounds, and where this laptop stands with headquarters."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import clock
from channeldesk.queries.status import Status, Waiting, status, waiting
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page

_QUIET = "(r.pushed + r.pulled + r.conflicts + r.rejected + r.set_aside = 0 AND r.notice IS NULL)"
RESULT = f"CASE WHEN r.outcome = 'finished' AND {_QUIET} THEN 'quiet' ELSE r.outcome END"
"""finished, quiet (nothing was new), cancelled or failed."""

SPEC = ListSpec(
    key="r.id",
    source="sync_round r",
    default_sort="ended",
    default_descending=True,
    search="instr(lower(coalesce(r.notice, '')), {word}) > 0",
    columns={
        "ended": Column("r.ended_at", ColumnType.INSTANT, required=True),
        "reason": Column("r.reason", ColumnType.CHOICE, required=True),
        "result": Column(RESULT, ColumnType.CHOICE, required=True),
        "sent": Column("r.pushed", ColumnType.INTEGER, required=True),
        "fetched": Column("r.pulled", ColumnType.INTEGER, required=True),
        "needs": Column("(r.conflicts + r.rejected + r.set_aside)", ColumnType.INTEGER, required=True),
        "up": Column("r.bytes_sent", ColumnType.INTEGER, required=True),
        "down": Column("r.bytes_received", ColumnType.INTEGER, required=True),
        "took": Column("(r.ended_at - r.started_at)", ColumnType.INTEGER, required=True),
    },
)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One entry; ``notices`` say why it failed, or what it put right by itself. Times in milliseconds,
    bytes as they went over the wire.
    """

    key: int
    started_at: int
    ended_at: int
    reason: str
    result: str
    mode: str
    pushed: int
    pulled: int
    conflicts: int
    rejected: int
    set_aside: int
    bytes_sent: int
    bytes_received: int
    notices: tuple[Notice, ...]

    @property
    def needs_you(self) -> int:
        return self.conflicts + self.rejected + self.set_aside

    @property
    def took(self) -> int:
        """Milliseconds; of a failure that repeated itself, how long it lasted."""
        return self.ended_at - self.started_at


def keys(connection: sa.Connection, view: ListView = ALL) -> array[int]:
    """The entries to show, newest first unless the view says otherwise."""
    return ordered_keys(connection, SPEC, view)


_ROW = f"""
SELECT r.id AS key, r.started_at, r.ended_at, r.reason, {RESULT} AS result, r.mode, r.pushed, r.pulled,
       r.conflicts, r.rejected, r.set_aside, r.bytes_sent, r.bytes_received, r.notice
FROM json_each(:keys) k CROSS JOIN sync_round r ON r.id = k.value
"""


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[RoundRow]:
    return [_row(one._asdict()) for one in page(connection, _ROW, keys)]


def _row(values: dict[str, Any]) -> RoundRow:
    told = json.loads(values.pop("notice") or "[]")
    return RoundRow(**values, notices=tuple(Notice.from_wire(one) for one in told))


@dataclass(frozen=True)
class Standing:
    """What waits by kind, what needs the person, and what this laptop holds. ``size`` of the database in
    bytes; ``partners`` are on this laptop.
    """

    status: Status
    waiting: tuple[Waiting, ...]
    partners: int
    size: int
    as_of: int | None


def standing(connection: sa.Connection) -> Standing:
    size = sa.text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return Standing(
        status=status(connection),
        waiting=waiting(connection, drafts=True),
        partners=connection.execute(sa.text("SELECT count(*) FROM partner")).scalar_one(),
        size=int(connection.execute(size).scalar_one()),
        as_of=clock.as_of(connection),
    )
