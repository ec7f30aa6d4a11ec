"""What was told of a closed visit. It is never edited: to correct it is to tell it anew; the later telling
counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

_SAME = """{0}.partner_id = v.partner_id AND {0}.visited_on = v.visited_on AND {0}.rowid <> v.rowid
    AND {0}.user_id = v.user_id AND {0}.plan_id IS v.plan_id
    AND {0}.checked_in_at IS v.checked_in_at AND {0}.checked_out_at = v.checked_out_at"""
"""The same person came to the same partner, and left, at the same moments, by the same plan."""
COUNTS = f"""NOT EXISTS (SELECT 1 FROM visit later WHERE {_SAME.format("later")}
    AND (later.created_at, later.id) > (v.created_at, v.id))"""
"""SQL over ``v``: the visit was not told anew."""
CORRECTED = f"""EXISTS (SELECT 1 FROM visit earlier WHERE {_SAME.format("earlier")}
    AND (earlier.created_at, earlier.id) < (v.created_at, v.id))"""
"""SQL over ``v``: it was told otherwise before."""
TELLINGS = f"(SELECT v.id UNION ALL SELECT other.id FROM visit other WHERE {_SAME.format('other')})"
"""SQL over ``v``: the ids under which it was told; what was done during the visit may point at any."""


@dataclass(frozen=True)
class Told:
    """What was said at a moment (ms UTC)."""

    at: int | None
    outcome: str
    note: str | None


@dataclass(frozen=True)
class ToldVisit:
    """A closed visit as it counts; ``before`` is what was told earlier, the newest first. ``mine``: to be
    corrected by this person.
    """

    id: bytes
    partner: str
    partner_local: str | None
    day: str
    outcome: str
    note: str | None
    mine: bool
    before: tuple[Told, ...]


_TOLD = f"""
SELECT v.id, coalesce(p.name, '') AS partner, p.name_local AS partner_local, v.visited_on AS day, v.outcome,
       v.note, v.user_id = :user AND v.checked_out_at IS NOT NULL AS mine
FROM visit v LEFT JOIN partner p ON p.id = v.partner_id WHERE {{which}} AND {COUNTS}
"""
_BEFORE = f"""
SELECT b.created_at AS at, b.outcome, b.note FROM visit v JOIN visit b ON {_SAME.format("b")}
WHERE v.id = :id ORDER BY b.created_at DESC, b.id DESC
"""


def of_visit(connection: sa.Connection, visit_id: bytes, user_id: bytes) -> ToldVisit | None:
    """A visit by the id of the telling that counts; None where it is not here."""
    return _read(connection, "v.id = :of", visit_id, user_id)


def of_plan(connection: sa.Connection, plan_id: bytes, user_id: bytes) -> ToldVisit | None:
    """The visit that closed a plan."""
    partner = "v.partner_id = (SELECT partner_id FROM visit_plan WHERE id = :of)"
    return _read(connection, f"{partner} AND v.plan_id = :of", plan_id, user_id)


def key_of(connection: sa.Connection, visit_id: bytes) -> int:
    """By which lists know it; -1 where it is not here."""
    found = connection.execute(sa.text("SELECT rowid FROM visit WHERE id = :id"), {"id": visit_id}).scalar()
    return -1 if found is None else int(found)


def newest(connection: sa.Connection, visit_id: bytes) -> int:
    """When the visit was last told, ms UTC; 0 where nobody knows."""
    sql = f"SELECT max(t.created_at) FROM visit v JOIN visit t ON t.id IN {TELLINGS} WHERE v.id = :id"
    return connection.execute(sa.text(sql), {"id": visit_id}).scalar() or 0


def _read(connection: sa.Connection, which: str, of: bytes, user_id: bytes) -> ToldVisit | None:
    row = connection.execute(sa.text(_TOLD.format(which=which)), {"of": of, "user": user_id}).first()
    if row is None:
        return None
    before = connection.execute(sa.text(_BEFORE), {"id": row.id})
    return ToldVisit(**row._asdict() | {"mine": bool(row.mine)}, before=tuple(Told(*one) for one in before))
