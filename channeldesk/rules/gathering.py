"""Points that would cover each other: who stands together, and how those who do are set side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import cos, pi, sin, sqrt

_GOLDEN = pi * (3 - sqrt(5))
"""The golden angle: points that turn by it fill a disc evenly (Vogel, 1979)."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Group:
    """``members`` are places in the sequence that was gathered, the first of them came first."""

    members: tuple[int, ...]
    spot: Spot
    """Their middle."""


def gather(spots: Sequence[Spot], reach: float) -> list[Group]:
    """Groups of what lies within ``reach`` of the first that is left; every point is in exactly one.

    The order decides who begins a group: give the most important first. It takes time with the points, not
    with their square.
    """
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, (x, y) in enumerate(spots):
        cells[int(x // reach), int(y // reach)].append(at)
    free = [True] * len(spots)
    found = []
    for at, (x, y) in enumerate(spots):
        if free[at]:
            column, row = int(x // reach), int(y // reach)
            near = (
                other
                for left in (column - 1, column, column + 1)
                for below in (row - 1, row, row + 1)
                for other in cells.get((left, below), ())
            )
            members = sorted(one for one in near if free[one] and _within(spots[one], (x, y), reach))
            for one in members:
                free[one] = False
            found.append(Group(tuple(members), _middle([spots[one] for one in members])))
    return found


def spread(count: int, gap: float) -> list[Spot]:
    """Steps from the middle that set ``count`` points at least ``gap`` apart: one stays, a few stand in a
    ring, many fill a disc.
    """
    if count == 1:
        return [(0.0, 0.0)]
    if count <= 6:
        away = gap / 2 / sin(pi / count)
        return [(away * sin(2 * pi * at / count), away * cos(2 * pi * at / count)) for at in range(count)]
    turns = [(gap * 0.645 * sqrt(at + 0.7), at * _GOLDEN) for at in range(count)]
    return [(away * cos(angle), away * sin(angle)) for away, angle in turns]


def pushed_apart(spots: Sequence[Spot], radii: Sequence[float], gap: float, rounds: int = 24) -> list[Spot]:
    """Discs moved by as little as keeps them off each other, in so many rounds as far as it goes.

    What stands free stays where it is. No two may stand at the very same spot.
    """
    found = list(spots)
    reach = 2 * max(radii, default=1.0) + gap
    for _ in range(rounds):
        touching = False
        for one, other in _near(found, reach):
            x, y = found[other][0] - found[one][0], found[other][1] - found[one][1]
            far = sqrt(x * x + y * y) or 1e-6
            short = radii[one] + radii[other] + gap - far
            if short > 0.01:
                touching = True
                step = short / 2 / far
                found[one] = (found[one][0] - x * step, found[one][1] - y * step)
                found[other] = (found[other][0] + x * step, found[other][1] + y * step)
        if not touching:
            break
    return found


def _near(spots: Sequence[Spot], reach: float) -> list[tuple[int, int]]:
    """Pairs that are perhaps within reach."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, (x, y) in enumerate(spots):
        cells[int(x // reach), int(y // reach)].append(at)
    pairs: list[tuple[int, int]] = []
    for (column, row), own in cells.items():
        pairs += combinations(own, 2)
        for cell in ((column + 1, row - 1), (column + 1, row), (column + 1, row + 1), (column, row + 1)):
            if cell in cells:
                pairs += product(own, cells[cell])
    return pairs


def nearest_towards(spots: Sequence[Spot], start: Spot, way: Spot) -> int:
    """The nearest spot in a direction (a unit step), what lies aside counting double; -1: none lies there."""
    best, found = 0.0, -1
    for at, (x, y) in enumerate(spots):
        along = (x - start[0]) * way[0] + (y - start[1]) * way[1]
        aside = abs((x - start[0]) * way[1] - (y - start[1]) * way[0])
        if along > 1e-9 and aside <= 2 * along:
            far = along + 2 * aside
            if found < 0 or far < best:
                best, found = far, at
    return found


def _within(one: Spot, other: Spot, reach: float) -> bool:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= reach * reach


def _middle(spots: Sequence[Spot]) -> Spot:
    return sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)
