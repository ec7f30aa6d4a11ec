"""What a person should look at before publishing a changed price or price list."""

from __future__ import annotations

from channeldesk.model.values import WHOLE, round_half_up

LARGE_CHANGE = 3_000
"""Basis points: a price that moves by more than 30 % is pointed out."""
BELOW_FLOOR, BELOW_COST, LARGE = "below_floor", "below_cost", "large"
OVERLAP = "overlap"
"""A list that holds together with another one for the same buyers (``rules.bulk.overlaps``)."""


def difference(before: int | None, after: int | None) -> int | None:
    """In basis points of what it was; None where there was nothing to measure by."""
    if not before or after is None:
        return None
    return round_half_up((after - before) * WHOLE, before)


def marks(
    before: int | None, after: int | None, floor: int | None, cost: int | None = None
) -> tuple[str, ...]:
    """Of a price as it was and as it would be. ``cost``: in the price's currency, None where it is not known
    or not the person's to see.
    """
    if after is None:
        return ()
    told = {
        BELOW_FLOOR: floor is not None and after < floor,
        BELOW_COST: cost is not None and after < cost,
        LARGE: bool(before) and abs(after - (before or 0)) * WHOLE > LARGE_CHANGE * (before or 0),
    }
    return tuple(name for name, said in told.items() if said)
