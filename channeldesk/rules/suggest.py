"""How much to order: demand until the delivery after next, plus safety, less what is there or coming."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta

from channeldesk.model import values
from channeldesk.model.notice import Notice, Quantity, Rate, notice
from channeldesk.rules.explain import Step
from channeldesk.rules.promotions.boost import Boost

_UNIT: int = 10**values.QUANTITY_SCALE


@dataclass(frozen=True, slots=True)
class Need:
    """What is known about one product at one partner; quantities at scale 3.

    ``forecast`` is the demand expected over ``forecast_days``. An order placed now arrives after
    ``lead_days``, the next chance to order is ``review_days`` later. ``on_hand`` None: never counted.
    ``in_transit`` left and has not arrived; ``ordered`` has not left yet. None of them is in another.
    Suggestions are multiples of ``pack``. ``boost``: what a promotion is planned to add to the demand.
    """

    forecast: int
    forecast_days: int
    lead_days: int
    review_days: int
    safety: int = 0
    on_hand: int | None = None
    in_transit: int = 0
    ordered: int = 0
    pack: int = _UNIT
    boost: Boost | None = None

    def __post_init__(self) -> None:
        if self.forecast_days <= 0 or self.pack <= 0:
            raise ValueError("forecast days and pack size are positive")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``quantity`` is a multiple of the pack; ``steps`` add up to it; ``cautions`` say what was assumed."""

    quantity: int
    steps: tuple[Step, ...] = field(compare=False)
    cautions: tuple[Notice, ...] = ()


def suggest(need: Need) -> Suggestion:
    """Suggested order quantity, explained. Demand is rounded up to the pack like everything else: a part of a
    piece cannot be ordered.
    """
    days = need.lead_days + need.review_days
    demand = _up(max(0, need.forecast) * days, need.forecast_days * _UNIT) * _UNIT
    cautions = []
    on_hand = need.on_hand or 0
    if need.on_hand is None:
        cautions.append(notice("suggest.never_counted"))
    elif on_hand < 0:
        cautions.append(notice("suggest.negative_stock", quantity=Quantity(on_hand)))
        on_hand = 0
    promoted = need.boost.quantity if need.boost is not None else 0
    missing = demand + promoted + need.safety - on_hand - need.in_transit - need.ordered
    quantity = _up(max(0, missing), need.pack) * need.pack
    steps = [
        Step(notice("step.forecast", days=days), Quantity(demand)),
        *_boosted(need.boost),
        Step(notice("step.safety_stock"), Quantity(need.safety), "+"),
        Step(notice("step.on_hand"), Quantity(on_hand), "-"),
        Step(notice("step.in_transit"), Quantity(need.in_transit), "-"),
    ]
    if need.ordered:
        steps.append(Step(notice("step.ordered"), Quantity(need.ordered), "-"))
    if quantity != missing:
        label = notice("step.pack", pack=Quantity(need.pack)) if missing > 0 else notice("step.enough")
        steps.append(Step(label, Quantity(quantity - missing), "+"))
    steps.append(Step(notice("step.suggested"), Quantity(quantity), "="))
    return Suggestion(quantity, tuple(steps), tuple(cautions))


def _boosted(boost: Boost | None) -> list[Step]:
    if boost is None:
        return []
    told = notice("step.planned_promotion", promotion=boost.code, lift=Rate(boost.lift), days=boost.days)
    return [Step(told, Quantity(boost.quantity), "+")]


def safety_stock(
    daily_demand: float,
    demand_deviation: float,
    lead_days: float,
    lead_deviation: float = 0.0,
    z: float = 1.645,
) -> int:
    """z sqrt(L sd² + d² sL²): demand per day and its deviation in base units, lead time and its deviation in
    days; z 1.645 is 95 % of orders without a stock-out. Answers a quantity at scale 3, whole units.
    """
    units = z * math.sqrt(lead_days * demand_deviation**2 + daily_demand**2 * lead_deviation**2)
    return math.ceil(round(units, 6)) * _UNIT


def stock_out_day(available: int, forecast: int, forecast_days: int, today: date) -> date | None:
    """The first day on which ``available`` no longer covers demand, at an even pace; None without demand."""
    if forecast <= 0:
        return None
    days = max(0, available) * forecast_days // forecast
    return today + timedelta(days=days) if days < 3650 else None


def _up(number: int, divisor: int) -> int:
    return -(-number // divisor)
