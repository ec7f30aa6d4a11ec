"""Gives what was written its place in the feed, in the order of commits.

The order of a plain sequence is not the order of commits: a cursor over it skips rows. So writes first stand
in ``feed_pending``, and whoever drains it holds one lock until its own commit. Each (entity, row, unit) keeps
its newest entry only, so the feed is bounded by the data and not by its history.
"""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.hq.tables import feed_position

LOCK = 0x6368616E  # any constant; advisory locks are per database

_NEWEST = "ROW_NUMBER() OVER (PARTITION BY entity, row_id, unit_kind, unit_id ORDER BY n DESC)"
_UPSERT = (
    "ON CONFLICT (entity, row_id, unit_kind, unit_id) "
    "DO UPDATE SET seq = excluded.seq, gone = excluded.gone, at = excluded.at"
)
_COLUMNS = "entity, row_id, unit_kind, unit_id, gone, seq, first_seq, at"
_POSTGRESQL = f"""
WITH taken AS (DELETE FROM feed_pending RETURNING n, entity, row_id, unit_kind, unit_id, gone),
newest AS (SELECT t.*, {_NEWEST} AS place FROM taken t),
numbered AS (SELECT entity, row_id, unit_kind, unit_id, gone,
                    (SELECT seq FROM feed_position) + ROW_NUMBER() OVER (ORDER BY n) AS seq
             FROM newest WHERE place = 1),
moved AS (UPDATE feed_position SET seq = seq + (SELECT count(*) FROM numbered))
INSERT INTO feed ({_COLUMNS})
SELECT entity, row_id, unit_kind, unit_id, gone, seq, seq, :now FROM numbered {_UPSERT}
"""
_SQLITE = (
    f"""
INSERT INTO feed ({_COLUMNS})
SELECT entity, row_id, unit_kind, unit_id, gone, seq, seq, :now FROM (
  SELECT entity, row_id, unit_kind, unit_id, gone,
         (SELECT seq FROM feed_position) + ROW_NUMBER() OVER (ORDER BY n) AS seq
  FROM (SELECT p.*, {_NEWEST} AS place FROM feed_pending p) WHERE place = 1
) WHERE true {_UPSERT}
""",
    "UPDATE feed_position SET seq = max(seq, coalesce((SELECT max(seq) FROM feed), 0))",
    "DELETE FROM feed_pending",
)


def drain(connection: sa.Connection, now: int) -> int:
    """Sequences everything committed, and what this transaction wrote; returns the newest position.

    Needs a write transaction, and is its last act: on PostgreSQL the lock is held until commit. The lock is
    taken by a statement of its own, so that the next one sees what the previous holder committed.
    """
    if has_pending(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(sa.text(_POSTGRESQL), {"now": now})
        else:
            insert, *rest = _SQLITE
            connection.execute(sa.text(insert), {"now": now})
            for statement in rest:
                connection.execute(sa.text(statement))
    return position(connection)


def drain_committed(database: Database, now: int) -> None:
    """Sequences what others committed, in a transaction of its own; without a lock when nothing waits."""
    with database.snapshot() as connection:
        if not has_pending(connection):
            return
    database.run(lambda connection: drain(connection, now))


def has_pending(connection: sa.Connection) -> bool:
    return bool(connection.execute(sa.text("SELECT EXISTS (SELECT 1 FROM feed_pending)")).scalar())


def position(connection: sa.Connection) -> int:
    """The newest ``seq`` that this connection's snapshot holds."""
    return int(connection.execute(sa.select(feed_position.c.seq)).scalar_one())
