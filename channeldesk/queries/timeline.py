"""What happened at a partner, the newest first: orders, visits, counts, promises, invoices."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock, marks, told_visits
from channeldesk.queries.orders import STATUS
from channeldesk.queries.receivables import open_items
from channeldesk.queries.surveys import COUNTS

KINDS = ("order", "visit", "visit_plan", "count", "survey", "promise", "receivable")


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``day`` is the business date, ``at`` the moment where one is known.

    ``title`` is a number or a text of the person's; of a visit that was told anew it is ``corrected``.
    ``status`` is a code (of an order, a count; outcome, state), ``amount`` money in ``currency``, ``count``
    lines, minutes or basis points of a score, as the kind has it. A survey has its local name as ``status``.
    """

    kind: str
    id: bytes
    day: str
    at: int | None
    title: str
    status: str
    amount: int | None
    currency: str | None
    count: int | None
    note: str | None
    provisional: bool


_HEAD = """
SELECT '' AS kind, NULL AS id, '' AS day, NULL AS at, '' AS title, '' AS status, NULL AS amount,
       NULL AS currency, NULL AS count, NULL AS note, 0 AS provisional WHERE 0"""
_PARTS = {
    "order": f"""
    SELECT 'order' AS kind, s.id, s.order_date AS day, coalesce(s.placed_at, s.created_at) AS at,
           coalesce(s.number, s.provisional_number, '') AS title, {STATUS} AS status,
           s.total AS amount, s.currency,
           (SELECT count(*) FROM order_line l WHERE l.order_id = s.id) AS count, s.note,
           {marks.provisional("sales_order", "s")} AS provisional
    FROM sales_order s WHERE s.partner_id = :partner ORDER BY s.order_date DESC, at DESC LIMIT :limit""",
    "visit": f"""
    SELECT 'visit', v.id, v.visited_on AS day, coalesce(v.checked_out_at, v.created_at) AS at,
           CASE WHEN {told_visits.CORRECTED} THEN 'corrected' ELSE '' END, v.outcome,
           NULL, NULL, (v.checked_out_at - v.checked_in_at) / 60000, v.note, {marks.provisional("visit", "v")}
    FROM visit v WHERE v.partner_id = :partner AND {told_visits.COUNTS}
    ORDER BY v.visited_on DESC, at DESC LIMIT :limit""",
    "visit_plan": f"""
    SELECT 'visit_plan', n.id, n.planned_on AS day, NULL AS at, '', n.state, NULL, NULL, n.start_minute,
           n.purpose,
           {marks.provisional("visit_plan", "n")}
    FROM visit_plan n WHERE n.partner_id = :partner AND n.state IN ('planned', 'under_way')
    ORDER BY n.planned_on DESC LIMIT :limit""",
    "count": f"""
    SELECT 'count', c.id, c.counted_on AS day, c.counted_at AS at, '', c.status, NULL, NULL,
           (SELECT count(*) FROM stock_count_line l WHERE l.stock_count_id = c.id), c.note,
           {marks.provisional("stock_count", "c")}
    FROM stock_count c WHERE c.partner_id = :partner ORDER BY c.counted_at DESC LIMIT :limit""",
    "survey": f"""
    SELECT 'survey', r.id, r.answered_on AS day, r.answered_at AS at, coalesce(s.name, ''),
           coalesce(s.name_local, ''), NULL, NULL, r.score, NULL,
           {marks.provisional("survey_response", "r")}
    FROM survey_response r LEFT JOIN survey s ON s.id = r.survey_id
    WHERE r.partner_id = :partner AND {COUNTS} ORDER BY r.answered_at DESC LIMIT :limit""",
    "promise": f"""
    SELECT 'promise', r.id, CASE WHEN r.done_on IS NULL THEN r.due_on ELSE r.done_on END AS day,
           NULL AS at, r.promised, CASE WHEN r.done_on IS NULL THEN 'open' ELSE 'done' END, NULL, NULL,
           r.postponed, NULL, {marks.provisional("promise", "r")}
    FROM promise r WHERE r.partner_id = :partner ORDER BY day DESC LIMIT :limit""",
    "receivable": f"""
    SELECT 'receivable', i.id, i.due_on AS day, NULL AS at, i.number,
           CASE WHEN i.due_on < :today THEN 'overdue' ELSE 'open' END,
           i.open_amount, i.currency, NULL, NULL, 0
    FROM {open_items("r.partner_id = :partner")} i ORDER BY i.due_on DESC
    LIMIT :limit""",
}


def events(
    connection: sa.Connection,
    partner_id: bytes,
    kinds: frozenset[str] | None = None,
    limit: int = 50,
    today: str | None = None,
) -> tuple[Event, ...]:
    """The newest events of the wanted kinds (all by default), planned and due ones first."""
    wanted = [sql for kind, sql in _PARTS.items() if kinds is None or kind in kinds]
    parts = [_HEAD, *(f"SELECT * FROM ({sql})" for sql in wanted)]
    union = " UNION ALL ".join(parts)
    sql = f"SELECT * FROM ({union}) ORDER BY day DESC, at IS NULL DESC, at DESC LIMIT :limit"
    binds = {"partner": partner_id, "limit": limit, "today": today or clock.today(connection)}
    found = connection.execute(sa.text(sql), binds)
    return tuple(Event(**row._asdict() | {"provisional": bool(row.provisional)}) for row in found)
