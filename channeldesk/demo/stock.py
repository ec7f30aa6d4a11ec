"""Stock at partners over the last quarter: deliveries in, weekly sell-out, the level they leave.

Weeks run from Monday; the last one ends yesterday. Within a week goods are sold from what was there before
the week's deliveries, so no level is ever below zero unless a fault is put there on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import zone_of
from channeldesk.demo.partners import FAILING, OUT_OF_STOCK, Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.sales import CLOSED, SHIPPED, Sales
from channeldesk.demo.shipments import ARRIVES
from channeldesk.demo.warehouses import Warehouses, lots
from channeldesk.demo.world import Batch, World, moment

if TYPE_CHECKING:
    import numpy as np

WEEKS = 13
KEEPERS = ("distributor", "reseller", "store", "ecommerce")
"""Types that keep goods on shelves."""
LEVEL_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "partner_id",
    "product_id",
    "quantity",
    "as_of",
    "source",
    "warehouse_id",
    "lot",
    "expires_on",
)
MOVEMENT_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "partner_id",
    "product_id",
    "movement_kind",
    "quantity",
    "happened_at",
    "happened_on",
    "order_id",
    "reference",
    "warehouse_id",
)


@dataclass
class Stock:
    """``partner`` and ``product`` name the pairs; matrices are pairs x weeks in whole pieces."""

    partner: np.ndarray
    product: np.ndarray
    opening: np.ndarray
    sold: np.ndarray
    sold_day: np.ndarray
    """Day of the week (0 to 6) of each sale."""
    received: list[tuple[int, int, int, int]]
    """Deliveries: pair, day number, pieces, order."""
    first_day: int
    """Number of the first day of the first week."""
    reported_week: np.ndarray
    """For each pair the week after whose Sunday its level was reported."""
    negative: int
    """The pair whose books were made negative on purpose: a sale booked twice."""

    def events(self, pair: int) -> list[tuple[int, int]]:
        """(day number, signed pieces) of a pair, in order."""
        made = [
            (self.first_day + 7 * w + int(self.sold_day[pair, w]), -int(s))
            for w, s in enumerate(self.sold[pair])
            if s
        ]
        made += [(day, pieces) for p, day, pieces, _ in self._by_pair.get(pair, ()) if p == pair]
        return sorted(made)

    def __post_init__(self) -> None:
        self._by_pair: dict[int, list[tuple[int, int, int, int]]] = {}
        for delivery in self.received:
            self._by_pair.setdefault(delivery[0], []).append(delivery)

    def level(self, pair: int, day: int) -> int:
        """Pieces at the end of a day."""
        return int(self.opening[pair]) + sum(pieces for when, pieces in self.events(pair) if when <= day)


def make_stock(
    world: World,
    partners: list[Partner],
    catalogue: Catalogue,
    sales: Sales,
    carried: list[np.ndarray],
    days: list[date],
) -> Stock:
    import numpy as np

    numbers = world.numbers("stock")
    last = len(days) - 1
    first_day = last - days[-1].weekday() - 7 * (WEEKS - 1)
    keepers = [n for n, p in enumerate(partners) if p.type in KEEPERS and p.stage in ("active", "onboarding")]
    partner = np.repeat(keepers, world.size.stocked)
    product = np.concatenate([carried[n][: world.size.stocked] for n in keepers])
    received, weekly, half_year = _deliveries(
        partners, sales, partner, product, len(catalogue.ids), first_day, last
    )
    rate = np.maximum(half_year / 26, 0.4 * catalogue.pack[product] * numbers.uniform(0.3, 1.0, partner.size))
    failing = partner == FAILING
    rate[failing] *= 0.62
    days_of_stock = numbers.lognormal(np.log(40), 0.45, partner.size)
    days_of_stock[failing] = numbers.uniform(62, 80, int(failing.sum()))
    demand = numbers.poisson(rate[:, None] * numbers.uniform(0.7, 1.3, (partner.size, WEEKS)))
    dry = np.flatnonzero(partner == OUT_OF_STOCK)[:3]
    demand[dry, -3:] += 500
    opening = np.rint(rate / 7 * days_of_stock).astype(np.int64)
    opening = np.where(
        numbers.random(partner.size) < 0.07, opening, _enough(numbers, opening, demand, weekly, rate)
    )
    opening[dry] = np.rint(rate[dry])
    sold = np.zeros_like(demand)
    left = opening.copy()
    for week in range(WEEKS):
        sold[:, week] = np.minimum(demand[:, week], left)
        left = left - sold[:, week] + weekly[:, week]
    sold_day = numbers.integers(0, 7, demand.shape)
    sold_day[:, -1] = numbers.integers(0, days[-1].weekday() + 1, partner.size)
    digital = np.array([p.type in ("distributor", "ecommerce") for p in partners])[partner]
    reported = np.where(digital, WEEKS - 2, numbers.integers(WEEKS - 6, WEEKS - 2, len(partners))[partner])
    negative = int(np.flatnonzero(partner == min(keepers[3:], key=lambda n: (n < 9, n)))[1])
    return Stock(partner, product, opening, sold, sold_day, received, first_day, reported, negative)


def _enough(
    numbers: np.random.Generator,
    opening: np.ndarray,
    demand: np.ndarray,
    weekly: np.ndarray,
    rate: np.ndarray,
) -> np.ndarray:
    """An opening that never runs out: what a keeper who watches the shelf would have had."""
    import numpy as np

    arrived = np.cumsum(weekly, axis=1) - weekly
    short = (np.cumsum(demand, axis=1) - arrived).max(axis=1)
    return np.asarray(
        np.maximum(opening, short + np.ceil(rate / 7 * numbers.uniform(4, 25, rate.size))).astype(np.int64)
    )


def _deliveries(
    partners: list[Partner],
    sales: Sales,
    partner: np.ndarray,
    product: np.ndarray,
    products: int,
    first_day: int,
    last: int,
) -> tuple[list[tuple[int, int, int, int]], np.ndarray, np.ndarray]:
    """What orders brought: single deliveries, pieces per pair and week, pieces per pair in half a year."""
    import numpy as np

    pairs = {key: pair for pair, key in enumerate((partner * products + product).tolist())}
    arrives = sales.day[sales.line_order] + ARRIVES
    there = (sales.status == CLOSED)[sales.line_order]
    shipped = (np.isin(sales.status, (SHIPPED, CLOSED)) & ~sales.is_return)[sales.line_order]
    lines = np.flatnonzero(shipped & (arrives <= last) & (arrives > last - 182))
    keys = (sales.partner[sales.line_order[lines]] * products + sales.product[lines]).tolist()
    weekly = np.zeros((partner.size, WEEKS), dtype=np.int64)
    half_year = np.zeros(partner.size)
    received = []
    for line, key in zip(lines.tolist(), keys, strict=True):
        pair = pairs.get(key)
        if pair is None:
            continue
        pieces, day = int(sales.quantity[line]) // 1000, int(arrives[line])
        half_year[pair] += pieces
        if day >= first_day and there[line]:
            weekly[pair, (day - first_day) // 7] += pieces
            received.append((pair, day, pieces, int(sales.line_order[line])))
    return received, weekly, half_year


def stock_batches(
    world: World,
    partners: list[Partner],
    catalogue: Catalogue,
    stock: Stock,
    days: list[date],
    order_ids: list[bytes],
    warehouses: Warehouses,
) -> tuple[Batch, Batch]:
    """Reported levels and all movements of the quarter, movements in order of time."""
    levels: list[tuple[Any, ...]] = []
    events: list[tuple[int, int, int, str, int, int | None, str | None]] = []
    for pair, (who, week) in enumerate(
        zip(stock.partner.tolist(), stock.reported_week.tolist(), strict=True)
    ):
        partner = partners[who]
        zone = zone_of(partner.territory)
        sunday = stock.first_day + 7 * week + 6
        as_of = moment(days[sunday], 23 * 60 + 30, zone)
        source = "portal" if partner.type in ("distributor", "ecommerce") else "file"
        pieces, product = stock.level(pair, sunday), int(stock.product[pair])
        found = lots(catalogue.categories[product], world.today, product) if source == "portal" else ()
        left = pieces
        for lot in found or (None,):
            part = left if lot is None or lot is found[-1] else pieces * lot.share // 10
            left -= part
            levels.append(
                (
                    world.id("stock_level", as_of),
                    as_of,
                    as_of,
                    partner.id,
                    catalogue.ids[product],
                    part * 1000,
                    as_of,
                    source,
                    warehouses.of(who, pair),
                    None if lot is None else lot.code,
                    None if lot is None else lot.expires_on,
                )
            )
        for number, pieces in enumerate(stock.sold[pair].tolist()):
            if pieces:
                day = stock.first_day + 7 * number + int(stock.sold_day[pair, number])
                events.append((day, 12 * 60 + pair % 300, pair, "sale", -pieces, None, None))
    events += [
        (day, 10 * 60 + pair % 90, pair, "receipt", pieces, order, None)
        for pair, day, pieces, order in stock.received
    ]
    last = len(days) - 1
    wrong = stock.level(stock.negative, last) + 4
    events.append((last, 21 * 60, stock.negative, "sale", -wrong, None, "booked twice"))
    movements = []
    for day, minute, pair, kind, pieces, order, reference in sorted(events, key=lambda e: e[:5]):
        partner = partners[int(stock.partner[pair])]
        at = moment(days[day], minute, zone_of(partner.territory))
        movements.append(
            (
                world.id("stock_movement", at),
                at,
                at,
                partner.id,
                catalogue.ids[int(stock.product[pair])],
                kind,
                pieces * 1000,
                at,
                days[day].isoformat(),
                None if order is None else order_ids[order],
                reference,
                warehouses.of(int(stock.partner[pair]), pair),
            )
        )
    return Batch("stock_level", LEVEL_COLUMNS, levels), Batch("stock_movement", MOVEMENT_COLUMNS, movements)
