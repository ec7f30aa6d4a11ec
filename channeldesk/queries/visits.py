"""Visits: what is planned, what was done, and whom to visit next."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock, credit, marks, periods
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.sales import own_currency
from channeldesk.queries.told_visits import CORRECTED, COUNTS, TELLINGS
from channeldesk.queries.views import (
    ALL,
    Column,
    ColumnType,
    ListSpec,
    ListView,
    entry_of,
    ordered_keys,
    page,
)
from channeldesk.rules.visits import VisitCase, VisitScore, rank


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit of a day's plan, in the order of the day."""

    id: bytes
    partner_id: bytes
    partner: str
    partner_local: str | None
    tier: str | None
    tier_local: str | None
    city: str | None
    day: str
    start_minute: int | None
    duration_minutes: int | None
    purpose: str | None
    state: str
    checked_in_at: int | None
    last_visit: str | None
    overdue: int | None
    overdue_days: int | None
    currency: str
    promises_due: int
    provisional: bool


LAST_VISIT = "(SELECT max(v.visited_on) FROM visit v WHERE v.partner_id = p.id)"
_PLAN = f"""
SELECT n.id, n.partner_id, coalesce(p.name, '') AS partner, p.name_local AS partner_local, tier.name AS tier,
       tier.name_local AS tier_local, p.city, n.planned_on AS day, n.start_minute, n.duration_minutes,
       n.purpose, n.state, n.checked_in_at,
       {LAST_VISIT} AS last_visit, coalesce(p.currency, '') AS currency,
       (SELECT count(*) FROM promise r WHERE r.partner_id = n.partner_id AND r.done_on IS NULL
        AND r.due_on <= n.planned_on) AS promises_due,
       {marks.provisional("visit_plan", "n")} AS provisional
FROM visit_plan n LEFT JOIN partner p ON p.id = n.partner_id LEFT JOIN tier ON tier.id = p.tier_id
"""
_DAYS = """
WHERE n.planned_on BETWEEN :first AND :last AND n.state <> 'cancelled'
  AND (:user IS NULL OR n.user_id = :user)
ORDER BY n.planned_on, n.start_minute IS NULL, n.start_minute, n.id
"""


def plan(
    connection: sa.Connection,
    first: str,
    last: str,
    user_id: bytes | None = None,
    today: str | None = None,
    late: credit.LateOf | None = None,
) -> tuple[PlannedVisit, ...]:
    """Visits planned from ``first`` to ``last`` (ISO dates, both included), by day and time; cancelled ones
    are left out. ``user_id``: of one person only; ``late`` where it was read of all partners already.
    """
    day = today or clock.today(connection)
    binds = {"first": first, "last": last, "user": user_id}
    rows = connection.execute(sa.text(_PLAN + _DAYS), binds).all()
    if late is None:
        late = credit.late(connection, day, tuple(sorted({bytes(row.partner_id) for row in rows})))
    return tuple(_planned(row, day, late) for row in rows)


def planned(connection: sa.Connection, plan_id: bytes, today: str | None = None) -> PlannedVisit | None:
    """One planned visit, whatever its state."""
    day = today or clock.today(connection)
    row = connection.execute(sa.text(f"{_PLAN} WHERE n.id = :id"), {"id": plan_id}).first()
    return None if row is None else _planned(row, day, credit.late(connection, day, (row.partner_id,)))


def _planned(row: sa.Row[Any], day: str, late: credit.LateOf) -> PlannedVisit:
    owed = late.get((row.partner_id, row.currency))
    values = row._asdict() | {
        "provisional": bool(row.provisional),
        "overdue": owed.amount if owed else None,
        "overdue_days": credit.days_since(owed.since, day) if owed else None,
    }
    return PlannedVisit(**values)


def planned_by_day(connection: sa.Connection, user_id: bytes, first: str) -> dict[date, int]:
    """How many visits of a person are still to be made, by day from ``first`` on."""
    sql = """
    SELECT planned_on, count(*) FROM visit_plan
    WHERE user_id = :user AND planned_on >= :first AND state IN ('planned', 'under_way') GROUP BY planned_on
    """
    found = connection.execute(sa.text(sql), {"user": user_id, "first": first})
    return {date.fromisoformat(day): count for day, count in found}


def under_way(connection: sa.Connection, partner_id: bytes, user_id: bytes) -> bytes | None:
    """The plan of the visit that the person makes at this partner now."""
    sql = """
    SELECT id FROM visit_plan WHERE partner_id = :partner AND user_id = :user AND state = 'under_way'
    ORDER BY checked_in_at DESC LIMIT 1
    """
    found = connection.execute(sa.text(sql), {"partner": partner_id, "user": user_id}).scalar()
    return None if found is None else bytes(found)


SPEC = ListSpec(
    key="v.rowid",
    source="visit v",
    default_sort="day",
    default_descending=True,
    search=entry_of("partner", "v.partner_id"),
    tie="v.rowid",
    joins={
        "p": "LEFT JOIN partner p ON p.id = v.partner_id",
        "u": "LEFT JOIN app_user u ON u.id = v.user_id",
    },
    columns={
        "day": Column("v.visited_on", ColumnType.DAY, required=True),
        "partner": Column("p.name", needs=("p",), also="p.name_local"),
        "person": Column("u.name", needs=("u",)),
        "outcome": Column("v.outcome", ColumnType.CHOICE, required=True),
        "minutes": Column("(v.checked_out_at - v.checked_in_at) / 60000", ColumnType.INTEGER),
        "note": Column("v.note", code=True),
        "provisional": Column(marks.provisional_among("visit", "v"), ColumnType.FLAG),
    },
)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A closed visit. ``minutes`` None: nobody checked in. ``has_end``: it is known when it ended.
    ``corrected``: it was told otherwise before.
    """

    key: int
    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    day: str
    user_id: bytes
    person: str | None
    outcome: str
    minutes: int | None
    note: str | None
    counted: int
    has_end: bool
    corrected: bool
    provisional: bool


def keys(connection: sa.Connection, view: ListView = ALL, partner_id: bytes | None = None) -> array[int]:
    """Row numbers of closed visits, newest first unless the view says otherwise."""
    where, params = (
        (f"v.partner_id = :partner AND {COUNTS}", {"partner": partner_id})
        if partner_id is not None
        else (COUNTS, {})
    )
    return ordered_keys(connection, SPEC, view, where=where, params=params)


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the visits of ``keys``."""
    return column_figures(connection, SPEC, keys, columns)


_PAGE = f"""
SELECT v.rowid AS key, v.id, v.partner_id, p.name AS partner, p.name_local AS partner_local,
       v.visited_on AS day, v.user_id, u.name AS person, v.outcome, v.note,
       (v.checked_out_at - v.checked_in_at) / 60000 AS minutes,
       (SELECT count(*) FROM stock_count c JOIN stock_count_line l ON l.stock_count_id = c.id
        WHERE c.partner_id = v.partner_id AND c.visit_id IN {TELLINGS}) AS counted,
       v.checked_out_at IS NOT NULL AS has_end, {CORRECTED} AS corrected,
       {marks.provisional("visit", "v")} AS provisional
FROM json_each(:keys) k CROSS JOIN visit v ON v.rowid = k.value
LEFT JOIN partner p ON p.id = v.partner_id LEFT JOIN app_user u ON u.id = v.user_id
"""
_FLAGS = ("has_end", "corrected", "provisional")


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[VisitRow]:
    """The visits of ``keys``, in their order."""
    found = page(connection, _PAGE, keys)
    return [VisitRow(**row._asdict() | {name: bool(getattr(row, name)) for name in _FLAGS}) for row in found]


@dataclass(frozen=True)
class VisitSuggestion:
    """A partner worth a visit, with the terms of its rank (``score.steps``); ``place`` 1 is most urgent."""

    place: int
    key: int
    partner_id: bytes
    partner: str
    partner_local: str | None
    tier: str | None
    tier_local: str | None
    city: str | None
    currency: str
    last_visit: str | None
    planned_on: str | None
    score: VisitScore


_CASES = f"""
SELECT p.rowid AS key, p.id, p.name, p.name_local, tier.name AS tier, tier.name_local AS tier_local, p.city,
       p.currency, {LAST_VISIT} AS last_visit,
       (SELECT min(n.planned_on) FROM visit_plan n WHERE n.partner_id = p.id AND n.planned_on >= :today
        AND n.state IN ('planned', 'under_way')) AS planned_on
FROM partner p LEFT JOIN tier ON tier.id = p.tier_id
WHERE p.stage IN ('onboarding', 'active', 'dormant')
"""


def suggestions(
    connection: sa.Connection, today: str | None = None, limit: int = 50
) -> tuple[VisitSuggestion, ...]:
    """Whom to visit: sales drop (the last three closed periods against the same three a year before) x money
    at risk x days since the last visit.
    """
    day = today or clock.today(connection)
    partners = connection.execute(sa.text(_CASES), {"today": day}).all()
    late = credit.late(connection, day)
    window = periods.window(connection, 4, day)
    closed = window.periods[:-1] if window.running else window.periods[-3:]
    codes = [one.code for one in closed]
    earlier = [found for code in codes if (found := _year_before(window, code)) is not None]
    now, before = own_currency(connection, codes, earlier)
    cases = [
        VisitCase(
            row.id,
            row.name,
            row.currency,
            now.get(row.id, 0),
            before.get(row.id, 0),
            owed.amount if (owed := late.get((row.id, row.currency))) else 0,
            date.fromisoformat(row.last_visit) if row.last_visit else None,
        )
        for row in partners
    ]
    known = {row.id: row for row in partners}
    ranked = rank(cases, date.fromisoformat(day))[:limit]
    return tuple(
        VisitSuggestion(
            place,
            row.key,
            row.id,
            row.name,
            row.name_local,
            row.tier,
            row.tier_local,
            row.city,
            row.currency,
            row.last_visit,
            row.planned_on,
            score,
        )
        for place, score in enumerate(ranked, 1)
        for row in (known[score.case.partner],)
    )


def _year_before(window: periods.Window, code: str) -> str | None:
    found = dict(zip(window.codes, window.last_year, strict=True)).get(code)
    return found.code if found is not None else None
