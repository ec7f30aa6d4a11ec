"""Where a place stands on a flat map: Mercator's projection on a sphere, true to scale at one latitude.

It is conformal: at every latitude a small shape keeps its angles, so a coast and the way partners lie around
a city look as they are. What it does not keep is size: away from the latitude of the map lengths grow by the
quotient of the cosines, which :meth:`Projection.stretch` tells and the scale bar takes into account.
Distances in words are great circles (``rules.route``), never measured on the map.

Snyder, Map Projections: A Working Manual (USGS Professional Paper 1395, 1987), equations 7-1, 7-2 and, turned
round, 7-4 and 7-5, with the radius multiplied by the cosine of the standard parallel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import asinh, atan, cos, degrees, radians, sinh, tan

from channeldesk.rules.route import Place

EARTH = 6_371_009.0
"""Mean radius in metres."""
POLE = 85.0
"""Degrees of latitude beyond which nothing is drawn: the projection reaches no pole."""
_MICRO = 1_000_000

Spot = tuple[float, float]
"""Metres east and north of the middle of the map."""


@dataclass(frozen=True, slots=True)
class Projection:
    """``latitude`` and ``longitude`` in degrees: the middle of the map, where a metre is a metre."""

    latitude: float = 0.0
    longitude: float = 0.0

    @property
    def radius(self) -> float:
        return EARTH * cos(radians(self.latitude))

    def spot(self, latitude: float, longitude: float) -> Spot:
        """Of degrees; the way round the earth that is shorter from the middle."""
        east = (longitude - self.longitude + 180) % 360 - 180
        return radians(east) * self.radius, (_north(latitude) - _north(self.latitude)) * self.radius

    def of(self, place: Place) -> Spot:
        return self.spot(place[0] / _MICRO, place[1] / _MICRO)

    def back(self, spot: Spot) -> tuple[float, float]:
        """Degrees of latitude and longitude."""
        north = spot[1] / self.radius + _north(self.latitude)
        east = degrees(spot[0] / self.radius) + self.longitude
        return degrees(atan(sinh(north))), (east + 180) % 360 - 180

    def stretch(self, north: float) -> float:
        """By how much a metre on the ground is longer on the map at this height."""
        return cos(radians(self.latitude)) / cos(radians(self.back((0.0, north))[0]))


def around(places: Iterable[Place]) -> Projection:
    """The projection whose middle is the middle of these places, also where they lie on both sides of the
    date line.
    """
    known = list(places)
    if not known:
        return Projection()
    norths = sorted(place[0] for place in known)
    easts = sorted({place[1] % (360 * _MICRO) for place in known})
    gaps = [(after - before, after) for before, after in pairwise(easts)]
    gaps.append((easts[0] + 360 * _MICRO - easts[-1], easts[0]))
    widest, first = max(gaps)
    middle = (first + (360 * _MICRO - widest) / 2) / _MICRO
    return Projection((norths[0] + norths[-1]) / 2 / _MICRO, (middle + 180) % 360 - 180)


def _north(latitude: float) -> float:
    return asinh(tan(radians(max(-POLE, min(POLE, latitude)))))
