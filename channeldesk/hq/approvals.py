"""Requests that a person decides: what stands against an order is noted, and a decision moves the order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.change import Change, Rejected, reject
from channeldesk.hq.policy import Principal
from channeldesk.model.notice import Notice, Term
from channeldesk.model.tables import hq
from channeldesk.rules.approvals import CHANGEABLE, Status, due, refuse_decision, refuse_passing_on
from channeldesk.rules.rights import HEADQUARTERS, MANAGER
from channeldesk.rules.words import STATUS_NAMES

Values = dict[str, Any]
_DECIDES = frozenset({"status", "decision", "assigned_to"})
MOVES = {
    ("order", Status.APPROVED): "accepted",
    ("order", Status.REFUSED): "rejected",
    ("order", Status.WITHDRAWN): "cancelled",
    ("cancellation", Status.APPROVED): "cancelled",
}
"""Where a decision moves the order that it is about, by the kind of request."""


def subjects_of(connection: sa.Connection, approvals: Collection[bytes]) -> tuple[set[bytes], set[bytes]]:
    """The orders, and the blocks of partners, that requests are about."""
    if not approvals:
        return set(), set()
    table = hq.tables["approval"]
    query = sa.select(table.c.order_id, table.c.block_id)
    found = connection.execute(query.where(bulk.among(connection, table.c.id, approvals))).all()
    return {row.order_id for row in found} - {None}, {row.block_id for row in found} - {None}


def open_of(connection: sa.Connection, orders: Collection[bytes], blocks: Collection[bytes]) -> set[bytes]:
    """Requests about these orders and blocks that nobody decided."""
    table, found = hq.tables["approval"], set[bytes]()
    for column, subjects in ((table.c.order_id, orders), (table.c.block_id, blocks)):
        if subjects:
            mine = bulk.among(connection, column, subjects)
            waiting = sa.select(table.c.id).where(mine, table.c.status == Status.ASKED.value)
            found |= set(connection.scalars(waiting.where(table.c.deleted == 0)))
    return found


def hold(approval: Values, order: Values, reasons: Sequence[Notice], now: int) -> None:
    """The order waits for a person: what stands against it goes with the request. ``now`` in ms UTC."""
    order |= {"number": None, "status": "placed", "received_at": now}
    approval |= {
        "reasons": orjson.dumps([one.to_wire() for one in reasons]).decode(),
        "due_at": due(now),
    }


def spare(approval: Values, now: int) -> None:
    """Nothing stands against the order: nobody has to be asked."""
    approval |= {"status": Status.NOT_NEEDED.value, "decided_at": now}


def check_change(
    change: Change, row: Values, order: Mapping[str, Any] | None, others: Collection[bytes]
) -> None:
    """Raises Rejected for a request to change or cancel an order that cannot be asked. ``others``: requests
    about it that wait already.
    """
    if order is None or order["deleted"] or order["partner_id"] != row["partner_id"]:
        raise reject(change, "sync.missing_reference", field="order_id")
    if order["status"] not in CHANGEABLE[row["approval_kind"]] or order["order_kind"] != "order":
        status = Term(STATUS_NAMES[order["status"]])
        raise Rejected(change, Notice("approval.order_moved_on", {"status": status}))
    if others:
        raise reject(change, "approval.asked_before")


def check_release(
    change: Change, row: Values, block: Mapping[str, Any] | None, others: Collection[bytes]
) -> None:
    """Raises Rejected for a request to release a partner that cannot be asked. ``others``: requests about the
    block that wait already.
    """
    mine = block is not None and not block["deleted"] and block["partner_id"] == row["partner_id"]
    if row["order_id"] is not None or row["block_id"] is None:
        raise reject(change, "sync.malformed_value", field="block_id")
    if not mine or block is None or block["status"] != "blocked":
        raise reject(change, "payment.no_such_block")
    if others:
        raise reject(change, "payment.release_asked_before")


def decided(
    connection: sa.Connection,
    change: Change,
    current: Mapping[str, Any],
    fields: Mapping[str, Any],
    principal: Principal,
    now: int,
) -> Values:
    """What a decision, or passing on, writes into the request. Raises Rejected with the reason."""
    if set(fields) - _DECIDES or change.inc:
        raise reject(change, "order.changes_by_request")
    target = fields.get("status", current["status"])
    author = current["created_by"] == principal.user_id
    approver = principal.role == HEADQUARTERS or may_approve(connection, principal.user_id)
    if target == current["status"]:
        if fields.keys() - {"status", "assigned_to"}:
            raise reject(change, "order.changes_by_request")
        if current["status"] != Status.ASKED or not approver or author:
            raise reject(change, "approval.no_right")
        to = fields.get("assigned_to")
        person = None if to is None else bytes.fromhex(to)
        if person is not None:
            wrong = refuse_passing_on(
                to_author=current["created_by"] == person,
                to_approver=may_approve(connection, person),
                sees=_sees(connection, person, current["partner_id"]),
            )
            if wrong is not None:
                raise Rejected(change, wrong)
        return {}
    refused = refuse_decision(current["status"], target, author=author, approver=approver)
    if refused is not None:
        raise Rejected(change, refused)
    return {"decided_by": principal.user_id, "decided_at": now}


def _sees(connection: sa.Connection, user_id: bytes, partner_id: bytes) -> bool:
    """Whether a partner lies in a person's area; everything does for headquarters' people."""
    user, partner, grant, top = (
        hq.tables[one] for one in ("app_user", "partner", "scope_grant", "territory")
    )
    staff = sa.select(user.c.id).where(user.c.id == user_id, user.c.role_code == HEADQUARTERS)
    own = top.alias("own")
    below = sa.func.substr(own.c.path, 1, sa.func.length(top.c.path)) == top.c.path
    area = (
        sa.select(partner.c.id)
        .join(own, own.c.id == partner.c.territory_id)
        .join(top, sa.and_(below, top.c.path != "", top.c.deleted == 0))
        .join(grant, sa.and_(grant.c.territory_id == top.c.id, grant.c.deleted == 0))
        .where(partner.c.id == partner_id, grant.c.user_id == user_id)
    )
    return connection.execute(sa.union_all(staff, area)).first() is not None


def may_approve(connection: sa.Connection, user_id: bytes) -> bool:
    """Whether a person has the right: headquarters' people, and managers to whom it was given."""
    user = hq.tables["app_user"]
    query = sa.select(user.c.role_code, user.c.approves).where(
        user.c.id == user_id, user.c.deleted == 0, user.c.active == 1
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        return False
    return found.role_code == HEADQUARTERS or (found.role_code == MANAGER and bool(found.approves))
