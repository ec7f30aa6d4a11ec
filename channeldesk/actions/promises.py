"""What was promised to a partner."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Day, Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.queries import clock

_MOVED: Changes = frozenset({Topic.PROMISES, Topic.SYNC})
_TABLE = laptop.tables["promise"]


def make(tx: Tx, partner_id: bytes, promised: str, due_on: str, visit_id: bytes | None = None) -> Done[bytes]:
    """Promise something until a business date (ISO); the value is the promise's id."""
    if not promised.strip():
        raise Problem.of("edit.field_required", field="promised")
    write.existing(tx, "partner", partner_id)
    values = {
        "partner_id": partner_id,
        "visit_id": visit_id,
        "owner_id": tx.user_id,
        "promised": promised.strip(),
        "due_on": due_on,
    }
    promise_id = write.insert(tx, "promise", values)

    def back(tx: Tx) -> Done[None]:
        write.remove(tx, "promise", promise_id)
        return Done(None, _MOVED)

    notice = Notice("promise.made", {"promise": promised.strip(), "due": Day(due_on)})
    return Done(promise_id, _MOVED, notice, Undo(Notice("undo.promise_made"), back))


def postpone(tx: Tx, promise_id: bytes, due_on: str) -> Done[None]:
    """Move the date. It is counted: how often is part of the story, also when two people do it."""
    row = write.existing(tx, "promise", promise_id)
    _move(tx, promise_id, due_on, 1)

    def back(tx: Tx) -> Done[None]:
        _move(tx, promise_id, row["due_on"], -1)
        return Done(None, _MOVED)

    notice = Notice("promise.postponed", {"promise": row["promised"], "due": Day(due_on)})
    return Done(None, _MOVED, notice, Undo(Notice("undo.promise_postponed"), back))


def edit(tx: Tx, promise_id: bytes, promised: str, due_on: str) -> Done[None]:
    """Other words, another day. Another day is counted, as :func:`postpone` counts it."""
    if not promised.strip():
        raise Problem.of("edit.field_required", field="promised")
    row = write.existing(tx, "promise", promise_id)
    before = write.patch(tx, "promise", promise_id, {"promised": promised.strip()})
    moved = due_on != row["due_on"]
    if moved:
        _move(tx, promise_id, due_on, 1)

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "promise", promise_id, before)
        if moved:
            _move(tx, promise_id, row["due_on"], -1)
        return Done(None, _MOVED)

    notice = Notice("promise.edited", {"promise": promised.strip(), "due": Day(due_on)})
    return Done(None, _MOVED, notice, Undo(Notice("undo.promise_edited"), back))


def remove(tx: Tx, promise_id: bytes) -> Done[None]:
    """It was never promised."""
    row = write.remove(tx, "promise", promise_id)

    def back(tx: Tx) -> Done[None]:
        write.restore(tx, "promise", row)
        return Done(None, _MOVED)

    notice = Notice("promise.removed", {"promise": row["promised"]})
    return Done(None, _MOVED, notice, Undo(Notice("undo.promise_removed"), back))


def done(tx: Tx, promise_id: bytes) -> Done[None]:
    """It was kept, today."""
    row = write.existing(tx, "promise", promise_id)
    return _ended(
        tx,
        promise_id,
        tx.today(clock.zone_of(tx.connection, row["partner_id"])),
        "promise.done",
        "undo.promise_done",
    )


def reopen(tx: Tx, promise_id: bytes) -> Done[None]:
    """It was not kept after all."""
    return _ended(tx, promise_id, None, "promise.reopened", "undo.promise_reopened")


def _ended(tx: Tx, promise_id: bytes, day: str | None, notice: str, undo: str) -> Done[None]:
    row = write.existing(tx, "promise", promise_id)
    before = write.patch(tx, "promise", promise_id, {"done_on": day})

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "promise", promise_id, before)
        return Done(None, _MOVED)

    return Done(None, _MOVED, Notice(notice, {"promise": row["promised"]}), Undo(Notice(undo), back))


def _move(tx: Tx, promise_id: bytes, due_on: str, by: int) -> None:
    values = {"due_on": due_on, "postponed": _TABLE.c.postponed + by}
    tx.connection.execute(sa.update(_TABLE).where(_TABLE.c.id == promise_id).values(values))
