"""Tasks of visits: those of one, and what a visit would begin with."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.rules.visit_tasks import NewTask, to_begin_with


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of a visit; ``origin``: own, template or carried."""

    id: bytes
    task: str
    origin: str
    done_at: int | None
    provisional: bool

    @property
    def done(self) -> bool:
        return self.done_at is not None


_TASKS = f"""
SELECT k.id, k.task, k.origin, k.done_at, {marks.provisional("visit_task", "k")} AS provisional
FROM visit_task k WHERE k.plan_id = :plan ORDER BY k.line_number, k.id
"""


def of_visit(connection: sa.Connection, plan_id: bytes) -> tuple[TaskRow, ...]:
    """In the order of the list."""
    found = connection.execute(sa.text(_TASKS), {"plan": plan_id})
    return tuple(TaskRow(**row._asdict() | {"provisional": bool(row.provisional)}) for row in found)


_LEFT = """
SELECT k.task FROM visit_task k
WHERE k.done_at IS NULL AND k.plan_id = (
    SELECT n.id FROM visit_plan n WHERE n.partner_id = :partner AND n.state = 'done' AND n.id <> :plan
    ORDER BY n.planned_on DESC, n.start_minute DESC, n.id DESC LIMIT 1)
ORDER BY k.line_number, k.id
"""
_STANDARD = """
SELECT CASE WHEN :local THEN coalesce(s.task_local, s.task) ELSE s.task END AS task FROM task_template s
WHERE (s.channel_type_id IS NULL
       OR s.channel_type_id = (SELECT p.channel_type_id FROM partner p WHERE p.id = :partner))
  AND (s.valid_from IS NULL OR s.valid_from <= :day) AND (s.valid_to IS NULL OR s.valid_to >= :day)
ORDER BY s.code
"""


def beginning(
    connection: sa.Connection, plan_id: bytes, partner_id: bytes, day: str, local: bool = False
) -> tuple[NewTask, ...]:
    """What a visit gets on this day beside the tasks that it has: undone ones of the last visit, and the
    standard ones for the kind of partner. ``local``: these in the local language.
    """
    binds = {"plan": plan_id, "partner": partner_id, "day": day, "local": int(local)}
    there = (one.task for one in of_visit(connection, plan_id))
    left = connection.execute(sa.text(_LEFT), binds).scalars()
    standard = connection.execute(sa.text(_STANDARD), binds).scalars()
    return to_begin_with(there, left, standard)
