"""The rows that sync benchmarks move: a seeded dealer network of given size, as plain wire rows.

It is apart from the demo network, so that improving the demo does not move the figures. Ids are UUIDv7 of the
moment a row was made, as the program makes them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

FIRST_DAY = datetime(2024, 11, 1, tzinfo=UTC)
DAYS = 730
YEARS = (2024, 2025, 2026)
LINES_PER_ORDER = 5

SYSTEM = ("id", "created_at", "created_by", "updated_at", "updated_by")
COLUMNS = {
    "product": (
        *SYSTEM, "sku", "barcode", "name", "name_local", "category", "base_unit", "pack_quantity", "cost",
        "tax_code_id", "active",
    ),
    "partner": (
        *SYSTEM, "code", "name", "name_local", "channel_type_id", "tier_id", "parent_id", "territory_id", "stage",
        "currency", "credit_limit", "payment_days", "phone", "email", "address", "city", "postal_code", "country",
        "latitude", "longitude", "tax_number", "delivery_note", "joined_on", "custom",
    ),
    "sales_order": (
        *SYSTEM, "number", "provisional_number", "partner_id", "salesperson_id", "source", "order_kind", "status",
        "order_date", "placed_at", "received_at", "requested_on", "currency", "net", "tax", "total", "reference",
        "note",
    ),
    "order_line": (
        *SYSTEM, "order_id", "partner_id", "line_number", "product_id", "quantity", "list_price", "unit_price",
        "tax_rate", "net", "tax", "cost",
    ),
}  # fmt: skip
"""In the order of a backfill."""

Row = tuple[Any, ...]

_CITIES = ("Hangzhou 杭州", "Ningbo 宁波", "Wenzhou 温州", "Shaoxing 绍兴", "Jiaxing 嘉兴", "Leeds 利兹")
_BRANDS = ("Hengtai 恒泰", "Qianjiang 钱江", "Jinyu 金宇", "Donghai 东海", "Lvzhou 绿洲", "Mingde 明德", "Baixin 百信")
_TRADES = ("Electronics 电子", "Trading 贸易", "Hardware 五金", "Stores 商贸", "Systems 系统")
_KINDS = ("Cable 线缆", "Lamp 灯具", "Valve 阀门", "Sensor 传感器", "Switch 开关", "Pump 水泵", "Router 路由器", "Drill 电钻")
_COLOURS = ("Black 黑", "White 白", "Silver 银", "Blue 蓝", "Red 红")
_STATUSES = (("closed", 80), ("shipped", 8), ("accepted", 6), ("partly_shipped", 2), ("placed", 2), ("cancelled", 2))


@dataclass(frozen=True)
class Size:
    """How many rows of each kind; ``lines`` is exact, orders have LINES_PER_ORDER of them on average."""

    lines: int = 100_000
    partners: int = 200
    products: int = 2_000

    @property
    def name(self) -> str:
        return f"{self.lines}-{self.partners}-{self.products}"


class Network:
    """Rows by entity, as tuples in the order of COLUMNS; ids are hexadecimal text."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self._size, self._random = size, random.Random(seed)
        self.territory_id = self._id(FIRST_DAY)
        self.user_id = self._id(FIRST_DAY)
        self.rows: dict[str, list[Row]] = {
            "product": list(self._products()),
            "partner": list(self._partners()),
            "sales_order": [],
            "order_line": [],
        }
        self._sell()

    def _id(self, at: datetime) -> str:
        bits = self._random.getrandbits(74)
        number = (_ms(at) << 80) | (7 << 76) | ((bits >> 62) << 64) | (2 << 62) | (bits & ((1 << 62) - 1))
        return f"{number:032x}"

    def _system(self, at: datetime) -> Row:
        return (self._id(at), _ms(at), self.user_id, _ms(at), self.user_id)

    def _some(self, *words: tuple[str, ...]) -> tuple[str, str]:
        """English and Chinese of one word of each list."""
        pairs = [self._random.choice(one).split(" ") for one in words]
        return " ".join(pair[0] for pair in pairs), "".join(pair[1] for pair in pairs)

    def _products(self) -> Iterator[Row]:
        for number in range(self._size.products):
            english, chinese = self._some(_COLOURS, _KINDS)
            yield (
                *self._system(FIRST_DAY), f"P-{number:05}", f"69{self._random.randrange(10**11):011}",
                f"{english} {number}", f"{chinese} {number}", english.split()[1], "pc", 1000,
                self._random.randrange(10_000, 9_000_000), None, 1,
            )  # fmt: skip

    def _partners(self) -> Iterator[Row]:
        choose = self._random
        for number in range(self._size.partners):
            city, city_local = self._some(_CITIES)
            brand, brand_local = self._some(_BRANDS, _TRADES)
            yield (
                *self._system(FIRST_DAY), f"D{number:05}", f"{city} {brand} {number}", f"{city_local}{brand_local}{number}",
                None, None, None, self.territory_id, "active", "CNY", choose.randrange(10**6, 10**9, 10**5), 30,
                f"0571-{choose.randrange(10**7, 10**8)}", f"office{number}@example.com", f"{number} Renmin Road", city,
                f"{choose.randrange(10**5, 10**6)}", "CN", choose.randrange(27_000_000, 31_000_000),
                choose.randrange(119_000_000, 122_000_000), f"9133{choose.randrange(10**13, 10**14)}", None, "2024-11-01",
                "{}",
            )  # fmt: skip

    def _sell(self) -> None:
        choose, size = self._random, self._size
        statuses, weights = zip(*_STATUSES, strict=True)
        buyers = [row[0] for row in self.rows["partner"]]
        share = [1 / (place + 5) for place in range(len(buyers))]
        orders = size.lines // LINES_PER_ORDER
        for number, count in enumerate(self._lines_per_order(orders)):
            at = FIRST_DAY + timedelta(days=DAYS * number / orders)
            header = self._system(at)
            partner = choose.choices(buyers, share)[0]
            lines = [self._line(at, header[0], partner, place) for place in range(1, count + 1)]
            net, tax = sum(line[13] for line in lines), sum(line[14] for line in lines)
            status = choose.choices(statuses, weights)[0]
            day = at.date().isoformat()
            self.rows["order_line"] += lines
            self.rows["sales_order"].append(
                (*header, f"SO-{at.year}-{number:06}", f"K7-{number:06}", partner, self.user_id, "field", "order", status,
                 day, header[1], header[1], day, "CNY", net, tax, net + tax, None, None)
            )  # fmt: skip

    def _lines_per_order(self, orders: int) -> list[int]:
        counts = [self._random.randint(1, 2 * LINES_PER_ORDER - 1) for _ in range(orders)]
        while missing := self._size.lines - sum(counts):
            for _ in range(abs(missing)):
                place = self._random.randrange(orders)
                counts[place] = max(1, counts[place] + (1 if missing > 0 else -1))
        return counts

    def _line(self, at: datetime, order: str, partner: str, place: int) -> Row:
        choose, products = self._random, self.rows["product"]
        product = products[int(len(products) * choose.random() ** 2)]
        quantity = 1000 * choose.randint(1, 60)
        price = product[12] * 5 // 4
        net = quantity * price // 100_000
        cost = quantity * product[12] // 100_000
        return (
            *self._system(at), order, partner, place, product[0], quantity, price, price, 1300, net, net * 13 // 100, cost,
        )  # fmt: skip


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
