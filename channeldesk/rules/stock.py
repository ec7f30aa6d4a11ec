"""What a partner has in stock, derived: the last count or report, and the movements after it.

No laptop ever increments a level, so two laptops cannot disagree about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from channeldesk.model import values
from channeldesk.model.notice import Instant, Notice, Quantity, notice


@dataclass(frozen=True, slots=True)
class Anchor:
    """A known level: counted by a person or reported by a system. ``as_of`` in ms UTC."""

    id: bytes
    as_of: int
    quantity: int
    source: Literal["count", "report"]


@dataclass(frozen=True, slots=True)
class Movement:
    """A signed change; ``at`` in ms UTC."""

    at: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Level:
    """``quantity`` is None where nothing was ever counted or reported: unknown, not zero.

    ``as_of`` is the anchor's moment; ``moved`` the sum of movements since (or of all, without an anchor);
    ``faults`` tells of data that cannot be true.
    """

    quantity: int | None
    as_of: int | None
    source: Literal["count", "report"] | None
    moved: int
    movements: int
    faults: tuple[Notice, ...] = ()


def level(anchors: Iterable[Anchor], movements: Iterable[Movement]) -> Level:
    """The level now. The latest anchor wins, of equals the one with the greater id (ids rise with time); a
    movement at the very moment of the anchor is taken to be in it.
    """
    anchor = max(anchors, key=lambda one: (one.as_of, one.id), default=None)
    later = [one.quantity for one in movements if anchor is None or one.at > anchor.as_of]
    if anchor is None:
        return Level(None, None, None, sum(later), len(later))
    quantity = anchor.quantity + sum(later)
    faults = (negative(quantity, anchor.as_of),) if quantity < 0 else ()
    return Level(quantity, anchor.as_of, anchor.source, sum(later), len(later), faults)


def negative(quantity: int, as_of: int) -> Notice:
    """Stock below zero: something was moved and not recorded. A fault of the data, not an order signal."""
    return notice("stock.negative", quantity=Quantity(quantity), as_of=Instant(as_of))


class Risk(StrEnum):
    UNKNOWN = "unknown"
    OUT = "out"
    """Nothing left, or gone before a delivery can arrive."""
    LOW = "low"
    """Below safety before a delivery can arrive."""
    OK = "ok"
    OVER = "over"


def days_of_cover(on_hand: int, daily_demand: int) -> int | None:
    """Whole days until stock is used up, rounded down; None without demand (it lasts for ever).

    Both at quantity scale, demand per day. Negative stock covers 0 days.
    """
    return max(0, on_hand) // daily_demand if daily_demand > 0 else None


def risk(on_hand: int | None, daily_demand: int, lead_days: int, safety: int, over_days: int = 120) -> Risk:
    """How a level stands against demand while a delivery is under way."""
    if on_hand is None or on_hand < 0:
        return Risk.UNKNOWN
    at_delivery = on_hand - daily_demand * lead_days
    if on_hand == 0 or at_delivery <= 0 < daily_demand:
        return Risk.OUT
    if at_delivery < safety:
        return Risk.LOW
    cover = days_of_cover(on_hand, daily_demand)
    return Risk.OVER if cover is not None and cover > over_days else Risk.OK


@dataclass(frozen=True, slots=True)
class Variance:
    """Counted less expected; ``share`` of expected in basis points, None where nothing was expected."""

    difference: int
    share: int | None


def variance(counted: int, expected: int | None) -> Variance | None:
    """How a count differs from the books; None where the books knew nothing."""
    if expected is None:
        return None
    difference = counted - expected
    share = values.round_half_up(difference * values.WHOLE, expected) if expected > 0 else None
    return Variance(difference, share)
