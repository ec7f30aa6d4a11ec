"""From where orders are sent: what people propose, headquarters' people decide, and what then leaves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.actions import routes
from channeldesk.model.tables import laptop
from channeldesk.queries import routes as query
from channeldesk.queries import shipments, sites
from channeldesk.rules.order_routes import Open
from tests.storm.acting import STAFF, may, through
from tests.storm.commerce import TODAY, insert_all
from tests.storm.profile import Profile
from tests.storm.values import Key, plain

if TYPE_CHECKING:
    from tests.storm.world import World

OPEN = "order_kind = 'order' AND number IS NOT NULL AND status IN ('accepted', 'partly_shipped')"
_REPORT = "UPDATE warehouse_level SET quantity = :quantity, as_of = :as_of WHERE id = :id"


@dataclass(frozen=True)
class _Asked:
    """An order as a laptop knows it when somebody routes it."""

    order_id: bytes
    partner_id: bytes
    open: dict[bytes, Open]
    sites: list[bytes]
    free: dict[tuple[bytes, bytes], int]
    standing: query.Route | None

    @property
    def edited(self) -> list[Key]:
        return [] if self.standing is None else [("order_route", self.standing.id.hex())]


def report(world: World) -> bool:
    """A warehouse says what lies in it now."""
    levels = world.office.rows("SELECT id, as_of FROM warehouse_level ORDER BY id")
    one = world.rng.choice(levels)
    values = {
        "quantity": 1_000 * world.rng.choice((0, 4, 9, 20, 60)),
        "as_of": max(world.office.clock(), one["as_of"] + 1),
    }
    world.book.office_wrote("warehouse_level", plain(one["id"]), values)
    world.office.execute((_REPORT, {**values, "id": one["id"]}))
    return True


def route(world: World, who: Profile) -> bool:
    """A route of an order, or another in the place of one; now and then past the laptop's own rules."""
    rng = world.rng
    orders = who.ids_of("sales_order", OPEN)
    if not orders:
        return False
    asked = _asked(world, who, rng.choice(orders))
    parts = _split(world, asked)
    if not parts:
        return False
    if rng.random() < 0.15:
        return _unasked(world, who, asked, parts)
    draft = routes.Draft(asked.order_id, tuple(parts), "person", "CNY", 100 * len(parts))
    note = f"route {world.number()}"
    return through(world, who, lambda tx: routes.decide(tx, [draft], note), *asked.edited)


def decide(world: World, who: Profile) -> bool:
    """A proposal is confirmed as it is, or a route withdrawn, by whoever may or tries."""
    rng = world.rng
    found = who.query(
        "SELECT id, order_id FROM order_route WHERE status IN ('proposed', 'confirmed') ORDER BY id"
    )
    if not found:
        return False
    one = rng.choice(found)
    key = ("order_route", one["id"].hex())
    world.touch(key)
    if who.login not in STAFF or rng.random() < 0.2:
        return through(world, who, lambda tx: routes.withdraw(tx, one["id"]), key)
    with who.database.read() as connection:
        (kept,) = (row for row in query.of_order(connection, one["order_id"]) if row.id == one["id"])
    parts = [
        routes.DraftPart(p.order_line_id, p.product_id, p.warehouse_id, p.quantity, p.cost)
        for p in kept.parts
    ]
    draft = routes.Draft(one["order_id"], tuple(parts), kept.solver, kept.currency, kept.cost)
    return through(world, who, lambda tx: routes.decide(tx, [draft], f"yes {world.number()}"), key)


def ship(world: World, who: Profile) -> bool:
    """What one warehouse still has to send of an order by its confirmed route, or a part of that."""
    rng = world.rng
    routed = "id IN (SELECT order_id FROM order_route WHERE status = 'confirmed')"
    orders = who.ids_of("sales_order", f"{OPEN} AND {routed}")
    if not orders or not may(world, who):
        return False
    order_id, shipment = rng.choice(orders), who.ids()
    with who.database.read() as connection:
        leaves = leaving(connection, order_id)
    if not leaves:
        return False
    site = rng.choice(sorted({place for _, place in leaves}))
    (order,) = who.query("SELECT partner_id FROM sales_order WHERE id = ?", order_id)
    own = {"partner_id": order["partner_id"]}
    head = {**own, "order_id": order_id, "status": "sent", "carrier": f"carrier {world.number()}"}
    rows: list[tuple[str, bytes, dict[str, Any]]] = [("shipment", shipment, head)]
    for (line, place), quantity in sorted(leaves.items()):
        if place == site:
            (item,) = who.query("SELECT product_id FROM order_line WHERE id = ?", line)
            sent = rng.choice((quantity, quantity, max(1, quantity // 2)))
            of = {"shipment_id": shipment, "order_line_id": line, "product_id": item["product_id"]}
            rows.append(("shipment_line", who.ids(), {**own, **of, "quantity": sent}))
    return insert_all(world, who, rows)


def leaving(connection: sa.Connection, order_id: bytes) -> dict[tuple[bytes, bytes], int]:
    """By line and warehouse, what the program says is still to leave of an order by its route."""
    found = query.standing(query.of_order(connection, order_id))
    ordered = {one.line: one.quantity for one in shipments.ordered(connection, order_id)}
    sums = defaultdict[tuple[bytes, bytes], int](int)
    for part in query.leaves(found, ordered, shipments.held(connection, order_id)):
        assert part.site is not None
        sums[part.line, part.site] += part.quantity
    return dict(sums)


def _asked(world: World, who: Profile, order_id: bytes) -> _Asked:
    with who.database.read() as connection:
        query_ = "SELECT partner_id, currency FROM sales_order WHERE id = ?"
        order = connection.exec_driver_sql(query_, (order_id,)).one()
        places = sites.serving(connection, laptop, order.partner_id, order.currency)
        still = query.open_lines(connection, order_id)
        products = {one.product for one in still.values()}
        free = sites.free(connection, laptop, places, products, TODAY, who.clock(), [order_id])
        standing = query.standing(query.of_order(connection, order_id))
    return _Asked(order_id, order.partner_id, still, [one.id for one in places], free, standing)


def _split(world: World, asked: _Asked) -> list[routes.DraftPart]:
    """What is there, and the rest from nowhere; or whatever comes to mind."""
    rng, parts = world.rng, list[routes.DraftPart]()
    left = dict(asked.free)
    careless = rng.random() < 0.2
    for line, one in sorted(asked.open.items()):
        rest = one.quantity
        for site in rng.sample(asked.sites, len(asked.sites)):
            there = rest if careless else min(rest, left.get((site, one.product), 0))
            if rest > 1 and rng.random() < 0.3:
                there = min(there, rng.randint(1, rest))
            if there > 0:
                parts.append(routes.DraftPart(line, one.product, site, there, rng.randint(0, 900)))
                left[site, one.product] = left.get((site, one.product), 0) - there
                rest -= there
        if rest:
            parts.append(routes.DraftPart(line, one.product, None, rest))
    return parts


def _unasked(world: World, who: Profile, asked: _Asked, parts: list[routes.DraftPart]) -> bool:
    """As another program might send it: more than is there, less than is open, confirmed by anybody."""
    rng, route_id = world.rng, who.ids()
    own = {"partner_id": asked.partner_id}
    head = {**own, "order_id": asked.order_id, "status": rng.choice(("proposed", "confirmed"))}
    head |= {"solver": "person", "currency": "CNY", "cost": 0, "note": f"unasked {world.number()}"}
    rows: list[tuple[str, bytes, dict[str, Any]]] = [("order_route", route_id, head)]
    chosen = parts if rng.random() < 0.5 else parts[:1]
    everything = rng.random() < 0.5
    for one in chosen:
        values = one.values() | {"warehouse_id": rng.choice(asked.sites)} if everything else one.values()
        rows.append(("order_route_line", who.ids(), {**own, "route_id": route_id, **values}))
    return insert_all(world, who, rows)
