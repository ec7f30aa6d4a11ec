"""One person's day: what was done, what was planned and not done, what waits and what came back."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, inbox, marks, orders, promises, status, told_visits, visits
from channeldesk.queries.inbox import InboxRow
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.status import Waiting
from channeldesk.queries.surveys import COUNTS
from channeldesk.queries.visits import PlannedVisit
from channeldesk.rules.calendar import day_bounds


@dataclass(frozen=True, slots=True)
class VisitDone:
    """A closed visit with the pictures added during it."""

    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    city: str | None
    checked_in_at: int | None
    checked_out_at: int | None
    outcome: str
    note: str | None
    photos: int
    tasks: int
    tasks_done: int
    corrected: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class CountDone:
    """``differing``: products of which another quantity was there than the books expected."""

    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    counted_at: int
    products: int
    differing: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class SurveyDone:
    """A survey as it counts; ``score`` in basis points, None where nothing in it scores."""

    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    name: str | None
    name_local: str | None
    answered_at: int
    score: int | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """``number`` is the provisional one until headquarters has given another."""

    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    number: str
    kind: str
    status: str
    net: int
    currency: str
    placed_at: int | None
    provisional: bool
    rejected: bool

    @property
    def counts(self) -> bool:
        """Whether it is one of the day's orders; what headquarters refused and what was called off is not."""
        return not self.rejected and self.status != "cancelled"


@dataclass(frozen=True)
class Remark:
    """What the person adds; kept as a private draft until the text is emptied."""

    draft_id: bytes
    text: str


@dataclass(frozen=True)
class DayReport:
    """``day`` is a business date (ISO); instants are told in ``zone``, the person's own.

    ``waiting`` was recorded on that day and is not answered yet, ``rejected`` came back on it.
    ``reports_to`` is the name, and the address if it is known, of whoever manages the territory.
    """

    day: str
    today: str
    zone: str
    visits: tuple[VisitDone, ...]
    missed: tuple[PlannedVisit, ...]
    counts: tuple[CountDone, ...]
    surveys: tuple[SurveyDone, ...]
    orders: tuple[OrderPlaced, ...]
    given: tuple[PromiseRow, ...]
    kept: tuple[PromiseRow, ...]
    waiting: tuple[Waiting, ...]
    rejected: tuple[InboxRow, ...]
    remark: Remark | None
    reports_to: tuple[str, str | None] | None
    as_of: int | None

    @property
    def is_empty(self) -> bool:
        return not (
            self.visits
            or self.missed
            or self.counts
            or self.surveys
            or self.orders
            or self.given
            or self.kept
            or self.waiting
            or self.rejected
        )

    @property
    def net(self) -> tuple[tuple[str, int], ...]:
        """What was ordered, by currency."""
        sums: dict[str, int] = {}
        for one in self.orders:
            if one.counts:
                sums[one.currency] = sums.get(one.currency, 0) + one.net
        return tuple(sorted(sums.items()))


_VISITS = f"""
SELECT v.id, v.partner_id, p.name AS partner, p.name_local AS partner_local, p.city, v.checked_in_at,
       v.checked_out_at, v.outcome, v.note,
       (SELECT count(*) FROM attachment a WHERE a.partner_id = v.partner_id AND a.media_type LIKE 'image/%'
        AND (a.visit_id IN {told_visits.TELLINGS} OR a.plan_id = v.plan_id)) AS photos,
       (SELECT count(*) FROM visit_task k WHERE k.plan_id = v.plan_id) AS tasks,
       (SELECT count(k.done_at) FROM visit_task k WHERE k.plan_id = v.plan_id) AS tasks_done,
       {told_visits.CORRECTED} AS corrected, {marks.provisional("visit", "v")} AS provisional
FROM visit v LEFT JOIN partner p ON p.id = v.partner_id
WHERE v.visited_on = :day AND v.user_id = :user AND {told_visits.COUNTS}
ORDER BY coalesce(v.checked_in_at, v.checked_out_at, v.created_at), v.rowid
"""
_COUNTS = f"""
SELECT c.id, c.partner_id, p.name AS partner, p.name_local AS partner_local, c.counted_at,
       (SELECT count(*) FROM stock_count_line l WHERE l.stock_count_id = c.id) AS products,
       (SELECT count(*) FROM stock_count_line l WHERE l.stock_count_id = c.id
        AND l.counted <> l.expected) AS differing,
       {marks.provisional("stock_count", "c")} AS provisional
FROM stock_count c LEFT JOIN partner p ON p.id = c.partner_id
WHERE c.counted_on = :day AND c.counted_by = :user ORDER BY c.counted_at, c.rowid
"""
_SURVEYS = f"""
SELECT r.id, r.partner_id, p.name AS partner, p.name_local AS partner_local, s.name, s.name_local,
       r.answered_at, r.score, {marks.provisional("survey_response", "r")} AS provisional
FROM survey_response r LEFT JOIN partner p ON p.id = r.partner_id LEFT JOIN survey s ON s.id = r.survey_id
WHERE r.answered_on = :day AND r.user_id = :user AND {COUNTS} ORDER BY r.answered_at, r.rowid
"""
_ORDERS = f"""
SELECT s.id, s.partner_id, p.name AS partner, p.name_local AS partner_local,
       coalesce(s.number, s.provisional_number, '') AS number, s.order_kind AS kind,
       {orders.STATUS} AS status, s.net, s.currency, s.placed_at,
       {marks.provisional("sales_order", "s")} AS provisional,
       {marks.rejected("sales_order", "s")} AS rejected
FROM sales_order s LEFT JOIN partner p ON p.id = s.partner_id
WHERE s.order_date = :day AND s.salesperson_id = :user AND s.source <> 'portal' AND s.status <> 'draft'
ORDER BY s.placed_at, s.rowid
"""
_REPORTS_TO = """
SELECT m.name, m.email FROM scope_grant g
JOIN territory t ON t.id = g.territory_id
JOIN territory above ON substr(t.path, 1, length(above.path)) = above.path
JOIN app_user m ON m.id = above.manager_id AND m.active = 1
WHERE g.user_id = :user AND m.id <> :user ORDER BY length(above.path) DESC, t.path LIMIT 1
"""
_REMARK = """
SELECT id, body FROM draft WHERE draft_kind = 'visit' AND user_id = :user AND body ->> '$.day' = :day
ORDER BY rowid LIMIT 1
"""


def day_report(
    connection: sa.Connection, user_id: bytes, day: str | None = None, today: str | None = None
) -> DayReport:
    """Everything of one business date, read in one snapshot; ``day`` None: today."""
    now = today or clock.today(connection)
    day = day or now
    zone = clock.zone(connection)
    between = day_bounds(day, zone)
    binds = {"day": day, "user": user_id}
    planned = visits.plan(connection, day, day, user_id, now)
    given, kept = promises.of_day(connection, user_id, day, between)
    chief = connection.execute(sa.text(_REPORTS_TO), {"user": user_id}).first()

    def found(sql: str) -> list[dict[str, object]]:
        rows = connection.execute(sa.text(sql), binds)
        return [row._asdict() | {"provisional": bool(row.provisional)} for row in rows]

    return DayReport(
        day=day,
        today=now,
        zone=zone,
        visits=tuple(VisitDone(**row) for row in found(_VISITS)),  # type: ignore[arg-type]
        missed=tuple(one for one in planned if one.state in ("planned", "under_way")),
        counts=tuple(CountDone(**row) for row in found(_COUNTS)),  # type: ignore[arg-type]
        surveys=tuple(SurveyDone(**row) for row in found(_SURVEYS)),  # type: ignore[arg-type]
        orders=tuple(
            OrderPlaced(**row | {"rejected": bool(row["rejected"])})  # type: ignore[arg-type]
            for row in found(_ORDERS)
        ),
        given=given,
        kept=kept,
        waiting=status.waiting(connection, between),
        rejected=inbox.rejected(connection, between),
        remark=remark(connection, user_id, day),
        reports_to=None if chief is None else (chief.name, chief.email),
        as_of=clock.as_of(connection),
    )


def remark(connection: sa.Connection, user_id: bytes, day: str) -> Remark | None:
    """What the person wrote below the report of a day."""
    row = connection.execute(sa.text(_REMARK), {"user": user_id, "day": day}).first()
    return None if row is None else Remark(row.id, json.loads(row.body).get("remark") or "")


def remark_body(day: str, text: str) -> str:
    """The JSON that is saved in the draft."""
    return json.dumps({"day": day, "remark": text}, ensure_ascii=False)
