"""Tasks of a visit: writing the list, ticking it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.survey import LONGEST_TASK
from channeldesk.queries import clock
from channeldesk.queries.visit_tasks import beginning, of_visit
from channeldesk.rules.visit_tasks import NewTask

_MOVED: Changes = frozenset({Topic.VISITS, Topic.SYNC})


def add(tx: Tx, plan_id: bytes, task: str) -> Done[bytes]:
    """A task at the end of the list; the value is its id. Raises Problem for one without words."""
    (task_id,) = _insert(tx, plan_id, [NewTask(_words(task), "own")])

    def back(tx: Tx) -> Done[None]:
        write.remove(tx, "visit_task", task_id)
        return Done(None, _MOVED)

    return Done(task_id, _MOVED, Notice("task.added"), Undo(Notice("undo.task_added"), back))


def begin_with(tx: Tx, plan_id: bytes, local: bool = False) -> list[bytes]:
    """What is left over from the last visit and the standard tasks (in the local language if wanted); the
    ids of what came.
    """
    partner_id = write.existing(tx, "visit_plan", plan_id)["partner_id"]
    day = tx.today(clock.zone_of(tx.connection, partner_id))
    return _insert(tx, plan_id, beginning(tx.connection, plan_id, partner_id, day, local))


def _insert(tx: Tx, plan_id: bytes, tasks: Sequence[NewTask]) -> list[bytes]:
    plan = write.existing(tx, "visit_plan", plan_id)
    last = len(of_visit(tx.connection, plan_id))
    rows = [
        {
            "id": tx.new_id(),
            "partner_id": plan["partner_id"],
            "plan_id": plan_id,
            "line_number": last + number,
            "task": one.task[:LONGEST_TASK],
            "origin": one.origin,
        }
        for number, one in enumerate(tasks, 1)
    ]
    write.insert_many(tx, "visit_task", rows)
    return [row["id"] for row in rows]


def tick(tx: Tx, task_id: bytes, done: bool = True) -> Done[None]:
    """It is done, or it is not after all."""
    at = tx.now_ms() if done else None
    notice = Notice("task.done") if done else Notice("task.open")
    return _patched(tx, {task_id: {"done_at": at}}, notice)


def word(tx: Tx, task_id: bytes, task: str) -> Done[None]:
    """Other words for it. Raises Problem for none."""
    return _patched(tx, {task_id: {"task": _words(task)}}, Notice("task.worded"))


def arrange(tx: Tx, plan_id: bytes, order: Sequence[bytes]) -> Done[None]:
    """The list in this order. Raises Problem when it is another list by now."""
    if {one.id for one in of_visit(tx.connection, plan_id)} != set(order):
        raise Problem.of("action.gone", remedy="remedy.refresh")
    return _patched(
        tx, {one: {"line_number": place} for place, one in enumerate(order, 1)}, Notice("task.arranged")
    )


def remove(tx: Tx, task_id: bytes) -> Done[None]:
    """Take a task off the list."""
    row = write.remove(tx, "visit_task", task_id)

    def back(tx: Tx) -> Done[None]:
        write.restore(tx, "visit_task", row)
        return Done(None, _MOVED)

    return Done(None, _MOVED, Notice("task.removed"), Undo(Notice("undo.task_removed"), back))


def _words(task: str) -> str:
    words = " ".join(task.split())
    if not words:
        raise Problem.of("edit.field_required", field="task")
    if len(words) > LONGEST_TASK:
        raise Problem.of("task.too_long", most=LONGEST_TASK, count=len(words))
    return words


def _patched(tx: Tx, changes: Mapping[bytes, Mapping[str, Any]], notice: Notice) -> Done[None]:
    before = {one: write.patch(tx, "visit_task", one, values) for one, values in changes.items()}

    def back(tx: Tx) -> Done[None]:
        for one, values in before.items():
            write.patch(tx, "visit_task", one, values)
        return Done(None, _MOVED)

    return Done(None, _MOVED, notice, Undo(Notice("undo.task_changed"), back))
