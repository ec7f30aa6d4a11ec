"""What a person records between two rounds, as mutations of the protocol."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channeldesk.model.ids import new_id

Row = dict[str, Any]

KEPT = ("partner", "contact", "product")
"""Entities whose content decides about edits and orders; rows by id (hex)."""


class Work:
    """Details of contacts, visits, notes on delivery, orders of a few lines; numbered for one device.

    ``content``: what the laptop holds of KEPT.
    """

    def __init__(self, login: str, content: Mapping[str, Mapping[str, Row]], seed: int) -> None:
        self._login, self._content, self._random = login, content, random.Random(seed)
        self._user, self._prefix, self._orders = "", "", 0
        self.mid = 0
        self.waiting: list[Row] = []

    def on_device(self, user_id: str, prefix: str, last_mid: int) -> None:
        self._user, self._prefix, self.mid = user_id, prefix, last_mid

    def record(self) -> None:
        """One to three things at one partner."""
        partner = self._random.choice(list(self._content["partner"].values()))
        kinds = (self._edit_contact, self._visit, self._edit_partner, self._order)
        for what in self._random.choices(kinds, (4, 3, 1, 2), k=self._random.randint(1, 3)):
            what(partner)

    def _edit_contact(self, partner: Row) -> None:
        own = [one for one in self._content["contact"].values() if one["partner_id"] == partner["id"]]
        field = self._random.choice(("phone", "email", "job_title"))
        self._patch("contact", self._random.choice(own), field)

    def _edit_partner(self, partner: Row) -> None:
        self._patch("partner", partner, self._random.choice(("phone", "tax_number", "delivery_note")))

    def _patch(self, entity: str, row: Row, field: str) -> None:
        if any(one["id"] == row["id"] for one in self.waiting):
            return
        value = f"{self._login} {self._random.randrange(10**6)}"
        base = {field: row[field]}
        self._add(entity, row["id"], "patch", base_rv=row["rv"], base=base, set={field: value})

    def _visit(self, partner: Row) -> None:
        row = {
            "partner_id": partner["id"],
            "user_id": self._user,
            "visited_on": _today(),
            "outcome": "met",
            "note": "Shelf checked, two facings short; the owner asks for the autumn leaflet.",
        }
        self._add("visit", new_id().hex(), "insert", set=row)

    def _order(self, partner: Row) -> None:
        products = list(self._content["product"].values())
        chosen = self._random.sample(products, self._random.randint(2, 6))
        txn, order_id = new_id().hex(), new_id().hex()
        lines = [self._line(order_id, partner, n, one) for n, one in enumerate(chosen, start=1)]
        net = sum(line["net"] for line in lines)
        self._orders += 1
        order = {
            "provisional_number": f"{self._prefix}-{self._orders:06}",
            "partner_id": partner["id"],
            "salesperson_id": self._user,
            "status": "placed",
            "order_date": _today(),
            "currency": partner["currency"],
            "net": net,
            "tax": 0,
            "total": net,
        }
        self._add("sales_order", order_id, "insert", txn=txn, set=order)
        for line in lines:
            self._add("order_line", new_id().hex(), "insert", txn=txn, set=line)

    def _line(self, order_id: str, partner: Row, number: int, product: Row) -> Row:
        quantity, price = 1000 * self._random.randint(1, 20), product["cost"] * 5 // 4
        return {
            "order_id": order_id,
            "partner_id": partner["id"],
            "line_number": number,
            "product_id": product["id"],
            "quantity": quantity,
            "list_price": price,
            "unit_price": price,
            "tax_rate": 0,
            "net": (quantity * price + 50_000) // 100_000,
            "tax": 0,
        }

    def _add(self, entity: str, row_id: str, op: str, **parts: Any) -> None:
        self.mid += 1
        mutation = {"mid": self.mid, "uuid": new_id().hex(), "txn": new_id().hex(), "deps": []}
        mutation |= {"entity": entity, "id": row_id, "op": op, "base_rv": 0, "base": {}, "set": {}, "inc": {}}
        self.waiting.append(mutation | parts)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
