"""Forgets what no laptop needs any more: tombstones, and answers to changes that were sent long ago.

A laptop whose cursor is older than what was forgotten is told to compare everything (``oldest``). That a
change was taken is never forgotten, only the row that was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from channeldesk.hq import audit, blobs, bulk, sequencer, state, units
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import limits
from channeldesk.hq.tables import applied_mutation, feed
from channeldesk.model.declare import replicated
from channeldesk.model.tables import hq

DAYS = 180
IN_FLIGHT = 5_000
"""A laptop may still wait for this many of its last answers, however long ago they were given."""
DAY_MS = 24 * 3600 * 1000
_CLAIM = "pruned_at"


@dataclass(frozen=True)
class Pruned:
    """What went. ``oldest``: cursors before it begin anew."""

    rows: int
    entries: int
    answers: int
    oldest: int


def prune(database: Database, now: int, days: int = DAYS) -> Pruned:
    """Forgets what was deleted, moved or answered more than ``days`` ago. ``now`` in ms UTC."""
    before = now - days * DAY_MS
    rows = 0
    for entity in reversed(replicated()):
        rows += database.run(partial(_rows, name=entity.__entity__, before=before))
    sequencer.drain_committed(database, now)

    def rest(connection: sa.Connection) -> Pruned:
        device = hq.tables["device"]
        newest = (
            sa.select(device.c.last_mid).where(device.c.id == applied_mutation.c.device_id).scalar_subquery()
        )
        answered = sa.update(applied_mutation).where(
            applied_mutation.c.received_at < before,
            applied_mutation.c.answer != "",
            applied_mutation.c.mid <= newest - IN_FLIGHT,
        )
        answers = connection.execute(answered.values(answer="")).rowcount
        blobs.sweep(connection, before)
        limits.forget(connection, now)
        old = sa.and_(feed.c.gone == 1, feed.c.at < before, sa.not_(_makes_a_standing_unit()))
        last = connection.execute(sa.select(sa.func.max(feed.c.seq)).where(old)).scalar()
        entries = connection.execute(sa.delete(feed).where(old)).rowcount
        oldest = max(int(last or 0), state.company(connection).oldest)
        state.write(connection, {"oldest": str(oldest)})
        found = Pruned(rows, entries, answers, oldest)
        if rows or entries or answers:
            audit.record(connection, audit.CONSOLE, [audit.Entry("prune", diff=vars(found))], now)
        return found

    return database.run(rest)


def _makes_a_standing_unit() -> sa.ColumnElement[bool]:
    """Entries of deleted rows that others still belong to. Should one come back, its first place in the feed
    says that it is not new: what belongs to it stands before any cursor, and is filled.
    """
    tables = {name: hq.tables[name] for name in units.MAKERS.values()}
    return sa.or_(
        *(
            sa.and_(
                feed.c.entity == name, feed.c.row_id.in_(sa.select(table.c.id).where(table.c.deleted == 1))
            )
            for name, table in tables.items()
        )
    )


def prune_if_due(database: Database, now: int) -> Pruned | None:
    """Once a day, by whichever process comes first."""
    due = database.run(lambda connection: state.claim(connection, _CLAIM, now, DAY_MS))
    return prune(database, now) if due else None


def _rows(connection: sa.Connection, name: str, before: int) -> int:
    """Tombstones of one entity. One that a living row still points at stays, and one that a source names:
    what it brings of it later is still of the deleted row.
    """
    table = hq.tables[name]
    old = sa.select(feed.c.row_id).where(feed.c.entity == name, feed.c.gone == 1, feed.c.at < before)
    newer = sa.exists().where(feed.c.entity == name, feed.c.row_id == table.c.id, feed.c.at >= before)
    query = sa.select(table.c.id).where(table.c.deleted == 1, table.c.id.in_(old), ~newer)
    ids = list(connection.scalars(query))
    key = hq.tables["external_key"]
    named = sa.select(key.c.row_id).where(
        key.c.entity == name, key.c.deleted == 0, bulk.among(connection, key.c.row_id, ids)
    )
    kept = set(connection.scalars(named)) if ids else set()  # keys have no index by row: read once
    ids = [one for one in ids if one not in kept]
    gone = 0
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        if _delete(connection, table, some):
            gone += len(some)
        else:
            gone += sum(_delete(connection, table, [one]) for one in some)
    return gone


def _delete(connection: sa.Connection, table: sa.Table, ids: list[bytes]) -> bool:
    """Whether nothing points at them. One that is made again at this moment stays."""
    connection.exec_driver_sql("SAVEPOINT prune")
    try:
        connection.execute(sa.delete(table).where(table.c.id.in_(ids), table.c.deleted == 1))
    except sa.exc.IntegrityError:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT prune")
        connection.exec_driver_sql("RELEASE SAVEPOINT prune")
        return False
    connection.exec_driver_sql("RELEASE SAVEPOINT prune")
    return True
