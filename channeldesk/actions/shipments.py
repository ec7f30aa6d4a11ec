"""Sending goods for orders, and confirming that they arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem, Term
from channeldesk.queries import clock
from channeldesk.queries import shipments as query
from channeldesk.rules.rights import HEADQUARTERS
from channeldesk.rules.shipping import (
    COMING,
    Actor,
    Item,
    Status,
    refuse_arrival,
    refuse_days,
    refuse_departure,
    refuse_move,
    refuse_shipment,
)
from channeldesk.rules.words import SHIPMENT_NAMES

_CHANGES: Changes = frozenset({Topic.ORDERS, Topic.STOCK, Topic.SYNC})


@dataclass(frozen=True)
class Terms:
    """What is said about a shipment; days in ISO, ``sent_on``: when it leaves or left."""

    carrier: str = ""
    tracking: str = ""
    sent_on: str | None = None
    expected_on: str | None = None
    note: str = ""

    def values(self) -> dict[str, Any]:
        return {
            "carrier": self.carrier.strip() or None,
            "tracking": self.tracking.strip() or None,
            "sent_on": self.sent_on,
            "expected_on": self.expected_on,
            "note": self.note.strip() or None,
        }


def ship(
    tx: Tx, order_id: bytes, items: Sequence[Item], terms: Terms, *, planned: bool = False
) -> Done[bytes]:
    """Record what leaves for an order, or is to leave. Raises Problem for what cannot."""
    order = write.existing(tx, "sales_order", order_id)
    parcels = query.parcels(query.of_order(tx.connection, order_id))
    refused = refuse_shipment(order["status"], query.ordered(tx.connection, order_id), parcels, items)
    refused = refused or refuse_days(terms.sent_on, terms.expected_on)
    if not planned:
        refused = refused or _refuse_leaving(tx, order_id, order["partner_id"], terms.sent_on)
    if tx.profile.role != HEADQUARTERS:
        refused = Notice("shipment.headquarters_sends")
    elif order["number"] is None or order["order_kind"] != "order":
        refused = Notice("shipment.order_not_ready")
    if refused is not None:
        raise Problem(refused)
    own = {"partner_id": order["partner_id"]}
    values = terms.values()
    if not planned:
        values["sent_on"] = terms.sent_on or tx.today(clock.zone_of(tx.connection, order["partner_id"]))
    status = Status.PLANNED if planned else Status.SENT
    row_id = write.insert(tx, "shipment", {**own, "order_id": order_id, "status": status.value, **values})
    lines = [
        {
            "id": tx.new_id(),
            **own,
            "shipment_id": row_id,
            "order_line_id": one.line,
            "product_id": one.product,
            "quantity": one.quantity,
        }
        for one in items
    ]
    write.insert_many(tx, "shipment_line", lines)

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "shipment_line", [one["id"] for one in lines])
        write.withdraw(tx, "shipment", [row_id])
        return Done(None, _CHANGES)

    number = {"number": order["number"]}
    undo = Undo(Notice("undo.shipment_sent", number), back, unsent=("shipment", row_id))
    return Done(row_id, _CHANGES, Notice(f"shipment.{status}", number), undo)


def dispatch(tx: Tx, shipment_id: bytes, sent_on: str | None = None) -> Done[None]:
    """What was planned leaves. Raises Problem when it cannot."""
    row = write.existing(tx, "shipment", shipment_id)
    day = sent_on or _today(tx, row)
    refused = refuse_days(day, row["expected_on"])
    if refused is not None:
        raise Problem(refused)
    return _move(tx, row, Status.SENT, {"sent_on": day}, "shipment.on_its_way")


def cancel(tx: Tx, shipment_id: bytes) -> Done[None]:
    """A shipment that does not leave, or came back before it arrived. Raises Problem when it cannot."""
    row = write.existing(tx, "shipment", shipment_id)
    return _move(tx, row, Status.CANCELLED, {}, "shipment.cancelled")


def confirm_arrival(
    tx: Tx, shipment_id: bytes, arrived_on: str | None = None, receipt: str = ""
) -> Done[None]:
    """The goods are there. ``receipt``: what is to be said about them. Raises Problem when they cannot be."""
    row = write.existing(tx, "shipment", shipment_id)
    zone, today = clock.zone_of(tx.connection, row["partner_id"]), _today(tx, row)
    day = arrived_on or today
    refused = refuse_arrival(row["sent_on"], day, today)
    if refused is not None:
        raise Problem(refused)
    at = tx.now_ms() if day == today else _noon(day, zone)
    values = {"arrived_on": day, "arrived_at": at, "receipt": receipt.strip() or None}
    return _move(tx, row, Status.ARRIVED, values, "shipment.arrived")


def correct(tx: Tx, shipment_id: bytes, terms: Terms) -> Done[None]:
    """Put right what is said about a shipment that has not arrived. Raises Problem for one that has."""
    row = write.existing(tx, "shipment", shipment_id)
    refused = refuse_days(terms.sent_on, terms.expected_on)
    if tx.profile.role != HEADQUARTERS:
        refused = Notice("shipment.headquarters_sends")
    elif row["status"] not in COMING:
        refused = Notice("shipment.settled", {"status": Term(SHIPMENT_NAMES[row["status"]])})
    elif row["status"] == Status.SENT:
        refused = refused or refuse_departure(terms.sent_on, _today(tx, row))
    if refused is not None:
        raise Problem(refused)
    return _patched(tx, row, terms.values(), "shipment.changed", "undo.shipment_changed")


def _move(tx: Tx, row: dict[str, Any], target: Status, values: dict[str, Any], code: str) -> Done[None]:
    actor = Actor.HEADQUARTERS if tx.profile.role == HEADQUARTERS else Actor.RECEIVER
    refused = refuse_move(row["status"], target, actor)
    if target is Status.SENT:
        refused = refused or _refuse_leaving(tx, row["order_id"], row["partner_id"], values["sent_on"])
    if refused is not None:
        raise Problem(refused)
    return _patched(tx, row, {"status": target.value, **values}, code, "undo.shipment_changed")


def _refuse_leaving(tx: Tx, order_id: bytes, partner_id: bytes, sent_on: str | None) -> Notice | None:
    today = tx.today(clock.zone_of(tx.connection, partner_id))
    return refuse_departure(sent_on, today) or query.kept_back(tx.connection, order_id, partner_id)


def _patched(tx: Tx, row: dict[str, Any], values: dict[str, Any], code: str, undo: str) -> Done[None]:
    before = write.patch(tx, "shipment", row["id"], values)

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "shipment", row["id"], before)
        return Done(None, _CHANGES)

    number = {"number": row["number"] or "–"}
    taken_back = Undo(Notice(undo, number), back, unsent=("shipment", row["id"]))
    return Done(None, _CHANGES, Notice(code, number), taken_back if before else None)


def _today(tx: Tx, row: dict[str, Any]) -> str:
    return tx.today(clock.zone_of(tx.connection, row["partner_id"]))


def _noon(day: str, zone: str) -> int:
    moment = datetime.combine(date.fromisoformat(day), time(12), ZoneInfo(zone))
    return int(moment.timestamp() * 1000)
