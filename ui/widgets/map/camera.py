"""Which part of a map is seen, and how large: pixels from metres and back. Free of Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import exp2, floor, log2

Spot = tuple[float, float]

CLOSEST = 0.2
"""Pixels a metre: five metres a pixel, where partners in one street stand apart."""
_MARGIN = 44
"""Pixels left free around everything that is fitted."""
_LEAST = 20_000.0
"""Metres that are always shown, however near to each other all partners are."""
_BEYOND = 0.5
"""How much smaller than fitted a map may become."""
_TURN = 40_000_000.0


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    below: float
    right: float
    above: float

    @property
    def middle(self) -> Spot:
        return (self.left + self.right) / 2, (self.below + self.above) / 2


def box_of(spots: Iterable[Spot]) -> Box:
    """Around all of them; without any, around the middle of the map."""
    known = list(spots) or [(0.0, 0.0)]
    xs, ys = [x for x, _ in known], [y for _, y in known]
    return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Camera:
    """``middle`` in metres, ``scale`` in pixels a metre, ``bounds``: what there is to see."""

    wide: int
    high: int
    bounds: Box
    middle: Spot = (0.0, 0.0)
    scale: float = 1e-3

    def pixel(self, spot: Spot) -> Spot:
        return (
            (spot[0] - self.middle[0]) * self.scale + self.wide / 2,
            (self.middle[1] - spot[1]) * self.scale + self.high / 2,
        )

    def spot(self, x: float, y: float) -> Spot:
        return (
            self.middle[0] + (x - self.wide / 2) / self.scale,
            self.middle[1] - (y - self.high / 2) / self.scale,
        )

    @property
    def seen(self) -> Box:
        left, above = self.spot(0, 0)
        right, below = self.spot(self.wide, self.high)
        return Box(left, below, right, above)

    @property
    def fitted_scale(self) -> float:
        return self._scale_for(self.bounds)

    @property
    def closest(self) -> bool:
        """Whether it cannot come nearer."""
        return self.scale >= CLOSEST * 0.999

    @property
    def step(self) -> float:
        """The scale in half octaves: points are gathered anew only from one to the next."""
        return exp2(floor(log2(self.scale) * 2 + 1e-6) / 2)

    def sized(self, wide: int, high: int) -> Camera:
        return replace(self, wide=max(1, wide), high=max(1, high))._kept()

    def fitted(self, box: Box | None = None) -> Camera:
        """All of a box, the whole of it by default."""
        shown = box or self.bounds
        return replace(self, middle=shown.middle, scale=self._scale_for(shown))._kept()

    def zoomed(self, factor: float, x: float | None = None, y: float | None = None) -> Camera:
        """Nearer or further; what lies under the pixel stays there."""
        held_x = self.wide / 2 if x is None else x
        held_y = self.high / 2 if y is None else y
        held = self.spot(held_x, held_y)
        least = min(self.fitted_scale, self.scale) if factor > 1 else self.fitted_scale * _BEYOND
        scale = max(least, min(CLOSEST, self.scale * factor))
        middle = held[0] - (held_x - self.wide / 2) / scale, held[1] + (held_y - self.high / 2) / scale
        return replace(self, middle=middle, scale=scale)._kept()

    def moved(self, right: float, down: float) -> Camera:
        """Dragged by so many pixels."""
        middle = self.middle[0] - right / self.scale, self.middle[1] + down / self.scale
        return replace(self, middle=middle)._kept()

    def showing(self, spot: Spot, margin: float = 48) -> Camera:
        """Moved by as little as brings the spot into sight."""
        x, y = self.pixel(spot)
        right = max(0.0, margin - x) - max(0.0, x - (self.wide - margin))
        down = max(0.0, margin - y) - max(0.0, y - (self.high - margin))
        return self.moved(right, down) if right or down else self

    def _scale_for(self, box: Box) -> float:
        wide, high = max(self.wide - 2 * _MARGIN, 40), max(self.high - 2 * _MARGIN, 40)
        across, up = max(box.right - box.left, _LEAST), max(box.above - box.below, _LEAST)
        return min(CLOSEST, wide / across, high / up)

    def _kept(self) -> Camera:
        """Never further away than there is something to see."""
        x = max(self.bounds.left, min(self.bounds.right, self.middle[0]))
        y = max(self.bounds.below, min(self.bounds.above, self.middle[1]))
        return replace(self, middle=(x, y))
