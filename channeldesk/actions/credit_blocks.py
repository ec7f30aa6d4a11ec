"""Blocking partners, releasing them, and asking for the release."""

from __future__ import annotations

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import clock
from channeldesk.queries import payments as query
from channeldesk.rules.approvals import Status as Asked
from channeldesk.rules.credit_blocks import Actor, Status, refuse_move

_CHANGES: Changes = frozenset({Topic.RECEIVABLES, Topic.PARTNERS, Topic.ORDERS, Topic.APPROVALS, Topic.SYNC})


def block(tx: Tx, partner_id: bytes, reason: str) -> Done[bytes]:
    """From now on the partner's orders wait for a person. Raises Problem when it is blocked already."""
    write.existing(tx, "partner", partner_id)
    values = {
        "partner_id": partner_id,
        "block_kind": "person",
        "reason": reason.strip(),
        "status": Status.BLOCKED.value,
        "blocked_on": tx.today(clock.zone_of(tx.connection, partner_id)),
    }
    if not reason.strip():
        raise Problem.of("credit.no_reason")
    if query.block(tx.connection, partner_id) is not None:
        raise Problem.of("credit.blocked_before")
    row_id = write.insert(tx, "credit_block", values)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "credit_block", [row_id])
        return Done(None, _CHANGES)

    undo = Undo(Notice("undo.credit_blocked"), back, unsent=("credit_block", row_id))
    return Done(row_id, _CHANGES, Notice("credit.block_made"), undo)


def release(tx: Tx, block_id: bytes, note: str = "") -> Done[None]:
    """The partner's orders are judged as others are. What was asked about the block is not needed then."""
    row = write.existing(tx, "credit_block", block_id)
    refused = refuse_move(row["status"], Status.RELEASED, Actor.HEADQUARTERS)
    if refused is not None:
        raise Problem(refused)
    values = {"status": Status.RELEASED.value, "release_note": note.strip() or None}
    before = write.patch(tx, "credit_block", block_id, values)

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "credit_block", block_id, before)
        return Done(None, _CHANGES)

    undo = Undo(Notice("undo.credit_released"), back, unsent=("credit_block", block_id))
    return Done(None, _CHANGES, Notice("credit.block_released"), undo)


def ask_release(tx: Tx, block_id: bytes, because: str) -> Done[bytes]:
    """Ask who may decide to release the partner; the words go with it."""
    row = write.existing(tx, "credit_block", block_id)
    if not because.strip():
        raise Problem.of("edit.field_required", field="because")
    held = query.block(tx.connection, row["partner_id"])
    if held is None or held.id != block_id:
        raise Problem.of("payment.no_such_block")
    if held.asked is not None:
        raise Problem.of("payment.release_asked_before")
    values = {
        "partner_id": row["partner_id"],
        "approval_kind": "release",
        "block_id": block_id,
        "because": because.strip(),
        "status": Asked.ASKED.value,
    }
    row_id = write.insert(tx, "approval", values)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "approval", [row_id])
        return Done(None, _CHANGES)

    undo = Undo(Notice("undo.release_asked"), back, unsent=("approval", row_id))
    return Done(row_id, _CHANGES, Notice("credit.release_asked"), undo)
