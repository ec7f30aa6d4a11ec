"""Answers a pull: first what the laptop missed as a backfill, then the feed, from one database snapshot.

Before the snapshot, everything committed gets its place in the feed. What is committed between that and the
snapshot has none yet; the snapshot shows it as pending, and it is sent as well, so that no transaction
arrives torn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import plan, policy, row_security, sequencer, state, units
from channeldesk.hq.cursor import BEGIN, DONE, Job
from channeldesk.hq.database import Database
from channeldesk.hq.plan import Question, Standing
from channeldesk.hq.policy import Principal, Scope
from channeldesk.hq.selecting import Query, Selecting, batches
from channeldesk.hq.tables import feed, feed_pending
from channeldesk.hq.units import Units
from channeldesk.model.declare import replicated
from channeldesk.model.entities import entity as declaration
from channeldesk.model.tables import hq
from channeldesk.wire import SCHEMA, packing
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
    """A pull as it came in. ``now`` in ms UTC; ``ours``: headquarters' version of the entities."""

    principal: Principal
    question: Question
    now: int
    ours: int = SCHEMA


def pull(database: Database, asked: Asked) -> Iterator[bytes]:
    """The lines of the answer. Holds a snapshot until it is exhausted or closed."""
    sequencer.drain_committed(database, asked.now)
    with database.snapshot() as connection:
        answer = _Answer(connection, asked)
        with row_security.fenced(connection, answer.scope):
            yield from answer.lines()


def standing(connection: sa.Connection, ours: int = SCHEMA) -> Standing:
    """Headquarters as this snapshot shows it."""
    company = state.company(connection)
    return Standing(company.epoch, sequencer.position(connection), company.oldest, ours)


class _Answer:
    def __init__(self, connection: sa.Connection, asked: Asked) -> None:
        self._connection = connection
        self.scope: Scope = policy.scope_of(connection, asked.principal, asked.question.keep)
        self._standing = standing(connection, asked.ours)
        self._head = self._standing.head
        self._plan = plan.make(connection, self.scope, self._standing, asked.question)
        self._at = self._plan.at
        self._named_at = self._at.position
        self._schema = min(asked.question.schema, asked.ours)
        self._writer = StreamWriter()
        self._described: set[str] = set()
        self._since_mark = 0
        self._deadline = time.monotonic() + LONGEST_SECONDS

    def lines(self) -> Iterator[bytes]:
        line, made = self._writer.line, self._plan
        after = self._places()
        yield line(
            {
                "t": "start",
                "epoch": self._standing.epoch,
                "mode": "units" if made.ask else "feed" if made.at.job is Job.NONE else "backfill",
                "fresh": made.fresh,
                "head": self._head,
                "changes": self._head - made.at.position,
                "estimate": {
                    s.entity.__entity__: self._count(s.estimate(start, made.only)) for s, start in after
                },
            }
        )
        if made.ask:
            yield self._writer.end(made.at.encode(), more=True)
            return
        yield from self._scope_line(fill=made.filling, drop=made.dropped)
        if made.at.job is not Job.NONE:
            yield from self._backfill(after)
            if self._late():
                return
        yield from self._feed()
        if self._late():
            return
        yield from self._pending()
        yield from self._born(self._head)
        name = ""
        if made.complete:
            name = units.fingerprint(self._connection, self.scope, self._head)
        done = replace(self._at, units=name, position=self._head, job=Job.NONE, place=BEGIN)
        filled = made.at.job in (Job.ALL, Job.UNITS)
        yield self._writer.end(done.encode(), filled=filled, more=made.again)

    def _late(self) -> bool:
        return time.monotonic() > self._deadline

    def _scope_line(self, **lists: Units) -> Iterator[bytes]:
        """Nothing, when there is nothing to tell."""
        told = {name: units.to_wire(wanted) for name, wanted in lists.items()}
        if any(told.values()):
            yield self._writer.line({"t": "scope", **{n: lists_ for n, lists_ in told.items() if lists_}})

    def _places(self) -> list[tuple[Selecting, str]]:
        """What the job has still to send: entities by rank, each with the id after which to go on."""
        if self._plan.ask or self._at.place == DONE:
            return []
        entity_name, row_id = self._at.place
        names = [entity.__entity__ for entity in self._plan.entities()]
        ranks = [entity.__entity__ for entity in replicated()]
        first = ranks.index(entity_name) if entity_name in ranks else 0
        left = [name for name in names if ranks.index(name) >= first]
        return [(self._selecting(name), row_id if name == entity_name else "") for name in left]

    def _backfill(self, places: list[tuple[Selecting, str]]) -> Iterator[bytes]:
        only = self._plan.only
        most = only is None and self._connection.dialect.name == "sqlite" and self._sees_most()
        for selecting, start in places:
            for rows in batches(self._connection, selecting.backfill(start, most=most, only=only)):
                yield from self._rows(selecting, rows)
                self._at = replace(self._at, place=(selecting.entity.__entity__, rows[-1][0]))
                if self._since_mark >= BACKFILL_MARK:
                    yield from self._mark()
                    if self._late():
                        return
        self._at = replace(self._at, place=DONE)
        yield from self._mark()

    def _sees_most(self) -> bool:
        partner = hq.tables["partner"]
        everyone = self._count(sa.select(sa.func.count()).select_from(partner))
        return self._count(self._selecting("partner").estimate("")) * 5 >= everyone

    def _feed(self) -> Iterator[bytes]:
        while self._at.position < self._head:
            after, until = self._at.position, self._page_end(self._at.position)
            for name, has_gone, has_rows in self._moved(after, until):
                selecting = self._selecting(name)
                if has_gone:
                    yield from self._gone(selecting, selecting.gone(after, until))
                if has_rows:
                    for rows in batches(self._connection, selecting.fed(after, until), few=True):
                        yield from self._rows(selecting, rows)
            self._at = replace(self._at, position=until)
            if self._since_mark >= FEED_PAGE:
                yield from self._mark()
                if self._late():
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

    def _mark(self) -> Iterator[bytes]:
        self._since_mark = 0
        yield from self._born(self._at.position)
        yield self._writer.mark(self._at.encode())

    def _born(self, position: int) -> Iterator[bytes]:
        """Tells units that were born up to ``position``; the cursor is then one of a laptop that has them."""
        if position > self._named_at:
            yield from self._scope_line(
                add=units.born(self._connection, self.scope, self._named_at, position)
            )
            self._named_at = position
            name = units.fingerprint(self._connection, self.scope, position)
            self._at = replace(self._at, units=name if self._plan.complete else "")

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
        access = policy.access(self.scope, declaration(name))
        return Selecting(access, self._head, self._schema, self._plan.later)

    def _count(self, query: Query) -> int:
        return int(self._connection.execute(query).scalar_one())


def chunked(lines: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Lines as chunks worth sending, packed as ``encoding`` says. A mark is never held back."""
    packer = packing.packer(encoding)
    waiting = bytearray()
    try:
        for line in lines:
            waiting += packer.add(line)
            if line.startswith(b'{"t":"mark"'):
                waiting += packer.flush()
                yield bytes(waiting)
                waiting.clear()
            elif len(waiting) >= CHUNK:
                yield bytes(waiting)
                waiting.clear()
        waiting += packer.end()
        yield bytes(waiting)
    finally:
        close = getattr(lines, "close", None)
        if close is not None:
            close()
