"""Promotions of the demo company: one of every mechanic, some running, one over, one to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import CHINA_TIME, Organisation
from channeldesk.demo.partners import Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.world import Batch, World, batch, moment

if TYPE_CHECKING:
    import numpy as np

    from channeldesk.rules.promotions.terms import Promotion

_PIECE = 1000
_SET = 3
"""Products of the bundle."""

PROMOTIONS: tuple[dict[str, Any], ...] = (
    {
        "code": "DRILL-STEPS",
        "name": "The more drills, the better",
        "name_local": "钻类多买多省",
        "mechanic": "tiered",
        "steps": "20 = 3; 60 = 5; 120 = 8",
        "steps_in": "quantity",
        "categories": ("Drills", "Rotary hammers"),
        "uplift": 1.1,
        "expected_lift": 1_000,
        "days": (-20, 40),
    },
    {
        "code": "BLADE-10+1",
        "name": "Ten blades, one free",
        "name_local": "锯片买十赠一",
        "mechanic": "free_goods",
        "buy_quantity": 10 * _PIECE,
        "free_quantity": 1 * _PIECE,
        "categories": ("Saw blades",),
        "uplift": 1.2,
        "expected_lift": 2_000,
        "days": (-12, 18),
    },
    {
        "code": "SITE-SET",
        "name": "Site set",
        "name_local": "工地套装",
        "mechanic": "bundle",
        "rate": 1000,
        "products": _SET,
        "days": (-30, 30),
    },
    {
        "code": "ORDER-20K",
        "name": "300 off from 20,000 on",
        "name_local": "满两万减三百",
        "mechanic": "threshold",
        "least_amount": 20_000_00,
        "amount_off": 300_00,
        "combination": "adds_up",
        "days": (-60, 120),
    },
    {
        "code": "GOLD-1",
        "name": "Gold partners: 1 % more",
        "name_local": "金牌客户再减百分之一",
        "mechanic": "percent",
        "rate": 100,
        "combination": "adds_up",
        "tier": "gold",
        "days": (-90, 200),
    },
    {
        "code": "CLEAR-OUT",
        "name": "Clear-out of measuring tools",
        "name_local": "测量工具清仓",
        "mechanic": "amount",
        "price_off": 8_0000,
        "categories": ("Measuring",),
        "combination": "one_a_line",
        "budget": 60_000_00,
        "uplift": 1.4,
        "days": (-25, 5),
    },
    {
        "code": "SEPT-GRIND",
        "name": "September of grinding",
        "name_local": "九月磨切季",
        "mechanic": "percent",
        "rate": 600,
        "categories": ("Grinders", "Sanders"),
        "types": ("distributor", "reseller", "store"),
        "uplift": 1.25,
        "days": (-80, -50),
    },
    {
        "code": "YEAR-END",
        "name": "Year-end stock-up",
        "name_local": "年终备货",
        "mechanic": "tiered",
        "steps": "30000 = 2; 80000 = 3.5",
        "steps_in": "amount",
        "combination": "alone",
        "days": (20, 60),
    },
    {
        "code": "UK-WINTER",
        "name": "Winter trade offer",
        "name_local": None,
        "mechanic": "percent",
        "rate": 500,
        "categories": ("Drills", "Grinders"),
        "country": "GB",
        "days": (-10, 50),
    },
)
"""``days``: first and last, counted from today. ``categories`` and ``products`` say what they are for,
``types`` for which channel types, ``uplift`` how much more is bought of it.
"""


@dataclass(frozen=True)
class Pull:
    """What a promotion makes people buy more of. ``who``: for every partner, whether it is for them."""

    first: date
    last: date
    who: np.ndarray
    products: np.ndarray
    uplift: float


class Promotions:
    """The rows of promotions, their buyers and their items, and what they mean."""

    def __init__(self, world: World, organisation: Organisation, catalogue: Catalogue) -> None:
        self._heads: list[dict[str, Any]] = []
        self._buyers: list[dict[str, Any]] = []
        self._items: list[dict[str, Any]] = []
        self._catalogue, self._today = catalogue, world.today
        source = world.random("promotions")
        for terms in PROMOTIONS:
            self._add(world, organisation, terms, source.sample(catalogue.ids, terms.get("products", 0)))

    def _add(
        self, world: World, organisation: Organisation, terms: dict[str, Any], products: list[bytes]
    ) -> None:
        country = terms.get("country", "CN")
        first, last = self._days(terms)
        born = moment(min(first - timedelta(days=7), world.today - timedelta(days=2)), 600, CHINA_TIME)
        head = _row(world, "promotion", born) | {
            "code": terms["code"],
            "name": terms["name"],
            "name_local": terms["name_local"],
            "mechanic": terms["mechanic"],
            "currency": "GBP" if country == "GB" else "CNY",
            "valid_from": first.isoformat(),
            "valid_to": last.isoformat(),
            "combination": terms.get("combination", "one_a_line"),
            "exclusion": None,
            "free_product_id": None,
            "steps_in": terms.get("steps_in", "amount"),
        }
        self._heads.append(head | {name: terms.get(name) for name in _FIGURES})
        whom = [("tier_id", organisation.tiers[terms["tier"]])] if "tier" in terms else []
        whom += [("channel_type_id", organisation.channel_types[one]) for one in terms.get("types", ())]
        whom += [] if "tier" in terms else [("territory_id", organisation.territories[country])]
        for field, one in whom:
            nobody = dict.fromkeys(("partner_id", "tier_id", "channel_type_id", "territory_id"))
            row = _row(world, "promotion_buyer", born) | {"promotion_id": head["id"]}
            self._buyers.append(row | nobody | {field: one})
        for product, category in [
            *((None, one) for one in terms.get("categories", ())),
            *((one, None) for one in products),
        ]:
            self._items.append(
                _row(world, "promotion_item", born)
                | {
                    "promotion_id": head["id"],
                    "product_id": product,
                    "category": category,
                    "quantity": None if product is None else 2 * _PIECE,
                }
            )

    def _days(self, terms: dict[str, Any]) -> tuple[date, date]:
        first, last = (self._today + timedelta(days=days) for days in terms["days"])
        return first, last

    def pulls(self, partners: list[Partner]) -> tuple[Pull, ...]:
        """By product and partner, for those with an uplift."""
        import numpy as np

        categories = np.array(self._catalogue.categories)
        return tuple(
            Pull(
                *self._days(terms),
                np.array(
                    [
                        one.country == terms.get("country", "CN")
                        and one.type in terms.get("types", (one.type,))
                        for one in partners
                    ]
                ),
                np.isin(categories, terms["categories"]),
                terms["uplift"],
            )
            for terms in PROMOTIONS
            if "uplift" in terms
        )

    def declared(self) -> list[Promotion]:
        """As the rules know them."""
        from channeldesk.rules.promotions.declared import promotion

        made = [
            promotion(
                head,
                [one for one in self._buyers if one["promotion_id"] == head["id"]],
                [one for one in self._items if one["promotion_id"] == head["id"]],
            )
            for head in self._heads
        ]
        return [one for one in made if one is not None]

    def batches(self, used: dict[bytes, int]) -> tuple[Batch, ...]:
        """Parents first. ``used``: of the budgets, by promotion."""
        heads = [
            head | {"used": used.get(head["id"], 0) if head["budget"] is not None else 0}
            for head in self._heads
        ]
        return (
            batch("promotion", heads),
            batch("promotion_buyer", self._buyers),
            batch("promotion_item", self._items),
        )


_FIGURES = (
    "rate",
    "price_off",
    "amount_off",
    "least_amount",
    "buy_quantity",
    "free_quantity",
    "steps",
    "budget",
    "expected_lift",
)


def _row(world: World, entity: str, born: int) -> dict[str, Any]:
    return {"id": world.id(entity, born), "created_at": born, "updated_at": born}
