"""Gives what was written its place in the feed, in the order of commits.

The order of a plain sequence is not the order of commits: a cursor over it skips rows. So writes first stand
in ``feed_pending``, and whoever drains it holds one lock until its own commit. Each (entity, row, unit) keeps
its newest entry only, so the feed is bounded by the data and not by its history.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.database import Database
from channeldesk.hq.tables import feed, feed_position

LOCK = 0x6368616E  # any constant; advisory locks are per database

_NEWEST = "ROW_NUMBER() OVER (PARTITION BY entity, row_id, unit_kind, unit_id ORDER BY n DESC)"
_UPSERT = (
    "ON CONFLICT (entity, row_id, unit_kind, unit_id) "
    "DO UPDATE SET seq = excluded.seq, gone = excluded.gone, at = excluded.at"
)
_COLUMNS = "entity, row_id, unit_kind, unit_id, gone, seq, first_seq, at"
_POSTGRESQL = f"""
WITH own AS (SELECT unnest(CAST(:own AS uuid[])) AS id),
taken AS (DELETE FROM feed_pending RETURNING n, entity, row_id, unit_kind, unit_id, gone),
newest AS (SELECT t.*, {_NEWEST} AS place FROM taken t),
numbered AS (SELECT entity, row_id, unit_kind, unit_id, gone,
                    (SELECT seq FROM feed_position) + ROW_NUMBER() OVER (ORDER BY n) AS seq
             FROM newest WHERE place = 1),
moved AS (UPDATE feed_position SET seq = seq + (SELECT count(*) FROM numbered)),
put AS (INSERT INTO feed ({_COLUMNS})
        SELECT entity, row_id, unit_kind, unit_id, gone, seq, seq, :now FROM numbered {_UPSERT})
SELECT entity, row_id, max(seq) FROM numbered WHERE row_id IN (SELECT id FROM own) GROUP BY entity, row_id
"""
_SQLITE = (
    f"""
INSERT INTO feed ({_COLUMNS})
SELECT entity, row_id, unit_kind, unit_id, gone, seq, seq, :now FROM (
  SELECT entity, row_id, unit_kind, unit_id, gone,
         (SELECT seq FROM feed_position) + ROW_NUMBER() OVER (ORDER BY n) AS seq
  FROM (SELECT p.*, {_NEWEST} AS place FROM feed_pending p) WHERE place = 1
) WHERE true {_UPSERT} RETURNING entity, row_id, seq
""",
    "UPDATE feed_position SET seq = max(seq, coalesce((SELECT max(seq) FROM feed), 0))",
    "DELETE FROM feed_pending",
)


def drain(connection: sa.Connection, now: int) -> int:
    """Sequences everything committed, and what this transaction wrote; returns the newest position.

    Needs a write transaction, and is its last act: the lock is held until commit.
    """
    if has_pending(connection):
        lock(connection)
        take(connection, now)
    return position(connection)


def lock(connection: sa.Connection) -> None:
    """Waits until nobody else sequences. A statement of its own, so that the next one sees what the previous
    holder committed. Whoever holds it keeps all others from committing a push: little should follow.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def take(
    connection: sa.Connection, now: int, own: Mapping[str, Collection[bytes]] | None = None
) -> dict[tuple[str, bytes], int]:
    """Sequences, under the lock. Newest positions of the rows in ``own`` (ids by entity) that moved."""
    own = own or {}
    if connection.dialect.name == "postgresql":
        asked = [UUID(bytes=one) for ids in own.values() for one in ids]
        found = connection.execute(sa.text(_POSTGRESQL), {"now": now, "own": asked})
        return {(entity, row_id.bytes): seq for entity, row_id, seq in found}
    insert, *rest = _SQLITE
    moved: dict[tuple[str, bytes], int] = {}
    for entity, row_id, seq in connection.execute(sa.text(insert), {"now": now}).all():
        key = entity, row_id
        if row_id in own.get(entity, ()):
            moved[key] = max(seq, moved.get(key, 0))
    for statement in rest:
        connection.execute(sa.text(statement))
    return moved


def newest(
    connection: sa.Connection, wanted: Mapping[str, Collection[bytes]]
) -> dict[tuple[str, bytes], int]:
    """The newest position of each row (ids by entity) that has one, in whatever unit: its ``rv``."""
    found: dict[tuple[str, bytes], int] = {}
    for name, ids in wanted.items():
        if ids:
            mine = sa.and_(feed.c.entity == name, bulk.among(connection, feed.c.row_id, ids))
            query = sa.select(feed.c.row_id, sa.func.max(feed.c.seq)).where(mine).group_by(feed.c.row_id)
            found |= {(name, row_id): seq for row_id, seq in connection.execute(query).all()}
    return found


def drain_committed(database: Database, now: int) -> None:
    """Sequences what others committed, in a transaction of its own; without a lock when nothing waits."""
    with database.glance() as connection:
        if not has_pending(connection):
            return
    database.run(lambda connection: drain(connection, now))


def has_pending(connection: sa.Connection) -> bool:
    return bool(connection.execute(sa.text("SELECT EXISTS (SELECT 1 FROM feed_pending)")).scalar())


def position(connection: sa.Connection) -> int:
    """The newest ``seq`` that this connection's snapshot holds."""
    return int(connection.execute(sa.select(feed_position.c.seq)).scalar_one())
