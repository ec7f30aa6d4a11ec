"""Shipments as headquarters books them: never more than was ordered, into stock once, and their order
follows. Whoever pushes a shipment holds the lock of its order.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import bulk
from channeldesk.hq.blocks import in_force
from channeldesk.hq.change import Change, Outcome, Rejected, reject
from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Notice, Term
from channeldesk.model.tables import hq
from channeldesk.rules.approvals import Status as Asked
from channeldesk.rules.calendar import business_date, day_bounds
from channeldesk.rules.credit_blocks import refuse_leaving
from channeldesk.rules.rights import HEADQUARTERS
from channeldesk.rules.shipping import (
    COMING,
    Actor,
    Item,
    Parcel,
    Status,
    moments,
    progress,
    refuse_arrival,
    refuse_days,
    refuse_departure,
    refuse_move,
    refuse_shipment,
)
from channeldesk.rules.words import SHIPMENT_NAMES
from channeldesk.wire.values import row_from_wire

if TYPE_CHECKING:
    from channeldesk.hq.requests import Work

Values = dict[str, Any]
_RECEIVED = frozenset({"status", "arrived_on", "arrived_at", "receipt"})
WRITTEN = _RECEIVED | {"carrier", "tracking", "sent_on", "expected_on", "note"}
"""Fields of a shipment that change after it was recorded."""


def orders_of(connection: sa.Connection, shipments: Collection[bytes]) -> set[bytes]:
    """The orders that shipments are of."""
    if not shipments:
        return set()
    table = hq.tables["shipment"]
    query = sa.select(table.c.order_id).where(bulk.among(connection, table.c.id, shipments))
    return set(connection.scalars(query))


class Shipments:
    """Of one transaction; as :class:`channeldesk.hq.requests.Requests` for what it hands on."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._new: dict[bytes, tuple[Change, Values]] = {}
        self._unbooked: set[bytes] = set()
        self._lines: list[tuple[Change, Values]] = []

    def take(self, change: Change, row: Values) -> None:
        if self._actor is not Actor.HEADQUARTERS:
            raise reject(change, "shipment.headquarters_sends")
        if change.entity_name == "shipment":
            if row["status"] not in (Status.PLANNED, Status.SENT) or row["arrived_on"] or row["arrived_at"]:
                raise reject(change, "sync.malformed_value", field="status")
            self._new[row["id"]] = (change, row)
            self._unbooked.add(row["id"])
        else:
            self._lines.append((change, row))

    def judge(self) -> None:
        """Raises Rejected with the reason."""
        for change, line in self._lines:
            own = self._new.get(line["shipment_id"])
            if own is None or own[1]["partner_id"] != line["partner_id"]:
                raise reject(change, "shipment.lines_come_with_it")
        for change, row in self._new.values():
            self._book(change, row)

    def patch(self, change: Change, current: Values, fields: Values) -> Outcome:
        """Moves a shipment, or corrects what is said about one that has not arrived."""
        work, staff = self._work, self._actor is Actor.HEADQUARTERS
        if change.entity_name == "shipment_line" or change.row_id in self._new or change.inc:
            raise reject(change, "order.changes_by_request")
        if set(fields) - WRITTEN:
            raise reject(change, "order.changes_by_request")
        values = {
            name: value
            for name, value in row_from_wire(declaration("shipment"), fields, current).items()
            if current[name] != value
        }
        if not values:
            return Outcome("duplicate")
        target = values.get("status")
        leaves = target == Status.SENT or (target == Status.ARRIVED and current["status"] == Status.PLANNED)
        if target is not None:
            steps = (Status.SENT, target) if leaves and target != Status.SENT else (target,)
            for before, after_it in pairwise((current["status"], *steps)):
                refused = refuse_move(before, after_it, self._actor)
                if refused is not None:
                    raise Rejected(change, refused)
        elif current["status"] not in COMING:
            status = Term(SHIPMENT_NAMES[current["status"]])
            raise Rejected(change, Notice("shipment.settled", {"status": status}))
        if not staff and (target is None or set(values) - _RECEIVED):
            raise reject(change, "shipment.headquarters_sends")
        if target != Status.ARRIVED and values.keys() & {"arrived_on", "arrived_at", "receipt"}:
            raise reject(change, "sync.malformed_value", field="arrived_on")
        after = {**current, **values}
        refused = refuse_days(after["sent_on"], after["expected_on"])
        if leaves or (after["status"] == Status.SENT and "sent_on" in values):
            refused = refused or self._refuse_leaving(after, target)
        if refused is not None:
            raise Rejected(change, refused)
        if leaves:
            after["sent_on"] = after["sent_on"] or self.today(current["partner_id"])
            values |= {"sent_at": work.now, "sent_on": after["sent_on"]}
        if target == Status.ARRIVED:
            values |= self._arrival(change, after)
        work.write(change.row, current, values)
        if target == Status.ARRIVED:
            self._receive({**after, **values})
        self.follow(current["order_id"])
        return Outcome("applied")

    def follow(self, order_id: bytes) -> None:
        """The order as its lines and shipments now make it."""
        work = self._work
        order = work.row(("sales_order", order_id))
        if order is None or order["order_kind"] != "order":
            return
        parcels, items = self.parcels(order_id), self.items(order_id)
        found = progress(order["status"], items, parcels, order["requested_on"])
        values: Values = {"status": found.status, "expected_on": found.expected_on}
        if found.status != order["status"]:
            values |= moments(order, found.status, work.now)
        changed = {name: value for name, value in values.items() if order[name] != value}
        if changed:
            work.write(("sales_order", order_id), order, changed)

    def call_off(self, order_id: bytes) -> None:
        """What was planned for an order that is cancelled does not leave."""
        for row in self.stored("shipment", "order_id", order_id):
            if row["status"] == Status.PLANNED:
                self._work.write(("shipment", row["id"]), row, {"status": Status.CANCELLED.value})

    def items(self, order_id: bytes) -> list[Item]:
        """The lines of an order, as this transaction leaves them."""
        lines = self.stored("order_line", "order_id", order_id)
        return [Item(row["id"], row["product_id"], row["quantity"]) for row in lines]

    def parcels(self, order_id: bytes) -> list[Parcel]:
        """Its shipments, as this transaction leaves them; without those that are still to be booked."""
        found = []
        for row in self.stored("shipment", "order_id", order_id):
            if row["id"] not in self._unbooked:
                lines = self.stored("shipment_line", "shipment_id", row["id"])
                items = [Item(one["order_line_id"], one["product_id"], one["quantity"]) for one in lines]
                found.append(Parcel(row["status"], row["expected_on"], tuple(items), row["sent_at"]))
        return found

    @property
    def _actor(self) -> Actor:
        return Actor.HEADQUARTERS if self._work.principal.role == HEADQUARTERS else Actor.RECEIVER

    def _book(self, change: Change, row: Values) -> None:
        work = self._work
        order = work.row(("sales_order", row["order_id"]))
        if order is None or order["deleted"] or order["partner_id"] != row["partner_id"]:
            raise reject(change, "sync.missing_reference", field="order_id")
        if order["number"] is None or order["order_kind"] != "order":
            raise reject(change, "shipment.order_not_ready")
        own = [line for _, line in self._lines if line["shipment_id"] == row["id"]]
        wanted = [Item(line["order_line_id"], line["product_id"], line["quantity"]) for line in own]
        booked = self.parcels(order["id"])
        refused = refuse_shipment(order["status"], self.items(order["id"]), booked, wanted)
        refused = refused or refuse_days(row["sent_on"], row["expected_on"])
        if row["status"] == Status.SENT:
            refused = refused or self._refuse_leaving(row, Status.SENT)
        if refused is not None:
            raise Rejected(change, refused)
        row["number"] = f"{order['number']}-{len(booked) + 1}"
        if row["status"] == Status.SENT:
            row |= {"sent_at": work.now, "sent_on": row["sent_on"] or self.today(row["partner_id"])}
        self._unbooked.discard(row["id"])
        self.follow(order["id"])

    def _refuse_leaving(self, row: Values, target: str | None) -> Notice | None:
        """Why what is in the shipment cannot have left, or not leave now."""
        refused = refuse_departure(row["sent_on"], self.today(row["partner_id"]))
        if refused is not None or target is None:
            return refused
        order = self._work.row(("sales_order", row["order_id"])) or {}
        decided = [
            one
            for order_id in {row["order_id"], order.get("split_from_id")} - {None}
            for one in self.stored("approval", "order_id", order_id)
            if (one["approval_kind"], one["status"]) == ("order", Asked.APPROVED)
        ]
        told = [Notice.from_wire(one) for row in decided for one in orjson.loads(row["reasons"] or "[]")]
        return refuse_leaving(in_force(self._work.connection, row["partner_id"]), told)

    def _arrival(self, change: Change, after: Values) -> Values:
        today = self.today(after["partner_id"])
        on = after["arrived_on"] or today
        refused = refuse_arrival(after["sent_on"], on, today)
        if refused is not None:
            raise Rejected(change, refused)
        begin, _ = day_bounds(on, self._zone(after["partner_id"]))
        told = after["arrived_at"] or self._work.now
        return {"arrived_on": on, "arrived_at": min(max(told, begin), self._work.now)}

    def _receive(self, row: Values) -> None:
        for line in self.stored("shipment_line", "shipment_id", row["id"]):
            self._work.add(
                "stock_movement",
                {
                    "partner_id": row["partner_id"],
                    "product_id": line["product_id"],
                    "movement_kind": "receipt",
                    "quantity": line["quantity"],
                    "happened_at": row["arrived_at"],
                    "happened_on": row["arrived_on"],
                    "order_id": row["order_id"],
                    "reference": row["number"],
                },
            )

    def today(self, partner_id: bytes) -> str:
        return business_date(self._work.now, self._zone(partner_id)).isoformat()

    def _zone(self, partner_id: bytes) -> str:
        table = hq.tables["partner"]
        query = sa.select(table).where(table.c.id == partner_id)
        partner = self._work.connection.execute(query).mappings().one()
        return self._work.facts.zone(dict(partner))

    def stored(self, entity: str, field: str, value: bytes) -> list[Values]:
        """Rows as this transaction leaves them."""
        work, table = self._work, hq.tables[entity]
        work.finish()
        query = sa.select(table).where(table.c[field] == value)
        found = {row["id"]: dict(row) for row in work.connection.execute(query).mappings()}
        found |= {
            row["id"]: row for (name, _), row in work.rows.items() if name == entity and row[field] == value
        }
        return [row for _, row in sorted(found.items()) if not row["deleted"]]
