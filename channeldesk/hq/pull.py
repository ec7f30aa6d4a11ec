"""Answers a pull: first what the laptop missed as a backfill, then the feed, from one database snapshot.

Before the snapshot, everything committed gets its place in the feed. What is committed between that and the
snapshot has none yet; the snapshot shows it as pending, and it is sent as well, so that no transaction
arrives torn.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import policy, sequencer, state
from channeldesk.hq.cursor import DONE, Cursor
from channeldesk.hq.database import Database
from channeldesk.hq.fingerprint import fingerprint
from channeldesk.hq.policy import Principal, Scope
from channeldesk.hq.selecting import Query, Selecting, batches
from channeldesk.hq.tables import feed, feed_pending
from channeldesk.model.declare import Unit, replicated
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq
from channeldesk.wire.stream import StreamWriter

BACKFILL_MARK = 5_000
FEED_PAGE = 2_000
"""Rows between marks: what a cut costs at most."""
LONGEST_SECONDS = 1_800.0
"""A snapshot is not held longer for a laptop that reads slowly: it goes on from its last mark."""
CHUNK = 64 * 1024
"""Bytes handed to the network at once, at least."""


@dataclass(frozen=True)
class Asked:
    """A pull as it came in. ``now`` in ms UTC."""

    principal: Principal
    cursor: str | None
    schema: int
    now: int


def pull(database: Database, asked: Asked) -> Iterator[bytes]:
    """The lines of the answer. Holds a snapshot until it is exhausted or closed."""
    sequencer.drain_committed(database, asked.now)
    with database.snapshot() as connection:
        yield from _Answer(connection, asked).lines()


class _Answer:
    def __init__(self, connection: sa.Connection, asked: Asked) -> None:
        self._connection, self._schema = connection, asked.schema
        self._epoch = state.company(connection).epoch
        self._scope: Scope = policy.scope_of(connection, asked.principal)
        self._head = sequencer.position(connection)
        self._scope_now = fingerprint(connection, self._scope, self._head)
        self._writer = StreamWriter()
        self._described: set[str] = set()
        self._since_mark = 0
        self._deadline = time.monotonic() + LONGEST_SECONDS
        known = self._usable(Cursor.decode(asked.cursor))
        self._backfills = known is None or known.place is not None
        self._at = known or Cursor(
            self._epoch, asked.schema, self._scope_now, self._head, self._head, ("", "")
        )
        self._fresh = known is None
        partner = hq.tables["partner"]
        everyone = int(connection.execute(sa.select(sa.func.count()).select_from(partner)).scalar_one())
        mine = self._count(self._selecting("partner").estimate(""))
        self._most = connection.dialect.name == "sqlite" and mine * 5 >= everyone

    def lines(self) -> Iterator[bytes]:
        line = self._writer.line
        after = self._places()
        yield line(
            {
                "t": "start",
                "epoch": self._epoch,
                "mode": "backfill" if self._backfills else "feed",
                "scope": self._scope_now,
                "head": self._head,
                "estimate": {s.entity.__entity__: self._count(s.estimate(start)) for s, start in after},
            }
        )
        for selecting, start in after:
            yield from self._backfill(selecting, start)
            if time.monotonic() > self._deadline:
                return
        if self._backfills:
            self._at = replace(self._at, place=DONE)
            yield self._mark()
        yield from self._feed()
        if time.monotonic() > self._deadline:
            return
        yield from self._pending()
        if self._backfills:
            yield line(
                {"t": "units", "partner": self._units("partner"), "territory": self._units("territory")}
            )
        done = Cursor(self._epoch, self._schema, self._scope_now, self._head, self._head)
        yield self._writer.end(done.encode())

    def _usable(self, cursor: Cursor | None) -> Cursor | None:
        if cursor is None or cursor.epoch != self._epoch or cursor.schema != self._schema:
            return None
        if cursor.start > self._head or not cursor.start <= cursor.position <= self._head:
            return None
        held = fingerprint(self._connection, self._scope, cursor.start)
        return cursor if cursor.scope == held else None

    def _places(self) -> list[tuple[Selecting, str]]:
        """What is still to be backfilled: entities by rank, each with the id after which to go on."""
        if not self._backfills or (not self._fresh and self._at.place == DONE):
            return []
        entity_name, row_id = self._at.place or DONE
        names = [entity.__entity__ for entity in replicated()]
        first = names.index(entity_name) if entity_name in names else 0
        starts = [row_id] + [""] * (len(names) - first - 1)
        return [(self._selecting(name), start) for name, start in zip(names[first:], starts, strict=True)]

    def _backfill(self, selecting: Selecting, after: str) -> Iterator[bytes]:
        for rows in batches(self._connection, selecting.backfill(after, most=self._most)):
            yield from self._rows(selecting, rows)
            self._at = replace(self._at, place=(selecting.entity.__entity__, rows[-1][0]))
            if self._since_mark >= BACKFILL_MARK:
                yield self._mark()
                if time.monotonic() > self._deadline:
                    return

    def _feed(self) -> Iterator[bytes]:
        while self._at.position < self._head:
            after, until = self._at.position, self._page_end(self._at.position)
            for name, has_gone, has_rows in self._moved(after, until):
                selecting = self._selecting(name)
                if has_gone:
                    yield from self._gone(selecting, selecting.gone(after, until))
                if has_rows:
                    for rows in batches(self._connection, selecting.fed(after, until)):
                        yield from self._rows(selecting, rows)
            self._at = replace(self._at, position=until)
            if self._since_mark >= FEED_PAGE:
                yield self._mark()
                if time.monotonic() > self._deadline:
                    return

    def _pending(self) -> Iterator[bytes]:
        names = sa.select(feed_pending.c.entity).distinct()
        waiting = set(self._connection.scalars(names))
        for entity in replicated():
            if entity.__entity__ in waiting:
                selecting = self._selecting(entity.__entity__)
                yield from self._gone(selecting, selecting.pending_gone())
                for rows in batches(self._connection, selecting.pending()):
                    yield from self._rows(selecting, rows)

    def _rows(self, selecting: Selecting, rows: Sequence[Any]) -> Iterator[bytes]:
        name = selecting.entity.__entity__
        if name not in self._described:
            self._described.add(name)
            yield self._writer.line({"t": "columns", "entity": name, "columns": selecting.columns})
        self._since_mark += len(rows)
        yield self._writer.line({"t": "rows", "entity": name, "rows": rows})

    def _gone(self, selecting: Selecting, query: Query) -> Iterator[bytes]:
        for rows in batches(self._connection, query):
            self._since_mark += len(rows)
            yield self._writer.line({"t": "gone", "entity": selecting.entity.__entity__, "rows": rows})

    def _mark(self) -> bytes:
        self._since_mark = 0
        return self._writer.line({"t": "mark", "cursor": self._at.encode()})

    def _page_end(self, after: int) -> int:
        page = (
            sa.select(feed.c.seq).where(feed.c.seq > after).order_by(feed.c.seq).limit(FEED_PAGE).subquery()
        )
        found = self._connection.execute(sa.select(sa.func.max(page.c.seq))).scalar()
        return min(int(found or self._head), self._head)

    def _moved(self, after: int, until: int) -> list[tuple[str, bool, bool]]:
        """Entities with entries in (after, until], by rank; whether some are gone, whether some are not."""
        query = (
            sa.select(feed.c.entity, sa.func.max(feed.c.gone), sa.func.min(feed.c.gone))
            .where(feed.c.seq > after, feed.c.seq <= until)
            .group_by(feed.c.entity)
        )
        found = {name: (most == 1, least == 0) for name, most, least in self._connection.execute(query)}
        return [(e.__entity__, *found[e.__entity__]) for e in replicated() if e.__entity__ in found]

    def _selecting(self, name: str) -> Selecting:
        return Selecting(policy.access(self._scope, declaration(name)), self._head)

    def _count(self, query: Query) -> int:
        return int(self._connection.execute(query).scalar_one())

    def _units(self, name: str) -> list[str]:
        """The complete set of units held: partners, and the territories whose own settings are held."""
        if name == "territory":
            return sorted(one.hex() for one in self._scope.territories)
        access = policy.access(self._scope, declaration(name))
        assert access.entity.unit is Unit.PARTNER
        table = hq.tables[name]
        ids = self._connection.scalars(sa.select(table.c.id).where(access.units))
        return sorted(one.hex() for one in ids)


def chunked(lines: Iterator[bytes], *, compress: bool) -> Iterator[bytes]:
    """Lines as chunks worth sending, gzipped if asked for. What stands before a mark is never held back."""
    squeeze: Callable[[bytes], bytes] = lambda data: data  # noqa: E731
    flush: Callable[[int], bytes] = lambda mode: b""  # noqa: E731
    if compress:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        squeeze, flush = packer.compress, packer.flush
    waiting = bytearray()
    try:
        for line in lines:
            waiting += squeeze(line)
            if line.startswith(b'{"t":"mark"'):
                waiting += flush(zlib.Z_SYNC_FLUSH)
                yield bytes(waiting)
                waiting.clear()
            elif len(waiting) >= CHUNK:
                yield bytes(waiting)
                waiting.clear()
        waiting += flush(zlib.Z_FINISH)
        yield bytes(waiting)
    finally:
        close = getattr(lines, "close", None)
        if close is not None:
            close()
