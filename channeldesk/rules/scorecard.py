"""How a partner stands on several measures at once: scores, health, grade, and what moves it.

Scores are hundredths of a point: 10000 is the target reached, 0 the floor or worse, 12500 the most that
counts. Weights are basis points. Missing is not zero: a measure without a value drops out, and the others
share its weight; below ``ENOUGH`` of the weight there is no grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channeldesk.model.values import WHOLE, round_half_up

FULL = 10_000
MOST = 12_500
ENOUGH = 7_000
"""Of the weight, in basis points."""
GRADES = ((9_000, "A"), (7_500, "B"), (6_000, "C"), (0, "D"))
"""From which health on."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A value between its ``floor`` (0 points) and its ``target`` (100), all in the same unit; a target below
    the floor: less is better. ``value`` None: unknown.
    """

    kpi: str
    weight: int
    floor: int
    target: int
    value: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """``points`` of the measure, ``share`` its weight among those that are known, ``pull`` by how much it
    moves health away from 100 (hundredths of a point, negative: down); None where it is unknown.
    """

    kpi: str
    points: int | None
    share: int | None
    pull: int | None

    @property
    def deviation(self) -> int | None:
        """From the target; negative: short of it."""
        return None if self.points is None else self.points - FULL


@dataclass(frozen=True, slots=True)
class Health:
    """``points`` None: nothing is known. ``covered``: the share of the weight that is. ``grade`` None: too
    little is. ``parts`` in the order of the measures.
    """

    points: int | None
    covered: int
    grade: str | None
    parts: tuple[Part, ...]

    @property
    def reasons(self) -> tuple[Part, ...]:
        """What moves it, the strongest first."""
        known = [(abs(one.pull), one) for one in self.parts if one.pull]
        return tuple(one for _, one in sorted(known, key=lambda pair: -pair[0]))


def points(value: int, floor: int, target: int) -> int:
    """clip(100 (value - floor) / (target - floor), 0, 125), in hundredths. Raises ValueError where floor and
    target are the same.
    """
    if floor == target:
        raise ValueError(f"floor and target are both {floor}")
    way, whole = (value - floor, target - floor) if target > floor else (floor - value, floor - target)
    return min(MOST, max(0, round_half_up(FULL * way, whole)))


def health(measures: Sequence[Measure]) -> Health:
    """The weighted mean of the scores that are known. Raises ValueError for a negative weight."""
    if any(one.weight < 0 for one in measures):
        raise ValueError("a weight is negative")
    scored = [
        (one, None if one.value is None else points(one.value, one.floor, one.target)) for one in measures
    ]
    whole = sum(one.weight for one in measures)
    known = sum(one.weight for one, got in scored if got is not None)
    if known == 0:
        return Health(None, 0, None, tuple(Part(one.kpi, got, None, None) for one, got in scored))
    parts = tuple(
        Part(one.kpi, None, None, None)
        if got is None
        else Part(
            one.kpi,
            got,
            round_half_up(WHOLE * one.weight, known),
            round_half_up((got - FULL) * one.weight, known),
        )
        for one, got in scored
    )
    mean = round_half_up(sum(got * one.weight for one, got in scored if got is not None), known)
    covered = round_half_up(WHOLE * known, whole)
    grade = next(name for least, name in GRADES if mean >= least) if covered >= ENOUGH else None
    return Health(mean, covered, grade, parts)
