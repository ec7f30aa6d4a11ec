"""Promotions of the demo company: one of every mechanic, some running, one over, one to come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channeldesk.demo.organisation import CHINA_TIME, Organisation
from channeldesk.demo.products import Catalogue
from channeldesk.demo.world import Batch, World, batch, moment

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
        "days": (-25, 5),
    },
    {
        "code": "SEPT-GRIND",
        "name": "September of grinding",
        "name_local": "九月磨切季",
        "mechanic": "percent",
        "rate": 600,
        "categories": ("Grinders", "Sanders"),
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
"""``days``: first and last, counted from today. ``categories`` and ``products`` say what they are for."""


def make_promotions(world: World, organisation: Organisation, catalogue: Catalogue) -> tuple[Batch, ...]:
    """Promotions, their buyers and their items, parents first."""
    source = world.random("promotions")
    heads: list[dict[str, Any]] = []
    buyers: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for terms in PROMOTIONS:
        country = terms.get("country", "CN")
        first, last = (world.today + timedelta(days=days) for days in terms["days"])
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
            "steps_in": terms.get("steps_in", "amount"),
        }
        head |= {name: terms.get(name) for name in _FIGURES}
        heads.append(head)
        buyers.append(
            _row(world, "promotion_buyer", born)
            | {
                "promotion_id": head["id"],
                "tier_id": organisation.tiers[terms["tier"]] if "tier" in terms else None,
                "territory_id": None if "tier" in terms else organisation.territories[country],
            }
        )
        wanted = terms.get("categories", ())
        chosen = source.sample(catalogue.ids, terms.get("products", 0))
        for product, category in [*((None, one) for one in wanted), *((one, None) for one in chosen)]:
            items.append(
                _row(world, "promotion_item", born)
                | {
                    "promotion_id": head["id"],
                    "product_id": product,
                    "category": category,
                    "quantity": None if product is None else 2 * _PIECE,
                }
            )
    return batch("promotion", heads), batch("promotion_buyer", buyers), batch("promotion_item", items)


_FIGURES = (
    "rate",
    "price_off",
    "amount_off",
    "least_amount",
    "buy_quantity",
    "free_quantity",
    "steps",
    "budget",
)


def _row(world: World, entity: str, born: int) -> dict[str, Any]:
    return {"id": world.id(entity, born), "created_at": born, "updated_at": born}
