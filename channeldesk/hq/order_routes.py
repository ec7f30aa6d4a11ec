"""Routes of orders as headquarters judges them: all that is open, from sites that deliver there, and what is
confirmed out of stock that is free. Whoever pushes one holds the lock of its order and of its warehouses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.change import Change, Outcome, Rejected, reject
from channeldesk.hq.shipping import Shipments
from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice, Term
from channeldesk.model.tables import hq
from channeldesk.queries import sites
from channeldesk.rules.order_routes import (
    STANDING,
    Actor,
    Available,
    Open,
    Part,
    Status,
    refuse_move,
    refuse_route,
    without,
)
from channeldesk.rules.rights import HEADQUARTERS
from channeldesk.rules.shipping import still_open
from channeldesk.rules.words import ROUTE_NAMES
from channeldesk.wire.values import row_from_wire

if TYPE_CHECKING:
    from channeldesk.hq.requests import Work

Values = dict[str, Any]
WRITTEN = frozenset({"status", "note"})
"""Fields of a route that change after it was recorded."""


def about(connection: sa.Connection, routes: Collection[bytes]) -> tuple[set[bytes], set[bytes]]:
    """The orders that routes are of, and the warehouses that they name."""
    if not routes:
        return set(), set()
    route, part = hq.tables["order_route"], hq.tables["order_route_line"]
    orders = sa.select(route.c.order_id).where(bulk.among(connection, route.c.id, routes))
    named = sa.select(part.c.warehouse_id).where(bulk.among(connection, part.c.route_id, routes))
    return set(connection.scalars(orders)), set(connection.scalars(named)) - {None}


class Routes:
    """Of one transaction; as :class:`channeldesk.hq.requests.Requests` for what it hands on."""

    def __init__(self, work: Work, shipments: Shipments) -> None:
        self._work, self._shipments = work, shipments
        self._new: dict[bytes, tuple[Change, Values]] = {}
        self._lines: dict[bytes, list[tuple[Change, Values]]] = defaultdict(list)
        self._confirmed: dict[bytes, tuple[Change, Values]] = {}
        """Proposals that are confirmed here."""
        self._given_up: dict[bytes, Change] = {}
        """Routes in the place of which another has to come here."""

    def take(self, change: Change, row: Values) -> None:
        if change.entity_name == "order_route_line":
            self._lines[row["route_id"]].append((change, row))
            return
        if row["status"] not in STANDING:
            raise reject(change, "sync.malformed_value", field="status")
        if row["status"] == Status.CONFIRMED:
            if not self._staff:
                raise reject(change, "route.headquarters_decides")
            row |= self._stamps
        self._new[row["id"]] = (change, row)

    def patch(self, change: Change, current: Values, fields: Values) -> Outcome:
        """Confirms, changes or withdraws a route."""
        if change.entity_name == "order_route_line" or change.row_id in self._new or change.inc:
            raise reject(change, "route.settled")
        if set(fields) - WRITTEN:
            raise reject(change, "route.settled")
        values = row_from_wire(declaration("order_route"), fields, current)
        values = {name: value for name, value in values.items() if current[name] != value}
        if "status" not in values:
            if values:
                raise reject(change, "route.settled")
            return Outcome("duplicate")
        actors = [Actor.HEADQUARTERS] if self._staff else []
        if current["created_by"] == self._work.principal.user_id:
            actors.append(Actor.PROPOSER)
        refused = refuse_move(current["status"], values["status"], actors)
        if refused is not None:
            raise Rejected(change, refused)
        if values["status"] == Status.CONFIRMED:
            self._confirmed[change.row_id] = (change, current)
        elif values["status"] == Status.CHANGED:
            self._given_up[change.row_id] = change
        self._work.write(change.row, current, {**values, **self._stamps})
        return Outcome("applied")

    def judge(self) -> None:
        """Raises Rejected with the reason."""
        for route_id, lines in self._lines.items():
            own = self._new.get(route_id)
            for change, line in lines:
                if own is None or own[1]["partner_id"] != line["partner_id"]:
                    raise reject(change, "route.lines_come_with_it")
        for route_id, change in self._given_up.items():
            if all(row["replaces_id"] != route_id for _, row in self._new.values()):
                raise reject(change, "route.no_successor")
        decided = {**self._new, **self._confirmed}
        if not decided:
            return
        self._work.finish()
        orders = {row["order_id"] for _, row in decided.values()}
        available: Available | None = None
        for change, row in decided.values():
            parts = self._parts(row["id"])
            names = self._check_order(change, row)
            confirms = row["id"] in self._confirmed or row["status"] == Status.CONFIRMED
            if confirms and available is None:
                every = [part for one in decided for part in self._parts(one)]
                available = self._free(every, orders, row["partner_id"])
            refused = refuse_route(
                self._order(row)["status"],
                self._open(row["order_id"]),
                parts,
                names,
                available if confirms else None,
            )
            if refused is not None:
                raise Rejected(change, refused)
            if available is not None and confirms:
                available = without(available, parts)

    def end(self, order_id: bytes) -> None:
        """What was to be sent of an order that is cancelled is free again."""
        for row in self._shipments.stored("order_route", "order_id", order_id):
            if row["status"] in STANDING:
                values = {"status": Status.WITHDRAWN.value, "decided_at": self._work.now}
                self._work.write(("order_route", row["id"]), row, values)

    @property
    def _staff(self) -> bool:
        return self._work.principal.role == HEADQUARTERS

    @property
    def _stamps(self) -> Values:
        return {"decided_by": self._work.principal.user_id, "decided_at": self._work.now}

    def _order(self, row: Values) -> Values:
        order = self._work.row(("sales_order", row["order_id"]))
        assert order is not None, "checked before"
        return order

    def _check_order(self, change: Change, row: Values) -> dict[bytes, str]:
        """Names of the sites that may serve the order. Raises Rejected for an order that gets no route."""
        work = self._work
        order = work.row(("sales_order", row["order_id"]))
        if order is None or order["deleted"] or order["partner_id"] != row["partner_id"]:
            raise reject(change, "sync.missing_reference", field="order_id")
        if order["number"] is None or order["order_kind"] != "order":
            raise reject(change, "route.order_not_ready")
        known = self._shipments.stored("order_route", "order_id", order["id"])
        if row["replaces_id"] is not None and row["replaces_id"] not in {one["id"] for one in known}:
            raise reject(change, "sync.missing_reference", field="replaces_id")
        others = [one for one in known if one["id"] != row["id"] and one["status"] in STANDING]
        if others:
            status = Term(ROUTE_NAMES[others[0]["status"]])
            raise Rejected(change, Notice("route.stands_already", {"status": status}))
        places = sites.serving(work.connection, hq, row["partner_id"], order["currency"])
        return {one.id: one.name for one in places}

    def _parts(self, route_id: bytes) -> list[Part]:
        stored = self._shipments.stored("order_route_line", "route_id", route_id)
        return [
            Part(row["order_line_id"], row["product_id"], row["warehouse_id"], row["quantity"])
            for row in stored
        ]

    def _open(self, order_id: bytes) -> dict[bytes, Open]:
        ordered = self._shipments.items(order_id)
        rest = still_open(ordered, self._shipments.parcels(order_id))
        return {one.line: Open(one.product, rest[one.line]) for one in ordered if one.line in rest}

    def _free(self, parts: Collection[Part], orders: Collection[bytes], partner: bytes) -> Available:
        work = self._work
        today = self._shipments.today(partner)
        return sites.free_for(work.connection, hq, parts, today, work.now, orders)
