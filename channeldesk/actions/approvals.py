"""Asking for what needs a person's yes, and deciding what others ask for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import approvals as query
from channeldesk.queries.drafts import OrderDraft
from channeldesk.queries.quote import Quote
from channeldesk.rules.amending import Wanted, let_go, refuse_amendment
from channeldesk.rules.approvals import APPROVABLE, CHANGEABLE, Status, refuse_decision, refuse_passing_on
from channeldesk.rules.order_split import refuse_split

_CHANGES: Changes = frozenset({Topic.APPROVALS, Topic.ORDERS, Topic.STOCK, Topic.SYNC})


def with_order(tx: Tx, draft: OrderDraft, judged: Quote, order_id: bytes) -> list[dict[str, Any]]:
    """The request that goes with an order which is beyond its limits and says why; none for others."""
    beyond = any(one.code in APPROVABLE for one in judged.warnings)
    because = (draft.because or "").strip()
    if not beyond or not because:
        return []
    asked = {"approval_kind": "order", "because": because, "status": Status.ASKED.value}
    return [{"id": tx.new_id(), "partner_id": draft.partner_id, "order_id": order_id, **asked}]


def ask_cancellation(tx: Tx, order_id: bytes, because: str) -> Done[bytes]:
    """Ask headquarters to cancel an accepted order."""
    return _ask(tx, order_id, because, {"approval_kind": "cancellation"}, [])


def ask_amendment(
    tx: Tx, order_id: bytes, wanted: Sequence[Wanted], because: str, requested_on: str | None = None
) -> Done[bytes]:
    """Ask headquarters to change an accepted order. Raises Problem for what cannot be wanted."""
    refused = refuse_amendment(
        query.lines_of(tx.connection, order_id), wanted, other_day=requested_on is not None
    )
    if refused is not None:
        raise Problem(refused)
    lines = [
        {"order_line_id": one.line, "product_id": one.product, "quantity": one.quantity} for one in wanted
    ]
    return _ask(tx, order_id, because, {"approval_kind": "amendment", "requested_on": requested_on}, lines)


def ask_closing(tx: Tx, order_id: bytes, because: str) -> Done[bytes]:
    """Let the rest of a partly shipped order go: at once for headquarters' people, others ask for it."""
    _changeable(tx, order_id, "closing")
    lines = query.lines_of(tx.connection, order_id)
    refused = refuse_amendment(lines, let_go(lines), other_day=False)
    if refused is not None:
        raise Problem(refused)
    return _ask(tx, order_id, because, {"approval_kind": "closing"}, [])


def ask_split(
    tx: Tx, order_id: bytes, wanted: Sequence[Wanted], because: str, requested_on: str | None = None
) -> Done[bytes]:
    """Make two orders of one: ``wanted`` goes into the second. At once for headquarters' people. Raises
    Problem for what cannot be split.
    """
    refused = refuse_split(query.lines_of(tx.connection, order_id), wanted)
    if refused is not None:
        raise Problem(refused)
    lines = [
        {"order_line_id": one.line, "product_id": one.product, "quantity": one.quantity} for one in wanted
    ]
    return _ask(tx, order_id, because, {"approval_kind": "split", "requested_on": requested_on}, lines)


def _ask(
    tx: Tx, order_id: bytes, because: str, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]
) -> Done[bytes]:
    if not because.strip():
        raise Problem.of("edit.field_required", field="because")
    order = _changeable(tx, order_id, values["approval_kind"])
    if query.waits(tx.connection, order_id):
        raise Problem.of("approval.asked_before")
    own = {"partner_id": order["partner_id"]}
    row_id = write.insert(
        tx,
        "approval",
        {**own, "order_id": order_id, "because": because.strip(), "status": Status.ASKED.value, **values},
    )
    made = [{"id": tx.new_id(), "approval_id": row_id, **own, **line} for line in lines]
    write.insert_many(tx, "approval_line", made)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "approval_line", [one["id"] for one in made])
        write.withdraw(tx, "approval", [row_id])
        return Done(None, _CHANGES)

    number = order["number"] or order["provisional_number"] or ""
    undo = Undo(Notice("undo.asked", {"number": number}), back, unsent=("approval", row_id))
    return Done(row_id, _CHANGES, Notice("approval.sent", {"number": number}), undo)


def _changeable(tx: Tx, order_id: bytes, kind: str) -> dict[str, Any]:
    """The order. Raises Problem for one about which that cannot be asked."""
    order = write.existing(tx, "sales_order", order_id)
    if order["status"] not in CHANGEABLE[kind] or order["order_kind"] != "order":
        raise Problem(query.moved_on(order["status"]))
    return order


def decide(tx: Tx, approvals: Collection[bytes], approve: bool, decision: str = "") -> Done[int]:
    """Approve or refuse requests; how many. Raises Problem, having changed nothing, if one cannot be."""
    target = Status.APPROVED if approve else Status.REFUSED
    return _move(tx, approvals, target, {"decision": decision.strip() or None})


def withdraw(tx: Tx, approval_id: bytes) -> Done[int]:
    """Take back what one asked for. Its order is cancelled with it, its count holds no more. An order that
    was never sent goes away with its request: headquarters would accept it if nothing stands against it by
    then.
    """
    row = write.existing(tx, "approval", approval_id)
    if row["approval_kind"] == "order" and write.unsent(tx, "sales_order", [row["order_id"]]):
        from channeldesk.actions import orders

        done = orders.cancel(tx, row["order_id"])
        return Done(1, done.changes | _CHANGES, done.notice, done.undo)
    return _move(tx, [approval_id], Status.WITHDRAWN, {})


def _move(tx: Tx, approvals: Collection[bytes], target: Status, values: Mapping[str, Any]) -> Done[int]:
    approver = query.may_approve(tx.connection, tx.user_id)
    before: dict[bytes, dict[str, Any]] = {}
    for row_id in approvals:
        row = write.existing(tx, "approval", row_id)
        mine = row["created_by"] == tx.user_id
        refused = refuse_decision(row["status"], target, author=mine, approver=approver)
        if refused is not None:
            raise Problem(refused)
        if target == Status.APPROVED and (impossible := query.impossible(tx.connection, row_id)):
            raise Problem(impossible)
        before[row_id] = write.patch(tx, "approval", row_id, {"status": target.value, **values})
    return _patched(before, f"approval.{target}", f"undo.{target}")


def pass_on(tx: Tx, approvals: Sequence[bytes], user_id: bytes) -> Done[int]:
    """Hand requests to another person who may decide them. Raises Problem if one cannot be."""
    if not query.may_approve(tx.connection, tx.user_id):
        raise Problem.of("approval.no_right")
    known = {one for one, _ in query.approvers(tx.connection, b"", approvals)}
    before: dict[bytes, dict[str, Any]] = {}
    for row_id in approvals:
        row = write.existing(tx, "approval", row_id)
        if row["status"] != Status.ASKED or row["created_by"] == tx.user_id:
            raise Problem.of("approval.no_right")
        may = query.may_approve(tx.connection, user_id)
        refused = refuse_passing_on(
            to_author=row["created_by"] == user_id, to_approver=may, sees=user_id in known
        )
        if refused is not None:
            raise Problem(refused)
        before[row_id] = write.patch(tx, "approval", row_id, {"assigned_to": user_id})
    return _patched(before, "approval.passed_on", "undo.passed_on")


def _patched(before: Mapping[bytes, dict[str, Any]], code: str, undo: str) -> Done[int]:
    def back(tx: Tx) -> Done[None]:
        for row_id, values in before.items():
            write.patch(tx, "approval", row_id, values)
        return Done(None, _CHANGES)

    count = {"count": len(before)}
    first = next(iter(before), None)
    taken_back = Undo(Notice(undo, count), back, unsent=None if first is None else ("approval", first))
    return Done(len(before), _CHANGES, Notice(code, count), taken_back if before else None)
