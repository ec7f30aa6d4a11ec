"""In which order to visit the partners of one day: nearest insertion, improved by turning and moving parts.

What is agreed stays agreed as far as it can: the times of the day remain, and partners with a time change
places among them where the visit fits; those without one follow. Distances are great circles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations
from math import asin, cos, radians, sin, sqrt

from channeldesk.model.notice import Quantity, notice
from channeldesk.rules.explain import Step

USUAL_MINUTES = 45
"""Of a visit whose length nobody gave."""
USUAL_BEGIN = 9 * 60

_MIDNIGHT = 24 * 60
_QUARTER = 15
_METRES_A_MINUTE = 500
"""Of the straight line: about 40 km/h on roads that are a third longer."""
_EARTH = 6_371_009
_EVERY_ORDER = 6
"""Up to so many visits every order is tried, so that the shortest is found for certain."""

Place = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""
LEAST_SAVED, LEAST_SHARE = 1_000, 20
"""Metres, and a twentieth of the way: below either, an order is not proposed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit of the day. ``start`` in minutes after midnight, None for any time; ``behind``: under way or
    done, so that nothing about it changes.
    """

    id: bytes
    name: str
    place: Place | None
    start: int | None = None
    minutes: int = USUAL_MINUTES
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A stop at its time; ``metres`` from the one before, None for the first and where no place is known."""

    stop: Stop
    start: int | None
    metres: int | None


@dataclass(frozen=True, slots=True)
class Route:
    """The day as it is and as it would be. ``ordered``: how many visits could change places; ``full``: the
    visits without a time do not fit before midnight, so no order of theirs can be kept.
    """

    before: tuple[Call, ...]
    after: tuple[Call, ...]
    ordered: int
    full: bool = False
    steps: tuple[Step, ...] = field(default=(), compare=False)

    @property
    def metres_before(self) -> int:
        return _sum(self.before)

    @property
    def metres_after(self) -> int:
        return _sum(self.after)

    @property
    def saved(self) -> Quantity:
        """As the two lengths are told."""
        before, after = km(self.metres_before), km(self.metres_after)
        return Quantity(before.amount - after.amount, before.unit)

    @property
    def shorter(self) -> bool:
        """By enough: nobody moves an appointment for a few hundred metres."""
        saved = self.metres_before - self.metres_after
        return not self.full and saved >= LEAST_SAVED and saved * LEAST_SHARE >= self.metres_before

    @property
    def changes(self) -> tuple[tuple[bytes, int | None, int | None], ...]:
        """(visit, start, new start) of those that have another one."""
        return tuple(
            (one.stop.id, one.stop.start, one.start) for one in self.after if one.start != one.stop.start
        )

    @property
    def placeless(self) -> tuple[Stop, ...]:
        """Visits that wait and whose partner's place is not known: they stay as they are."""
        return tuple(one.stop for one in self.after if one.stop.place is None and not one.stop.behind)


def metres(one: Place, other: Place) -> int:
    """Great-circle distance."""
    north, other_north = radians(one[0] / 1_000_000), radians(other[0] / 1_000_000)
    up = sin((other_north - north) / 2)
    across = sin(radians(other[1] - one[1]) / 2_000_000)
    half = up * up + cos(north) * cos(other_north) * across * across
    return round(2 * _EARTH * asin(min(1.0, sqrt(half))))


def km(distance: int) -> Quantity:
    """To 100 m: nobody drives along a great circle."""
    return Quantity((distance + 50) // 100 * 100, "km")


def order(stops: Iterable[Stop], begin: int = USUAL_BEGIN) -> Route:
    """The shortest order found, never longer than the present one.

    It begins where the person is or was last: at the last stop ``behind``, in the order they are given;
    without one, at its first visit. Visits without a time follow those with one, not before ``begin``.
    """
    day = list(stops)
    behind = [one for one in day if one.behind]
    waiting = sorted((one for one in day if not one.behind), key=_in_day)
    here = next((one.place for one in reversed(behind) if one.place is not None), None)
    tour = _Tour([one for one in waiting if one.place is not None], waiting, here)
    best = tour.best()
    starts = tour.starts(best, begin)
    full = any(start is None for start in starts)
    stay = [(one, one.start, None) for one in waiting if one.place is None]
    old = tour.line(range(len(tour.stops)))
    new = tour.line(best)
    before = [*stay, *zip(tour.stops, (one.start for one in tour.stops), old, strict=True)]
    after = [*stay, *zip((tour.stops[at] for at in best), starts, new, strict=True)]
    done = [Call(one, one.start, None) for one in behind]
    route = Route((*done, *_calls(before)), (*done, *_calls(after)), len(tour.stops), full)
    return replace(route, steps=_steps(route, behind))


class _Tour:
    """The visits that can change places, each by its number in the present order."""

    def __init__(self, stops: Sequence[Stop], waiting: Sequence[Stop], here: Place | None) -> None:
        self.stops = stops
        places = [one.place for one in stops if one.place is not None]
        self._apart = [[metres(one, other) for other in places] for one in places]
        self._from_here = [metres(here, one) if here is not None else 0 for one in places]
        self._starts_here = here is not None
        self._timed = [one for one in waiting if one.start is not None]
        self._room = [self._room_of(one) for one in stops]

    def _room_of(self, stop: Stop) -> int:
        """Minutes until the next visit begins; at least what the visit there takes today."""
        if stop.start is None:
            return _MIDNIGHT
        at = self._timed.index(stop)
        later = self._timed[at + 1].start if at + 1 < len(self._timed) else None
        return max(stop.minutes, (_MIDNIGHT if later is None else later) - stop.start)

    def line(self, order: Sequence[int]) -> list[int | None]:
        """Metres to each from the one before."""
        if not order:
            return []
        first = self._from_here[order[0]] if self._starts_here else None
        return [first, *(self._apart[one][other] for one, other in pairwise(order))]

    def _length(self, order: Sequence[int]) -> int:
        return sum(one or 0 for one in self.line(order))

    def _fits(self, order: Sequence[int]) -> bool:
        """Whether a visit with a time has one again, with room for it, and one without follows; of two at
        the same minute the list shows the smaller id first.
        """
        slots = [one.start for one in self.stops]
        for at, one in enumerate(order):
            stop = self.stops[one]
            if (slots[at] is None) != (stop.start is None) or (one != at and stop.minutes > self._room[at]):
                return False
        return all(
            slot is None or slot != following or self.stops[one].id < self.stops[other].id
            for (slot, following), (one, other) in zip(pairwise(slots), pairwise(order), strict=True)
        )

    def best(self) -> tuple[int, ...]:
        present = tuple(range(len(self.stops)))
        if len(present) <= _EVERY_ORDER:
            return min(filter(self._fits, permutations(present)), key=self._length)
        tries = [present]
        inserted = self._inserted()
        if self._fits(inserted):
            tries.append(inserted)
        return min(map(self._improved, tries), key=self._length)

    def _inserted(self) -> tuple[int, ...]:
        """Nearest insertion: the nearest stop to any of the tour comes next, where it lengthens it least."""
        left = set(range(len(self.stops)))
        first = min(left, key=lambda one: (self._from_here[one], one))
        order = [first]
        left.remove(first)
        while left:
            near = min(left, key=lambda one: (min(self._apart[one][other] for other in order), one))
            left.remove(near)
            tries = [[*order[:at], near, *order[at:]] for at in range(len(order) + 1)]
            order = min(tries, key=self._length)
        return tuple(sorted(order, key=lambda one: self.stops[one].start is None))

    def _improved(self, order: tuple[int, ...]) -> tuple[int, ...]:
        """Takes whatever shortens it until nothing does."""
        length = self._length(order)
        better: tuple[int, ...] | None = order
        while better is not None:
            order, length = better, self._length(better)
            tries = (one for one in _neighbours(order) if self._length(one) < length and self._fits(one))
            better = next(tries, None)
        return order

    def starts(self, order: Sequence[int], begin: int) -> list[int | None]:
        """A start for each: the times there are, then one after the other with time for the way."""
        slots = [one.start for one in self.stops]
        kept = zip(slots, order, strict=True)
        ends = [slot + self.stops[one].minutes for slot, one in kept if slot is not None]
        ends += [
            one.start + one.minutes for one in self._timed if one.place is None and one.start is not None
        ]
        free = max([begin, *ends])
        found: list[int | None] = []
        for slot, one, way in zip(slots, order, self.line(order), strict=True):
            if slot is None:
                begins = _up(free + _up(way or 0, _METRES_A_MINUTE) // _METRES_A_MINUTE, _QUARTER)
                free = begins + self.stops[one].minutes
                found.append(begins if free <= _MIDNIGHT else None)
            else:
                found.append(slot)
        return found


def _neighbours(order: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every order with one part turned round, and every one with one visit moved."""
    for first in range(len(order) - 1):
        for last in range(first + 2, len(order) + 1):
            yield order[:first] + order[first:last][::-1] + order[last:]
    for at, one in enumerate(order):
        rest = order[:at] + order[at + 1 :]
        for to in range(len(order)):
            if to != at:
                yield (*rest[:to], one, *rest[to:])


def _in_day(stop: Stop) -> tuple[bool, int, bytes]:
    return stop.start is None, stop.start or 0, stop.id


def _calls(found: Iterable[tuple[Stop, int | None, int | None]]) -> list[Call]:
    calls = [Call(*one) for one in found]
    return sorted(calls, key=lambda one: (one.start is None, one.start or 0, one.stop.place is None))


def _sum(calls: Iterable[Call]) -> int:
    return sum(one.metres or 0 for one in calls)


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def _steps(route: Route, behind: Sequence[Stop]) -> tuple[Step, ...]:
    last = next((one for one in reversed(behind) if one.place is not None), None)
    way = [one for one in route.after if one.stop.place is not None and not one.stop.behind]
    names = [*([last.name] if last is not None else []), *(one.stop.name for one in way)]
    legs = [one.metres for one in way if one.metres is not None]
    steps = [
        Step(notice("step.leg", start=start, end=end), km(leg), "+")
        for (start, end), leg in zip(pairwise(names), legs, strict=True)
    ]
    total = Step(notice("step.route"), km(route.metres_after), "=")
    return (*steps, total, Step(notice("step.route_before"), km(route.metres_before)))
