"""Planning visits, checking in, closing them with what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import visit_tasks, write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.entities import entity
from channeldesk.model.notice import Day, Notice, Problem, Quantity, When
from channeldesk.queries import clock, told_visits
from channeldesk.queries.visit_notes import VisitNote, visit_note

_MOVED: Changes = frozenset({Topic.VISITS, Topic.SYNC})
_DRAFTS: Changes = frozenset({Topic.SYNC})
OPEN = ("planned", "under_way")
"""States of a plan that can still change."""
_TOLD_AGAIN = (
    "partner_id",
    "plan_id",
    "user_id",
    "visited_on",
    "checked_in_at",
    "checked_out_at",
    "latitude",
    "longitude",
)
"""What a correction repeats: who was where when."""


def plan(
    tx: Tx,
    partner_id: bytes,
    day: str,
    start_minute: int | None = None,
    duration_minutes: int | None = 45,
    purpose: str | None = None,
) -> Done[bytes]:
    """Plan a visit on a business date (ISO), at a minute after midnight; the value is the plan's id."""
    partner = write.existing(tx, "partner", partner_id)
    plan_id = write.insert(
        tx,
        "visit_plan",
        {
            "partner_id": partner_id,
            "user_id": tx.user_id,
            "planned_on": day,
            "start_minute": start_minute,
            "duration_minutes": duration_minutes,
            "purpose": purpose,
            "state": "planned",
        },
    )

    def back(tx: Tx) -> Done[None]:
        write.remove(tx, "visit_plan", plan_id)
        return Done(None, _MOVED)

    notice = Notice("visit.planned", {"partner": partner["name"], "when": When(day, start_minute)})
    return Done(plan_id, _MOVED, notice, Undo(Notice("undo.visit_planned"), back))


def plan_many(
    tx: Tx, partner_ids: Sequence[bytes], days: Sequence[str], purpose: str | None = None
) -> Done[tuple[bytes, ...]]:
    """Plan one visit per partner, each on the day beside it; one undo takes all of them back.

    The values are the plans' ids. Raises Problem when a partner is gone: then none is planned.
    """
    plans = tuple(
        plan(tx, partner, day, purpose=purpose).value for partner, day in zip(partner_ids, days, strict=True)
    )

    def back(tx: Tx) -> Done[None]:
        for one in plans:
            write.remove(tx, "visit_plan", one)
        return Done(None, _MOVED)

    notice = Notice("visits.planned", {"count": len(plans)})
    return Done(plans, _MOVED, notice, Undo(Notice("undo.visits_planned", {"count": len(plans)}), back))


def move(
    tx: Tx,
    plan_id: bytes,
    day: str,
    start_minute: int | None = None,
    purpose: str | None = None,
    duration_minutes: int | None = None,
) -> Done[None]:
    """Move a planned visit to another day or time; ``purpose`` and ``duration_minutes`` None leave these as
    they are.
    """
    row = _open(tx, plan_id)
    values: dict[str, Any] = {"planned_on": day, "start_minute": start_minute}
    if purpose is not None:
        values["purpose"] = purpose.strip() or None
    if duration_minutes is not None:
        values["duration_minutes"] = duration_minutes
    partner = write.existing(tx, "partner", row["partner_id"])
    told = Notice("visit.moved", {"partner": partner["name"], "when": When(day, start_minute)})
    return _patched(tx, plan_id, values, told, "undo.visit_moved")


def reorder(
    tx: Tx, day: str, starts: Sequence[tuple[bytes, int | None, int | None]], saved: Quantity
) -> Done[None]:
    """Give visits of a day new starting times (plan's id, minute now, new minute), all or none; one undo
    brings all back.

    Raises Problem when one was moved, begun or called off since the order was proposed.
    """
    before = []
    for plan_id, old, start in starts:
        row = write.existing(tx, "visit_plan", plan_id)
        if (row["state"], row["planned_on"], row["start_minute"]) != ("planned", day, old):
            raise Problem.of("visits.moved_meanwhile", remedy="remedy.refresh")
        before.append((plan_id, write.patch(tx, "visit_plan", plan_id, {"start_minute": start})))

    def back(tx: Tx) -> Done[None]:
        for plan_id, values in before:
            write.patch(tx, "visit_plan", plan_id, values)
        return Done(None, _MOVED)

    notice = Notice("visits.ordered", {"day": Day(day), "saved": saved})
    return Done(None, _MOVED, notice, Undo(Notice("undo.visits_ordered"), back))


def cancel(tx: Tx, plan_id: bytes) -> Done[None]:
    """Call a planned visit off."""
    _open(tx, plan_id)
    return _patched(tx, plan_id, {"state": "cancelled"}, Notice("visit.cancelled"), "undo.visit_cancelled")


def set_purpose(tx: Tx, plan_id: bytes, purpose: str) -> Done[None]:
    """What the visit is for."""
    _open(tx, plan_id)
    values = {"purpose": purpose.strip() or None}
    return _patched(tx, plan_id, values, Notice("visit.purpose_set"), "undo.visit_moved")


def check_in(tx: Tx, plan_id: bytes, local: bool = False) -> Done[None]:
    """The person has arrived: the list of tasks begins (standard ones in the local language if wanted).
    Raises Problem while another visit is under way.
    """
    row = _open(tx, plan_id)
    other = tx.connection.execute(
        sa.text(
            "SELECT p.name FROM visit_plan v LEFT JOIN partner p ON p.id = v.partner_id "
            "WHERE v.user_id = :user AND v.state = 'under_way' AND v.id <> :id"
        ),
        {"user": tx.user_id, "id": plan_id},
    ).first()
    if other is not None:
        raise Problem.of("visit.other_under_way", partner=other.name or "")
    values = {"state": "under_way", "checked_in_at": row["checked_in_at"] or tx.now_ms()}
    before = write.patch(tx, "visit_plan", plan_id, values)
    tasks = visit_tasks.begin_with(tx, plan_id, local)

    def back(tx: Tx) -> Done[None]:
        for one in tasks:
            if write.read(tx, "visit_task", one) is not None:
                write.remove(tx, "visit_task", one)
        write.patch(tx, "visit_plan", plan_id, before)
        return Done(None, _MOVED)

    undo = Undo(Notice("undo.visit_checked_in"), back)
    return Done(None, _MOVED, Notice("visit.checked_in"), undo)


def not_checked_in(tx: Tx, plan_id: bytes) -> Done[None]:
    """Checked in at the wrong door: the visit is to be made again. Its tasks and its note stay."""
    if _open(tx, plan_id)["state"] != "under_way":
        raise Problem.of("visit.not_under_way")
    values = {"state": "planned", "checked_in_at": None}
    return _patched(tx, plan_id, values, Notice("visit.not_checked_in"), "undo.visit_not_checked_in")


def keep_note(tx: Tx, plan_id: bytes, note: str, outcome: str | None = None) -> Done[None]:
    """Saves without a word what is written during a visit, until it is closed."""
    known = visit_note(tx.connection, plan_id)
    if not note.strip() and outcome is None:
        if known is not None:
            write.remove(tx, "draft", known.draft_id)
        return Done(None, _DRAFTS)
    body = VisitNote(b"", note, outcome).body(plan_id)
    if known is not None:
        write.patch(tx, "draft", known.draft_id, {"body": body})
        return Done(None, _DRAFTS)
    row = write.existing(tx, "visit_plan", plan_id)
    values = {"user_id": tx.user_id, "draft_kind": "visit", "partner_id": row["partner_id"], "body": body}
    write.insert(tx, "draft", values)
    return Done(None, _DRAFTS)


def close(
    tx: Tx,
    plan_id: bytes,
    outcome: str = "met",
    note: str | None = None,
    place: tuple[int, int] | None = None,
) -> Done[bytes]:
    """End a visit: the fact is written, the plan is done. The value is the visit's id.

    ``place`` is latitude and longitude at scale 6. Raises Problem for an unknown outcome, and for a
    visit of a later day that was not begun.
    """
    row = _open(tx, plan_id)
    today = tx.today(clock.zone_of(tx.connection, row["partner_id"]))
    if row["state"] == "planned" and row["planned_on"] > today:
        raise Problem.of("visit.later_day")
    _check_outcome(outcome)
    values: Mapping[str, Any] = {
        "partner_id": row["partner_id"],
        "plan_id": plan_id,
        "user_id": tx.user_id,
        "visited_on": today,
        "checked_in_at": row["checked_in_at"],
        "checked_out_at": tx.now_ms(),
        "outcome": outcome,
        "note": (note or "").strip() or None,
        "latitude": place[0] if place else None,
        "longitude": place[1] if place else None,
    }
    visit_id = write.insert(tx, "visit", values)
    before = write.patch(tx, "visit_plan", plan_id, {"state": "done"})
    kept = visit_note(tx.connection, plan_id)
    draft = write.remove(tx, "draft", kept.draft_id) if kept is not None else None

    def back(tx: Tx) -> Done[None]:
        if draft is not None:
            write.restore(tx, "draft", draft)
        write.withdraw(tx, "visit", [visit_id])
        write.patch(tx, "visit_plan", plan_id, before)
        return Done(None, _MOVED)

    undo = Undo(Notice("undo.visit_closed"), back, unsent=("visit", visit_id))
    return Done(visit_id, _MOVED, Notice("visit.closed"), undo)


def note(tx: Tx, partner_id: bytes, text: str, outcome: str = "met") -> Done[bytes]:
    """Record a visit or call that was not planned; the value is the visit's id. A fact from the start."""
    if not text.strip():
        raise Problem.of("edit.field_required", field="note")
    write.existing(tx, "partner", partner_id)
    values = {
        "partner_id": partner_id,
        "user_id": tx.user_id,
        "visited_on": tx.today(clock.zone_of(tx.connection, partner_id)),
        "checked_out_at": tx.now_ms(),
        "outcome": outcome,
        "note": text.strip(),
    }
    visit_id = write.insert(tx, "visit", values)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "visit", [visit_id])
        return Done(None, _MOVED)

    undo = Undo(Notice("undo.visit_noted"), back, unsent=("visit", visit_id))
    return Done(visit_id, _MOVED, Notice("visit.noted"), undo)


def correct(tx: Tx, visit_id: bytes, outcome: str, note: str) -> Done[bytes]:
    """Tell a closed visit anew; the value is the new telling's id. The fact itself is never edited: both are
    kept and the later one counts. Raises Problem for somebody else's, and for one whose end is not known.
    """
    row = write.existing(tx, "visit", visit_id)
    if row["user_id"] != tx.user_id or row["checked_out_at"] is None:
        raise Problem.of("visit.not_yours")
    _check_outcome(outcome)
    at = max(tx.now_ms(), told_visits.newest(tx.connection, visit_id) + 1)
    told = {"outcome": outcome, "note": note.strip() or None, "created_at": at}
    again = {name: row[name] for name in _TOLD_AGAIN} | told
    again_id = write.insert(tx, "visit", again)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "visit", [again_id])
        return Done(None, _MOVED)

    undo = Undo(Notice("undo.visit_corrected"), back, unsent=("visit", again_id))
    return Done(again_id, _MOVED, Notice("visit.corrected"), undo)


def _check_outcome(outcome: str) -> None:
    if outcome not in entity("visit").fields["outcome"].choices:
        raise Problem.of("edit.not_a_choice", field="outcome", value=outcome)


def _open(tx: Tx, plan_id: bytes) -> dict[str, Any]:
    row = write.existing(tx, "visit_plan", plan_id)
    if row["state"] not in OPEN:
        raise Problem.of("visit.not_open")
    return row


def _patched(tx: Tx, plan_id: bytes, values: Mapping[str, Any], notice: Notice, undo: str) -> Done[None]:
    before = write.patch(tx, "visit_plan", plan_id, values)

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "visit_plan", plan_id, before)
        return Done(None, _MOVED)

    return Done(None, _MOVED, notice, Undo(Notice(undo), back))
