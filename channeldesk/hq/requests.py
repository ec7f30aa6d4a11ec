"""What a transaction of a laptop asks of headquarters: orders with their parts, and requests about orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from channeldesk.hq import amending, approvals, blocks, budgets, counts, judge, publications
from channeldesk.hq.change import Change, Outcome, Rejected, reject
from channeldesk.hq.counts import Counts
from channeldesk.hq.facts import Facts
from channeldesk.hq.order_routes import Routes
from channeldesk.hq.payments import Payments
from channeldesk.hq.policy import Principal
from channeldesk.hq.shipping import Shipments
from channeldesk.model.entities import entity as declaration
from channeldesk.rules.amending import Wanted
from channeldesk.rules.approvals import AT_ONCE, CHANGEABLE, Status, due
from channeldesk.rules.orders import Actor as OrderActor
from channeldesk.rules.orders import Status as OrderStatus
from channeldesk.rules.orders import refuse_move
from channeldesk.rules.rights import HEADQUARTERS, PARTNER
from channeldesk.wire.values import row_from_wire

Values = dict[str, Any]
RowKey = tuple[str, bytes]
_PARTS = ("order_line", "order_discount")
_SHIPPED = ("shipment", "shipment_line")
_COUNTED = ("stock_count", "stock_count_line")
_ROUTED = ("order_route", "order_route_line")
_WITH_LINES = ("amendment", "split")
"""Kinds of requests that say what they want of which line."""


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
    paid: set[bytes]
    rows: dict[RowKey, Values]

    def finish(self) -> None: ...
    def row(self, key: RowKey) -> Values | None: ...
    def all_of(self, entity: str) -> list[Values]: ...
    def note(self, key: RowKey, current: Mapping[str, Any], values: Values) -> None: ...
    def write(self, key: RowKey, current: Mapping[str, Any], values: Values) -> None: ...
    def add(self, entity: str, values: Values) -> Values: ...


class Requests:
    """``take`` what is inserted, ``patch`` what is there, ``judge`` when the whole transaction is known."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._orders: list[tuple[Change, Values]] = []
        self._parts: dict[str, list[tuple[Change, Values]]] = {name: [] for name in _PARTS}
        """Of orders."""
        self._approvals: dict[bytes, tuple[Change, Values]] = {}
        """Asked for here, by the order or the block that they are about."""
        self._wanted: list[tuple[Change, Values]] = []
        """Lines of changes that are asked for."""
        self._payments = Payments(work)
        self._shipments = Shipments(work)
        self._counts = Counts(work)
        self._routes = Routes(work, self._shipments)

    def take(self, change: Change, row: Values) -> None:
        match change.entity_name:
            case "sales_order":
                if self._work.principal.role == PARTNER:
                    row |= {"source": "portal", "salesperson_id": None}
                self._orders.append((change, row))
            case "approval":
                self._ask(change, row)
            case "approval_line":
                self._wanted.append((change, row))
            case "payment" | "payment_allocation":
                self._payments.take(change, row)
            case "publication" | "publication_part":
                of = self._work.row(("publication", row.get("publication_id") or row["id"]))
                publications.take(change, row, of, self._work.principal.user_id)
            case "credit_block":
                blocks.made(self._work, change, row)
            case name if name in _SHIPPED:
                self._shipments.take(change, row)
            case name if name in _COUNTED:
                self._counts.take(change, row)
            case name if name in _ROUTED:
                self._routes.take(change, row)
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
                self._check_waits(change, fields["status"])
                self._check_returned(change, current, fields["status"])
                self._to(current, fields["status"])
                return Outcome("applied")
            case "approval":
                return self._decide(change, current, fields)
            case "publication":
                who = self._work.principal.user_id
                stamps = publications.moved(change, current, fields, who, self._work.now)
                self._work.write(change.row, current, {**fields, **stamps})
                return Outcome("applied")
            case "credit_block":
                self._work.write(change.row, current, blocks.released(self._work, change, current, fields))
                self._settle("block_id", change.row_id, Status.NOT_NEEDED)
                return Outcome("applied")
            case name if name in _SHIPPED:
                return self._shipments.patch(change, current, fields)
            case name if name in _ROUTED:
                return self._routes.patch(change, current, fields)
            case _:
                raise reject(change, "order.changes_by_request")

    def judge(self) -> None:
        """Raises Rejected with the reasons."""
        self._payments.judge()
        new = {row["id"] for _, row in self._orders}
        for change, part in (one for several in self._parts.values() for one in several):
            if part["order_id"] not in new:
                raise reject(change, "order.lines_come_with_order")
        self._check_approvals(new)
        self._shipments.judge()
        self._counts.judge()
        self._routes.judge()
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
        release = row["approval_kind"] == "release"
        about, target = ("block_id", "credit_block") if release else ("order_id", "sales_order")
        subject = row[about]
        if row["approval_kind"] == "count":  # those headquarters makes itself
            raise reject(change, "sync.malformed_value", field="approval_kind")
        if row["status"] != Status.ASKED or row["decision"] or subject in self._approvals:
            raise reject(change, "sync.malformed_value", field="status")
        if subject is None or (row["block_id"] is not None and not release):
            raise reject(change, "sync.missing_value", field=about)
        if not row["because"].strip():
            raise reject(change, "sync.missing_value", field="because")
        if row["approval_kind"] != "order":
            waiting = [one for one in self._work.all_of("approval") if one[about] == subject]
            others = [one["id"] for one in waiting if one["status"] == Status.ASKED]
            check = approvals.check_release if release else approvals.check_change
            check(change, row, self._work.row((target, subject)), others)
            row["due_at"] = due(self._work.now)
        self._approvals[subject] = (change, row)

    def _check_approvals(self, new: set[bytes]) -> None:
        asked = {row["id"] for _, row in self._approvals.values() if row["approval_kind"] in _WITH_LINES}
        for change, line in self._wanted:
            own = self._work.row(("approval", line["approval_id"]))
            if line["approval_id"] not in asked or own is None or own["partner_id"] != line["partner_id"]:
                raise reject(change, "approval.without_order")
        for order_id, (change, row) in self._approvals.items():
            if row["approval_kind"] == "order":
                order = self._work.row(("sales_order", order_id)) if order_id in new else None
                if order is None or order["partner_id"] != row["partner_id"]:
                    raise reject(change, "approval.without_order")
            if row["approval_kind"] in (*_WITH_LINES, "closing"):
                self._work.finish()  # the order may have come with this very push
                lines = [line for _, line in self._wanted if line["approval_id"] == row["id"]]
                amending.check(self._work.connection, self._work.facts, change, row, _wanted(lines))
                if row["approval_kind"] in AT_ONCE and self._work.principal.role == HEADQUARTERS:
                    self._carry_out(change, row, lines)
                    stamps = {"decided_by": self._work.principal.user_id, "decided_at": self._work.now}
                    row |= {"status": Status.APPROVED.value, "due_at": None, **stamps}

    def _decide(self, change: Change, current: Values, fields: Values) -> Outcome:
        work = self._work
        stamps = approvals.decided(work.connection, change, current, fields, work.principal, work.now)
        values = row_from_wire(declaration("approval"), fields, current)
        work.write(change.row, current, {**values, **stamps})
        kind, status = current["approval_kind"], fields.get("status", "")
        if (kind, status) == ("release", Status.APPROVED):
            blocks.release_by_decision(work, current, fields.get("decision"))
        elif kind == "count":
            counts.follow(work, current, status)
        if current["order_id"] is None:
            return Outcome("applied")
        order = work.row(("sales_order", current["order_id"]))
        if order is None:
            return Outcome("applied")
        if kind in (*_WITH_LINES, "closing") and status == Status.APPROVED:
            work.finish()
            if order["status"] not in CHANGEABLE[kind]:
                approvals.check_change(change, current, order, ())
            self._carry_out(change, current, amending.lines_wanted(work.connection, current["id"]))
        elif (target := approvals.MOVES.get((kind, status))) is not None:
            self._move(change, order, target)
        return Outcome("applied")

    def _move(self, change: Change, order: Values, target: str) -> None:
        refused = refuse_move(OrderStatus(order["status"]), OrderStatus(target), OrderActor.HEADQUARTERS)
        if refused is not None:
            raise Rejected(change, refused)
        self._check_returned(change, order, target)
        self._to(order, target)

    def _check_waits(self, change: Change, target: str) -> None:
        """Raises Rejected for accepting or rejecting an order by hand while somebody is asked about it."""
        about = [one for one in self._work.all_of("approval") if one["order_id"] == change.row_id]
        asked = any(one["status"] == Status.ASKED and one["approval_kind"] == "order" for one in about)
        if asked and target in (OrderStatus.ACCEPTED, OrderStatus.REJECTED):
            raise reject(change, "approval.waits")

    def _to(self, order: Values, target: str) -> None:
        """Writes a status that somebody decided, with what it brings."""
        values: Values = {"status": target, "expected_on": None}
        if target == OrderStatus.ACCEPTED:
            values = judge.accepted(order, self._work.now)
        changed = {name: value for name, value in values.items() if order[name] != value}
        self._work.write(("sales_order", order["id"]), order, changed)
        if target == OrderStatus.ACCEPTED and order["number"] is None:
            self._work.accepted.append(self._work.rows["sales_order", order["id"]])
        self._moved(order, target)

    def _carry_out(self, change: Change, approval: Values, lines: Sequence[Values]) -> None:
        """The order as it was asked for, with budgets as they then stand; its status follows."""
        work, wanted = self._work, _wanted(lines)
        order = work.row(("sales_order", approval["order_id"]))
        assert order is not None
        if approval["approval_kind"] == "split":
            second = amending.split_off(work, change, approval, order, wanted)
            work.accepted.append(second)
        else:
            amended = amending.amended(work.connection, work.facts, change, approval, order, wanted)
            self._use(budgets.of_order(work.connection, order["id"]), -1)
            self._use(amending.write(work, order, amended, approval["requested_on"]), 1)
        self._shipments.follow(order["id"])

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
        self._shipments.call_off(order_id)
        self._routes.end(order_id)
        self._use(budgets.of_order(work.connection, order_id), -1)
        self._settle("order_id", order_id, Status.WITHDRAWN)

    def _settle(self, about: str, subject: bytes, status: Status) -> None:
        """Nobody has to decide any more what was asked about an order or a block."""
        for row in self._work.all_of("approval"):
            if row[about] == subject and row["status"] == Status.ASKED:
                settled = {"status": status.value, "decided_at": self._work.now}
                self._work.write(("approval", row["id"]), row, settled)

    def _use(self, given: Mapping[bytes, int], sign: int) -> None:
        for one, amount in given.items():
            current = self._work.row(("promotion", one))
            if current is not None and current["budget"] is not None:
                used = {"used": max(0, current["used"] + sign * amount)}
                self._work.note(("promotion", one), current, used)


def _wanted(lines: Sequence[Values]) -> list[Wanted]:
    return [Wanted(one["order_line_id"], one["product_id"], one["quantity"]) for one in lines]
