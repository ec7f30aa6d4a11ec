"""From where an order is sent: a route that a manager proposed and headquarters confirmed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from channeldesk.demo.organisation import Organisation
from channeldesk.demo.partners import Partner
from channeldesk.demo.requests import MANAGER, STAFF
from channeldesk.demo.warehouses import Warehouses
from channeldesk.demo.world import Batch, World, batch
from channeldesk.rules import routing
from channeldesk.rules.order_routes import Status
from channeldesk.rules.routing.outcome import Routed
from channeldesk.rules.routing.terms import Lane, Line, Order, Request, Site, SiteKind, Stock, Terms

_COUNTRY = "CN"
_NOTE = "As proposed, please with the next lorry"
_PROPOSED, _CONFIRMED = 20 * 60_000, 75 * 60_000
"""Milliseconds after headquarters took the order."""

Row = dict[str, Any]


class Routes:
    """``see`` every batch of orders, their parts and what is asked about them on its way; ``batches`` routes
    an order of the demo's manager: the newest of which all is to leave and nobody is asked about, or one that
    is on its way.
    """

    def __init__(self, world: World, organisation: Organisation, partners: list[Partner]) -> None:
        self._world, self._organisation = world, organisation
        self._here = {one.id for one in partners if one.country == _COUNTRY}
        self._orders: dict[bytes, Row] = {}
        self._lines: dict[bytes, list[Row]] = defaultdict(list)
        self._shipped: set[bytes] = set()
        self._asked: set[bytes] = set()

    def see(self, made: Batch) -> None:
        rows = (dict(zip(made.columns, row, strict=True)) for row in made.rows)
        if made.entity == "sales_order":
            for row in rows:
                wanted = row["status"] in ("accepted", "shipped") and row["order_kind"] == "order"
                if wanted and row["requested_on"] is not None and row["partner_id"] in self._here:
                    self._orders[row["id"]] = row
        elif made.entity == "order_line":
            for row in rows:
                if row["order_id"] in self._orders:
                    self._lines[row["order_id"]].append(row)
        elif made.entity == "shipment":
            self._shipped |= {row["order_id"] for row in rows}
        elif made.entity == "approval":
            self._asked |= {row["order_id"] for row in rows if row["status"] == "asked"}

    def batches(self, warehouses: Warehouses) -> Iterator[Batch]:
        for order in sorted(self._orders.values(), key=self._fits, reverse=True):
            lines = {one["line_number"]: one for one in self._lines[order["id"]]}
            (routed,) = routing.first(self._request(order, lines, warehouses)).orders
            if routed.complete:
                yield from self._decided(order, lines, routed)
                return

    def _fits(self, order: Row) -> tuple[Any, ...]:
        mine = order["salesperson_id"] == self._organisation.users[MANAGER]
        waits = order["status"] == "accepted" and order["id"] not in self._shipped
        left = order["status"] == "shipped"
        return mine, waits, left, order["id"] not in self._asked, order["placed_at"], order["id"]

    def _decided(self, order: Row, lines: dict[int, Row], routed: Routed) -> Iterator[Batch]:
        at = order["received_at"] + _PROPOSED
        made = {"created_at": at, "created_by": order["salesperson_id"], "updated_by": None}
        own = {**made, "partner_id": order["partner_id"]}
        decided = order["received_at"] + _CONFIRMED
        route = {
            "id": self._world.id("order_route", at),
            **own,
            "updated_at": decided,
            "order_id": order["id"],
            "status": Status.CONFIRMED.value,
            "solver": "greedy",
            "currency": order["currency"],
            "cost": routed.costs.sending,
            "note": _NOTE,
            "decided_by": self._organisation.users[STAFF],
            "decided_at": decided,
        }
        yield batch("order_route", [route])
        yield batch(
            "order_route_line",
            [
                {
                    "id": self._world.id("order_route_line", at),
                    **own,
                    "updated_at": at,
                    "route_id": route["id"],
                    "order_line_id": lines[number]["id"],
                    "product_id": lines[number]["product_id"],
                    **part,
                }
                for number, part in _parts(routed)
            ],
        )

    def _request(self, order: Row, lines: dict[int, Row], warehouses: Warehouses) -> Request:
        wanted, asked = (date.fromisoformat(order[name]) for name in ("requested_on", "order_date"))
        within = max(0, (wanted - asked).days)
        places = warehouses.own(self._organisation.territories[_COUNTRY])
        stock = warehouses.there(self._world.today)
        sites = tuple(
            Site(
                one["id"],
                one["code"],
                one["name"],
                SiteKind.WAREHOUSE,
                {
                    product: Stock(quantity, cost=one["unit_cost"])
                    for (site, product), quantity in stock.items()
                    if site == one["id"] and quantity
                },
                Lane(one["order_cost"], one["lead_days"]),
            )
            for one in places
        )
        wanted_lines = tuple(
            Line(number, one["product_id"], one["quantity"], one["net"]) for number, one in lines.items()
        )
        terms = Terms(order["currency"], late_cost=max(one["order_cost"] for one in places))
        return Request((Order(order["id"], wanted_lines, within),), sites, terms)


def _parts(routed: Routed) -> Iterator[tuple[int, Row]]:
    """By number of the line, what comes from where."""
    days = {one.site: one.days for one in routed.shipments}
    for sent in routed.allocations:
        why = json.dumps([one.to_wire() for one in sent.reasons], ensure_ascii=False)
        told = {"warehouse_id": sent.site, "quantity": sent.quantity, "days": days[sent.site]}
        yield sent.line, {**told, "cost": sent.cost, "reasons": why}
