"""What a transaction of a laptop asks of headquarters: orders with their parts, and requests about orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from channeldesk.hq import amending, approvals, budgets, judge
from channeldesk.hq.change import Change, Outcome, Rejected, reject
from channeldesk.hq.facts import Facts
from channeldesk.hq.policy import Principal
from channeldesk.model.entities import entity as declaration
from channeldesk.rules.approvals import Status, due
from channeldesk.rules.orders import Actor as OrderActor
from channeldesk.rules.orders import Status as OrderStatus
from channeldesk.rules.orders import refuse_move
from channeldesk.wire.values import row_from_wire

Values = dict[str, Any]
RowKey = tuple[str, bytes]
_PARTS = ("order_line", "order_discount")


class Work(Protocol):
    """The transaction: what it reads, and what it would write."""

    @property
    def principal(self) -> Principal: ...
    @property
    def now(self) -> int: ...
    @property
    def connection(self) -> sa.Connection: ...
    @property
    def facts(self) -> Facts: ...

    accepted: list[Values]
    rows: dict[RowKey, Values]

    def finish(self) -> None: ...
    def row(self, key: RowKey) -> Values | None: ...
    def all_of(self, entity: str) -> list[Values]: ...
    def note(self, key: RowKey, current: Mapping[str, Any], values: Values) -> None: ...
    def write(self, key: RowKey, current: Mapping[str, Any], values: Values) -> None: ...
    def add(self, entity: str, values: Values) -> None: ...


class Requests:
    """``take`` what is inserted, ``patch`` what is there, ``judge`` when the whole transaction is known."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._orders: list[tuple[Change, Values]] = []
        self._parts: dict[str, list[tuple[Change, Values]]] = {name: [] for name in _PARTS}
        """Of orders."""
        self._approvals: dict[bytes, tuple[Change, Values]] = {}
        """Asked for here, by the order that they are about."""
        self._wanted: list[tuple[Change, Values]] = []
        """Lines of changes that are asked for."""

    def take(self, change: Change, row: Values) -> None:
        match change.entity_name:
            case "sales_order":
                self._orders.append((change, row))
            case "approval":
                self._ask(change, row)
            case "approval_line":
                self._wanted.append((change, row))
            case name if name in self._parts:
                self._parts[name].append((change, row))

    def patch(self, change: Change, current: Values, fields: Values) -> Outcome:
        """Raises Rejected for what is changed by asking only, and for what is only being asked here."""
        born = {row["id"] for _, row in (*self._orders, *self._approvals.values())}
        if change.row_id in born:
            raise reject(change, "order.changes_by_request")
        match change.entity_name:
            case "sales_order":
                if not judge.moves(change, current, fields, self._work.principal):
                    return Outcome("duplicate")
                self._check_returned(change, current, fields["status"])
                values = row_from_wire(declaration("sales_order"), fields, current)
                self._work.write(change.row, current, values)
                self._moved(current, fields["status"])
                return Outcome("applied")
            case "approval":
                return self._decide(change, current, fields)
            case _:
                raise reject(change, "order.changes_by_request")

    def judge(self) -> None:
        """Raises Rejected with the reasons."""
        new = {row["id"] for _, row in self._orders}
        for change, part in (one for several in self._parts.values() for one in several):
            if part["order_id"] not in new:
                raise reject(change, "order.lines_come_with_order")
        self._check_approvals(new)
        if not self._orders:
            return
        work = self._work
        work.finish()  # the judge reads what earlier transactions wrote
        before: list[Values] = []
        returned: dict[bytes, int] = {}
        held = set[bytes]()
        for change, row in self._orders:
            lines, discounts = (
                [(c, part) for c, part in several if part["order_id"] == row["id"]]
                for several in self._parts.values()
            )
            given = budgets.given(one for _, one in discounts)
            promotions = [found for one in given if (found := work.row(("promotion", one))) is not None]
            partner = work.rows.get(("partner", row["partner_id"]))
            new_order = judge.NewOrder(change, row, lines, discounts, promotions, before, returned, partner)
            asked = self._approvals.get(row["id"])
            against = judge.check(
                work.facts, new_order, work.principal, work.now, approvable=asked is not None
            )
            if asked is not None and against:
                approvals.hold(asked[1], row, against, work.now)
                held.add(row["id"])
            elif asked is not None:
                approvals.spare(asked[1], work.now)
            self._use(given, 1)
            before = [*before, row]
            for _, line in lines:
                if (origin := line["origin_line_id"]) is not None:
                    returned[origin] = returned.get(origin, 0) - line["quantity"]
        for _, row in self._orders:
            if row["id"] not in held:
                judge.accept(row, work.now)
                work.accepted.append(row)

    def _ask(self, change: Change, row: Values) -> None:
        if row["status"] != Status.ASKED or row["decision"] or row["order_id"] in self._approvals:
            raise reject(change, "sync.malformed_value", field="status")
        if row["approval_kind"] != "order":
            waiting = [one for one in self._work.all_of("approval") if one["order_id"] == row["order_id"]]
            others = [one["id"] for one in waiting if one["status"] == Status.ASKED]
            order = self._work.row(("sales_order", row["order_id"]))
            approvals.check_change(change, row, order, others)
            row["due_at"] = due(self._work.now)
        self._approvals[row["order_id"]] = (change, row)

    def _check_approvals(self, new: set[bytes]) -> None:
        asked = {row["id"] for _, row in self._approvals.values() if row["approval_kind"] == "amendment"}
        for change, line in self._wanted:
            own = self._work.row(("approval", line["approval_id"]))
            if line["approval_id"] not in asked or own is None or own["partner_id"] != line["partner_id"]:
                raise reject(change, "approval.without_order")
        for order_id, (change, row) in self._approvals.items():
            if row["approval_kind"] == "order" and order_id not in new:
                raise reject(change, "approval.without_order")
            if row["approval_kind"] == "amendment":
                self._work.finish()  # the order may have come with this very push
                lines = [line for _, line in self._wanted if line["approval_id"] == row["id"]]
                amending.check(self._work.connection, self._work.facts, change, row, lines)

    def _decide(self, change: Change, current: Values, fields: Values) -> Outcome:
        work = self._work
        stamps = approvals.decided(work.connection, change, current, fields, work.principal, work.now)
        values = row_from_wire(declaration("approval"), fields, current)
        work.write(change.row, current, {**values, **stamps})
        kind, status = current["approval_kind"], fields.get("status", "")
        order = work.row(("sales_order", current["order_id"]))
        if order is None:
            return Outcome("applied")
        if (kind, status) == ("amendment", Status.APPROVED):
            self._amend(change, current, order)
        elif (target := approvals.MOVES.get((kind, status))) is not None:
            self._move(change, order, target)
        return Outcome("applied")

    def _move(self, change: Change, order: Values, target: str) -> None:
        refused = refuse_move(OrderStatus(order["status"]), OrderStatus(target), OrderActor.HEADQUARTERS)
        if refused is not None:
            raise Rejected(change, refused)
        self._check_returned(change, order, target)
        key = ("sales_order", order["id"])
        self._work.write(key, order, {"status": target})
        self._moved(order, target)
        if target == OrderStatus.ACCEPTED:
            self._work.accepted.append(self._work.rows[key])

    def _amend(self, change: Change, approval: Values, order: Values) -> None:
        """The order as it was asked for, with budgets as they then stand."""
        work = self._work
        work.finish()
        if order["status"] not in approvals.CHANGEABLE:
            approvals.check_change(change, approval, order, ())
        amended = amending.amended(work.connection, work.facts, change, approval, order)
        self._use(budgets.of_order(work.connection, order["id"]), -1)
        self._use(amending.write(work, order, amended, approval["requested_on"]), 1)

    def _check_returned(self, change: Change, order: Values, target: str) -> None:
        """Raises Rejected for cancelling an order of which goods came back."""
        if target != OrderStatus.CANCELLED or order["order_kind"] != "order":
            return
        self._work.finish()
        if amending.has_returns(self._work.connection, self._work.facts, order["id"]):
            raise reject(change, "order.came_back")

    def _moved(self, order: Values, status: str) -> None:
        """What a new status of a stored order brings with it: budgets are free again, nobody is asked."""
        if status not in budgets.RELEASED or order["status"] in budgets.RELEASED:
            return
        work, order_id = self._work, order["id"]
        work.finish()  # its discounts may have come with this very push
        self._use(budgets.of_order(work.connection, order_id), -1)
        for row in work.all_of("approval"):
            if row["order_id"] == order_id and row["status"] == Status.ASKED:
                withdrawn = {"status": Status.WITHDRAWN.value, "decided_at": work.now}
                work.write(("approval", row["id"]), row, withdrawn)

    def _use(self, given: Mapping[bytes, int], sign: int) -> None:
        for one, amount in given.items():
            current = self._work.row(("promotion", one))
            if current is not None and current["budget"] is not None:
                used = {"used": max(0, current["used"] + sign * amount)}
                self._work.note(("promotion", one), current, used)
