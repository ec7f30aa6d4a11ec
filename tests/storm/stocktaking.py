"""Stock that people count, at a partner or in one of its warehouses; and what every laptop makes of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from channeldesk.actions import stock
from channeldesk.rules.stock_places import Event, Warehouse, held, holding
from tests.storm.acting import through
from tests.storm.link import Broken
from tests.storm.profile import Profile

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters, Table
    from tests.storm.world import World

STOCK = frozenset({"stock_level", "stock_movement", "stock_count", "stock_count_line", "sell_out"})
"""What levels are derived from."""
_AT_LAST = 2**62
Pair = tuple[str, str]


def count(world: World, who: Profile) -> bool:
    """Some of the products at a partner, of everything or in one warehouse."""
    rng = world.rng
    partners, products = who.ids_of("partner"), who.ids_of("product")
    if not partners or not products:
        return False
    places = who.query("SELECT id, partner_id FROM warehouse WHERE partner_id IS NOT NULL ORDER BY id")
    place = rng.choice(places) if places and rng.random() < 0.6 else None
    partner, where = (rng.choice(partners), None) if place is None else (place["partner_id"], place["id"])
    if place is not None and rng.random() < 0.05:
        partner = rng.choice(partners)  # the warehouse of another: the person is told
    chosen = rng.sample(products, rng.randint(1, len(products)))
    lines = [stock.Counted(one, 1_000 * world.number()) for one in chosen]
    note = f"count {world.number()}"
    return through(
        world, who, lambda tx: stock.record_count(tx, partner, lines, warehouse_id=where, note=note)
    )


def counted_where_it_is(office: Headquarters) -> None:
    """A count is of the partner whose warehouse it names."""
    for one in office.alive("stock_count").values():
        place = office.tables["warehouse"].get(one["warehouse_id"] or "")
        if place is not None and place["partner_id"] != one["partner_id"]:
            raise Broken(f"counted in the warehouse of another: {one}")


def agrees(who: Profile, rows: dict[str, Table]) -> None:
    """What a laptop shows is what the rules make of the rows of headquarters that it has."""
    wanted = _positions(rows)
    found = {
        (row["partner_id"].hex(), row["product_id"].hex()): row["quantity"]
        for row in who.query("SELECT partner_id, product_id, quantity FROM stock_position")
    }
    if found != wanted:
        pairs = {pair for pair in {*found, *wanted} if found.get(pair) != wanted.get(pair)}
        told = {pair: (found.get(pair), wanted.get(pair)) for pair in sorted(pairs)}
        raise Broken(f"{who.name} shows other stock than the rules: {told}")


def _positions(rows: dict[str, Table]) -> dict[Pair, int]:
    anchors, moves = _anchors(rows), defaultdict[Pair, dict[Warehouse, list[Event]]](dict)
    for row in rows["stock_movement"].values():
        if row["partner_id"] is not None and not _told_again(row, rows["sell_out"]):
            _move(moves, row, row["warehouse_id"], row["quantity"])
    known = {*anchors, *moves}
    for row in rows["sell_out"].values():
        _move(moves, row, None, -row["quantity"])
    return {pair: held(holding(anchors.get(pair, {}), moves[pair]), [_AT_LAST])[0] for pair in known}


def _anchors(rows: dict[str, Table]) -> dict[Pair, dict[Warehouse, list[Event]]]:
    levels, places = defaultdict[Any, int](int), defaultdict[Pair, dict[Any, dict[int, int]]](dict)
    for row in rows["stock_level"].values():  # lots of one moment add up
        levels[row["partner_id"], row["product_id"], row["warehouse_id"], row["as_of"]] += row["quantity"]
    for (partner, product, where, at), quantity in levels.items():
        places[partner, product].setdefault(where, {})[at] = quantity
    for _, row in sorted(rows["stock_count_line"].items()):  # and a count holds against what was reported
        head = rows["stock_count"][row["stock_count_id"]]
        by_moment = places[row["partner_id"], row["product_id"]].setdefault(head["warehouse_id"], {})
        by_moment[head["counted_at"]] = row["counted"]
    return {
        pair: {where: sorted(events.items()) for where, events in found.items()}
        for pair, found in places.items()
    }


def _move(moves: Any, row: dict[str, Any], where: Any, quantity: int) -> None:
    pair = row["partner_id"], row["product_id"]
    moves[pair].setdefault(where, []).append((row["happened_at"], quantity))


def _told_again(movement: dict[str, Any], reports: Table) -> bool:
    """Whether a report that stands tells of the same goods."""
    back = {one["reverses_id"] for one in reports.values()}
    return movement["movement_kind"] == "sale" and any(
        one["partner_id"] == movement["partner_id"]
        and one["product_id"] == movement["product_id"]
        and one["reverses_id"] is None
        and one["first_on"] <= movement["happened_on"] <= one["last_on"]
        and row_id not in back
        for row_id, one in reports.items()
    )
