"""Who orders when, and what: the shape of trade before prices. Arrays, one entry per order or per line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from channeldesk.demo.partners import FAILING, SPEND, Partner
from channeldesk.demo.pricing import Prices
from channeldesk.demo.products import Catalogue
from channeldesk.demo.promotions import Pull
from channeldesk.demo.rhythm import decline, make_rhythm
from channeldesk.demo.world import World

if TYPE_CHECKING:
    import numpy as np

BASKET = {
    "distributor": 16.0,
    "reseller": 13.0,
    "store": 12.0,
    "ecommerce": 14.0,
    "integrator": 10.0,
    "community": 8.0,
    "live": 9.0,
}
"""Average lines of an order."""
RETURN_SHARE = 0.022
LINE_SPEND = 1900.0
"""Yuan, the middle line of an average partner."""


@dataclass
class Baskets:
    """``line_*`` arrays hold one entry per line, grouped by order; quantities in whole pieces.

    ``original`` is -1, or for the order of a return the order it takes goods back from.
    """

    partner: np.ndarray
    day: np.ndarray
    original: np.ndarray
    line_order: np.ndarray
    line_product: np.ndarray
    line_pieces: np.ndarray
    line_source: np.ndarray
    """For a returned line the line it takes back, else -1."""


def make_baskets(
    world: World,
    partners: list[Partner],
    catalogue: Catalogue,
    prices: Prices,
    carried: list[np.ndarray],
    days: list[date],
    pulls: tuple[Pull, ...] = (),
) -> Baskets:
    """As many orders as give exactly the size's lines, returns included."""
    import numpy as np

    numbers = world.numbers("baskets")
    rhythm = make_rhythm(partners, days)
    mean = sum(rhythm[n].sum() * BASKET[p.type] for n, p in enumerate(partners)) / rhythm.sum()
    count = round(world.size.lines / (mean + RETURN_SHARE * 2))
    partner, day = _place(numbers, rhythm, count)
    returned = numbers.choice(count, round(count * RETURN_SHARE), replace=False)
    returned = np.sort(returned[day[returned] < len(days) - 12])
    taken_back = numbers.integers(1, 4, returned.size)
    shape = np.array([BASKET[p.type] for p in partners])[partner]
    sizes = _exact(
        numbers, numbers.gamma(2.6, shape / 2.6), world.size.lines - int(taken_back.sum()), returned
    )
    product = _choose(
        numbers,
        partners,
        partner,
        day,
        sizes,
        carried,
        _boosts(prices, days, len(catalogue.ids)),
        pulls,
        days,
    )
    line_order = np.repeat(np.arange(count), sizes)
    pieces = _pieces(
        numbers, partners, partner[line_order], day[line_order], product, catalogue, prices, days, pulls
    )
    sold = Baskets(partner, day, np.full(count, -1), line_order, product, pieces, np.full(product.size, -1))
    return _with_returns(numbers, sold, returned, taken_back, sizes, len(days))


def _place(numbers: np.random.Generator, rhythm: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Partner and day of ``count`` orders, by day.

    A partner's orders come in even steps of its rhythm, not by chance alone: who buys fortnightly does.
    """
    import numpy as np

    share = rhythm.sum(axis=1) / rhythm.sum() * count
    orders = np.floor(share).astype(np.int64)
    orders[np.argsort(orders - share, kind="stable")[: count - int(orders.sum())]] += 1
    partner = np.repeat(np.arange(orders.size), orders)
    day = np.empty(count, dtype=np.int64)
    start = 0
    for who, number in enumerate(orders.tolist()):
        if number:
            cumulated = np.cumsum(rhythm[who]) / rhythm[who].sum()
            steps = (np.arange(number) + numbers.random(number)) / number
            day[start : start + number] = np.searchsorted(cumulated, steps)
            start += number
    order = np.lexsort((partner, day))
    return partner[order], np.minimum(day[order], rhythm.shape[1] - 1)


def _exact(
    numbers: np.random.Generator, wanted: np.ndarray, total: int, at_least_three: np.ndarray
) -> np.ndarray:
    """Whole basket sizes between 1 and 45 that add up to ``total``."""
    import numpy as np

    floor = np.ones(wanted.size, dtype=np.int64)
    floor[at_least_three] = 3
    sizes = np.clip(np.rint(wanted).astype(np.int64), floor, 45)
    while difference := total - int(sizes.sum()):
        step = 1 if difference > 0 else -1
        able = np.flatnonzero(sizes < 45 if step > 0 else sizes > floor)
        sizes[numbers.choice(able, min(abs(difference), able.size), replace=False)] += step
    return np.asarray(sizes)


def assortment(world: World, catalogue: Catalogue, partners: list[Partner]) -> list[np.ndarray]:
    """What each partner carries, its favourites first: 60 to 260 products drawn by popularity."""
    import numpy as np

    numbers = world.numbers("assortment")
    keys = np.log(np.maximum(catalogue.popularity, 1e-12))
    carried = []
    for partner in partners:
        count = min(int(60 + 70 * partner.size**0.5 + numbers.integers(0, 40)), 260, len(catalogue.ids) // 3)
        carried.append(np.argsort(-(keys + numbers.gumbel(size=keys.size)))[:count])
    return carried


def _choose(
    numbers: np.random.Generator,
    partners: list[Partner],
    partner: np.ndarray,
    day: np.ndarray,
    sizes: np.ndarray,
    carried: list[np.ndarray],
    boosts: dict[tuple[str, int], np.ndarray],
    pulls: tuple[Pull, ...],
    days: list[date],
) -> np.ndarray:
    """Different products within an order, by the partner's taste, promoted ones twice as likely."""
    import numpy as np

    taste = [np.log(1.0 / (np.arange(items.size) + 6.0)) for items in carried]
    chosen = []
    for who, when, size in zip(partner.tolist(), day.tolist(), sizes.tolist(), strict=True):
        items = carried[who]
        keys = taste[who] + numbers.gumbel(size=items.size)
        boost = boosts.get((partners[who].country, when))
        if boost is not None:
            keys = keys + boost[items]
        for pull in pulls:
            if pull.first <= days[when] <= pull.last and pull.who[who]:
                keys = keys + np.log(pull.uplift) * pull.products[items]
        chosen.append(items[np.argpartition(-keys, size)[:size]])
    return np.concatenate(chosen)


def _boosts(prices: Prices, days: list[date], products: int) -> dict[tuple[str, int], np.ndarray]:
    """For each country and day with a promotion: what it adds to the logarithm of a product's weight."""
    import numpy as np

    boosts: dict[tuple[str, int], np.ndarray] = {}
    for promotion in prices.promotions:
        for number, day in enumerate(days):
            if promotion.first <= day <= promotion.last:
                boost = boosts.setdefault((promotion.country, number), np.zeros(products))
                boost[promotion.products] = np.log(promotion.uplift)
    return boosts


def _pieces(
    numbers: np.random.Generator,
    partners: list[Partner],
    partner: np.ndarray,
    day: np.ndarray,
    product: np.ndarray,
    catalogue: Catalogue,
    prices: Prices,
    days: list[date],
    pulls: tuple[Pull, ...],
) -> np.ndarray:
    """Whole packs for what a partner of this size spends on a line; more of what is promoted."""
    import numpy as np

    strength = np.array([SPEND[p.type] * p.size**0.35 for p in partners])
    spend = LINE_SPEND * strength[partner] * numbers.lognormal(0.0, 0.75, product.size)
    failing = partner == FAILING
    spend[failing] *= decline(np.arange(len(days)) / 365.25)[day[failing]]
    abroad = np.array([p.country == "GB" for p in partners])[partner]
    for promotion in prices.promotions:
        first, last = (promotion.first - days[0]).days, (promotion.last - days[0]).days
        on = np.flatnonzero((day >= first) & (day <= last) & (abroad == (promotion.country == "GB")))
        spend[on[np.isin(product[on], promotion.products)]] *= promotion.uplift**0.6
    for pull in pulls:
        first, last = (pull.first - days[0]).days, (pull.last - days[0]).days
        on = (day >= first) & (day <= last) & pull.who[partner] & pull.products[product]
        spend[on] *= pull.uplift**0.6
    packs = np.maximum(
        np.rint(spend / (catalogue.recommended[product] / 10_000) / catalogue.pack[product]), 1
    )
    packs = np.where(packs > 20, np.rint(packs / 5) * 5, np.where(packs > 10, np.rint(packs / 2) * 2, packs))
    return np.asarray(packs.astype(np.int64) * catalogue.pack[product])


def _with_returns(
    numbers: np.random.Generator,
    sold: Baskets,
    returned: np.ndarray,
    taken_back: np.ndarray,
    sizes: np.ndarray,
    days: int,
) -> Baskets:
    """Append a return per order in ``returned``: its first lines, a part of each, some days later."""
    import numpy as np

    first_line = np.concatenate(([0], np.cumsum(sizes)))[:-1]
    source = np.concatenate(
        [np.arange(first_line[o], first_line[o] + n) for o, n in zip(returned, taken_back, strict=True)]
    )
    share = numbers.choice((0.25, 0.5, 1.0), source.size, p=(0.3, 0.3, 0.4))
    pieces = np.maximum((sold.line_pieces[source] * share).astype(np.int64), 1)
    later = np.minimum(sold.day[returned] + numbers.integers(3, 26, returned.size), days - 1)
    count = sold.partner.size
    return Baskets(
        partner=np.concatenate([sold.partner, sold.partner[returned]]),
        day=np.concatenate([sold.day, later]),
        original=np.concatenate([sold.original, returned]),
        line_order=np.concatenate(
            [sold.line_order, np.repeat(np.arange(count, count + returned.size), taken_back)]
        ),
        line_product=np.concatenate([sold.line_product, sold.line_product[source]]),
        line_pieces=np.concatenate([sold.line_pieces, -pieces]),
        line_source=np.concatenate([sold.line_source, source]),
    )
