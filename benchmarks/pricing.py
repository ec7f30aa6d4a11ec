"""pricing: an order of 1,000 lines priced from its lists with 500 live promotions, in memory."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.outcome import Outcome
from benchmarks.samples import interleave, median
from channeldesk.model import values
from channeldesk.rules.pricing import (
    Buyer,
    ListPrice,
    PriceItem,
    PriceList,
    applicable,
    find_price,
    price_line,
    totals,
)
from channeldesk.rules.promotions import best
from channeldesk.rules.promotions.offers import Line
from channeldesk.rules.promotions.terms import Combination, Mechanic, Part, Promotion, Scope, Tier

LIMIT_MS = 100
PRODUCTS, CATEGORIES = 5_000, 30
_DAY = date(2026, 11, 12)
_BUYER = Buyer(b"partner", b"gold", b"store", (b"hangzhou", b"east"))
_PIECE = 10**values.QUANTITY_SCALE


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=1_000, help="of the order (default %(default)s)")
    parser.add_argument("--promotions", type=int, default=500, help="in force (default %(default)s)")


@dataclass(frozen=True)
class _Order:
    """Products with quantities, and all that prices them."""

    wanted: Sequence[tuple[bytes, int]]
    lists: Sequence[PriceList]
    items: dict[bytes, list[PriceItem]]
    promotions: Sequence[Promotion]


def run(options: argparse.Namespace) -> Outcome:
    order = _order(random.Random(1), options.lines, options.promotions)
    sides = {"ours": lambda: _ours(order), "floor": lambda: _floor(order)}
    samples = interleave(sides, options.runs, figure="ms")
    one = samples["ours"][0]
    detail = {
        "limit_ms": LIMIT_MS,
        "lines": options.lines,
        "promotions": options.promotions,
        "considered": one["considered"],
        "given": one["given"],
        "share_of_net": one["off"] / one["net"],
        "promotions_ms": median(samples["ours"], "promotions_ms"),
        "samples_ms": {name: [each["ms"] for each in some] for name, some in samples.items()},
    }
    return Outcome("ms", median(samples["ours"], "ms"), median(samples["floor"], "ms"), {}, detail)


def _ours(order: _Order) -> dict[str, Any]:
    begun = time.perf_counter()
    lists = applicable(order.lists, _BUYER, _DAY, "CNY")
    lines, priced = [], []
    for at, (product, quantity) in enumerate(order.wanted, 1):
        found = find_price(quantity, order.items[product], lists)
        assert isinstance(found, ListPrice)
        priced.append(price_line(quantity, "CNY", 1300, found))
        lines.append(Line(at, product, _category(product), quantity, found.price, priced[-1].net))
    middle = time.perf_counter()
    outcome = best(order.promotions, _BUYER, _DAY, "CNY", lines)
    found_totals = totals(priced, "CNY")
    ended = time.perf_counter()
    return {
        "ms": 1000 * (ended - begun),
        "promotions_ms": 1000 * (ended - middle),
        "considered": len(outcome.considered),
        "given": sum(one.amount > 0 for one in outcome.considered),
        "off": outcome.total,
        "net": found_totals.net,
    }


def _floor(order: _Order) -> dict[str, Any]:
    """The amounts of the same lines at a price that is known."""
    prices = [order.items[product][0].price for product, _ in order.wanted]
    begun = time.perf_counter()
    lines = [
        price_line(quantity, "CNY", 1300, agreed=price)
        for (_, quantity), price in zip(order.wanted, prices, strict=True)
    ]
    totals(lines, "CNY")
    return {"ms": 1000 * (time.perf_counter() - begun)}


def _category(product: bytes) -> str:
    return f"C{int(product) % CATEGORIES}"


def _order(chance: random.Random, lines: int, promotions: int) -> _Order:
    products = [str(at).encode() for at in range(PRODUCTS)]
    lists = [
        PriceList(b"all", "ALL", "CNY"),
        PriceList(b"gold", "GOLD", "CNY", tier=b"gold"),
        PriceList(b"east", "EAST", "CNY", territory=b"east"),
        PriceList(b"silver", "SILVER", "CNY", tier=b"silver"),
    ]
    items = {
        product: [
            PriceItem(one.id, least * _PIECE, chance.randint(1, 900) * 10**values.PRICE_SCALE)
            for one in lists
            for least in (0, 20)
        ]
        for product in products
    }
    wanted = [(chance.choice(products), chance.randint(1, 40) * _PIECE) for _ in range(lines)]
    return _Order(wanted, lists, items, [_promotion(chance, at, products) for at in range(promotions)])


def _promotion(chance: random.Random, at: int, products: Sequence[bytes]) -> Promotion:
    """Two thirds for a few products, most others for a category, some for all; each mechanic as often."""
    kind = chance.random()
    scope = Scope()
    if kind < 0.66:
        scope = Scope(products=frozenset(chance.sample(products, chance.randint(1, 20))))
    elif kind < 0.96:
        scope = Scope(categories=frozenset({f"C{chance.randrange(CATEGORIES)}"}))
    how = chance.random()
    adds, alone = Combination.ADDS_UP, Combination.ALONE
    return Promotion(
        str(at).encode(),
        f"P{at:03}",
        list(Mechanic)[at % len(Mechanic)],
        "CNY",
        scope,
        combination=adds if how < 0.2 else alone if how > 0.9 else Combination.ONE_A_LINE,
        group="season" if chance.random() < 0.05 else None,
        rate=chance.randint(100, 2000),
        amount=chance.randint(100, 50_000),
        least=chance.randint(0, 5_000_000),
        buy=chance.randint(4, 20) * _PIECE,
        free=_PIECE,
        by_quantity=True,
        tiers=(Tier(10 * _PIECE, 300), Tier(100 * _PIECE, 500)),
        parts=tuple(Part(one, chance.randint(1, 3) * _PIECE) for one in chance.sample(products, 2)),
    )
