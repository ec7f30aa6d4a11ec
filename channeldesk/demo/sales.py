"""Orders with prices, taxes, statuses and moments: what the baskets become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from channeldesk.demo.baskets import Baskets
from channeldesk.demo.partners import UNDER_FLOOR, Partner
from channeldesk.demo.pricing import BREAKS, STEP, YEARLY_RISE, Prices
from channeldesk.demo.products import Catalogue
from channeldesk.demo.world import World

if TYPE_CHECKING:
    import numpy as np

TAX = {"CN": 1300, "GB": 2000}
STATUSES = ("placed", "accepted", "partly_shipped", "shipped", "closed", "cancelled", "rejected")
PLACED, ACCEPTED, PARTLY, SHIPPED, CLOSED, CANCELLED, REJECTED = range(7)
TO_POUNDS = 9.12
FIELD_SHARE = {
    "distributor": 0.25,
    "reseller": 0.5,
    "store": 0.65,
    "ecommerce": 0.05,
    "integrator": 0.4,
    "community": 0.5,
    "live": 0.1,
}
"""Orders that the manager keys at the partner; the others come through the portal."""


@dataclass
class Sales:
    """Parallel arrays in order of date. Lines are grouped by order; amounts as the data model keeps them."""

    partner: np.ndarray
    day: np.ndarray
    minute: np.ndarray
    is_return: np.ndarray
    status: np.ndarray
    in_field: np.ndarray
    net: np.ndarray
    tax: np.ndarray
    first_line: np.ndarray
    """One entry more than orders: lines of order n are first_line[n] to first_line[n + 1]."""
    line_order: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    list_price: np.ndarray
    unit_price: np.ndarray
    line_net: np.ndarray
    line_tax: np.ndarray
    line_cost: np.ndarray
    under_floor: np.ndarray
    """Lines below the floor, on purpose."""
    came_back: np.ndarray
    """Orders that something came back of."""
    line_discount: np.ndarray
    """What promotions take off; the net is without it."""


def make_sales(
    world: World,
    partners: list[Partner],
    catalogue: Catalogue,
    prices: Prices,
    baskets: Baskets,
    days: list[date],
) -> Sales:
    import numpy as np

    numbers = world.numbers("sales")
    order, source = baskets.line_order, baskets.line_source
    sold = source < 0
    list_price, unit_price, floor = _prices(numbers, partners, catalogue, prices, baskets, days)
    under_floor = _dump(baskets, sold, days)
    unit_price[under_floor] = floor[under_floor] * 86 // 100
    list_price[~sold], unit_price[~sold] = list_price[source[~sold]], unit_price[source[~sold]]
    quantity = baskets.line_pieces * 1000
    abroad = np.array([p.country == "GB" for p in partners])[baskets.partner][order]
    line_net = rounded(quantity * unit_price, 100_000)
    line_tax = rounded(line_net * np.where(abroad, TAX["GB"], TAX["CN"]), 10_000)
    yuan_cost = rounded(quantity * catalogue.cost[baskets.line_product], 100_000)
    line_cost = np.where(abroad, rounded(yuan_cost * 100, round(TO_POUNDS * 100)), yuan_cost)
    count = baskets.partner.size
    minute = numbers.integers(8 * 60 + 30, 18 * 60, count)
    status = _statuses(numbers, len(days) - 1 - baskets.day, baskets.original)
    field_share = np.array([FIELD_SHARE[p.type] for p in partners])[baskets.partner]
    sizes = np.bincount(order, minlength=count)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    by_date = np.lexsort((minute, baskets.day))
    lines = np.concatenate([np.arange(starts[o], starts[o + 1]) for o in by_date])
    return Sales(
        partner=baskets.partner[by_date],
        day=baskets.day[by_date],
        minute=minute[by_date],
        is_return=baskets.original[by_date] >= 0,
        status=status[by_date],
        in_field=(numbers.random(count) < field_share)[by_date],
        net=np.add.reduceat(line_net, starts[:-1])[by_date],
        tax=np.add.reduceat(line_tax, starts[:-1])[by_date],
        first_line=np.concatenate(([0], np.cumsum(sizes[by_date]))),
        line_order=np.repeat(np.arange(count), sizes[by_date]),
        product=baskets.line_product[lines],
        quantity=quantity[lines],
        list_price=list_price[lines],
        unit_price=unit_price[lines],
        line_net=line_net[lines],
        line_tax=line_tax[lines],
        line_cost=line_cost[lines],
        under_floor=under_floor[lines],
        came_back=np.isin(np.arange(count), baskets.original[baskets.original >= 0])[by_date],
        line_discount=np.zeros(lines.size, dtype=np.int64),
    )


def rounded(value: np.ndarray, divisor: int) -> np.ndarray:
    """Half up by magnitude, as :func:`channeldesk.model.values.round_half_up` does for one number."""
    import numpy as np

    return np.asarray(np.sign(value) * ((2 * np.abs(value) + divisor) // (2 * divisor)))


def _prices(
    numbers: np.random.Generator,
    partners: list[Partner],
    catalogue: Catalogue,
    prices: Prices,
    baskets: Baskets,
    days: list[date],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List price with its quantity break, agreed price, and floor of each line, all at scale 4."""
    import numpy as np

    order, product = baskets.line_order, baskets.line_product
    who, day = baskets.partner[order], baskets.day[order]
    index = np.array([(1 + YEARLY_RISE) ** min(0, d.year - prices.valid_from.year) for d in days])[day]
    list_price, floor = np.zeros(product.size, dtype=np.int64), np.zeros(product.size, dtype=np.int64)
    step = np.where(np.array([p.country == "GB" for p in partners])[who], STEP["GB"], STEP["CN"])
    for (country, tier), table in prices.price.items():
        mask = np.array([p.country == country and p.tier == tier for p in partners])[who]
        list_price[mask], floor[mask] = table[product[mask]], prices.floor[country][product[mask]]
    packs = np.abs(baskets.line_pieces) // catalogue.pack[product]
    base = list_price.copy()
    for level, (share, threshold) in enumerate(BREAKS, start=1):
        hit = (prices.breaks[product] >= level) & (packs >= threshold)
        list_price[hit] = np.maximum(_to_step(base[hit] * share // 1000, step[hit]), floor[hit])
    list_price = np.where(index < 1, _to_step((list_price * index).astype(np.int64), step), list_price)
    floor = np.where(index < 1, _to_step((floor * index).astype(np.int64), step), floor)
    discount = np.zeros(product.size, dtype=np.int64)
    abroad = np.array([p.country == "GB" for p in partners])[who]
    for promotion in prices.promotions:
        first, last = (promotion.first - days[0]).days, (promotion.last - days[0]).days
        on = np.flatnonzero((day >= first) & (day <= last) & (abroad == (promotion.country == "GB")))
        discount[on[np.isin(product[on], promotion.products)]] = promotion.discount
    haggled = (discount == 0) & (numbers.random(product.size) < 0.06)
    discount[haggled] = numbers.integers(10, 31, int(haggled.sum()))
    agreed = np.where(discount > 0, _to_step(list_price * (1000 - discount) // 1000, step), list_price)
    return list_price, np.maximum(agreed, np.minimum(floor, list_price)), floor


def _to_step(values: np.ndarray, step: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.asarray(np.maximum((values + step // 2) // step, 1) * step)


def _dump(baskets: Baskets, sold: np.ndarray, days: list[date]) -> np.ndarray:
    """The e-commerce partner that sells six products under the floor: its latest lines of six products."""
    import numpy as np

    mine = np.flatnonzero(sold & (baskets.partner[baskets.line_order] == UNDER_FLOOR))
    recent = mine[np.argsort(-baskets.day[baskets.line_order[mine]], kind="stable")]
    _, first = np.unique(baskets.line_product[recent], return_index=True)
    chosen = np.zeros(sold.size, dtype=bool)
    chosen[recent[np.sort(first)[:6]]] = True
    return chosen


def _statuses(numbers: np.random.Generator, age: np.ndarray, original: np.ndarray) -> np.ndarray:
    """By age in days; a few are cancelled or rejected, never one that something was returned from."""
    import numpy as np

    chance = numbers.random(age.size)
    status = np.select(
        [age >= 14, age >= 7, age >= 3, age >= 1],
        [
            np.full(age.size, CLOSED),
            np.where(chance < 0.5, CLOSED, SHIPPED),
            np.select([chance < 0.25, chance < 0.4], [ACCEPTED, PARTLY], SHIPPED),
            np.where(chance < 0.85, ACCEPTED, PLACED),
        ],
        np.where(chance < 0.35, ACCEPTED, PLACED),
    )
    failed = numbers.random(age.size)
    keeps = np.isin(np.arange(age.size), original[original >= 0])
    status[(failed < 0.011) & ~keeps] = CANCELLED
    status[(failed >= 0.011) & (failed < 0.017) & ~keeps] = REJECTED
    return np.asarray(status)
