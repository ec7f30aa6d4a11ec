"""Walks the audit trail and names the first link that does not hold: what was changed, removed, put in or
moved after it was written. Reads one snapshot, some thousand entries at a time.

From the break on everything is guessed from the hashes that still fit each other; that the chain is broken
there, and nowhere before, is certain.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from channeldesk.hq import audit
from channeldesk.model.chain import GENESIS, encoded, linked
from channeldesk.model.notice import Notice

PAGE = 2_000
WINDOW = 500
"""Entries before and after a break in which its explanation is looked for."""

_COLUMNS = ", ".join(("seq", *audit.FIELDS, "hash"))


class Row(NamedTuple):
    """As it lies in the database, whatever that is by now."""

    seq: int
    fields: tuple[Any, ...]
    hash: Any

    def follows(self, previous: Any, seq: int) -> bool:
        """Whether this was, word for word, the entry ``seq`` after the one with the hash ``previous``."""
        content = encoded((seq, *self.fields))
        return isinstance(previous, bytes) and bool(linked(previous, content) == self.hash)


@dataclass(frozen=True)
class Broken:
    """``what``: changed (or the entry before it, with its hash), missing, inserted, order. ``count`` entries
    from ``seq`` on; for ``order``, ``found`` is where the entry ``seq`` stands now.
    """

    seq: int
    what: str
    count: int = 1
    found: int = 0

    def notice(self) -> Notice:
        if self.what == "order":
            return Notice("audit.order", {"seq": self.seq, "found": self.found})
        if self.what == "changed":
            return Notice("audit.changed", {"seq": self.seq})
        return Notice(f"audit.{self.what}", {"first": self.seq, "last": self.seq + self.count - 1})


@dataclass(frozen=True)
class Checked:
    head: audit.Head
    broken: Broken | None

    @property
    def entries(self) -> int:
        """How many hold, up to the break or the head."""
        return self.head.seq if self.broken is None else max(0, self.broken.seq - 1)


def check(connection: sa.Connection) -> Checked:
    """Needs a snapshot."""
    head = audit.head(connection)
    return Checked(head, _first_broken(connection, head))


def _first_broken(connection: sa.Connection, head: audit.Head) -> Broken | None:
    before: deque[bytes] = deque([GENESIS], WINDOW)
    expected, at_head = 1, GENESIS
    for row in rows(connection):
        if row.seq != expected or not row.follows(before[-1], expected):
            return _explained(connection, row, expected, before, head)
        if expected > head.seq and at_head == head.hash:
            return Broken(expected, "inserted", _count_after(connection, head.seq))
        if row.seq == head.seq:
            at_head = row.hash
        before.append(row.hash)
        expected += 1
    if expected <= head.seq:
        return Broken(expected, "missing", head.seq - expected + 1)
    return None if at_head == head.hash else Broken(head.seq, "changed")


def rows(connection: sa.Connection, after: int | None = None) -> Iterator[Row]:
    """In the order of their numbers."""
    while True:
        page = _page(connection, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq


def _page(connection: sa.Connection, after: int | None, most: int) -> list[Row]:
    """Past SQLAlchemy's types: what was tampered with need not be of the column's type."""
    where = "" if after is None else f" WHERE seq > {int(after)}"
    query = f"SELECT {_COLUMNS} FROM audit_entry{where} ORDER BY seq LIMIT {most}"
    return [
        Row(one[0], tuple(getattr(field, "bytes", field) for field in one[1:-1]), one[-1])
        for one in connection.exec_driver_sql(query)
    ]


def _count_after(connection: sa.Connection, seq: int) -> int:
    found = connection.exec_driver_sql(f"SELECT count(*) FROM audit_entry WHERE seq > {int(seq)}")
    return int(found.scalar_one())


def _explained(
    connection: sa.Connection, row: Row, seq: int, before: Sequence[bytes], head: audit.Head
) -> Broken:
    """``row`` stands where ``seq`` should; ``before``: the hashes up to there."""
    previous = before[-1]
    if row.seq < seq or (seq > head.seq and previous == head.hash):
        return Broken(row.seq, "inserted", _count_after(connection, head.seq) if row.seq > head.seq else 1)
    ahead = _page(connection, row.seq - 1, WINDOW)
    found = next((one for one in ahead if one.follows(previous, seq)), None)
    if row.seq > seq:
        return Broken(seq, "missing", row.seq - seq) if found is None else Broken(seq, "order", 1, found.seq)
    if found is not None:
        return _put_before(ahead, found, seq)
    for back in range(1, len(before)):
        if row.follows(before[-1 - back], seq - back):
            return Broken(seq - back, "inserted", back)
    return _changed_or_missing(row, ahead[1] if len(ahead) > 1 else None, head)


def _put_before(ahead: Sequence[Row], found: Row, seq: int) -> Broken:
    """The entry ``seq`` is there, but further on: others were put before it, or it changed places."""
    stranger = ahead[0]
    after = next((one for one in ahead if one.follows(found.hash, seq + 1)), None)
    elsewhere = any(stranger.follows(one.hash, one.seq + shift) for one in ahead for shift in (0, 1))
    if elsewhere or (after is not None and after.seq < found.seq):
        return Broken(seq, "order", 1, found.seq)
    return Broken(seq, "inserted", found.seq - seq)


def _changed_or_missing(row: Row, following: Row | None, head: audit.Head) -> Broken:
    """What comes next, or the head, still builds on this entry's hash, and tells the number it had."""
    if following is None:
        gone = head.seq - row.seq if row.hash == head.hash else 0
    else:
        shifts = (n for n in range(1, WINDOW) if following.follows(row.hash, following.seq + n))
        gone = next(shifts, 0)
    return Broken(row.seq, "missing", gone) if gone > 0 else Broken(row.seq, "changed")
