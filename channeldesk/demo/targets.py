"""Monthly sales targets: of every lowest territory, and of every active partner."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import Organisation, currency_of
from channeldesk.demo.partners import FAILING, Partner
from channeldesk.demo.sales import CANCELLED, REJECTED, Sales
from channeldesk.demo.seasons import day_weight, month_weight
from channeldesk.demo.world import Batch, World, moment

if TYPE_CHECKING:
    import numpy as np

COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "territory_id",
    "user_id",
    "partner_id",
    "category",
    "kpi",
    "period_id",
    "currency",
    "value",
)
AMBITION = 1.05


def make_targets(
    world: World, organisation: Organisation, partners: list[Partner], sales: Sales, days: list[date]
) -> Batch:
    """What a planner would have set: last year's run rate, the season's shape, a little more.

    The plan runs from the first month of history to the end of this year. Territory rows have no partner;
    a territory's target is not the sum of its partners' (a tenth is left for newcomers).
    """
    months = sorted(
        first for first in organisation.periods if world.start <= first <= date(world.today.year, 12, 1)
    )
    run_rate = _run_rate(partners, sales, days)
    shape = {country: _shape(country, months) for country in ("CN", "GB")}
    source = world.random("targets")
    bases: dict[str, float] = {}
    rows: list[tuple[Any, ...]] = []
    for place, partner in enumerate(partners):
        if partner.stage not in ("active", "onboarding") or run_rate[place] <= 0:
            continue
        base = (
            float(run_rate[place])
            * AMBITION
            * source.uniform(0.94, 1.08)
            * (1.35 if place == FAILING else 1.0)
        )
        bases[partner.territory] = bases.get(partner.territory, 0.0) + base
        rows += [
            _row(
                world,
                organisation,
                partner.territory,
                partner.id,
                month,
                base * shape[partner.country][month] * _growth(month, world.today),
            )
            for month in months
            if month >= partner.first_order.replace(day=1)
        ]
    for territory, base in bases.items():
        country = territory.split("-")[0]
        rows += [
            _row(
                world,
                organisation,
                territory,
                None,
                month,
                base * 1.1 * shape[country][month] * _growth(month, world.today),
            )
            for month in months
        ]
    return Batch("target", COLUMNS, rows)


def _run_rate(partners: list[Partner], sales: Sales, days: list[date]) -> np.ndarray:
    """Average net sales a month over the last year, per partner, in minor units."""
    import numpy as np

    counts = ~np.isin(sales.status, (CANCELLED, REJECTED)) & (sales.day > len(days) - 366)
    total = np.bincount(sales.partner[counts], weights=sales.net[counts], minlength=len(partners))
    life = np.array([min(12.0, max(1.0, ((days[-1] - p.first_order).days + 1) / 30.4)) for p in partners])
    return np.asarray(total / life)


def _shape(country: str, months: list[date]) -> dict[date, float]:
    """Each month's share of an average month, from the same seasons as the orders."""
    weights = {}
    for month in months:
        inside = [date.fromordinal(n) for n in range(month.toordinal(), month.toordinal() + 31)]
        weights[month] = sum(day_weight(country, d) for d in inside if d.month == month.month) * month_weight(
            country, month.month, False
        )
    average = sum(weights.values()) / len(weights)
    return {month: weight / average for month, weight in weights.items()}


def _growth(month: date, today: date) -> float:
    return float(1.05 ** ((month - today).days / 365.25))


def _row(
    world: World, organisation: Organisation, territory: str, partner: bytes | None, month: date, value: float
) -> tuple[Any, ...]:
    at = moment(date(month.year - 1, 12, 1), 9 * 60, "UTC")
    return (
        world.id("target", at),
        at,
        at,
        organisation.territories[territory],
        None,
        partner,
        None,
        "net_sales",
        organisation.periods[month],
        currency_of(territory),
        max(round(value / 100_000), 1) * 100_000,
    )
