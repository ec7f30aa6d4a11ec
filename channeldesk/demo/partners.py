"""Partners of the demo network and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from channeldesk.demo import words
from channeldesk.demo.organisation import country_of
from channeldesk.demo.world import World

TERRITORY_SHARE = {"CN-E2": 0.45, "CN-E1": 0.17, "CN-S1": 0.13, "CN-N1": 0.09, "GB-S": 0.09, "GB-N": 0.07}
TYPE_SHARE = {
    "distributor": 26,
    "reseller": 24,
    "store": 21,
    "ecommerce": 10,
    "integrator": 9,
    "community": 5,
    "live": 5,
}
ORDERS = {
    "distributor": 1.5,
    "reseller": 1.0,
    "store": 0.8,
    "ecommerce": 1.7,
    "integrator": 0.7,
    "community": 0.5,
    "live": 1.0,
}
"""How often a partner of a type orders, against a reseller."""
SPEND = {
    "distributor": 1.3,
    "reseller": 0.9,
    "store": 0.95,
    "ecommerce": 1.1,
    "integrator": 2.3,
    "community": 0.6,
    "live": 1.3,
}
"""What it spends on a line, against the average."""
PAYMENT_DAYS = {
    "distributor": 45,
    "reseller": 30,
    "store": 30,
    "ecommerce": 15,
    "integrator": 60,
    "community": 0,
    "live": 0,
}

KNOWN = (
    (
        "Hengtai Hardware, Hangzhou",
        "杭州恒泰五金机电有限公司",
        "CN-E2",
        "Hangzhou",
        "distributor",
        "gold",
        4.2,
    ),
    ("Qianjiang Tools, Hangzhou", "杭州钱江电动工具有限公司", "CN-E2", "Hangzhou", "store", "silver", 1.5),
    (
        "Keqiao Jiade Electric, Shaoxing",
        "绍兴柯桥佳德机电有限公司",
        "CN-E2",
        "Shaoxing",
        "store",
        "silver",
        1.1,
    ),
    (
        "Bluepeak Trading, Shaoxing",
        "绍兴蓝峰贸易有限公司",
        "CN-E2",
        "Shaoxing",
        "reseller",
        "registered",
        1.6,
    ),
    ("Yuanyang Tools, Ningbo", "宁波远洋工具有限公司", "CN-E2", "Ningbo", "distributor", "gold", 2.2),
    ("Kingway E-commerce, Yiwu", "义乌金威电子商务有限公司", "CN-E2", "Yiwu", "ecommerce", "silver", 2.4),
    ("Zhongke Systems, Hangzhou", "杭州中科系统工程有限公司", "CN-E2", "Hangzhou", "integrator", "gold", 2.0),
    ("Oujiang Hardware, Wenzhou", "温州瓯江五金社区商行", "CN-E2", "Wenzhou", "community", "silver", 1.2),
    ("Huachuang Tools, Suzhou", "苏州华创工具有限公司", "CN-E1", "Suzhou", "distributor", "gold", 2.0),
)
"""Name, local name, territory, city, type, tier, size: the ones that the first screens show."""
FAILING, OVER_LIMIT, UNDER_FLOOR, OUT_OF_STOCK = 0, 4, 5, 1
"""Places in ``KNOWN`` of the partners with a story."""


@dataclass
class Partner:
    """One partner while it is being made. ``limit`` is known once its open invoices are."""

    id: bytes
    code: str
    name: str
    name_local: str | None
    territory: str
    city: words.City
    type: str
    tier: str
    size: float
    stage: str
    joined: date
    first_order: date
    last_order: date
    growth: float
    lateness: float
    payment_days: int
    credit_limit: int | None = None
    parent: bytes | None = None
    created_at: int = 0

    @property
    def country(self) -> str:
        return country_of(self.territory)

    @property
    def currency(self) -> str:
        return "CNY" if self.country == "CN" else "GBP"

    @property
    def buys(self) -> bool:
        return self.stage != "prospect"


def make_partners(world: World) -> list[Partner]:
    """Exactly the size's number: the known ones first, then invented ones, largest territories first."""
    source = world.random("partners")
    names: set[str] = {known[0] for known in KNOWN}
    partners = [
        _partner(world, source, number, name, local, territory, _city(territory, city), kind, tier, size)
        for number, (name, local, territory, city, kind, tier, size) in enumerate(KNOWN)
    ]
    for territory in _territories(world.size.partners):
        kind = source.choices(list(TYPE_SHARE), weights=list(TYPE_SHARE.values()))[0]
        name, local, city = _company(source, territory, kind, names)
        size = min(source.paretovariate(1.35), 9.0) * 0.55
        tier = "gold" if size > 1.5 else "silver" if size > 0.8 else "registered"
        if source.random() < 0.15:
            tier = source.choice(("gold", "silver", "registered"))
        partners.append(
            _partner(world, source, len(partners), name, local, territory, city, kind, tier, size)
        )
    for partner in partners:
        _tell_story(partner, source, partners, world)
    return partners


def _territories(count: int) -> list[str]:
    wanted = {code: round(share * count) for code, share in TERRITORY_SHARE.items()}
    wanted["CN-E2"] += count - sum(wanted.values())
    for known in KNOWN:
        wanted[known[2]] -= 1
    return [code for code, number in wanted.items() for _ in range(number)]


def _city(territory: str, name: str) -> words.City:
    return next(city for city in words.CITIES[territory] if city.name == name)


def _company(
    source: Random, territory: str, kind: str, taken: set[str]
) -> tuple[str, str | None, words.City]:
    """An invented name nobody else has."""
    while True:
        cities = words.CITIES[territory]
        city = source.choices(cities, weights=range(len(cities) + 3, 3, -1))[0]
        if country_of(territory) == "GB":
            name = f"{source.choice(words.ENGLISH_BRANDS)} {source.choice(words.ENGLISH_TRADES[kind])}"
            name, local = f"{name}, {city.name}", None
        else:
            brand, trade = source.choice(words.BRANDS), source.choice(words.TRADES[kind])
            name, local = (
                f"{brand.name} {trade.name}, {city.name}",
                f"{city.local}{brand.local}{trade.local}有限公司",
            )
        if name not in taken:
            taken.add(name)
            return name, local, city


def _partner(
    world: World,
    source: Random,
    number: int,
    name: str,
    local: str | None,
    territory: str,
    city: words.City,
    kind: str,
    tier: str,
    size: float,
) -> Partner:
    known = number < len(KNOWN)
    stage, chance = "active", source.random()
    joined = world.start - timedelta(days=source.randint(60, 3000))
    if not known and chance > 0.9 and size < 1.2:
        stage = (
            "prospect"
            if chance > 0.97
            else "dormant"
            if chance > 0.94
            else "onboarding"
            if chance > 0.92
            else "left"
        )
    elif not known and chance > 0.72:
        joined = world.start + timedelta(days=source.randint(30, 700))
    if stage == "onboarding":
        joined = world.today - timedelta(days=source.randint(20, 70))
    last = (
        world.today - timedelta(days=source.randint(150, 400))
        if stage in ("dormant", "left")
        else world.today
    )
    if stage in ("dormant", "left"):
        joined = min(joined, last - timedelta(days=200))
    return Partner(
        id=b"",
        code=f"P-{10_001 + number}",
        name=name,
        name_local=local,
        territory=territory,
        city=city,
        type=kind,
        tier=tier,
        size=size,
        stage=stage,
        joined=joined,
        first_order=max(world.start, joined + timedelta(days=9)),
        last_order=last,
        growth=source.gauss(0.08 if kind in ("ecommerce", "live") else 0.05, 0.1),
        lateness=source.choices((-2, 3, 14, 38), weights=(45, 35, 14, 6))[0],
        payment_days=PAYMENT_DAYS[kind] + (15 if tier == "gold" and PAYMENT_DAYS[kind] else 0),
    )


def _tell_story(partner: Partner, source: Random, partners: list[Partner], world: World) -> None:
    """Ids in the order of joining would not be stable under edits; they follow the code instead."""
    from channeldesk.demo.organisation import zone_of
    from channeldesk.demo.world import moment

    place = partners.index(partner)
    partner.created_at = moment(
        min(partner.joined, world.today), 10 * 60 + place % 400, zone_of(partner.territory)
    )
    partner.id = world.id("partner", partner.created_at)
    if place == FAILING:
        partner.growth, partner.lateness, partner.joined = 0.0, 10, date(2019, 3, 11)
    elif place == OVER_LIMIT:
        partner.lateness = 30
    elif place == UNDER_FLOOR:
        partner.growth = 0.28
    elif partner.type in ("reseller", "store", "community") and place >= len(KNOWN) and source.random() < 0.3:
        above = [p for p in partners[:place] if p.type == "distributor" and p.territory == partner.territory]
        partner.parent = source.choice(above).id if above else None


def own_user(world: World, partners: list[Partner]) -> dict[str, Any]:
    """Somebody of the best known partner, who sees its own company and nothing else."""
    partner = partners[0]
    assert partner.name == KNOWN[0][0]
    return {
        "id": world.id("app_user", partner.created_at),
        "created_at": partner.created_at,
        "updated_at": partner.created_at,
        "login": "hengtai",
        "name": "Xu Lan",
        "role_code": "partner",
        "partner_id": partner.id,
        "title": "Purchasing, Hengtai Hardware",
        "email": "xu.lan@hengtai.example.com",
        "language": "zh_CN",
        "active": 1,
    }


def partner_rows(
    world: World, partners: list[Partner], ids: dict[str, dict[str, bytes]]
) -> list[dict[str, Any]]:
    """``ids`` holds the ids by code of channel_type, tier and territory."""
    source = world.random("partner rows")
    return [
        {
            "id": partner.id,
            "created_at": partner.created_at,
            "updated_at": partner.created_at,
            "code": partner.code,
            "name": partner.name,
            "name_local": partner.name_local,
            "channel_type_id": ids["channel_type"][partner.type],
            "tier_id": ids["tier"][partner.tier],
            "parent_id": partner.parent,
            "territory_id": ids["territory"][partner.territory],
            "stage": partner.stage,
            "currency": partner.currency,
            "credit_limit": partner.credit_limit,
            "payment_days": partner.payment_days,
            "phone": phone(source, partner.city),
            "email": f"orders@p{partner.code[2:]}.example.com",
            "address": _address(source, partner),
            "city": partner.city.local or partner.city.name,
            "postal_code": None,
            "country": partner.country,
            "latitude": round((partner.city.latitude + source.uniform(-0.06, 0.06)) * 1_000_000),
            "longitude": round((partner.city.longitude + source.uniform(-0.08, 0.08)) * 1_000_000),
            "tax_number": None,
            "joined_on": partner.joined.isoformat() if partner.buys else None,
            "custom": "{}",
            "delivery_note": source.choice(
                ("", "", "", "Deliver before 10:00", "仓库在后门", "Call before delivery")
            )
            or None,
        }
        for partner in partners
    ]


def phone(source: Random, city: words.City) -> str:
    """A number nobody has: no Chinese line starts with 0, and 7946 0xxx is kept for drama in Britain."""
    if city.local:
        return f"{city.dialling} 0{source.randint(100, 999)} {source.randint(1000, 9999)}"
    return f"020 7946 0{source.randint(0, 999):03d}"


def _address(source: Random, partner: Partner) -> str:
    if partner.country == "CN":
        street = source.choice(
            ("建设路", "人民路", "解放路", "工业大道", "五金城", "机电市场", "中山路", "滨江路")
        )
        return f"{partner.city.local}市{street}{source.randint(1, 999)}号"
    street = source.choice(
        ("Station Road", "Mill Lane", "Canal Street", "Forge Way", "Trade Park", "Victoria Road")
    )
    return f"{source.randint(1, 199)} {street}"


def contact_rows(world: World, partners: list[Partner]) -> list[dict[str, Any]]:
    """One to three people each, the first being the one to call."""
    source = world.random("contacts")
    rows = []
    for place, partner in enumerate(partners):
        for number in range(source.choices((1, 2, 3), weights=(40, 42, 18))[0]):
            if partner.country == "CN":
                name = source.choice(words.SURNAMES).local + source.choice(words.GIVEN).local
            else:
                name = f"{source.choice(words.ENGLISH_FIRST)} {source.choice(words.ENGLISH_LAST)}"
            if place == FAILING and number == 0:
                name = "王军"
            at = partner.created_at + number * 60_000
            rows.append(
                {
                    "id": world.id("contact", at),
                    "created_at": at,
                    "updated_at": at,
                    "partner_id": partner.id,
                    "name": name,
                    "job_title": words.JOB_TITLES[partner.country][
                        0 if number == 0 else source.randint(1, 4)
                    ],
                    "phone": phone(source, partner.city),
                    "email": f"c{number + 1}@p{partner.code[2:]}.example.com",
                    "main": int(number == 0),
                    "consent": int(source.random() < 0.8),
                    "note": None,
                }
            )
    return rows
