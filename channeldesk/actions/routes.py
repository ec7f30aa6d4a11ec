"""Routes of orders: headquarters' people decide them, others propose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem, Term
from channeldesk.model.tables import laptop
from channeldesk.queries import clock, routes, sites
from channeldesk.rules.order_routes import (
    Actor,
    Available,
    Part,
    Status,
    refuse_move,
    refuse_route,
    without,
)
from channeldesk.rules.rights import HEADQUARTERS
from channeldesk.rules.words import ROUTE_NAMES

_CHANGES: Changes = frozenset({Topic.ORDERS, Topic.SYNC})


@dataclass(frozen=True)
class DraftPart:
    """``site`` None: from nowhere. ``days`` until it is there; ``cost`` of the goods, in minor units."""

    line: bytes
    product: bytes
    site: bytes | None
    quantity: int
    cost: int = 0
    days: int | None = None
    pickup: bool = False
    reasons: tuple[Notice, ...] = ()

    @property
    def part(self) -> Part:
        return Part(self.line, self.product, self.site, self.quantity)

    def values(self) -> dict[str, Any]:
        return {
            "order_line_id": self.line,
            "product_id": self.product,
            "warehouse_id": self.site,
            "quantity": self.quantity,
            "pickup": int(self.pickup),
            "days": self.days,
            "cost": self.cost,
            "reasons": json.dumps([one.to_wire() for one in self.reasons], ensure_ascii=False),
        }


@dataclass(frozen=True)
class Draft:
    """A route of one order that is to be recorded; ``cost`` of sending, in minor units of ``currency``."""

    order_id: bytes
    parts: tuple[DraftPart, ...]
    solver: str
    currency: str
    cost: int
    gap: int | None = None


def decide(tx: Tx, drafts: Sequence[Draft], note: str = "") -> Done[int]:
    """Confirm these routes, or propose them where the person is not of headquarters; how many. What stood
    before gives way. Raises Problem, having changed nothing, if one cannot be.
    """
    available: Available | None = None
    if _staff(tx):
        available = _free(tx, drafts)
    undone: list[_Recorded] = []
    number = ""
    for draft in drafts:
        order = write.existing(tx, "sales_order", draft.order_id)
        if order["number"] is None or order["order_kind"] != "order":
            raise Problem.of("route.order_not_ready")
        parts = [one.part for one in draft.parts]
        places = sites.serving(tx.connection, laptop, order["partner_id"], order["currency"])
        names = {one.id: one.name for one in places}
        lines = routes.open_lines(tx.connection, draft.order_id)
        refused = refuse_route(order["status"], lines, parts, names, available)
        if refused is not None:
            raise Problem(refused)
        undone.append(_record(tx, order, draft, note.strip() or None))
        number = order["number"]
        if available is not None:
            available = without(available, parts)

    def back(tx: Tx) -> Done[None]:
        for one in reversed(undone):
            one.take_back(tx)
        return Done(None, _CHANGES)

    if len(drafts) == 1:
        told = Notice("route.confirmed" if _staff(tx) else "route.proposed", {"number": number})
        label = Notice("undo.route", {"number": number})
    else:
        told = Notice("route.several", {"count": len(drafts)})
        label = Notice("undo.routes", {"count": len(drafts)})
    first = undone[0].touched if undone else b""
    taken_back = Undo(label, back, unsent=("order_route", first))
    return Done(len(drafts), _CHANGES, told, taken_back if undone else None)


def withdraw(tx: Tx, route_id: bytes) -> Done[None]:
    """Take back a route that one proposed; headquarters' people any. Raises Problem when it cannot be."""
    row = write.existing(tx, "order_route", route_id)
    recorded = _Recorded()
    _move(tx, row, Status.WITHDRAWN, recorded)
    order = write.existing(tx, "sales_order", row["order_id"])
    number = {"number": order["number"] or "–"}

    def back(tx: Tx) -> Done[None]:
        recorded.take_back(tx)
        return Done(None, _CHANGES)

    undo = Undo(Notice("undo.route", number), back, unsent=("order_route", route_id))
    return Done(None, _CHANGES, Notice("route.withdrawn", number), undo)


class _Recorded:
    """What one decision wrote: for taking it back."""

    def __init__(self) -> None:
        self.before: dict[bytes, Mapping[str, Any]] = {}
        self.route: bytes | None = None
        self.lines: list[bytes] = []

    @property
    def touched(self) -> bytes:
        return self.route if self.route is not None else next(iter(self.before))

    def take_back(self, tx: Tx) -> None:
        if self.route is not None:
            write.withdraw(tx, "order_route_line", self.lines)
            write.withdraw(tx, "order_route", [self.route])
        for row_id, values in self.before.items():
            write.patch(tx, "order_route", row_id, values)


def _staff(tx: Tx) -> bool:
    return bool(tx.profile.role == HEADQUARTERS)


def _free(tx: Tx, drafts: Sequence[Draft]) -> Available:
    """What is free, as far as this laptop knows, of what the drafts want."""
    parts = [one.part for draft in drafts for one in draft.parts]
    today = tx.today(clock.zone(tx.connection))
    apart = [draft.order_id for draft in drafts]
    return sites.free_for(tx.connection, laptop, parts, today, tx.now_ms(), apart)


def _record(tx: Tx, order: dict[str, Any], draft: Draft, note: str | None) -> _Recorded:
    done = _Recorded()
    found = routes.standing(routes.of_order(tx.connection, draft.order_id))
    target = Status.CONFIRMED if _staff(tx) else Status.PROPOSED
    if found is not None:
        same = {one.part for one in found.parts} == {one.part for one in draft.parts}
        if same and found.status == Status.PROPOSED and target == Status.CONFIRMED:
            _move(tx, write.existing(tx, "order_route", found.id), target, done, note)
            return done
        if target == Status.PROPOSED and (found.status, found.created_by) != (Status.PROPOSED, tx.user_id):
            status = Term(ROUTE_NAMES[found.status])
            raise Problem.of("route.stands_already", status=status)
    own = {"partner_id": order["partner_id"]}
    values = {
        **own,
        "order_id": draft.order_id,
        "status": target.value,
        "replaces_id": found.id if found is not None and target == Status.CONFIRMED else None,
        "solver": draft.solver,
        "currency": draft.currency,
        "cost": draft.cost,
        "gap": draft.gap,
        "note": note,
    }
    done.route = write.insert(tx, "order_route", values)
    lines = [{"id": tx.new_id(), **own, "route_id": done.route, **one.values()} for one in draft.parts]
    write.insert_many(tx, "order_route_line", lines)
    done.lines = [one["id"] for one in lines]
    if found is not None:  # last: what headquarters refuses is told of the new one
        gives_way = Status.CHANGED if target == Status.CONFIRMED else Status.WITHDRAWN
        _move(tx, write.existing(tx, "order_route", found.id), gives_way, done)
    return done


def _move(tx: Tx, row: dict[str, Any], target: Status, done: _Recorded, note: str | None = None) -> None:
    actors = [Actor.HEADQUARTERS] if _staff(tx) else []
    if row["created_by"] == tx.user_id:
        actors.append(Actor.PROPOSER)
    refused = refuse_move(row["status"], target, actors)
    if refused is not None:
        raise Problem(refused)
    values = {"status": target.value, **({"note": note} if note is not None else {})}
    done.before[row["id"]] = write.patch(tx, "order_route", row["id"], values)
