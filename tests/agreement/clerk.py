"""Random orders and returns of a manager, and whether headquarters says the same of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import orders as actions
from channeldesk.actions.orders import NotSendable
from channeldesk.model.entities import entity
from channeldesk.model.tables import hq, laptop
from channeldesk.queries import orders, partners
from channeldesk.queries.drafts import DraftLine, OrderDraft, Return
from channeldesk.queries.views import ListView
from tests.agreement.company import Company

_TABLES = ("sales_order", "order_line", "order_discount")
_LEFT_OUT = frozenset({"rv", "deleted", "created_at", "created_by", "updated_at", "updated_by"})
_STAMPED = {name for name, one in entity("sales_order").fields.items() if one.stamped}
_GIVEN = frozenset({"number", "status", "received_at", "cost"} | _STAMPED)
"""What headquarters alone writes, or goes on writing."""


@dataclass
class Clerk:
    """``seen`` counts what occurred; ``wrong`` is empty unless the two sides disagree."""

    company: Company
    random: Random
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    accepted: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk = self.company.desk
        keys = desk.ask(partners.keys, ListView({"currency": "CNY", "stage": "active"}))
        self._partners = [row.id for row in desk.ask(partners.rows, keys)]
        with desk.database.read() as connection:
            self._products = list(connection.scalars(sa.text("SELECT id FROM product WHERE active = 1")))

    def orders(self, count: int) -> None:
        """Place so many, send them, compare them."""
        placed = [one for _ in range(count) if (one := self._order()) is not None]
        self._judged(placed, "order")
        self.accepted += placed

    def returns(self, count: int) -> None:
        """Goods of accepted orders come back, some lines in several goes."""
        chosen = self.random.sample(self.accepted, min(count, len(self.accepted)))
        self._judged([one for order in chosen if (one := self._return(order)) is not None], "return")

    def _order(self) -> bytes | None:
        random, desk = self.random, self.company.desk
        wanted = random.sample(self._products, random.randint(1, 15))
        lines = []
        for product in wanted:
            quantity = random.choice((1, 2, 3, 5, 12, 24, 60)) * 1000
            agreed = random.randint(30_0000, 900_0000) if random.random() < 0.02 else None
            lines.append(DraftLine(product, quantity, agreed))
        draft = OrderDraft(random.choice(self._partners), tuple(lines))
        try:
            placed = desk.act(actions.place, draft).value
        except NotSendable:
            self.seen["orders that lack a price"] += 1
            return None
        self.seen["orders with warnings"] += bool(placed.warnings)
        return placed.order_id

    def _return(self, order_id: bytes) -> bytes | None:
        random, desk = self.random, self.company.desk
        order = desk.ask(orders.detail, order_id)
        assert order is not None
        lines = []
        for line in order.lines:
            left = line.quantity - line.returned
            if left and random.random() < 0.6:
                quantity = left if random.random() < 0.4 else random.randint(1, left)
                back = Return(line.id, "damaged", "opened", "restock")
                lines.append(DraftLine(line.product_id, -quantity, line.unit_price, back))
        if not lines or order.order.status != "accepted":
            return None
        draft = OrderDraft(order.order.partner_id, tuple(lines), "return", reference=order.order.number)
        return desk.act(actions.place, draft).value.order_id

    def _judged(self, placed: list[bytes], kind: str) -> None:
        before = {one: self._here(one) for one in placed}
        result = self.company.desk.sync(in_process=True)
        if not result.finished or result.set_aside:
            self.wrong.append(f"the round did not end well: {result}")
        for one in placed:
            self._compare(one, kind, before[one])

    def _compare(self, order_id: bytes, kind: str, before: dict[str, Any]) -> None:
        there, here = self._there(order_id), self._here(order_id)
        (order,) = here["sales_order"]
        rejected = not there["sales_order"]
        if rejected:
            found = self.company.desk.ask(orders.detail, order_id)
            codes = sorted({one.code for one in found.reasons}) if found is not None else []
            self.seen[f"{kind} rejected: {', '.join(codes)}"] += 1
            if codes != ["order.price_below_floor"]:
                self.wrong.append(f"{order['provisional_number']}: {codes}")
            return
        self.seen[f"{kind} accepted"] += 1
        self.seen[f"{kind} lines"] += len(here["order_line"])
        self.seen["discounts"] += len(here["order_discount"])
        if there != here:
            self.wrong.append(f"{order['provisional_number']}: stored otherwise at headquarters")
        if _without(before) != _without(here):
            self.wrong.append(f"{order['provisional_number']}: not what was told to the dealer")
        for name in ("net", "tax"):
            if order[name] != sum(line[name] for line in here["order_line"]):
                self.wrong.append(f"{order['provisional_number']}: {name} is not the sum of its lines")
        for line in here["order_line"]:
            given = sum(one["amount"] for one in here["order_discount"] if one["order_line_id"] == line["id"])
            if kind == "order" and given != line["discount"]:
                self.wrong.append(f"{order['provisional_number']}: a line's discounts are not its discount")

    def _here(self, order_id: bytes) -> dict[str, Any]:
        with self.company.desk.database.read() as connection:
            return _rows(connection, laptop, order_id)

    def _there(self, order_id: bytes) -> dict[str, Any]:
        with self.company.headquarters.database.snapshot() as connection:
            return _rows(connection, hq, order_id)


def _rows(connection: sa.Connection, side: sa.MetaData, order_id: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _TABLES:
        table = side.tables[name]
        mine = table.c.id == order_id if name == "sales_order" else table.c.order_id == order_id
        rows = connection.execute(sa.select(table).where(mine).order_by(table.c.id)).mappings()
        found[name] = [
            {key: value for key, value in row.items() if key not in _LEFT_OUT}
            for row in rows
            if not row.get("deleted")
        ]
    return found


def _without(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [{key: value for key, value in row.items() if key not in _GIVEN} for row in rows]
        for name, rows in found.items()
    }


def credited(company: Company) -> list[str]:
    """Lines of which everything came back and that were not credited what they cost."""
    sql = """
    SELECT l.id FROM order_line l JOIN order_line r ON r.origin_line_id = l.id
    GROUP BY l.id, l.quantity, l.net, l.tax
    HAVING -sum(r.quantity) > l.quantity
        OR (-sum(r.quantity) = l.quantity AND (-sum(r.net) <> l.net OR -sum(r.tax) <> l.tax))
    """
    with company.headquarters.database.snapshot() as connection:
        return [f"line {row.hex()}: not credited what it cost" for row in connection.scalars(sa.text(sql))]


def overdrawn(company: Company) -> list[str]:
    """Promotions whose books differ from their orders, or that gave more than their budget."""
    sql = """
    SELECT p.code, p.used, p.budget, coalesce(sum(d.amount), 0) AS given FROM promotion p
    LEFT JOIN order_discount d ON d.promotion_id = p.id WHERE p.budget IS NOT NULL
    GROUP BY p.id, p.code, p.used, p.budget HAVING p.used <> coalesce(sum(d.amount), 0) OR p.used > p.budget
    """
    with company.headquarters.database.snapshot() as connection:
        return [
            f"{row.code}: {row.used} of {row.budget}, {row.given} given"
            for row in connection.execute(sa.text(sql))
        ]
