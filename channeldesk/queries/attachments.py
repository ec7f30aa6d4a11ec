"""Files of a partner, or of one visit there."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class FileRow:
    """One file as its row tells it. ``thumbnail`` are the bytes of a small picture; ``size`` in bytes;
    ``added_at`` in ms UTC; ``by`` the name of who added it; ``stored``: headquarters has the content;
    ``provisional``: headquarters has not confirmed the row.
    """

    attachment_id: bytes
    partner_id: bytes
    plan_id: bytes | None
    visit_id: bytes | None
    visited_on: str | None
    file_name: str
    media_type: str
    size: int
    sha256: str
    note: str | None
    thumbnail: bytes | None
    added_at: int
    by: str
    mine: bool
    stored: bool
    provisional: bool
    shared: bool = False
    """The partner's own people get it."""


_FILES = """
SELECT a.id, a.partner_id, a.plan_id, a.visit_id, coalesce(v.visited_on, p.planned_on) AS visited_on,
       a.file_name, a.media_type, a.size, a.sha256, a.note, a.thumbnail,
       coalesce(a.created_at, 0) AS added_at, coalesce(u.name, '') AS by, a.created_by = :me AS mine,
       a.stored_at IS NOT NULL AS stored,
       a.rv = 0 AS provisional, a.shared
FROM attachment a
LEFT JOIN app_user u ON u.id = a.created_by
LEFT JOIN visit v ON v.id = a.visit_id
LEFT JOIN visit_plan p ON p.id = a.plan_id
WHERE {condition}
ORDER BY a.created_at DESC, a.id DESC
LIMIT :limit
"""


def of_partner(
    connection: sa.Connection, partner_id: bytes, me: bytes | None = None, limit: int = 500
) -> tuple[FileRow, ...]:
    """All files of a partner, those of visits too, the newest first; ``me`` is the person who looks."""
    return _read(connection, "a.partner_id = :of", partner_id, me, limit)


def of_visit(
    connection: sa.Connection,
    plan_id: bytes | None,
    visit_id: bytes | None = None,
    me: bytes | None = None,
    limit: int = 500,
) -> tuple[FileRow, ...]:
    """Files added during a planned visit, or to a closed one, the newest first."""
    if plan_id is None and visit_id is None:
        return ()
    plan = "a.plan_id = :of OR a.visit_id IN (SELECT id FROM visit WHERE plan_id = :of)"
    visit = "a.visit_id = :of OR a.plan_id = (SELECT plan_id FROM visit WHERE id = :of)"
    if plan_id is not None:
        return _read(connection, f"({plan})", plan_id, me, limit)
    assert visit_id is not None
    return _read(connection, f"({visit})", visit_id, me, limit)


def count_of_partner(connection: sa.Connection, partner_id: bytes) -> int:
    found = connection.execute(
        sa.text("SELECT count(*) FROM attachment WHERE partner_id = :partner"), {"partner": partner_id}
    )
    return int(found.scalar_one())


def _read(
    connection: sa.Connection, condition: str, of: bytes, me: bytes | None, limit: int
) -> tuple[FileRow, ...]:
    rows = connection.execute(
        sa.text(_FILES.format(condition=condition)), {"of": of, "me": me, "limit": limit}
    )
    return tuple(
        FileRow(
            attachment_id=bytes(row.id),
            partner_id=bytes(row.partner_id),
            plan_id=row.plan_id,
            visit_id=row.visit_id,
            visited_on=row.visited_on,
            file_name=row.file_name,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            note=row.note,
            thumbnail=_picture(row.thumbnail),
            added_at=row.added_at,
            by=row.by,
            mine=bool(row.mine),
            stored=bool(row.stored),
            provisional=bool(row.provisional),
            shared=bool(row.shared),
        )
        for row in rows
    )


def _picture(text: str | None) -> bytes | None:
    """What arrives is not trusted to be base64."""
    if not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
