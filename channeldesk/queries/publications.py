"""Publications that wait for their moment, and what became of earlier ones."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import clock

_MOST = 100
_LATELY_MS = 7 * 86_400_000

_LIST = """
SELECT p.id, p.name, p.publish_at, p.row_count, p.parts, p.status, p.reasons, p.decided_at, p.created_at,
       coalesce(u.name, '') AS who, p.rv = 0 AS waits,
       (SELECT count(*) FROM publication_part t WHERE t.publication_id = p.id) AS here
FROM publication p LEFT JOIN app_user u ON u.id = p.user_id
ORDER BY p.status <> 'scheduled', CASE p.status WHEN 'scheduled' THEN coalesce(p.publish_at, 0) END,
         coalesce(p.decided_at, p.publish_at, p.created_at) DESC LIMIT :most
"""


@dataclass(frozen=True)
class Publication:
    """``publish_at`` and ``decided_at`` in ms UTC. ``waits``: not at headquarters yet."""

    id: bytes
    name: str
    who: str
    publish_at: int | None
    created_at: int | None
    decided_at: int | None
    rows: int
    status: str
    waits: bool
    reasons: tuple[Notice, ...]


def publications(connection: sa.Connection) -> tuple[Publication, ...]:
    """What waits first, the next one before the others; then the newest."""
    return tuple(
        Publication(
            bytes(row.id),
            row.name,
            row.who,
            row.publish_at,
            row.created_at,
            row.decided_at,
            row.row_count,
            row.status,
            bool(row.waits),
            tuple(Notice.from_wire(one) for one in json.loads(row.reasons or "[]")),
        )
        for row in connection.execute(sa.text(_LIST), {"most": _MOST})
    )


@dataclass(frozen=True)
class Standing:
    """How many wait for their moment, and how many were refused lately."""

    scheduled: int
    refused: int


def standing(connection: sa.Connection) -> Standing:
    sql = (
        "SELECT coalesce(sum(status = 'scheduled'), 0) AS scheduled, "
        "coalesce(sum(status = 'refused' AND decided_at > :since), 0) AS refused FROM publication"
    )
    since = clock.now_ms() - _LATELY_MS
    row = connection.execute(sa.text(sql), {"since": since}).one()
    return Standing(row.scheduled, row.refused)
