"""How long an order took from one state to the next, and what is usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STAGES = ("placed", "received", "accepted", "sent", "shipped", "closed")
"""In the order in which an order passes them; it may skip some."""


@dataclass(frozen=True, slots=True)
class Stage:
    """``at`` in ms UTC; ``took``: ms since the stage before, None for the first."""

    name: str
    at: int
    took: int | None


def stages(moments: Mapping[str, int | None]) -> tuple[Stage, ...]:
    """The stages that were reached. A laptop's clock may be ahead of headquarters': nothing takes less than
    no time.
    """
    found = list[Stage]()
    for name in STAGES:
        at = moments.get(name)
        if at is not None:
            found.append(Stage(name, at, max(0, at - found[-1].at) if found else None))
    return tuple(found)


def percentile(values: Sequence[int], share: int) -> int | None:
    """The value that ``share`` per cent of all do not exceed (nearest rank); None of none."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else None
