"""Whether what waits to be sent can be read and sent as it stands, and what puts it right.

Nothing is dropped here but entries that say nothing any more, and those only by a rescue: it makes them again
from the rows (:mod:`recapture`) in a new database and keeps the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import outbox
from channeldesk.store import recapture
from channeldesk.store.outbox import Mutation, read_entry, unfreeze

_OPERATIONS = ("insert", "patch", "delete")
_ID_BYTES = 16


@dataclass(frozen=True)
class Flaws:
    """``unreadable``: entries (by ``seq``) of which nothing can be made. ``numbers``: two have the same one.
    ``early``: entries that stand before the one that makes the row they point at.
    """

    unreadable: tuple[int, ...] = ()
    numbers: bool = False
    early: int = 0


def examine(connection: sa.Connection) -> Flaws:
    """Reads every entry."""
    read: list[Mutation] = []
    unreadable: list[int] = []
    for row in connection.execute(sa.select(outbox).order_by(outbox.c.seq)):
        entry = _read(row)
        if entry is None:
            unreadable.append(row.seq)
        else:
            read.append(entry)
    given = [one.mid for one in read if one.mid is not None]
    born = {one.row_id: one for one in read if one.op == "insert"}
    early = [one for one in read if any(_after(one, born.get(row)) for row in one.references())]
    return Flaws(tuple(unreadable), len(given) != len(set(given)), len(early))


def _read(row: Any) -> Mutation | None:
    try:
        entry = read_entry(row)
        known = entry.entity in ENTITIES and entry.op in _OPERATIONS
        whole = all(len(one) == _ID_BYTES for one in (entry.uuid, entry.txn, entry.row_id))
        entry.references()
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return entry if known and whole else None


def _after(entry: Mutation, maker: Mutation | None) -> bool:
    """Whether the row that ``entry`` points at is made by a transaction behind its own."""
    return maker is not None and maker.txn != entry.txn and maker.seq > entry.seq


def put_right(connection: sa.Connection) -> None:
    """Numbers and order anew. Needs a transaction without capture, and entries that can all be read."""
    unfreeze(connection)
    recapture.order(connection, set())


def take_out(connection: sa.Connection) -> int:
    """Removes what cannot be read from the new database of a rescue; returns how many that were."""
    gone = [{"seq_": seq} for seq in examine(connection).unreadable]
    if gone:
        connection.execute(sa.delete(outbox).where(outbox.c.seq == sa.bindparam("seq_")), gone)
    return len(gone)
