"""The demo company: territories, people, calendar, rates, taxes, channel types, tiers."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from channeldesk.demo.seasons import trading_days
from channeldesk.demo.world import Batch, World, batch, moment

CHINA_TIME, BRITISH_TIME = "Asia/Shanghai", "Europe/London"

ROLES = (
    ("headquarters", "Headquarters", 1, 1, 1),
    ("manager", "Regional manager", 1, 0, 1),
    ("viewer", "Viewer", 0, 0, 0),
    ("partner", "Partner", 0, 0, 0),
)
"""Code, name, sees sensitive fields, writes reference data, writes field work."""

USERS = (
    ("chen.jing", "Chen Jing", "headquarters", "Channel director", "zh_CN", ("CN", "GB")),
    ("li.wei", "Li Wei", "manager", "Regional manager East China 2", "zh_CN", ("CN-E2",)),
    ("wang.fang", "Wang Fang", "manager", "Regional manager East China 1", "zh_CN", ("CN-E1",)),
    ("zhou.ming", "Zhou Ming", "manager", "Regional manager South and North", "zh_CN", ("CN-S1", "CN-N1")),
    ("emma.clarke", "Emma Clarke", "manager", "Regional manager Great Britain", "en", ("GB",)),
    ("zhao.lei", "Zhao Lei", "viewer", "Controller East China", "zh_CN", ("CN-E",)),
)
"""Login, name, role, title, language, territories."""

TERRITORIES = (
    ("CN", "China", None, "chen.jing"),
    ("CN-E", "East China", "CN", "chen.jing"),
    ("CN-E1", "East China 1", "CN-E", "wang.fang"),
    ("CN-E2", "East China 2", "CN-E", "li.wei"),
    ("CN-S", "South China", "CN", "chen.jing"),
    ("CN-S1", "South China 1", "CN-S", "zhou.ming"),
    ("CN-N", "North China", "CN", "chen.jing"),
    ("CN-N1", "North China 1", "CN-N", "zhou.ming"),
    ("GB", "Great Britain", None, "emma.clarke"),
    ("GB-S", "South of England", "GB", "emma.clarke"),
    ("GB-N", "North of England", "GB", "emma.clarke"),
)

CHANNEL_TYPES = (
    ("integrator", "Integrator", "集成商", "direct", 2, 1800),
    ("store", "Store", "门店", "direct", 3, 1200),
    ("distributor", "Distributor", "分销商", "distribution", 1, 2800),
    ("reseller", "Reseller", "经销商", "distribution", 4, 1200),
    ("ecommerce", "E-commerce", "电商", "emerging", 5, 1800),
    ("live", "Live commerce", "直播电商", "emerging", 6, 800),
    ("community", "Community", "社群", "emerging", 7, 400),
)
"""Code, name, local name, mix group, priority, planned share in basis points: 30 / 40 / 30 by group."""

TIERS = (
    ("gold", "Gold", "金牌", 1),
    ("silver", "Silver", "银牌", 2),
    ("registered", "Registered", "注册", 3),
)

TAX_CODES = (("VAT13", "VAT 13 % (China)", 1300), ("VAT20", "VAT 20 % (United Kingdom)", 2000))

RATES = {"GBP": 9_120_000, "USD": 7_180_000, "EUR": 7_830_000}
"""Yuan for one unit, scale 6, as they are today; the months before wander around it."""


@dataclass(frozen=True)
class Organisation:
    """Ids by code, and the rows."""

    territories: dict[str, bytes]
    managers: dict[str, bytes]
    users: dict[str, bytes]
    channel_types: dict[str, bytes]
    tiers: dict[str, bytes]
    taxes: dict[str, bytes]
    periods: dict[date, bytes]
    batches: tuple[Batch, ...]


def country_of(territory: str) -> str:
    return territory.split("-")[0]


def zone_of(territory: str) -> str:
    return CHINA_TIME if country_of(territory) == "CN" else BRITISH_TIME


def currency_of(territory: str) -> str:
    return "CNY" if country_of(territory) == "CN" else "GBP"


def make_organisation(world: World) -> Organisation:
    """Everything that the company itself decides; it existed a year before the first order."""
    born = moment(date(world.start.year - 1, 1, 4), 9 * 60, CHINA_TIME)

    def stamp(entity: str) -> dict[str, Any]:
        return {"id": world.id(entity, born), "created_at": born, "updated_at": born}

    roles = [
        stamp("role") | {"code": c, "name": n, "sees_sensitive": s, "writes_reference": r, "writes_field": f}
        for c, n, s, r, f in ROLES
    ]
    users = [
        stamp("app_user")
        | {
            "login": login,
            "name": name,
            "role_code": role,
            "title": title,
            "email": f"{login}@example.com",
            "language": language,
            "active": 1,
            "approves": int(login == "li.wei"),
        }
        for login, name, role, title, language, _ in USERS
    ]
    user_ids = {row["login"]: row["id"] for row in users}
    territories: list[dict[str, Any]] = []
    territory_ids: dict[str, bytes] = {}
    paths: dict[str, str] = {}
    for code, name, parent, manager in TERRITORIES:
        paths[code] = (paths[parent] if parent else "") + code + "/"
        row = stamp("territory") | {
            "code": code,
            "name": name,
            "parent_id": territory_ids[parent] if parent else None,
            "path": paths[code],
            "manager_id": user_ids[manager],
            "time_zone": zone_of(code),
            "currency": currency_of(code),
        }
        territory_ids[code] = row["id"]
        territories.append(row)
    grants = [
        stamp("scope_grant") | {"user_id": user_ids[login], "territory_id": territory_ids[code]}
        for login, _, _, _, _, codes in USERS
        for code in codes
    ]
    periods = [stamp("fiscal_period") | period for period in months(world.start.year, world.today.year + 1)]
    types = [
        stamp("channel_type")
        | {"code": c, "name": n, "name_local": zh, "mix_group": g, "priority": p, "plan_share": s}
        for c, n, zh, g, p, s in CHANNEL_TYPES
    ]
    tiers = [
        stamp("tier") | {"code": c, "name": n, "name_local": zh, "rank_number": rank}
        for c, n, zh, rank in TIERS
    ]
    taxes = [stamp("tax_code") | {"code": c, "name": n, "rate": r} for c, n, r in TAX_CODES]
    return Organisation(
        territories=territory_ids,
        managers={code: user_ids[manager] for code, _, _, manager in TERRITORIES},
        users=user_ids,
        channel_types={row["code"]: row["id"] for row in types},
        tiers={row["code"]: row["id"] for row in tiers},
        taxes={row["code"]: row["id"] for row in taxes},
        periods={date.fromisoformat(row["starts_on"]): row["id"] for row in periods},
        batches=(
            batch("role", roles),
            batch("app_user", users),
            batch("territory", territories),
            batch("scope_grant", grants),
            batch("fiscal_period", periods),
            batch("exchange_rate", [stamp("exchange_rate") | rate for rate in _rates(world)]),
            batch("tax_code", taxes),
            batch("channel_type", types),
            batch("tier", tiers),
        ),
    )


def months(first_year: int, last_year: int) -> list[dict[str, Any]]:
    """Calendar months as fiscal periods."""
    rows = []
    for year in range(first_year, last_year + 1):
        for month in range(1, 13):
            first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
            rows.append(
                {
                    "code": f"{year}-P{month:02d}",
                    "name": first.strftime("%Y-%m"),
                    "year": year,
                    "number": month,
                    "quarter": (month + 2) // 3,
                    "starts_on": first.isoformat(),
                    "ends_on": last.isoformat(),
                    "trading_days": trading_days(first, last),
                }
            )
    return rows


def _rates(world: World) -> list[dict[str, Any]]:
    """A rate a month: a slow random walk that ends at today's rate."""
    source = world.random("rates")
    rows: list[dict[str, Any]] = []
    for currency, now in RATES.items():
        value, walk = float(now), []
        for month in range(
            world.today.year * 12 + world.today.month - 1, world.start.year * 12 + world.start.month - 2, -1
        ):
            walk.append((date(month // 12, month % 12 + 1, 1), round(value)))
            value *= 1 + source.uniform(-0.012, 0.012)
        rows += [
            {"currency": currency, "base_currency": "CNY", "valid_from": first.isoformat(), "rate": rate}
            for first, rate in reversed(walk)
        ]
    return rows
