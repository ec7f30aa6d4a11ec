"""Price lists by tier and country with quantity breaks and floors; promotions with their dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import CHINA_TIME, RATES, Organisation
from channeldesk.demo.products import Catalogue
from channeldesk.demo.world import Batch, World, moment

if TYPE_CHECKING:
    import numpy as np

TIER_SHARE = {"gold": 820, "silver": 850, "registered": 880}
"""Thousandths of the recommended price."""
FLOOR_SHARE = 740
YEARLY_RISE = 0.03
BREAKS = ((970, 12), (945, 40))
"""Thousandths of the tier price, from how many packs on."""
STEP = {"CN": 1000, "GB": 100}
"""Prices are multiples of this at scale 4: a tenth of a yuan, a penny."""


@dataclass(frozen=True)
class Promotion:
    """A price dip with its dates. ``uplift`` is how much more is bought of what is promoted."""

    name: str
    country: str
    first: date
    last: date
    discount: int
    uplift: float
    products: np.ndarray


@dataclass(frozen=True)
class Prices:
    """Tier prices and floors per product at scale 4, keyed by (country, tier), and who has breaks."""

    price: dict[tuple[str, str], np.ndarray]
    floor: dict[str, np.ndarray]
    breaks: np.ndarray
    promotions: tuple[Promotion, ...]
    valid_from: date
    batches: tuple[Batch, ...]


def make_prices(world: World, organisation: Organisation, catalogue: Catalogue) -> Prices:

    numbers = world.numbers("prices")
    valid_from = price_day(world.today)
    born = moment(valid_from - timedelta(days=10), 15 * 60, CHINA_TIME)
    breaks = numbers.choice(3, len(catalogue.ids), p=(0.55, 0.3, 0.15))
    price: dict[tuple[str, str], np.ndarray] = {}
    floor: dict[str, np.ndarray] = {}
    lists: list[tuple[Any, ...]] = []
    items: list[tuple[Any, ...]] = []
    for country in ("CN", "GB"):
        base = catalogue.recommended if country == "CN" else catalogue.recommended * 1_000_000 // RATES["GBP"]
        floor[country] = _rounded(base * FLOOR_SHARE // 1000, STEP[country])
        for tier, share in TIER_SHARE.items():
            tier_price = price[country, tier] = _rounded(base * share // 1000, STEP[country])
            list_id = world.id("price_list", born)
            currency = "CNY" if country == "CN" else "GBP"
            lists.append(
                (
                    list_id,
                    born,
                    born,
                    f"{country}-{tier.upper()}-{valid_from.year}",
                    f"{tier.title()} {valid_from.year}, {'China' if country == 'CN' else 'Great Britain'}",
                    currency,
                    organisation.territories[country],
                    None,
                    organisation.tiers[tier],
                    valid_from.isoformat(),
                    None,
                )
            )
            items += _items(
                world, born, list_id, catalogue, tier_price, floor[country], breaks, STEP[country]
            )
    promotions = tuple(_promotions(world, numbers, len(catalogue.ids)))
    for promotion in promotions:
        if promotion.country == "CN" and promotion.last >= world.today:
            for head, rows in _promotion_lists(world, organisation, catalogue, promotion, price, floor["CN"]):
                lists.append(head)
                items += rows
    return Prices(
        price,
        floor,
        breaks,
        promotions,
        valid_from,
        (
            Batch(
                "price_list",
                (
                    "id",
                    "created_at",
                    "updated_at",
                    "code",
                    "name",
                    "currency",
                    "territory_id",
                    "channel_type_id",
                    "tier_id",
                    "valid_from",
                    "valid_to",
                ),
                lists,
            ),
            Batch(
                "price_item",
                (
                    "id",
                    "created_at",
                    "updated_at",
                    "price_list_id",
                    "product_id",
                    "min_quantity",
                    "price",
                    "floor",
                ),
                items,
            ),
        ),
    )


def price_day(today: date) -> date:
    """Lists change with the calendar year; in its first two months the company still sells at last year's."""
    return date(today.year if today.month > 2 else today.year - 1, 1, 1)


def _rounded(values: np.ndarray, step: int) -> np.ndarray:
    """To the step, half up; never below one step."""
    import numpy as np

    return np.asarray(np.maximum((values + step // 2) // step, 1) * step)


def _items(
    world: World,
    born: int,
    list_id: bytes,
    catalogue: Catalogue,
    price: np.ndarray,
    floor: np.ndarray,
    breaks: np.ndarray,
    step: int,
) -> list[tuple[Any, ...]]:
    import numpy as np

    rows = []
    steps = [np.maximum(_rounded(price * share // 1000, step), floor).tolist() for share, _ in BREAKS]
    packs, floors, counts = catalogue.pack.tolist(), floor.tolist(), breaks.tolist()
    for number, value in enumerate(price.tolist()):
        product = catalogue.ids[number]
        rows.append((world.id("price_item", born), born, born, list_id, product, 0, value, floors[number]))
        for level in range(counts[number]):
            quantity = BREAKS[level][1] * packs[number] * 1000
            rows.append(
                (
                    world.id("price_item", born),
                    born,
                    born,
                    list_id,
                    product,
                    quantity,
                    steps[level][number],
                    floors[number],
                )
            )
    return rows


def _promotions(world: World, numbers: np.random.Generator, products: int) -> list[Promotion]:
    """The same campaigns every year, each with its own products; one always runs in China today."""
    made = []
    for year in range(world.start.year, world.today.year + 1):
        for name, country, first, days, discount, uplift in (
            ("Spring opening", "CN", date(year, 3, 5), 21, 80, 1.9),
            ("618", "CN", date(year, 6, 8), 11, 110, 2.4),
            ("Autumn site season", "CN", date(year, 9, 8), 21, 70, 1.7),
            ("11.11", "CN", date(year, 11, 1), 11, 130, 2.8),
            ("Spring trade days", "GB", date(year, 4, 4), 18, 80, 1.8),
            ("Black Friday", "GB", date(year, 11, 20), 10, 120, 2.3),
        ):
            chosen = numbers.choice(products, products // 12, replace=False)
            made.append(
                Promotion(
                    f"{name} {year}",
                    country,
                    first,
                    first + timedelta(days=days - 1),
                    discount,
                    uplift,
                    chosen,
                )
            )
    first = world.today - timedelta(days=9)
    chosen = numbers.choice(products, products // 16, replace=False)
    made.append(Promotion("Dealer weeks", "CN", first, world.today + timedelta(days=20), 60, 1.5, chosen))
    return made


def _promotion_lists(
    world: World,
    organisation: Organisation,
    catalogue: Catalogue,
    promotion: Promotion,
    prices: dict[tuple[str, str], np.ndarray],
    floor: np.ndarray,
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """What runs today is also a price list per tier, nearer than the country's: order entry finds it."""
    import numpy as np

    announced = min(promotion.first - timedelta(days=5), world.today - timedelta(days=1))
    born = moment(announced, 11 * 60, CHINA_TIME)
    for tier in TIER_SHARE:
        list_id = world.id("price_list", born)
        head = (
            list_id,
            born,
            born,
            f"CN-E2-{tier.upper()}-{promotion.first:%y%m%d}",
            f"{promotion.name}, {tier}, East China 2",
            "CNY",
            organisation.territories["CN-E2"],
            None,
            organisation.tiers[tier],
            promotion.first.isoformat(),
            promotion.last.isoformat(),
        )
        lowered = _rounded(prices["CN", tier] * (1000 - promotion.discount) // 1000, STEP["CN"])
        reduced, floors = np.maximum(lowered, floor).tolist(), floor.tolist()
        yield (
            head,
            [
                (
                    world.id("price_item", born),
                    born,
                    born,
                    list_id,
                    catalogue.ids[place],
                    0,
                    reduced[place],
                    floors[place],
                )
                for place in sorted(promotion.products.tolist())
            ],
        )
