"""What waits for a person's yes: an order over its limit, changes and cancellations, and what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo import ledger as books
from channeldesk.demo.organisation import Organisation
from channeldesk.demo.partners import OVER_LIMIT, Partner
from channeldesk.demo.world import Batch, World, batch
from channeldesk.rules.approvals import due
from channeldesk.rules.credit import Position, exceeded

if TYPE_CHECKING:
    from channeldesk.demo.ledger import Ledger
    from channeldesk.demo.sales import Sales

STAFF, MANAGER = "chen.jing", "li.wei"
_DAYS = 14
"""Orders of the last days are asked about."""
_AMENDMENTS = (
    (0.5, "The shelf is smaller than planned, half of it is enough"),
    (2.0, "A building site opened next door, twice as many"),
    (0.0, "Ordered by mistake beside the kit"),
)
"""How many of the first line there shall be, and why."""
_CANCELLATION = "The end customer withdrew; please send nothing"
_REFUSED = "Already packed and on the lorry"


class Requests:
    """``see`` every batch of orders and lines on its way; ``batches`` asks about some of them."""

    def __init__(self, world: World, organisation: Organisation, partners: list[Partner]) -> None:
        self._world, self._organisation = world, organisation
        self._partners = {partner.id: (place, partner) for place, partner in enumerate(partners)}
        self._orders: dict[bytes, dict[str, Any]] = {}
        self._lines: dict[bytes, list[dict[str, Any]]] = {}
        self._since = (world.today - timedelta(days=_DAYS)).isoformat()

    def see(self, made: Batch) -> None:
        if made.entity == "sales_order":
            day, kind = made.columns.index("order_date"), made.columns.index("order_kind")
            for row in made.rows:
                if row[day] >= self._since and row[kind] == "order":
                    self._orders[row[0]] = dict(zip(made.columns, row, strict=True))
        elif made.entity == "order_line":
            of = made.columns.index("order_id")
            for row in made.rows:
                if row[of] in self._orders:
                    self._lines.setdefault(row[of], []).append(dict(zip(made.columns, row, strict=True)))

    def batches(self, sales: Sales, ledger: Ledger) -> Iterator[Batch]:
        used = books.owed([partner for _, partner in self._partners.values()], sales, ledger)
        asked = [*self._over_limit(used), *self._changes()]
        lines = [line for one in asked for line in one.pop("lines")]
        yield batch("approval", asked)
        yield batch("approval_line", lines)

    def _over_limit(self, used: Any) -> Iterator[dict[str, Any]]:
        for order in self._of("placed"):
            place, partner = self._partners[order["partner_id"]]
            if place != OVER_LIMIT:
                continue
            position = Position(partner.currency, partner.credit_limit, int(used[place]))
            asked = self._request(order, "order", order["placed_at"], "The money is on its way, they say")
            reasons = [exceeded(position).to_wire()]
            yield asked | {"reasons": json.dumps(reasons, ensure_ascii=False), "lines": []}

    def _changes(self) -> Iterator[dict[str, Any]]:
        """By turns asked and decided, the newest orders first."""
        source = self._world.random("requests")
        users = self._organisation.users
        accepted = sorted(self._of("accepted"), key=lambda one: (one["placed_at"], one["id"]), reverse=True)
        theirs = [one for one in accepted if one["salesperson_id"] == users[MANAGER]]
        others = [one for one in accepted if one["salesperson_id"] != users[MANAGER]]
        for turn, order in enumerate([*theirs[:6], *others[:9]]):
            at = order["received_at"] + source.randint(2, 90) * 60_000
            if turn % 5 == 4:
                asked = self._request(order, "cancellation", at, _CANCELLATION) | {"lines": []}
            else:
                share, because = _AMENDMENTS[turn % len(_AMENDMENTS)]
                asked = self._request(order, "amendment", at, because)
                asked["lines"] = self._wanted(asked, order, share)
            if turn % 6 == 5:
                decided = {"decided_at": at + 45 * 60_000, "decided_by": users[STAFF]}
                asked |= {"status": "refused", "decision": _REFUSED, **decided}
            yield asked

    def _of(self, status: str) -> list[dict[str, Any]]:
        return [one for one in self._orders.values() if one["status"] == status]

    def _request(self, order: dict[str, Any], kind: str, at: int, because: str) -> dict[str, Any]:
        """Asked by somebody else than who is shown it: nobody decides what was asked by oneself."""
        users = self._organisation.users
        mine = order["salesperson_id"] == users[MANAGER]
        return {
            "id": self._world.id("approval", at),
            "created_at": at,
            "created_by": users[STAFF] if mine else order["salesperson_id"],
            "updated_at": at,
            "updated_by": None,
            "partner_id": order["partner_id"],
            "approval_kind": kind,
            "order_id": order["id"],
            "because": because,
            "status": "asked",
            "decision": None,
            "reasons": None,
            "due_at": due(at),
            "decided_by": None,
            "decided_at": None,
        }

    def _wanted(self, asked: dict[str, Any], order: dict[str, Any], share: float) -> list[dict[str, Any]]:
        """Of the first line that many; one more than there are where that would change nothing."""
        lines = sorted(self._lines[order["id"]], key=lambda one: one["line_number"])
        line, wanted = lines[0], round(lines[0]["quantity"] * share / 1_000) * 1_000
        if wanted == line["quantity"] or not (wanted or len(lines) > 1):
            wanted = line["quantity"] + 1_000
        return [
            {
                "id": self._world.id("approval_line", asked["created_at"]),
                "created_at": asked["created_at"],
                "created_by": asked["created_by"],
                "updated_at": asked["created_at"],
                "approval_id": asked["id"],
                "partner_id": order["partner_id"],
                "order_line_id": line["id"],
                "product_id": line["product_id"],
                "quantity": wanted,
            }
        ]
