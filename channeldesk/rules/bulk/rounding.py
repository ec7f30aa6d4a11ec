"""Prices brought to an ending that people like, exactly and always the same way.

A rounding is declared in the smallest coin of the currency, so that it means the same for currencies with two
decimals, with three and with none: the possible prices are ``ending``, ``ending + step``, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model.marked import N_
from channeldesk.model.values import PRICE_SCALE, minor_units


@dataclass(frozen=True, slots=True)
class Rounding:
    """``step`` and ``ending`` in minor units; ``name``: marked for translation."""

    name: str
    step: int
    ending: int = 0


EXACT = "exact"
ROUNDINGS: dict[str, Rounding] = {
    "coin": Rounding(N_("to the smallest coin (0.01)"), 1),
    "five": Rounding(N_("to five of the smallest coin (0.05)"), 5),
    "ten": Rounding(N_("to ten of the smallest coin (0.10)"), 10),
    "hundred": Rounding(N_("to a hundred of the smallest coin (1.00)"), 100),
    "thousand": Rounding(N_("to a thousand of the smallest coin (10.00)"), 1000),
    "ends_90": Rounding(N_("to an ending in 90 (4.90)"), 100, 90),
    "ends_95": Rounding(N_("to an ending in 95 (4.95)"), 100, 95),
    "ends_99": Rounding(N_("to an ending in 99 (4.99)"), 100, 99),
    "ends_900": Rounding(N_("to an ending in 900 (49.00)"), 1000, 900),
}
"""The examples in the names are of a currency with two decimals."""


def rounded(price: int, rounding: str, currency: str) -> int:
    """The possible price nearest to one (scale 4), the higher of two as near. What costs nothing goes on
    costing nothing; what costs something never comes to cost nothing. Rounding again changes nothing.
    """
    if price == 0 or rounding == EXACT:
        return price
    declared = ROUNDINGS[rounding]
    coin = int(10 ** (PRICE_SCALE - minor_units(currency)))
    step, ending = declared.step * coin, declared.ending * coin
    places = max(0, (2 * (price - ending) + step) // (2 * step))
    return places * step + ending or step
