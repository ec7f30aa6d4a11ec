"""What stock may cost: sales lost where it runs out, money tied up where there is too much. Each with its
steps.

Demand until a delivery arrives is taken to be Poisson with the pace of recent sales as its mean, and normal
with the same mean and variance where the mean is above :data:`NORMAL_FROM`: E. A. Silver, D. F. Pyke, D. J.
Thomas, Inventory and Production Management in Supply Chains, 4th edition, chapters 6 and 7 (probability of a
stock-out and expected shortage per cycle, with the unit normal loss function).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from channeldesk.model import values
from channeldesk.model.notice import Money, Price, Quantity, Rate, notice
from channeldesk.rules.explain import Step

_UNIT: int = 10**values.QUANTITY_SCALE
NORMAL_FROM = 200
"""Units of expected demand from which a normal distribution is used; it differs by less than a thousandth."""
ENOUGH_DAYS = 90
"""Days of demand beyond the time of delivery that stock may cover before it counts as too much."""


@dataclass(frozen=True, slots=True)
class Held:
    """A position: ``on_hand`` and demand ``daily`` (over ``window`` days, per day) at scale 3, days until a
    delivery arrives, and what a unit costs the keeper at scale 4. ``price`` None: not known.
    """

    on_hand: int
    daily: int
    lead_days: int
    price: int | None
    currency: str
    window: int = 90
    incoming: int = 0
    enough_days: int = ENOUGH_DAYS


@dataclass(frozen=True, slots=True)
class Danger:
    """``chance`` in basis points that demand until a delivery is more than there is; ``short`` the quantity
    that will then be missing, on average over all outcomes; ``lost`` its price in minor units.
    """

    chance: int
    short: int
    lost: int | None
    steps: tuple[Step, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Excess:
    """``quantity`` above what demand needs in the time declared; ``tied`` its price in minor units."""

    quantity: int
    tied: int | None
    steps: tuple[Step, ...] = field(compare=False)


def danger(held: Held) -> Danger:
    """The chance that it runs out before a delivery arrives, and what that is expected to cost in sales.

    Negative stock counts as none. Without demand nothing is lost.
    """
    there = max(0, held.on_hand)
    mean = held.daily * held.lead_days / _UNIT
    chance, missing = shortage(there // _UNIT, mean) if held.daily > 0 else (0.0, 0.0)
    short = round(missing * _UNIT)
    lost = _worth(short, held)
    share = round(chance * values.WHOLE)
    steps = [
        Step(notice("step.sold_a_day", days=held.window), Quantity(held.daily)),
        Step(
            notice("step.demand_until_delivery", days=held.lead_days), Quantity(held.daily * held.lead_days)
        ),
        Step(notice("step.on_hand"), Quantity(there), "-"),
        Step(notice("step.chance_of_running_out"), Rate(share)),
        Step(notice("step.expected_short"), Quantity(short)),
        *_priced(held),
        *_summed("step.lost_sales", lost, held),
    ]
    return Danger(share, short, lost, tuple(steps))


def excess(held: Held) -> Excess:
    """What lies there, or is on its way, beyond the demand of the time of delivery and ``enough_days``."""
    need = max(0, held.daily) * (held.lead_days + held.enough_days)
    there = max(0, held.on_hand) + held.incoming
    over = max(0, there - need)
    tied = _worth(over, held)
    steps = [
        Step(notice("step.on_hand"), Quantity(max(0, held.on_hand))),
        Step(notice("step.in_transit"), Quantity(held.incoming), "+"),
        Step(notice("step.demand_of_days", days=held.lead_days + held.enough_days), Quantity(need), "-"),
        Step(notice("step.above_need"), Quantity(over), "="),
        *_priced(held),
        *_summed("step.tied_up", tied, held),
    ]
    return Excess(over, tied, tuple(steps))


def shortage(units: int, mean: float) -> tuple[float, float]:
    """P(D > units) and E[max(0, D - units)] of a demand D with this mean."""
    if mean <= 0:
        return 0.0, 0.0
    if mean >= NORMAL_FROM:
        spread = math.sqrt(mean)
        above = _above((units + 0.5 - mean) / spread)
        z = (units - mean) / spread
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return above, max(0.0, spread * (density - z * _above(z)))
    # P(D <= units) term by term; E[(D - x)+] = m P(D >= x) - x P(D > x) for a Poisson D of mean m.
    term = below = math.exp(-mean)
    for count in range(1, units + 1):
        term *= mean / count
        below += term
    above = max(0.0, 1.0 - below)
    return above, max(0.0, mean * (above + term) - units * above)


def band(mean: float, z: float = 1.2816) -> float:
    """How far demand of this mean may lie from it in eight of ten cases: z standard deviations."""
    return z * math.sqrt(max(0.0, mean))


def turnover(sold: int, window: int, levels: list[int]) -> int | None:
    """Times a year (in hundredths) that the mean stock is sold: sales of the window as of a year over the
    mean of its daily levels. Of one product at one cost this is cost of sales over mean stock (S. Chopra, P.
    Meindl, Supply Chain Management, on inventory turns). None without stock.
    """
    known = [max(0, level) for level in levels]
    total = sum(known)
    if not total or window <= 0:
        return None
    return values.round_half_up(max(0, sold) * 365 * 100 * len(known), window * total)


def _above(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2


def _worth(quantity: int, held: Held) -> int | None:
    return None if held.price is None else values.line_net(quantity, held.price, held.currency)


def _priced(held: Held) -> list[Step]:
    return [] if held.price is None else [Step(notice("step.price"), Price(held.price, held.currency), "*")]


def _summed(code: str, amount: int | None, held: Held) -> list[Step]:
    return [] if amount is None else [Step(notice(code), Money(amount, held.currency), "=")]
