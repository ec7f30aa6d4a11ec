"""Visits made and planned, counts taken on them, promises given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from channeldesk.demo.organisation import Organisation, zone_of
from channeldesk.demo.partners import FAILING, Partner
from channeldesk.demo.products import Catalogue
from channeldesk.demo.stock import WEEKS, Stock
from channeldesk.demo.warehouses import Warehouses
from channeldesk.demo.world import Batch, World, batch, moment

EVERY_DAYS = {"gold": 30, "silver": 45, "registered": 75}
NOTES = (
    "Shelf tidy, price tags up to date.",
    "样机缺一台，已登记。",
    "Owner asks for longer terms.",
    "Competitor offers 5 % on batteries.",
    "新店员需要培训。",
    "Wants the autumn leaflet.",
    "库存偏高，建议先促销。",
    "Talked through open invoices.",
    "Good traffic, drills sell well.",
    "Two returned grinders checked.",
    "讨论双十一备货。",
    "Window display agreed.",
)
PROMISES = (
    "Send the new price list",
    "Trainer for laser levels",
    "Answer on rebate tier 3",
    "Replace two faulty chargers",
    "补发样品两台",
    "Display rack for drill kits",
    "Leaflets for the autumn campaign",
    "确认到货日期",
    "Quote for 40 drill kits",
    "Check the returned battery packs",
)
PURPOSES = (
    "Quarterly review",
    "Stock count and order",
    "New buyer, first meeting",
    "Open invoices",
    "Promotion set-up",
    "Training",
)
TODAY_PLAN = (
    (0, 9 * 60, 45, "Open invoices and display rack"),
    (1, 11 * 60, 60, "Stock count and order"),
    (2, 14 * 60, 45, "Price list and claim"),
    (3, 16 * 60 + 30, 30, "Quarterly review"),
)
"""Today's tour of li.wei: place in the list of known partners, start, minutes, purpose."""
TODAY_PROMISES = (
    (0, "Display rack for drill kits", 0, 47),
    (1, "Price list on paper", 0, 20),
    (2, "Answer on rebate tier 3", 1, 16),
    (7, "Trainer for laser levels", 4, 12),
    (4, "Payment plan in three parts", -6, 30),
    (5, "Floor price letter to the shop team", -2, 9),
)
"""Place, what was promised, due in days from today, made so many days ago."""


@dataclass
class Field:
    """Rows of field work, by entity."""

    plans: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    promises: list[dict[str, Any]] = field(default_factory=list)
    counts: list[dict[str, Any]] = field(default_factory=list)
    count_lines: list[dict[str, Any]] = field(default_factory=list)

    def batches(self) -> tuple[Batch, ...]:
        return (
            batch("visit_plan", self.plans),
            batch("visit", self.visits),
            batch("promise", self.promises),
            batch("stock_count", self.counts),
            batch("stock_count_line", self.count_lines),
        )


def make_field(
    world: World,
    organisation: Organisation,
    partners: list[Partner],
    catalogue: Catalogue,
    stock: Stock,
    warehouses: Warehouses,
    days: list[date],
) -> Field:
    """A year of visits, the next two weeks' plan, and what was promised; in order of date."""
    source = world.random("field")
    made = Field()
    pairs: dict[int, list[int]] = {}
    for pair, who in enumerate(stock.partner.tolist()):
        pairs.setdefault(who, []).append(pair)
    for day, place in sorted(_past(world, source, partners)):
        partner = partners[place]
        visit = _visit(world, source, organisation, partner, day, made)
        if (
            (world.today - day).days < (WEEKS - 2) * 7
            and place in pairs
            and (place <= FAILING or source.random() < 0.55)
        ):
            where = [(pair, warehouses.of(place, pair)) for pair in pairs[place]]
            _count(world, source, organisation, catalogue, stock, partner, where, visit, days, made)
        if source.random() < 0.3:
            due = day + timedelta(days=source.randint(4, 30))
            done = due + timedelta(days=source.randint(-3, 4))
            kept = source.random() < 0.88
            if due > world.today - timedelta(days=40) or kept:
                _promise(
                    world,
                    organisation,
                    partner,
                    source.choice(PROMISES),
                    day,
                    due,
                    made,
                    visit["id"],
                    done if kept and day < done <= world.today else None,
                )
    for place, promised, due_in, ago in TODAY_PROMISES:
        due, day = world.today + timedelta(days=due_in), world.today - timedelta(days=ago)
        _promise(world, organisation, partners[place], promised, day, due, made)
    _plans(world, source, organisation, partners, made)
    return made


def _past(world: World, source: Random, partners: list[Partner]) -> list[tuple[date, int]]:
    """(day, partner) of a year of visits. The failing partner was last seen 47 days ago."""
    stretch = 1 if len(partners) <= 100 else 2
    visits = []
    for place, partner in enumerate(partners):
        if not partner.buys:
            continue
        last = world.today - timedelta(
            days=47 if place == FAILING else source.randint(1, EVERY_DAYS[partner.tier] * stretch)
        )
        last = min(last, partner.last_order)
        while last > max(world.today - timedelta(days=365), partner.joined):
            if last.weekday() < 5 or place == FAILING:
                visits.append((last, place))
            last -= timedelta(days=EVERY_DAYS[partner.tier] * stretch + source.randint(-8, 8))
    return visits


def _visit(
    world: World, source: Random, organisation: Organisation, partner: Partner, day: date, made: Field
) -> dict[str, Any]:
    zone, user = zone_of(partner.territory), organisation.managers[partner.territory]
    start, minutes = (
        source.choice((9, 10, 11, 13, 14, 15, 16)) * 60 + source.randint(0, 40),
        source.randint(20, 75),
    )
    arrived, left = moment(day, start, zone), moment(day, start + minutes, zone)
    plan: dict[str, Any] = _plan(
        world, user, partner, day, start // 30 * 30, minutes // 15 * 15 + 15, source.choice(PURPOSES)
    )
    plan |= {"state": "done", "checked_in_at": arrived, "updated_at": left}
    made.plans.append(plan)
    visit = {
        "id": world.id("visit", left),
        "created_at": left,
        "created_by": user,
        "updated_at": left,
        "updated_by": None,
        "partner_id": partner.id,
        "plan_id": plan["id"],
        "user_id": user,
        "visited_on": day.isoformat(),
        "checked_in_at": arrived,
        "checked_out_at": left,
        "outcome": source.choices(("met", "order_taken", "not_met", "issue_open"), weights=(50, 32, 8, 10))[
            0
        ],
        "note": source.choice(NOTES) if source.random() < 0.7 else None,
        "latitude": round(partner.city.latitude * 1_000_000),
        "longitude": round(partner.city.longitude * 1_000_000),
    }
    made.visits.append(visit)
    return visit


def _plan(
    world: World, user: bytes, partner: Partner, day: date, start: int, minutes: int, purpose: str
) -> dict[str, Any]:
    at = moment(min(day, world.today) - timedelta(days=5), 18 * 60, zone_of(partner.territory))
    return {
        "id": world.id("visit_plan", at),
        "created_at": at,
        "created_by": user,
        "updated_at": at,
        "updated_by": None,
        "partner_id": partner.id,
        "user_id": user,
        "planned_on": day.isoformat(),
        "start_minute": start,
        "duration_minutes": minutes,
        "purpose": purpose,
        "state": "planned",
        "checked_in_at": None,
    }


def _plans(
    world: World, source: Random, organisation: Organisation, partners: list[Partner], made: Field
) -> None:
    """Today's tour, and two or three visits a manager on each working day of the next two weeks."""
    for place, start, minutes, purpose in TODAY_PLAN:
        partner = partners[place]
        user = organisation.managers[partner.territory]
        made.plans.append(_plan(world, user, partner, world.today, start, minutes, purpose))
    planned = {place for place, *_ in TODAY_PLAN}
    by_manager: dict[bytes, list[int]] = {}
    for place, partner in enumerate(partners):
        if place not in planned and partner.stage in ("active", "onboarding", "prospect"):
            by_manager.setdefault(organisation.managers[partner.territory], []).append(place)
    for user, places in by_manager.items():
        source.shuffle(places)
        for ahead in range(0 if user != organisation.users["li.wei"] else 1, 14):
            day = world.today + timedelta(days=ahead)
            if day.weekday() >= 5:
                continue
            for slot in range(source.randint(1, 3)):
                if places:
                    start = (9 * 60, 11 * 60, 14 * 60)[slot]
                    made.plans.append(
                        _plan(world, user, partners[places.pop()], day, start, 45, source.choice(PURPOSES))
                    )


def _promise(
    world: World,
    organisation: Organisation,
    partner: Partner,
    promised: str,
    day: date,
    due: date,
    made: Field,
    visit: bytes | None = None,
    done: date | None = None,
) -> None:
    at, user = moment(day, 17 * 60 + 30, zone_of(partner.territory)), organisation.managers[partner.territory]
    made.promises.append(
        {
            "id": world.id("promise", at),
            "created_at": at,
            "created_by": user,
            "updated_at": at,
            "updated_by": None,
            "partner_id": partner.id,
            "visit_id": visit,
            "owner_id": user,
            "promised": promised,
            "due_on": due.isoformat(),
            "done_on": done.isoformat() if done else None,
            "postponed": int(done is None and due < world.today),
        }
    )


def _count(
    world: World,
    source: Random,
    organisation: Organisation,
    catalogue: Catalogue,
    stock: Stock,
    partner: Partner,
    pairs: list[tuple[int, bytes | None]],
    visit: dict[str, Any],
    days: list[date],
    made: Field,
) -> None:
    """What stood on the shelf that evening; an eighth of the products differ from the books by a few.

    Of a partner with several warehouses one is counted.
    """
    at, user = int(visit["checked_out_at"]), organisation.managers[partner.territory]
    day = (date.fromisoformat(visit["visited_on"]) - days[0]).days
    counted_at = moment(days[day], 20 * 60, zone_of(partner.territory))
    count = {
        "id": world.id("stock_count", at),
        "created_at": at,
        "created_by": user,
        "updated_at": at,
        "updated_by": None,
        "partner_id": partner.id,
        "counted_at": counted_at,
        "counted_on": visit["visited_on"],
        "counted_by": user,
        "visit_id": visit["id"],
        "note": None,
        "warehouse_id": pairs[0][1],
    }
    made.counts.append(count)
    for pair, where in source.sample(pairs, min(len(pairs), source.randint(12, 26))):
        expected = stock.level(pair, day)
        spare = stock.level(pair, len(days) - 1)
        differs = source.random() < 0.12 and pair != stock.negative
        counted = max(expected - source.randint(1, 3), 0) if differs and spare > 3 else expected
        reason = source.choice(("damaged", "lost", "unreported_sale")) if counted != expected else None
        if where != count["warehouse_id"]:
            continue
        made.count_lines.append(
            {
                "id": world.id("stock_count_line", at),
                "created_at": at,
                "created_by": user,
                "updated_at": at,
                "updated_by": None,
                "stock_count_id": count["id"],
                "partner_id": partner.id,
                "product_id": catalogue.ids[int(stock.product[pair])],
                "counted": counted * 1000,
                "expected": expected * 1000,
                "reason_code": reason,
            }
        )
