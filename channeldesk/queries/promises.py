"""Promises and how they stand today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.queries import clock, marks
from channeldesk.rules.visits import Due, promise_due


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise. ``made_on`` is the date it was recorded, ``postponed`` how often it was moved."""

    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    promised: str
    due_on: str
    done_on: str | None
    postponed: int
    made_at: int | None
    owner: str | None
    due: Due
    provisional: bool


_LIST = f"""
SELECT r.id, r.partner_id, p.name AS partner, p.name_local AS partner_local, r.promised, r.due_on,
       r.done_on, r.postponed, r.created_at AS made_at, u.name AS owner,
       {marks.provisional("promise", "r")} AS provisional
FROM promise r LEFT JOIN partner p ON p.id = r.partner_id LEFT JOIN app_user u ON u.id = r.owner_id
"""


def due(
    connection: sa.Connection, today: str | None = None, days: int = 7, user_id: bytes | None = None
) -> tuple[PromiseRow, ...]:
    """Open promises that are overdue or fall due within ``days``, the most pressing first."""
    day = today or clock.today(connection)
    until = (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    where = "WHERE r.done_on IS NULL AND r.due_on <= :until AND (:user IS NULL OR r.owner_id = :user)"
    return _rows(connection, where, {"until": until, "user": user_id}, day)


def one(connection: sa.Connection, promise_id: bytes, today: str | None = None) -> PromiseRow | None:
    """A promise, kept or not; None where it is gone."""
    found = _rows(connection, "WHERE r.id = :id", {"id": promise_id}, today or clock.today(connection))
    return found[0] if found else None


def of_partner(
    connection: sa.Connection, partner_id: bytes, today: str | None = None, with_done: bool = False
) -> tuple[PromiseRow, ...]:
    """What was promised to one partner: open ones, or all."""
    where = "WHERE r.partner_id = :partner" + ("" if with_done else " AND r.done_on IS NULL")
    return _rows(connection, where, {"partner": partner_id}, today or clock.today(connection))


def of_day(
    connection: sa.Connection, user_id: bytes, day: str, between: tuple[int, int]
) -> tuple[tuple[PromiseRow, ...], tuple[PromiseRow, ...]]:
    """What a person promised on a business date, which lies ``between`` two instants, and what they kept."""
    binds = {"user": user_id, "day": day, "since": between[0], "until": between[1]}
    made = "WHERE r.owner_id = :user AND r.created_at >= :since AND r.created_at < :until"
    return (
        _rows(connection, made, binds, day),
        _rows(connection, "WHERE r.owner_id = :user AND r.done_on = :day", binds, day),
    )


def _rows(
    connection: sa.Connection, where: str, binds: dict[str, object], day: str
) -> tuple[PromiseRow, ...]:
    found = connection.execute(sa.text(f"{_LIST} {where} ORDER BY r.due_on, r.rowid"), binds)
    now = date.fromisoformat(day)
    return tuple(
        PromiseRow(
            **row._asdict() | {"provisional": bool(row.provisional)},
            due=promise_due(
                date.fromisoformat(row.due_on), date.fromisoformat(row.done_on) if row.done_on else None, now
            ),
        )
        for row in found
    )
