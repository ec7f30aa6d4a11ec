"""Warehouses of the demo company and of one distributor: what the company's hold, and lots of batteries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import CHINA_TIME, Organisation, currency_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.words import CITIES
from channeldesk.demo.world import Batch, World, batch, moment

if TYPE_CHECKING:
    import numpy as np

OWN = (
    ("WH-SH", "Central warehouse Shanghai", "上海中心仓", "CN-E1", "Shanghai", "CN", 3_000, 120, 3, 1.0, 0),
    ("WH-GZ", "Warehouse South, Guangzhou", "广州华南仓", "CN-S1", "Guangzhou", "CN", 2_600, 110, 4, 0.35, 1),
    ("WH-MAN", "Warehouse Manchester", None, "GB-N", "Manchester", "GB", 900, 45, 3, 0.3, 0),
)
"""Code, name, local name, territory of the city, city, delivers to, cost of an order and of a unit (minor
units), days, size, whether goods are fetched there."""
TWO_PLACES = 4
"""The partner, by its place among the known ones, that keeps its goods in two warehouses."""
THEIRS = (
    ("YY-BL", "Yuanyang, Beilun", "远洋北仑仓", 1),
    ("YY-CX", "Yuanyang, Cixi", "远洋慈溪仓", 0),
)
WITH_LOTS = "Batteries"
"""The category of which systems report lots: batteries age on the shelf."""
_SHELF_DAYS = 540


@dataclass(frozen=True)
class Lot:
    """``share``: in tenths of what is there."""

    code: str
    expires_on: str
    share: int


@dataclass(frozen=True)
class Warehouses:
    """``theirs``: those of the partner with two, goods by turns in the one and the other."""

    theirs: tuple[bytes, ...]
    batches: tuple[Batch, ...]

    def of(self, place: int, pair: int) -> bytes | None:
        """Where a partner keeps a product; None: in its one stock."""
        return self.theirs[pair % len(self.theirs)] if place == TWO_PLACES else None

    def own(self, territory: bytes) -> list[dict[str, Any]]:
        """The company's that deliver there."""
        return [
            row
            for row in _rows(self.batches[0])
            if row["partner_id"] is None and row["territory_id"] == territory
        ]

    def there(self, today: date) -> dict[tuple[bytes, bytes], int]:
        """By warehouse of the company and product, what lies there and has not expired."""
        found: dict[tuple[bytes, bytes], int] = {}
        for row in _rows(self.batches[1]):
            if row["expires_on"] is None or row["expires_on"] >= today.isoformat():
                key = (row["warehouse_id"], row["product_id"])
                found[key] = found.get(key, 0) + row["quantity"]
        return found


def _rows(made: Batch) -> list[dict[str, Any]]:
    return [dict(zip(made.columns, row, strict=True)) for row in made.rows]


def lots(category: str, today: date, number: int) -> tuple[Lot, ...]:
    """An older lot, of some products about to expire, and a newer one; none of other categories."""
    if category != WITH_LOTS:
        return ()
    made = [today - timedelta(days=180 + number % 7 * 55), today - timedelta(days=40 + number % 5 * 9)]
    return tuple(
        Lot(f"L{day:%y%m}-{number % 90 + 10}", (day + timedelta(days=_SHELF_DAYS)).isoformat(), share)
        for day, share in zip(made, (3, 7), strict=True)
    )


def make_warehouses(
    world: World, organisation: Organisation, partners: list[Partner], catalogue: Catalogue
) -> Warehouses:
    born = moment(date(world.start.year - 1, 3, 2), 9 * 60, CHINA_TIME)
    rows: list[dict[str, Any]] = []

    def add(code: str, name: str, local: str | None, area: str, city: str, **more: Any) -> dict[str, Any]:
        place = next(one for one in CITIES[area] if one.name == city)
        row = {
            "id": world.id("warehouse", born),
            "created_at": born,
            "updated_at": born,
            "code": code,
            "name": name,
            "name_local": local,
            "city": city,
            "latitude": round(place.latitude * 1_000_000),
            "longitude": round(place.longitude * 1_000_000),
            "active": 1,
            "currency": currency_of(area),
            **more,
        }
        rows.append(row)
        return row

    own = []
    for code, name, local, area, city, delivers, order_cost, unit_cost, days, size, pickup in OWN:
        costs = {"order_cost": order_cost, "unit_cost": unit_cost, "lead_days": days, "pickup": pickup}
        row = add(
            code,
            name,
            local,
            area,
            city,
            partner_id=None,
            territory_id=organisation.territories[delivers],
            **costs,
        )
        own.append((row["id"], size))
    keeper = partners[TWO_PLACES]
    theirs = [
        add(
            code,
            name,
            local,
            keeper.territory,
            keeper.city.name,
            partner_id=keeper.id,
            territory_id=organisation.territories[keeper.territory],
            order_cost=2_000,
            unit_cost=80,
            lead_days=2,
            pickup=pickup,
        )["id"]
        for code, name, local, pickup in THEIRS
    ]
    return Warehouses(
        tuple(theirs), (batch("warehouse", rows), batch("warehouse_level", _levels(world, catalogue, own)))
    )


def _levels(world: World, catalogue: Catalogue, own: list[tuple[bytes, float]]) -> list[dict[str, Any]]:
    """What the warehouse system reported yesterday evening: more of what sells more, some things gone."""
    import numpy as np

    numbers = world.numbers("warehouses")
    as_of = moment(world.today - timedelta(days=1), 20 * 60 + 10, CHINA_TIME)
    rows: list[dict[str, Any]] = []
    for warehouse, size in own:
        usual = size * 260 * catalogue.popularity / catalogue.popularity.mean()
        pieces: np.ndarray = np.rint(usual * numbers.lognormal(0, 0.7, usual.size)).astype(np.int64)
        pieces[numbers.random(usual.size) < 0.04] = 0
        for number, count in enumerate(pieces.tolist()):
            found = lots(catalogue.categories[number], world.today, number) or (None,)
            left = count
            for lot in found:
                part = left if lot is None or lot is found[-1] else count * lot.share // 10
                left -= part
                rows.append(
                    {
                        "id": world.id("warehouse_level", as_of),
                        "created_at": as_of,
                        "updated_at": as_of,
                        "warehouse_id": warehouse,
                        "product_id": catalogue.ids[number],
                        "quantity": part * 1000,
                        "as_of": as_of,
                        "source": "WMS",
                        "lot": None if lot is None else lot.code,
                        "expires_on": None if lot is None else lot.expires_on,
                    }
                )
    return rows
