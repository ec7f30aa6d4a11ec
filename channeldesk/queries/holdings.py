"""What is known of stock at partners, place by place: anchors and movements of products."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import demand, marks
from channeldesk.rules.counts import HOLDS_NOT
from channeldesk.rules.stock_places import Event, Holding, Warehouse, holding

Pair = tuple[bytes, bytes]
"""Partner and product."""
Events = dict[Pair, dict[Warehouse, list[Event]]]

_SAME = "x.partner_id = p.partner_id AND x.product_id = p.product_id"
_ANCHORS = f"""
SELECT partner_id, product_id, warehouse_id, at, quantity FROM (
    SELECT x.partner_id, x.product_id, x.warehouse_id, x.as_of AS at, sum(x.quantity) AS quantity,
           0 AS counted, max(x.id) AS id
    FROM ({{known}}) p JOIN stock_level x ON {_SAME} GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT x.partner_id, x.product_id, c.warehouse_id, c.counted_at, x.counted, 1, x.id
    FROM ({{known}}) p JOIN stock_count_line x ON {_SAME}
    JOIN stock_count c ON c.id = x.stock_count_id AND c.status NOT IN {HOLDS_NOT}
      AND NOT {marks.rejected("stock_count", "c")})
ORDER BY counted, id
"""
"""Of two at one moment the later row holds."""
_MOVES = f"""
SELECT partner_id, product_id, warehouse_id, json_group_array(json_array(at, quantity)) AS moves FROM (
    SELECT m.partner_id, m.product_id, m.warehouse_id, m.happened_at AS at, m.quantity
    FROM ({{known}}) p JOIN stock_movement m ON m.partner_id = p.partner_id AND m.product_id = p.product_id
    WHERE m.happened_at > :since AND m.happened_at < :until AND NOT {demand.REPORTED}
    UNION ALL
    SELECT x.partner_id, x.product_id, NULL, x.happened_at, -x.quantity
    FROM ({{known}}) p JOIN sell_out x ON {_SAME} WHERE x.happened_at > :since AND x.happened_at < :until
      AND NOT {marks.rejected("sell_out", "x")})
GROUP BY 1, 2, 3
"""
_OF_PARTNER = """SELECT x.partner_id, x.product_id FROM stock_position x
WHERE x.partner_id = :partner AND x.product_id IN (SELECT unhex(value) FROM json_each(:products))"""
_FOREVER = {"since": -1, "until": 2**62}


def anchors(connection: sa.Connection, known: str, binds: Mapping[str, Any]) -> Events:
    """Counts and reported levels of the pairs that ``known`` selects."""
    found = defaultdict[Pair, dict[Warehouse, dict[int, int]]](dict)
    for row in connection.execute(sa.text(_ANCHORS.format(known=known)), binds):
        found[row.partner_id, row.product_id].setdefault(row.warehouse_id, {})[row.at] = row.quantity
    return {
        pair: {where: [*held.items()] for where, held in places.items()} for pair, places in found.items()
    }


def movements(
    connection: sa.Connection, known: str, binds: Mapping[str, Any], since: int, until: int
) -> Events:
    """What moved between two moments, both left out."""
    found = defaultdict[Pair, dict[Warehouse, list[Event]]](dict)
    span = {"since": since, "until": until}
    for row in connection.execute(sa.text(_MOVES.format(known=known)), {**binds, **span}):
        events = [(at, quantity) for at, quantity in json.loads(row.moves)]
        found[row.partner_id, row.product_id][row.warehouse_id] = events
    return found


def at_partner(
    connection: sa.Connection, partner_id: bytes, products: Iterable[bytes]
) -> dict[bytes, Holding]:
    """Those of the products that a partner is known to hold, with all that is known of them."""
    binds = {"partner": partner_id, "products": json.dumps([one.hex() for one in products])}
    known = anchors(connection, _OF_PARTNER, binds)
    moved = movements(connection, _OF_PARTNER, binds, **_FOREVER)
    return {
        product: holding(known.get((partner, product), {}), moved.get((partner, product), {}))
        for partner, product in {*known, *moved}
    }
