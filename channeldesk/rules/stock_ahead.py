"""How a level may go on, from the pace of sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channeldesk.model import values
from channeldesk.rules.stock_risk import band

_UNIT: int = 10**values.QUANTITY_SCALE


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day to come: what is expected to be left, and between what it lies in eight of ten cases."""

    expected: int
    low: int
    high: int


def ahead(on_hand: int, daily: int, incoming: Sequence[int]) -> list[Ahead]:
    """The days to come, one for each of ``incoming`` (what arrives that day), at an even pace of demand.

    Demand is Poisson, so its spread grows with the root of the days. Nothing is sold below zero.
    """
    found, arrived = [], 0
    for day, quantity in enumerate(incoming, 1):
        arrived += quantity
        need = max(0, daily) * day
        spread = round(band(need / _UNIT) * _UNIT)
        there = max(0, on_hand) + arrived
        found.append(
            Ahead(
                max(0, there - need), max(0, there - need - spread), max(0, min(there, there - need + spread))
            )
        )
    return found
