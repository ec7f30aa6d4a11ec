"""What stands where on the map at one scale: points by themselves, beside each other, or as one bubble. Free
of Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt

from channeldesk.rules.gathering import gather, pushed_apart, spread
from channeldesk.rules.route import Place
from ui.widgets.map.camera import Spot

SMALLEST, LARGEST = 5.0, 11.0
"""Radii of points in pixels."""
_REACH = 24.0
_SIDE_BY_SIDE = 6
"""Up to so many are set beside each other; more become a bubble until one is near enough."""
_MANY = 600
"""From so many points on, two that are near are a bubble: there is no room for all of them, nor time."""
_ROUNDS, _FEW_ROUNDS = 24, 3
"""Of making room."""
_GAP = 2.0
_APART = 1.0
"""Pixels between points of one place, so that they know which way to make room."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One point. ``tint``: a colour's role, "" where the figure is not known; ``size`` from 0 to 1; ``tip``:
    (what, figure) for the tooltip; ``provisional``: headquarters may still change the figure.
    """

    key: int
    name: str
    place: Place
    tint: str = ""
    size: float = 0.0
    tip: tuple[tuple[str, str], ...] = ()
    town: str = ""
    provisional: bool = False

    @property
    def radius(self) -> float:
        return SMALLEST + (LARGEST - SMALLEST) * sqrt(max(0.0, min(1.0, self.size)))


@dataclass(frozen=True, slots=True)
class Shape:
    """A point, or a bubble of several. ``spot`` in metres; ``aside``: pixels to where it stands."""

    members: tuple[int, ...]
    spot: Spot
    radius: float
    aside: Spot = (0.0, 0.0)

    @property
    def alone(self) -> bool:
        return len(self.members) == 1


def shapes(marks: Sequence[Mark], spots: Sequence[Spot], scale: float, closest: bool) -> list[Shape]:
    """``scale`` in pixels a metre; ``closest``: nobody can come nearer, so there are no bubbles."""
    many = len(marks) > _MANY
    most = 1 if many else _SIDE_BY_SIDE
    own = [(x * scale, -y * scale) for x, y in spots]  # pixels are counted downwards
    placed: list[tuple[tuple[int, ...], Spot, float, Spot]] = []
    for group in gather(own, _REACH):
        members = group.members
        if len(members) > most and not closest:
            placed.append((members, group.spot, 9 + 3 * log2(len(members)), group.spot))
            continue
        gap = 2 * max(marks[one].radius for one in members) + _GAP
        aside = spread(len(members), gap if len(members) > _SIDE_BY_SIDE else _APART)
        for one, step in zip(members, aside, strict=True):
            begun = own[one][0] + step[0], own[one][1] + step[1]
            placed.append(((one,), own[one], marks[one].radius, begun))
    begun_at, radii = [one[3] for one in placed], [one[2] for one in placed]
    stand = pushed_apart(begun_at, radii, _GAP, _FEW_ROUNDS if many else _ROUNDS)
    return [
        Shape(members, (spot[0] / scale, -spot[1] / scale), radius, (there[0] - spot[0], there[1] - spot[1]))
        for (members, spot, radius, _), there in zip(placed, stand, strict=True)
    ]
