"""What has to hold of routes of orders, told from the versions that headquarters ever had.

Stock is judged where only reports change it: in the company's own warehouses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tests.storm.acting import STAFF
from tests.storm.history import Version
from tests.storm.link import Broken
from tests.storm.profile import Profile
from tests.storm.routing import leaving

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters, Table
    from tests.storm.world import World

ROUTED = frozenset(
    {"order_route", "order_route_line", "sales_order", "order_line", "shipment", "shipment_line"}
)
"""What a laptop tells from where an order comes by."""
_MOVES = {
    None: ("proposed", "confirmed"),
    "proposed": ("confirmed", "changed", "withdrawn"),
    "confirmed": ("changed", "withdrawn"),
}
_STANDING = ("proposed", "confirmed")
_OPEN = ("accepted", "partly_shipped")
_AROUND = frozenset({"partner", "sales_order", "order_line", "shipment", "shipment_line", "warehouse_level"})
"""What a route is judged by: as it stood when the route was written."""
Row = dict[str, Any]


def hold(world: World, office: Headquarters, versions: Iterable[Version]) -> None:
    """Each holds what was open, out of stock that was free; who may has decided, and one stands at most."""
    past = _Past(office)
    for one in versions:
        past.follow(one)
    past.judge()
    rows = office.alive("order_route")
    world.came_to("route", rows)
    for order_id, several in _by(rows, "order_id").items():
        cancelled = office.tables["sales_order"][order_id]["status"] == "cancelled"
        if cancelled and any(rows[one]["status"] in _STANDING for one in several):
            raise Broken(f"order {order_id} is cancelled, a route of it stands")
    replaced = {row["replaces_id"] for row in rows.values()}
    for row_id, row in rows.items():
        if row["status"] == "changed" and row_id not in replaced:
            raise Broken(f"nothing came in the place of route {row_id}")


def agrees(who: Profile, rows: dict[str, Table]) -> None:
    """What a laptop says is still to leave is what the rows of headquarters that it has come to."""
    wanted = defaultdict[str, dict[tuple[str, str], int]](dict)
    for route_id, route in rows["order_route"].items():
        if route["status"] == "confirmed":
            for line, parts in _lines(rows, route_id):
                ordered = rows["order_line"].get(line, {"quantity": 0})["quantity"]
                held = _in_shipments(rows, line, ("planned", "sent", "arrived"))
                for site, quantity in _pieces(parts, ordered, held, ordered):
                    if site is not None and quantity:
                        wanted[route["order_id"]][line, site] = quantity
    with who.database.read() as connection:
        for order_id in {row["order_id"] for row in rows["order_route"].values()}:
            told = leaving(connection, bytes.fromhex(order_id))
            found = {(line.hex(), site.hex()): quantity for (line, site), quantity in told.items()}
            if found != wanted[order_id]:
                raise Broken(f"{who.name}: of order {order_id} leave {found}, not {wanted[order_id]}")


class _Past:
    """Headquarters as it stood while one version after the other was written."""

    def __init__(self, office: Headquarters) -> None:
        self.office = office
        self.tables: dict[str, Table] = defaultdict(dict)
        self.tables["order_route_line"] = office.alive("order_route_line")  # they never change
        self.staff = {one["id"] for one in office.tables["app_user"].values() if one["login"] in STAFF}
        self.decided: dict[str, None] = {}
        """Routes that were made or confirmed since anything else was written that they are judged by."""

    def follow(self, version: Version) -> None:
        entity, row_id = version.key
        if entity in _AROUND:
            self.judge()
            self.decided.clear()
        elif entity == "order_route" and version.new is not None:
            self._move(row_id, version.old, version.new)
        else:
            return
        if version.new is None:
            self.tables[entity].pop(row_id, None)
        else:
            self.tables[entity][row_id] = version.new

    def judge(self) -> None:
        for route_id in self.decided:
            route = self.tables["order_route"][route_id]
            self._whole(route_id, route)
            if route["status"] == "confirmed":
                self._in_stock(route_id)
            others = [one for one in self._of(route["order_id"]) if one["status"] in _STANDING]
            if len(others) > 1:
                raise Broken(f"{len(others)} routes of order {route['order_id']} stand: {others}")

    def _of(self, order_id: str) -> list[Row]:
        return [row for row in self.tables["order_route"].values() if row["order_id"] == order_id]

    def _move(self, route_id: str, old: Row | None, new: Row) -> None:
        before, after = None if old is None else old["status"], new["status"]
        if before == after:
            return
        if after not in _MOVES.get(before, ()):
            raise Broken(f"route {route_id} went from {before} to {after}")
        staff = new["decided_by"] in self.staff
        if after in ("confirmed", "changed") and not staff:
            raise Broken(f"route {route_id} was {after} by {new['decided_by']}")
        if after == "withdrawn" and not staff:
            order = self.office.tables["sales_order"][new["order_id"]]
            author = self.office.tables["order_route"][route_id]["created_by"]
            if order["status"] != "cancelled" and (before, new["decided_by"]) != ("proposed", author):
                raise Broken(f"route {route_id} of {author} was withdrawn by {new['decided_by']}")
        if after in _STANDING:
            self.decided[route_id] = None

    def _whole(self, route_id: str, route: Row) -> None:
        """Exactly what was open, each part of it once, from sites that deliver there."""
        tables, order = self.tables, self.tables["sales_order"][route["order_id"]]
        if order["status"] not in _OPEN or order["order_kind"] != "order" or not order["number"]:
            raise Broken(f"route {route_id} is of an order that waits for none: {order}")
        own = {one: row for one, row in tables["order_line"].items() if row["order_id"] == route["order_id"]}
        wanted = {
            (line, row["product_id"]): row["quantity"]
            - _in_shipments(tables, line, ("planned", "sent", "arrived"))
            for line, row in own.items()
        }
        told, places = defaultdict[tuple[str, str], int](int), set[tuple[str, Any]]()
        for part in tables["order_route_line"].values():
            if part["route_id"] == route_id:
                told[part["order_line_id"], part["product_id"]] += part["quantity"]
                place = (part["order_line_id"], part["warehouse_id"])
                if place in places or part["quantity"] <= 0:
                    raise Broken(f"route {route_id} names twice or sends nothing: {part}")
                places.add(place)
                self._serves(route, part["warehouse_id"])
        if dict(told) != {key: quantity for key, quantity in wanted.items() if quantity > 0}:
            raise Broken(f"route {route_id} sends {dict(told)}, open are {wanted}")
        if all(site is None for _, site in places):
            raise Broken(f"route {route_id} comes from nowhere")

    def _serves(self, route: Row, site: str | None) -> None:
        if site is None:
            return
        place = self.office.tables["warehouse"][site]
        area, partner = place["territory_id"], self.tables["partner"].get(route["partner_id"])
        if place["partner_id"] == route["partner_id"]:
            raise Broken(f"goods come to their owner: {route}")
        if area is not None and partner is not None:
            paths = {one: row["path"] for one, row in self.office.tables["territory"].items()}
            if not paths[partner["territory_id"]].startswith(paths[area]):
                raise Broken(f"{place['code']} does not deliver there: {route}")

    def _in_stock(self, route_id: str) -> None:
        """With what is promised already no more than the last report says."""
        for part in self.tables["order_route_line"].values():
            site, product = part["warehouse_id"], part["product_id"]
            if part["route_id"] != route_id or site is None:
                continue
            if self.office.tables["warehouse"][site]["partner_id"] is not None:
                continue
            levels = [
                row
                for row in self.tables["warehouse_level"].values()
                if (row["warehouse_id"], row["product_id"]) == (site, product)
            ]
            until = max((row["as_of"] for row in levels), default=0)
            there = sum(row["quantity"] for row in levels if row["as_of"] == until)
            promised = self._promised(site, product, until)
            if promised > there:
                raise Broken(f"{promised} of {product} are promised from {site}, {there} are there")

    def _promised(self, site: str, product: str, until: int) -> int:
        """What confirmed routes take from a report of that moment. What left before it is out of it."""
        tables, total = self.tables, 0
        for route_id, route in tables["order_route"].items():
            order = tables["sales_order"].get(route["order_id"])
            if route["status"] != "confirmed" or order is None:
                continue
            for line, parts in _lines(tables, route_id):
                row = tables["order_line"].get(line)
                if row is None or row["product_id"] != product:
                    continue
                last = row["quantity"]
                if order["status"] not in _OPEN:
                    if (order["shipped_at"] or 0) <= until:
                        continue
                    last = min(last, _in_shipments(tables, line, ("sent", "arrived")))
                gone = _in_shipments(tables, line, ("sent", "arrived"), until)
                pieces = _pieces(parts, row["quantity"], gone, last)
                total += sum(quantity for place, quantity in pieces if place == site)
        return total


def _lines(tables: dict[str, Table], route_id: str) -> Iterator[tuple[str, list[tuple[str | None, int]]]]:
    """The parts of a route by line of its order, as they leave one after the other."""
    parts = [(key, row) for key, row in tables["order_route_line"].items() if row["route_id"] == route_id]
    found = defaultdict[str, list[tuple[str | None, int]]](list)
    for _, row in sorted(parts, key=lambda one: (one[1]["warehouse_id"] is None, one[0])):
        found[row["order_line_id"]].append((row["warehouse_id"], row["quantity"]))
    yield from found.items()


def _pieces(
    parts: list[tuple[str | None, int]], ordered: int, first: int, last: int
) -> Iterator[tuple[str | None, int]]:
    """From where the pieces ``first`` to ``last`` of a line come, not counting those before the route."""
    place = max(0, ordered - sum(quantity for _, quantity in parts))
    for site, quantity in parts:
        yield site, max(0, min(place + quantity, last) - max(place, first))
        place += quantity


def _in_shipments(
    tables: dict[str, Table], line: str, statuses: tuple[str, ...], until: int | None = None
) -> int:
    """How many of a line are in shipments of these statuses; ``until``: that left by then."""
    total = 0
    for part in tables["shipment_line"].values():
        parcel = tables["shipment"].get(part["shipment_id"])
        if part["order_line_id"] != line or parcel is None or parcel["status"] not in statuses:
            continue
        if until is None or (parcel["sent_at"] is not None and parcel["sent_at"] <= until):
            total += part["quantity"]
    return total


def _by(rows: Table, name: str) -> dict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    for row_id, row in rows.items():
        found[row[name]].append(row_id)
    return found
