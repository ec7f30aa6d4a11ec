"""Sell-in, sell-out and the pipeline of a partner with its sub-dealers, by month, product and partner.

Sell-in comes from shipments, and from orders that were shipped without telling of any; never from typing.
Sell-out comes from reports, and from the sales that the partner's own system tells as movements where no
report tells of the same (``queries.demand``).
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from channeldesk.queries import clock, marks
from channeldesk.queries.demand import REPORTED
from channeldesk.rules.calendar import business_date
from channeldesk.rules.counts import HOLDS_NOT
from channeldesk.rules.sell import WEEKS, Flow, Sold, flows, sell_through, total, weeks

MONTHS = 12
SHIPPED, SENT = "('shipped', 'closed')", "('sent', 'arrived')"
"""Statuses of orders and of shipments whose goods left for the partner."""

_BELOW = f"""
WITH RECURSIVE below(id, depth) AS (
  SELECT :root, 0 UNION SELECT p.id, b.depth + 1 FROM partner p JOIN below b ON p.parent_id = b.id
  WHERE b.depth < 5)
SELECT p.id, p.name, p.name_local, p.code, p.parent_id, min(b.depth) AS depth,
       (SELECT max(o.last_on) FROM sell_out o
        WHERE o.partner_id = p.id AND NOT {marks.rejected("sell_out", "o")}) AS reported
FROM below b JOIN partner p ON p.id = b.id GROUP BY p.id ORDER BY depth, p.name
"""
_IN = f"""
SELECT s.partner_id, l.product_id, s.order_date AS day, sum(l.quantity) AS quantity FROM json_each(:ids) k
CROSS JOIN sales_order s ON s.partner_id = unhex(k.value)
CROSS JOIN order_line l ON l.order_id = s.id
WHERE s.status IN {SHIPPED} AND s.order_date >= :since AND s.order_date <= :today
  AND NOT EXISTS (SELECT 1 FROM shipment h WHERE h.order_id = s.id AND h.status IN {SENT}
                  AND NOT {marks.rejected("shipment", "h")})
GROUP BY 1, 2, 3
UNION ALL
SELECT h.partner_id, l.product_id, h.sent_on, sum(l.quantity) FROM json_each(:ids) k
CROSS JOIN shipment_line l ON l.partner_id = unhex(k.value)
CROSS JOIN shipment h ON h.id = l.shipment_id
WHERE h.status IN {SENT} AND h.sent_on >= :since AND h.sent_on <= :today
  AND NOT {marks.rejected("shipment", "h")} GROUP BY 1, 2, 3
"""
_OUT = f"""
SELECT o.partner_id, o.buyer_partner_id AS buyer, o.product_id, o.last_on AS day, sum(o.quantity) AS quantity
FROM json_each(:ids) k CROSS JOIN sell_out o ON o.partner_id = unhex(k.value)
WHERE o.last_on >= :since AND o.last_on <= :today AND NOT {marks.rejected("sell_out", "o")}
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT o.partner_id, o.buyer_partner_id, o.product_id, o.last_on, sum(o.quantity)
FROM json_each(:ids) k CROSS JOIN sell_out o ON o.buyer_partner_id = unhex(k.value)
WHERE o.last_on >= :since AND o.last_on <= :today AND NOT {marks.rejected("sell_out", "o")}
  AND hex(o.partner_id) NOT IN (SELECT upper(value) FROM json_each(:ids))
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT m.partner_id, NULL, m.product_id, m.happened_on, -sum(m.quantity)
FROM json_each(:ids) k CROSS JOIN stock_movement m ON m.partner_id = unhex(k.value)
WHERE m.movement_kind = 'sale' AND m.happened_on >= :since AND m.happened_on <= :today AND NOT {REPORTED}
GROUP BY 1, 3, 4
"""
_KNOWN = f"""
SELECT partner_id, product_id, max(as_of) AS as_of, sum(quantity) AS quantity FROM (
  SELECT s.partner_id, s.product_id, s.as_of, sum(s.quantity) AS quantity,
         row_number() OVER (
           PARTITION BY s.partner_id, s.product_id, s.warehouse_id ORDER BY s.as_of DESC) AS at,
         first_value(s.warehouse_id IS NULL) OVER (
           PARTITION BY s.partner_id, s.product_id ORDER BY s.as_of DESC, s.warehouse_id IS NULL) AS whole,
         s.warehouse_id IS NULL AS is_whole
  FROM json_each(:ids) k CROSS JOIN stock_level s ON s.partner_id = unhex(k.value)
  GROUP BY s.partner_id, s.product_id, s.warehouse_id, s.as_of)
WHERE at = 1 AND whole = is_whole GROUP BY 1, 2
UNION ALL
SELECT l.partner_id, l.product_id, c.counted_at, l.counted FROM json_each(:ids) k
CROSS JOIN stock_count_line l ON l.partner_id = unhex(k.value)
CROSS JOIN stock_count c ON c.id = l.stock_count_id AND c.warehouse_id IS NULL
  AND c.status NOT IN {HOLDS_NOT} AND NOT {marks.rejected("stock_count", "c")}
ORDER BY 3
"""
"""A level of every warehouse is one of the partner; a count of one of several warehouses is none. What was
reported of everything and what of warehouses are never added: the newest says which holds, as in positions.
"""
_PRODUCTS = """
SELECT d.id, d.sku, d.name, d.name_local, d.base_unit AS unit FROM json_each(:ids) k
CROSS JOIN product d ON d.id = unhex(k.value)
"""

Pair = tuple[bytes, bytes]
"""Partner and product."""


@dataclass(frozen=True, slots=True)
class Node:
    """A partner of the tree; ``depth`` 0 is the one asked for. ``reported``: until when it told its sales."""

    id: bytes
    name: str
    name_local: str | None
    code: str | None
    parent_id: bytes | None
    depth: int
    reported: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One product, or one partner: what went through it in the months looked at.

    ``key`` is its id. ``since``: from which day its opening stock is known. ``counted``: the newest levels of
    the pairs that have one beside the opening, ``expected``: what the pipeline says for the same pairs and
    days. ``sold``: of the last quarter.
    """

    key: bytes
    name: str
    name_local: str | None
    code: str | None
    unit: str = ""
    depth: int = 0
    reported: str | None = None
    flow: Flow = field(default_factory=Flow)
    since: str | None = None
    sold: int = 0
    counted: int | None = None
    expected: int | None = None
    counted_on: str | None = None

    @property
    def sell_through(self) -> int | None:
        return sell_through(self.flow)

    @property
    def weeks(self) -> int | None:
        return weeks(self.flow.pipeline, self.sold, WEEKS * 7)

    @property
    def difference(self) -> int | None:
        return None if self.counted is None or self.expected is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Month:
    """``middle``: a day in it, ISO text. Sell-out is to outside the tree; ``pipeline`` stands at its end."""

    middle: str
    sell_in: int
    sell_out: int
    pipeline: int | None


@dataclass(frozen=True)
class SellThrough:
    """Everything of one tree. ``since``: first day of the months; ``never``: pairs of unknown stock."""

    root: Node
    since: str
    today: str
    months: tuple[Month, ...]
    whole: Part
    partners: tuple[Part, ...]
    products: tuple[Part, ...]
    never: int
    as_of: int | None


def sell(
    connection: sa.Connection, partner_id: bytes, today: str | None = None, product_id: bytes | None = None
) -> SellThrough | None:
    """A partner with all below it; of one product with ``product_id``. None where it is not here."""
    found = connection.execute(sa.text(_BELOW), {"root": partner_id}).all()
    if not found:
        return None
    nodes = [Node(**row._asdict()) for row in found]
    day = today or clock.today_of(connection, partner_id)
    books = _Books(connection, nodes, day, product_id)
    named = {
        row.id: row
        for row in connection.execute(
            sa.text(_PRODUCTS), {"ids": json.dumps([one.hex() for one in books.products])}
        )
    }
    partners = tuple(books.part(books.by_partner[node.id], _of(node), node.id) for node in nodes)
    products = tuple(
        books.part(books.by_product[one], Part(one, row.name, row.name_local, row.sku, row.unit))
        for one, row in named.items()
    )
    root = nodes[0]
    return SellThrough(
        root,
        books.since,
        day,
        books.months(),
        books.part(books.all, _of(root)),
        partners,
        tuple(sorted(products, key=lambda one: (-(one.flow.sold + one.flow.sell_in), one.code or ""))),
        sum(pair not in books.opening for pair in books.pairs),
        clock.as_of(connection),
    )


def _of(node: Node) -> Part:
    return Part(node.id, node.name, node.name_local, node.code, "", node.depth, node.reported)


class Opening(NamedTuple):
    """A stock at the end of a day; ``earlier``: what had moved since the months began, and is in it."""

    day: str
    level: int
    earlier: int


@dataclass
class _Cut:
    """What belongs to a product or a partner, summed: what came by partner, sales with what of them is of the
    last quarter, and the pairs of which a stock is known.
    """

    came: Counter[bytes] = field(default_factory=Counter)
    sales: list[tuple[Sold, int]] = field(default_factory=list)
    known: list[Pair] = field(default_factory=list)

    def partners(self) -> set[bytes | None]:
        sides = {one for sale, _ in self.sales for one in (sale.seller, sale.buyer)}
        return {*self.came, *(partner for partner, _ in self.known), *sides}


class _Books:
    """What was bought, sold and counted, as it stands in the tables."""

    def __init__(
        self, connection: sa.Connection, nodes: list[Node], today: str, product_id: bytes | None
    ) -> None:
        self.today, self.tree = today, {node.id for node in nodes}
        self.starts = _month_starts(date.fromisoformat(today))
        self.since = self.starts[0]
        zone = clock.zone_of(connection, nodes[0].id)
        ids = json.dumps([node.id.hex() for node in nodes])
        self.known: dict[Pair, list[tuple[str, int]]] = defaultdict(list)
        for row in connection.execute(sa.text(_KNOWN), {"ids": ids}):
            if product_id in (None, row.product_id):
                known_on = business_date(row.as_of, zone).isoformat()
                self.known[row.partner_id, row.product_id].append((known_on, row.quantity))
        first = min([self.since, *(one[0][0] for one in self.known.values())])
        binds = {"ids": ids, "since": first, "today": today}
        self.bought = [
            (row.partner_id, row.product_id, row.day, row.quantity)
            for row in connection.execute(sa.text(_IN), binds)
            if product_id in (None, row.product_id)
        ]
        self.sales = [
            (row.day, row.product_id, Sold(row.partner_id, row.buyer, row.quantity))
            for row in connection.execute(sa.text(_OUT), binds)
            if product_id in (None, row.product_id)
        ]
        self._moves: dict[Pair, list[tuple[str, int]]] = defaultdict(list)
        for partner, product, day, quantity in self.bought:
            self._moves[partner, product].append((day, quantity))
        for day, product, sale in self.sales:
            if sale.seller in self.tree:
                self._moves[sale.seller, product].append((day, -sale.quantity))
            if sale.buyer in self.tree:
                self._moves[sale.buyer, product].append((day, sale.quantity))
        self.pairs = self._moves.keys() | self.known.keys()
        self.products = {product for _, product in self.pairs}
        before = (date.fromisoformat(self.since) - timedelta(days=1)).isoformat()
        self.opening: dict[Pair, Opening] = {}
        for pair in self.known:
            day, level = self._opened(pair)
            if day < self.since:
                self.opening[pair] = Opening(before, level + self._moved(pair, day, before), 0)
            else:
                self.opening[pair] = Opening(day, level, self._moved(pair, before, day))
        self.all = _Cut()
        self.by_product, self.by_partner = defaultdict[bytes, _Cut](_Cut), defaultdict[bytes, _Cut](_Cut)
        self._cut()

    def _cut(self) -> None:
        """Sums once by partner and product, and keeps them where the parts look them up."""
        came = Counter[Pair]()
        for partner, product, day, quantity in self.bought:
            if day >= self.since:
                came[partner, product] += quantity
        for (partner, product), quantity in came.items():
            for cut in self._of(product, partner):
                cut.came[partner] += quantity
        quarter = (date.fromisoformat(self.today) - timedelta(days=WEEKS * 7)).isoformat()
        went, lately = (
            Counter[tuple[bytes, bytes, bytes | None]](),
            Counter[tuple[bytes, bytes, bytes | None]](),
        )
        for day, product, sale in self.sales:
            if day >= self.since:
                went[product, sale.seller, sale.buyer] += sale.quantity
            if day > quarter:
                lately[product, sale.seller, sale.buyer] += sale.quantity
        for (product, seller, buyer), quantity in went.items():
            recent = lately[product, seller, buyer]
            for cut in self._of(product, seller, buyer):
                cut.sales.append((Sold(seller, buyer, quantity), recent))
        for pair in self.known:
            for cut in self._of(pair[1], pair[0]):
                cut.known.append(pair)

    def _of(self, product: bytes, *partners: bytes | None) -> list[_Cut]:
        within = {one for one in partners if one in self.tree and one is not None}
        return [self.all, self.by_product[product], *(self.by_partner[one] for one in within)]

    def part(self, cut: _Cut, blank: Part, partner: bytes | None = None) -> Part:
        """``blank`` with its figures. What a ``partner`` bought and sold within the tree is told as such."""
        partners = self.tree if partner is None else {partner}
        levels: dict[bytes, int | None] = dict.fromkeys(self.tree & cut.partners())
        earlier = Counter[bytes]()
        since: str | None = None
        for pair in cut.known:
            opening = self.opening[pair]
            levels[pair[0]] = (levels[pair[0]] or 0) + opening.level
            earlier[pair[0]] += opening.earlier
            if pair[0] in partners:
                since = max(since or "", opening.day)
        found = flows(levels, cut.came, (sale for sale, _ in cut.sales), earlier)
        sold = sum(
            recent
            for sale, recent in cut.sales
            if sale.seller in partners and (partner is not None or sale.buyer not in self.tree)
        )
        flow = total(found.values()) if partner is None else found.get(partner, Flow())
        counted, expected, on = self._checked(cut)
        return replace(
            blank, flow=flow, since=since, sold=sold, counted=counted, expected=expected, counted_on=on
        )

    def months(self) -> tuple[Month, ...]:
        """The pipeline is told from the month on in which every stock that is known was known."""
        bought, sold = ([0] * len(self.starts) for _ in range(2))
        for _, _, day, quantity in self.bought:
            if day >= self.since:
                bought[self._month(day)] += quantity
        for day, _, sale in self.sales:
            if day >= self.since and sale.buyer not in self.tree:
                sold[self._month(day)] += sale.quantity
            elif day >= self.since and sale.seller not in self.tree:
                bought[self._month(day)] += sale.quantity  # from a distributor above
        level = sum(one.level - one.earlier for one in self.opening.values())
        known = max((one.day for one in self.opening.values()), default="9999")
        made = []
        for start, came, went in zip(self.starts, bought, sold, strict=True):
            level += came - went
            told = level if known < f"{start[:8]}99" else None
            made.append(Month(f"{start[:8]}15", came, went, told))
        return tuple(made)

    def _month(self, day: str) -> int:
        return bisect_left(self.starts, day[:8] + "01")

    def _opened(self, pair: Pair) -> tuple[str, int]:
        """The last level known before the months begin, or else the first one after."""
        known = self.known[pair]
        earlier = [one for one in known if one[0] < self.since]
        return earlier[-1] if earlier else known[0]

    def _moved(self, pair: Pair, after: str, until: str) -> int:
        """What came in between the ends of two days; taken back, when the second is the earlier one."""
        if after > until:
            return -self._moved(pair, until, after)
        return sum(quantity for day, quantity in self._moves[pair] if after < day <= until)

    def _checked(self, cut: _Cut) -> tuple[int | None, int | None, str | None]:
        """The newest levels beside what the pipeline says for the same pairs on the same days."""
        counted = expected = 0
        newest: str | None = None
        for pair in cut.known:
            day, quantity = self.known[pair][-1]
            opened, level = self._opened(pair)
            if (day, quantity) != (opened, level):
                counted += quantity
                expected += level + self._moved(pair, opened, day)
                newest = max(newest or "", day)
        return (None, None, None) if newest is None else (counted, expected, newest)


def _month_starts(today: date) -> list[str]:
    months = [today.year * 12 + today.month - 1 - back for back in range(MONTHS - 1, -1, -1)]
    return [date(one // 12, one % 12 + 1, 1).isoformat() for one in months]


_SELLERS = """
SELECT p.id, p.name, p.name_local FROM partner p
WHERE EXISTS (SELECT 1 FROM sell_out o WHERE o.partner_id = p.id)
   OR p.id IN (SELECT parent_id FROM partner WHERE parent_id IS NOT NULL)
ORDER BY (SELECT max(last_on) FROM sell_out o WHERE o.partner_id = p.id) DESC, p.name LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Seller:
    """A partner whose sell-out is known, or that has sub-dealers."""

    id: bytes
    name: str
    name_local: str | None


def sellers(connection: sa.Connection, most: int = 50) -> tuple[Seller, ...]:
    """Whom to look at first: who reported last."""
    return tuple(Seller(**row._asdict()) for row in connection.execute(sa.text(_SELLERS), {"most": most}))
