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

_SYSTEM = "id created_at created_by updated_at updated_by"
_COLUMNS = {
    "product": "sku barcode name name_local category base_unit pack_quantity cost tax_code_id active",
    "partner": """
        code name name_local channel_type_id tier_id parent_id territory_id stage currency credit_limit
        payment_days phone email address city postal_code country latitude longitude tax_number delivery_note
        joined_on custom""",
    "contact": "partner_id name job_title phone email main consent note",
    "sales_order": """
        number provisional_number partner_id salesperson_id source order_kind status order_date placed_at
        received_at requested_on currency net tax total reference note accepted_at sent_at shipped_at
        closed_at expected_on split_from_id""",
    "order_line": """
        order_id partner_id line_number product_id quantity list_price unit_price tax_rate discount net tax
        origin_line_id return_reason condition disposition cost""",
}
COLUMNS = {entity: tuple(f"{_SYSTEM} {names}".split()) for entity, names in _COLUMNS.items()}
"""In the order of a backfill."""

Row = tuple[Any, ...]

_CITIES = ("Hangzhou 杭州", "Ningbo 宁波", "Wenzhou 温州", "Shaoxing 绍兴", "Jiaxing 嘉兴", "Leeds 利兹")
_BRANDS = ("Hengtai 恒泰", "Qianjiang 钱江", "Jinyu 金宇", "Donghai 东海", "Lvzhou 绿洲", "Mingde 明德")
_TRADES = ("Electronics 电子", "Trading 贸易", "Hardware 五金", "Stores 商贸", "Systems 系统")
_KINDS = (
    "Cable 线缆",
    "Lamp 灯具",
    "Valve 阀门",
    "Sensor 传感器",
    "Switch 开关",
    "Pump 水泵",
    "Router 路由器",
)
_COLOURS = ("Black 黑", "White 白", "Silver 银", "Blue 蓝", "Red 红")
_STATUSES = {"closed": 80, "shipped": 8, "accepted": 6, "partly_shipped": 2, "placed": 2, "cancelled": 2}


@dataclass(frozen=True)
class Size:
    """How many rows of each kind; ``lines`` is exact, orders have LINES_PER_ORDER of them on average.

    Contacts are what people edit: only benchmarks in which somebody edits have any.
    """

    lines: int = 100_000
    partners: int = 200
    products: int = 2_000
    contacts: int = 0

    @property
    def rows(self) -> int:
        return self.lines + self.lines // LINES_PER_ORDER + self.partners + self.products + self.contacts

    @property
    def name(self) -> str:
        return f"{self.lines}-{self.partners}-{self.products}-{self.contacts}"


class Network:
    """Rows by entity, as tuples in the order of COLUMNS; ids are hexadecimal text."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self._size, self._random = size, random.Random(seed)
        self.territory_id = self._id(FIRST_DAY)
        self.user_id = self._id(FIRST_DAY)
        self.rows: dict[str, list[Row]] = {
            "product": list(self._products()),
            "partner": list(self._partners()),
            "contact": [],
            "sales_order": [],
            "order_line": [],
        }
        self._sell()
        self.rows["contact"] += self._contacts()

    def _id(self, at: datetime) -> str:
        return wire_id(_ms(at), self._random.getrandbits(74))

    def _system(self, at: datetime) -> Row:
        return (self._id(at), _ms(at), self.user_id, _ms(at), self.user_id)

    def _some(self, *words: tuple[str, ...]) -> tuple[str, str]:
        """English and Chinese of one word of each list."""
        pairs = [self._random.choice(one).split(" ") for one in words]
        return " ".join(pair[0] for pair in pairs), "".join(pair[1] for pair in pairs)

    def _row(self, entity: str, system: Row, **values: Any) -> Row:
        """A row in the order of COLUMNS; what is not given is null."""
        return (*system, *(values.get(name) for name in COLUMNS[entity][len(system) :]))

    def _products(self) -> Iterator[Row]:
        for number in range(self._size.products):
            english, chinese = self._some(_COLOURS, _KINDS)
            yield self._row(
                "product",
                self._system(FIRST_DAY),
                sku=f"P-{number:05}",
                barcode=f"69{self._random.randrange(10**11):011}",
                name=f"{english} {number}",
                name_local=f"{chinese} {number}",
                category=english.split()[1],
                base_unit="pc",
                pack_quantity=1000,
                cost=self._random.randrange(10_000, 9_000_000),
                active=1,
            )

    def _partners(self) -> Iterator[Row]:
        choose = self._random
        for number in range(self._size.partners):
            city, city_local = self._some(_CITIES)
            brand, brand_local = self._some(_BRANDS, _TRADES)
            yield self._row(
                "partner",
                self._system(FIRST_DAY),
                code=f"D{number:05}",
                name=f"{city} {brand} {number}",
                name_local=f"{city_local}{brand_local}{number}",
                territory_id=self.territory_id,
                stage="active",
                currency="CNY",
                credit_limit=choose.randrange(10**6, 10**9, 10**5),
                payment_days=30,
                phone=f"0571-{choose.randrange(10**7, 10**8)}",
                email=f"office{number}@example.com",
                address=f"{number} Renmin Road",
                city=city,
                postal_code=f"{choose.randrange(10**5, 10**6)}",
                country="CN",
                latitude=choose.randrange(27_000_000, 31_000_000),
                longitude=choose.randrange(119_000_000, 122_000_000),
                tax_number=f"9133{choose.randrange(10**13, 10**14)}",
                joined_on="2024-11-01",
                custom="{}",
            )

    def _contacts(self) -> Iterator[Row]:
        partners = [row[0] for row in self.rows["partner"]]
        for number in range(self._size.contacts):
            yield self._row(
                "contact",
                self._system(FIRST_DAY),
                partner_id=partners[number % len(partners)],
                name=f"Contact {number}",
                job_title="Buyer",
                phone=f"0571-{self._random.randrange(10**7, 10**8)}",
                email=f"contact{number}@example.com",
                main=int(number < len(partners)),
                consent=1,
            )

    def _sell(self) -> None:
        choose, orders = self._random, self._size.lines // LINES_PER_ORDER
        net_at, tax_at = (COLUMNS["order_line"].index(name) for name in ("net", "tax"))
        cost_at = COLUMNS["product"].index("cost")
        buyers = [row[0] for row in self.rows["partner"]]
        share = [1 / (place + 5) for place in range(len(buyers))]
        products = [(row[0], row[cost_at]) for row in self.rows["product"]]
        for number, count in enumerate(self._lines_per_order(orders)):
            at = FIRST_DAY + timedelta(days=DAYS * number / orders)
            system, day = self._system(at), at.date().isoformat()
            partner = choose.choices(buyers, share)[0]
            lines = [self._line(at, system[0], partner, place, products) for place in range(1, count + 1)]
            net, tax = sum(line[net_at] for line in lines), sum(line[tax_at] for line in lines)
            order = self._row(
                "sales_order",
                system,
                number=f"SO-{at.year}-{number:06}",
                provisional_number=f"K7-{number:06}",
                partner_id=partner,
                salesperson_id=self.user_id,
                source="field",
                order_kind="order",
                status=choose.choices(list(_STATUSES), list(_STATUSES.values()))[0],
                order_date=day,
                placed_at=system[1],
                received_at=system[1],
                requested_on=day,
                currency="CNY",
                net=net,
                tax=tax,
                total=net + tax,
            )
            self.rows["order_line"] += lines
            self.rows["sales_order"].append(order)

    def _lines_per_order(self, orders: int) -> list[int]:
        counts = [self._random.randint(1, 2 * LINES_PER_ORDER - 1) for _ in range(orders)]
        while missing := self._size.lines - sum(counts):
            for _ in range(abs(missing)):
                place = self._random.randrange(orders)
                counts[place] = max(1, counts[place] + (1 if missing > 0 else -1))
        return counts

    def _line(
        self, at: datetime, order: str, partner: str, place: int, products: list[tuple[str, int]]
    ) -> Row:
        choose = self._random
        product, cost = products[int(len(products) * choose.random() ** 2)]
        quantity, price = 1000 * choose.randint(1, 60), cost * 5 // 4
        net = quantity * price // 100_000
        return self._row(
            "order_line",
            self._system(at),
            order_id=order,
            partner_id=partner,
            line_number=place,
            product_id=product,
            quantity=quantity,
            list_price=price,
            unit_price=price,
            tax_rate=1300,
            discount=0,
            net=net,
            tax=net * 13 // 100,
            cost=quantity * cost // 100_000,
        )


def wire_id(ms: int, bits: int) -> str:
    """A UUIDv7 of this moment with these 74 bits, in wire form."""
    number = (ms << 80) | (7 << 76) | ((bits >> 62) << 64) | (2 << 62) | (bits & ((1 << 62) - 1))
    return f"{number:032x}"


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
