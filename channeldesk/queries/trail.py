"""The trail of this laptop: who changed what when, whether the chain holds, which head of headquarters' trail
it witnessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from channeldesk.model.chain import GENESIS, encoded, linked
from channeldesk.model.local import state, trail
from channeldesk.model.notice import Notice
from channeldesk.queries.audit_words import ANY_TIME, Span, as_in_json, row_id

_PAGE = 2_000


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is not given is any. ``action``: insert, patch, delete, or an answer's status;
    ``text``: contained in what changed, whatever its case.
    """

    action: str | None = None
    entity: str | None = None
    row: str | None = None
    span: Span = ANY_TIME
    text: str | None = None


@dataclass(frozen=True)
class TrailEntry:
    """``previous``: the hash of the entry before it. ``at`` in ms UTC by this laptop's clock."""

    seq: int
    at: int
    action: str
    entity: str
    row_id: bytes
    txn: bytes
    diff: str
    previous: bytes
    hash: bytes

    def told(self) -> dict[str, str | int]:
        """As JSON has it."""
        time = datetime.fromtimestamp(self.at / 1000, UTC).isoformat(timespec="milliseconds")
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: v.hex() if isinstance(v, bytes) else v for name, v in values.items()} | {"time": time}


@dataclass(frozen=True)
class TrailChecked:
    """``broken``: the first entry that does not hold; ``entries`` do before it. ``start``: the last one that
    went because it was old.
    """

    entries: int
    start: int
    broken: Notice | None


@dataclass(frozen=True)
class Witnessed:
    """The head of headquarters' trail as this laptop was told it, at ``at`` ms UTC."""

    epoch: str
    seq: int
    hash: str
    at: int


def newest(connection: sa.Connection, wanted: Wanted, limit: int) -> list[TrailEntry]:
    """At most ``limit`` entries (0: all), newest first."""
    query = _query(wanted).order_by(trail.c.seq.desc())
    start = _start(connection)[1]
    return [_entry(row, start) for row in connection.execute(query.limit(limit) if limit > 0 else query)]


def oldest(connection: sa.Connection, wanted: Wanted) -> Iterator[TrailEntry]:
    """All of them in the order of the chain, in bounded memory."""
    query, last, start = _query(wanted).order_by(trail.c.seq).limit(_PAGE), 0, _start(connection)[1]
    while page := connection.execute(query.where(trail.c.seq > last)).all():
        yield from (_entry(row, start) for row in page)
        last = page[-1].seq


def check(connection: sa.Connection) -> TrailChecked:
    """Walks the chain from the oldest entry that is kept."""
    start, previous = _start(connection)
    seq = start
    for one in oldest(connection, Wanted()):
        seq += 1
        if one.seq != seq:
            gap = Notice("audit.missing", {"first": seq, "last": one.seq - 1})
            return TrailChecked(seq - start - 1, start, gap)
        fields = (one.seq, one.at, one.action, one.entity, one.row_id, one.txn, one.diff)
        if linked(previous, encoded(fields)) != one.hash:
            return TrailChecked(seq - start - 1, start, Notice("audit.changed", {"seq": seq}))
        previous = one.hash
    return TrailChecked(seq - start, start, None)


def witnessed(connection: sa.Connection) -> dict[str, Witnessed]:
    """``head``: the newest; ``disputed``: the last one with which a later trail did not agree."""
    query = sa.select(state).where(state.c.key.in_(("audit_head", "audit_disputed")))
    found = {}
    for key, value in connection.execute(query):
        head, _, at = value.partition(" ")
        epoch, seq, digest = head.rsplit(".", 2)
        found[key.removeprefix("audit_")] = Witnessed(epoch, int(seq), digest, int(at))
    return found


def _start(connection: sa.Connection) -> tuple[int, bytes]:
    value = connection.execute(sa.select(state.c.value).where(state.c.key == "trail_from")).scalar()
    if value is None:
        return 0, GENESIS
    seq, digest = value.split(" ")
    return int(seq), bytes.fromhex(digest)


def _query(wanted: Wanted) -> sa.Select[tuple[object, ...]]:
    before, c = trail.alias("before"), trail.c
    query = sa.select(trail, before.c.hash.label("previous")).outerjoin(before, before.c.seq == c.seq - 1)
    for name in ("action", "entity"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(c[name] == value)
    if wanted.row is not None:
        query = query.where(c.row_id == row_id(wanted.row))
    if wanted.text:
        query = query.where(c.diff.icontains(as_in_json(wanted.text), autoescape=True))
    return query.where(*wanted.span.of(c.at))


def _entry(row: sa.Row[tuple[object, ...]], start: bytes) -> TrailEntry:
    values = dict(row._mapping)
    values["previous"] = start if values["previous"] is None else values["previous"]
    return TrailEntry(**values)
