"""Products of the demo catalogue, their barcodes, units and popularity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product as combinations
from typing import TYPE_CHECKING, Any

from channeldesk.demo.goods import FAMILIES, Family, Value
from channeldesk.demo.organisation import CHINA_TIME, Organisation
from channeldesk.demo.world import Batch, World, batch, moment

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Catalogue:
    """Products in parallel arrays, one entry each; prices at scale 4 in yuan, packs in whole pieces."""

    ids: list[bytes]
    skus: list[str]
    categories: list[str]
    recommended: np.ndarray
    cost: np.ndarray
    pack: np.ndarray
    popularity: np.ndarray
    batches: tuple[Batch, ...]


def make_catalogue(world: World, organisation: Organisation) -> Catalogue:
    """A share of every family's combinations, evenly spread, until the size is reached exactly."""
    import numpy as np

    chosen = _choose(world.size.products)
    source, numbers = world.random("products"), world.numbers("popularity")
    born = moment(world.start - timedelta(days=300), 10 * 60, CHINA_TIME)
    rows: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    recommended, cost = [], []
    for number, (family, values) in enumerate(chosen):
        price = _nice(_price(family, values) * source.uniform(0.97, 1.03))
        cost.append(round(price * source.uniform(0.52, 0.6) * 100) * 100)
        recommended.append(round(price * 10_000))
        launched = born + number % 29 * 86_400_000
        row = {
            "id": world.id("product", launched),
            "created_at": launched,
            "updated_at": launched,
            "sku": _sku(family, values),
            "barcode": ean13(f"200{700_000_000 + number * 37:09d}"),
            "name": _joined([value.name for value in values], family.name),
            "name_local": _local(family, values),
            "category": family.category,
            "base_unit": "pc",
            "pack_quantity": family.pack * 1000,
            "cost": cost[-1],
            "tax_code_id": organisation.taxes["VAT13"],
            "active": int(source.random() > 0.02),
        }
        rows.append(row)
        if family.box > 1:
            stamp = {
                "id": world.id("unit_conversion", launched),
                "created_at": launched,
                "updated_at": launched,
            }
            units.append(
                stamp
                | {"product_id": row["id"], "unit_name": "box", "numerator": family.box, "denominator": 1}
            )
    rank = numbers.permutation(len(rows)) + 1
    weights = np.array([family.weight for family, _ in chosen]) / rank**0.75
    weights *= np.array([row["active"] for row in rows])
    return Catalogue(
        ids=[row["id"] for row in rows],
        skus=[row["sku"] for row in rows],
        categories=[row["category"] for row in rows],
        recommended=np.array(recommended, dtype=np.int64),
        cost=np.array(cost, dtype=np.int64),
        pack=np.array([row["pack_quantity"] // 1000 for row in rows], dtype=np.int64),
        popularity=weights / weights.sum(),
        batches=(batch("product", rows), batch("unit_conversion", units)),
    )


def ean13(digits: str) -> str:
    """Twelve digits with their EAN-13 check digit. 200 to 299 are free for a company's own use."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _choose(count: int) -> list[tuple[Family, tuple[Value, ...]]]:
    combos = [list(combinations(*family.axes)) for family in FAMILIES]
    total = sum(map(len, combos))
    if count > total:
        raise ValueError(f"the families make {total} products, {count} are asked for")
    flat = [(family, values) for family, made in zip(FAMILIES, combos, strict=True) for values in made]
    return [flat[number * total // count] for number in range(count)]


def _price(family: Family, values: tuple[Value, ...]) -> float:
    price = family.price
    for value in values:
        price *= value.factor
    return price


def _nice(price: float) -> float:
    """Prices end as people write them: whole yuan above 100, tenths above 10."""
    return round(price) if price >= 100 else round(price, 1) if price >= 10 else round(price, 2)


def _sku(family: Family, values: tuple[Value, ...]) -> str:
    return f"{family.prefix}-" + "".join(value.code for value in values)


def _joined(words: list[str], name: str) -> str:
    """'18V brushless impact drill, kit 2×5.0Ah, Pro': voltage and motor stand before the name."""
    before = [word for word in words if word.endswith(("V", "brushless"))]
    behind = [word for word in words if word and word not in before]
    return ", ".join([" ".join([*before, name]), *behind])


def _local(family: Family, values: tuple[Value, ...]) -> str:
    words = [value.local for value in values if value.local]
    before = [word for word in words if word.endswith("V") or word == "无刷"]
    behind = [word for word in words if word not in before]
    return " ".join([*before, family.local, *behind])
