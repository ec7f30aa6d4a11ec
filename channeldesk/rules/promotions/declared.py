"""Promotions as they are stored: what staff may write into one, and how the rows become a promotion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from channeldesk.model import values
from channeldesk.model.notice import Notice, Problem
from channeldesk.rules.promotions.terms import Combination, Mechanic, Part, Promotion, Scope, Tier

Row = Mapping[str, Any]

NEEDS: dict[Mechanic, tuple[str, ...]] = {
    Mechanic.PERCENT: ("rate",),
    Mechanic.AMOUNT: ("price_off",),
    Mechanic.FREE_GOODS: ("buy_quantity", "free_quantity"),
    Mechanic.BUNDLE: ("rate",),
    Mechanic.THRESHOLD: ("amount_off", "least_amount"),
    Mechanic.TIERED: ("steps",),
}
"""The fields that a mechanic cannot do without; it looks at no other figures."""
_ASIDE: dict[Mechanic, tuple[str, ...]] = {
    Mechanic.FREE_GOODS: ("free_product_id",),
    Mechanic.TIERED: ("steps_in",),
}
"""Fields that a mechanic looks at where they are given."""
ONE_UNIT: int = 10**values.QUANTITY_SCALE
BUYERS = ("partner_id", "tier_id", "channel_type_id", "territory_id")


def read_steps(text: str | None, *, by_quantity: bool, currency: str) -> tuple[Tier, ...]:
    """Steps as they are written: ``1000 = 2; 5000 = 4.5``. Raises Problem naming the step at fault."""
    scale = values.QUANTITY_SCALE if by_quantity else values.minor_units(currency)
    found: dict[int, int] = {}
    for one in (text or "").replace("；", ";").split(";"):
        if not one.strip():
            continue
        least, _, rate = one.partition("=")
        try:
            step = Tier(
                values.scaled(least.strip(), scale), values.rate_from(rate.strip().removesuffix("%").strip())
            )
        except Problem:
            raise Problem.of("promotion.bad_step", step=one.strip()) from None
        if step.least <= 0 or not 0 < step.rate <= values.WHOLE or step.least in found:
            raise Problem.of("promotion.bad_step", step=one.strip())
        found[step.least] = step.rate
    return tuple(Tier(least, found[least]) for least in sorted(found))


def refuse_promotion(row: Row) -> tuple[str, Notice] | None:
    """What is wrong with a promotion of headquarters' staff: the field and why."""
    mechanic = Mechanic(row["mechanic"])
    for name in NEEDS[mechanic]:
        if row.get(name) is None:
            return name, Notice("edit.field_required", {"field": name})
    if row["currency"] not in values.CURRENCIES:
        return "currency", Notice("value.unknown_currency", {"currency": row["currency"]})
    try:
        if mechanic is Mechanic.TIERED and not _tiers(row):
            return "steps", Notice("edit.field_required", {"field": "steps"})
    except Problem as problem:
        return "steps", problem.notice
    return None


def unasked(mechanic: str) -> frozenset[str]:
    """Fields of a promotion that mean nothing with this mechanic."""
    every = {name for several in (*NEEDS.values(), *_ASIDE.values()) for name in several}
    return frozenset(every - {*NEEDS[Mechanic(mechanic)], *_ASIDE.get(Mechanic(mechanic), ())})


def refuse_buyer(row: Row) -> tuple[str, Notice] | None:
    """A row of whom a promotion is for names one thing."""
    if sum(row.get(name) is not None for name in BUYERS) != 1:
        return BUYERS[0], Notice("promotion.one_buyer")
    return None


def refuse_item(row: Row) -> tuple[str, Notice] | None:
    """A row of what a promotion is for names a product or a category."""
    if (row.get("product_id") is None) == (row.get("category") is None):
        return "product_id", Notice("promotion.one_item")
    return None


def promotion(row: Row, buyers: Iterable[Row], items: Iterable[Row]) -> Promotion | None:
    """The promotion of a stored row with its parts; None where it lacks what its mechanic needs, or where a
    later program made it.
    """
    if row["mechanic"] not in set(Mechanic) or row["combination"] not in set(Combination):
        return None
    if refuse_promotion(row) is not None:
        return None
    mechanic, items, buyers = Mechanic(row["mechanic"]), list(items), list(buyers)
    quantities: dict[bytes, int] = {}
    for one in items:
        if (product := one["product_id"]) is not None:
            quantities[product] = max(quantities.get(product, 0), one["quantity"] or ONE_UNIT)
    parts = tuple(Part(product, quantities[product]) for product in sorted(quantities))
    if mechanic is Mechanic.BUNDLE and not parts:
        return None
    return Promotion(
        id=row["id"],
        code=row["code"],
        mechanic=mechanic,
        currency=row["currency"],
        scope=Scope(
            partners=_named(buyers, "partner_id"),
            tiers=_named(buyers, "tier_id"),
            channel_types=_named(buyers, "channel_type_id"),
            territories=_named(buyers, "territory_id"),
            products=frozenset(part.product for part in parts),
            categories=frozenset(one["category"] for one in items if one["category"] is not None),
        ),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        combination=Combination(row["combination"]),
        group=row["exclusion"],
        rate=row["rate"] or 0,
        amount=(row["price_off"] if mechanic is Mechanic.AMOUNT else row["amount_off"]) or 0,
        least=row["least_amount"] or 0,
        buy=row["buy_quantity"] or 0,
        free=row["free_quantity"] or 0,
        free_product=row["free_product_id"] if mechanic is Mechanic.FREE_GOODS else None,
        by_quantity=_by_quantity(row),
        tiers=_tiers(row) if mechanic is Mechanic.TIERED else (),
        parts=parts,
        budget_left=budget_left(row),
        lift=row.get("expected_lift") or 0,
    )


def budget_left(row: Row) -> int | None:
    """Money; None without a budget."""
    budget = row.get("budget")
    return None if budget is None else max(0, budget - (row.get("used") or 0))


def _tiers(row: Row) -> tuple[Tier, ...]:
    return read_steps(row.get("steps"), by_quantity=_by_quantity(row), currency=row["currency"])


def _named(buyers: Iterable[Row], field: str) -> frozenset[bytes]:
    return frozenset(one[field] for one in buyers if one[field] is not None)


def _by_quantity(row: Row) -> bool:
    return bool(row["steps_in"] == "quantity")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
