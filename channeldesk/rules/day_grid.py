"""Times of a day on a grid: entries beside each other where they overlap, hours that are shown, steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEP = 15
"""Minutes to which times and lengths snap."""
SHORTEST = 15
DAY = 24 * 60
WORKING = (8 * 60, 18 * 60)
"""What is shown of a day without entries outside of it."""
USUAL = 45
"""Minutes of an entry that says no length."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute after midnight to another, which it does not reach."""

    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Place:
    """The column of an entry, of how many that stand beside each other there."""

    column: int
    columns: int


def span(start: int, length: int | None) -> Span:
    """An entry as the grid holds it: within the day and long enough to be seen."""
    begin = min(max(0, start), DAY - SHORTEST)
    return Span(begin, min(max(SHORTEST, length or USUAL), DAY - begin))


def places(spans: Sequence[Span]) -> tuple[Place, ...]:
    """Each entry in the first column that is free; those that hang together share the width."""
    order = sorted(range(len(spans)), key=lambda at: (spans[at].start, -spans[at].length, at))
    found: dict[int, Place] = {}
    group: dict[int, int] = {}
    ends: list[int] = []
    for at in order:
        one = spans[at]
        if ends and one.start >= max(ends):
            found |= {key: Place(column, len(ends)) for key, column in group.items()}
            group, ends = {}, []
        column = next((number for number, end in enumerate(ends) if end <= one.start), len(ends))
        if column == len(ends):
            ends.append(one.end)
        else:
            ends[column] = one.end
        group[at] = column
    found |= {key: Place(column, len(ends)) for key, column in group.items()}
    return tuple(found[at] for at in range(len(spans)))


def hours(spans: Iterable[Span], *, early: bool = False, late: bool = False) -> tuple[int, int]:
    """Between which minutes the day is shown: working hours, widened to whole hours that hold all entries.
    ``early`` and ``late``: also what lies before and after.
    """
    known = list(spans)
    first = min([WORKING[0], *(one.start for one in known)]) // 60 * 60
    last = -(-max([WORKING[1], *(one.end for one in known)]) // 60) * 60
    return 0 if early else first, DAY if late else min(DAY, last)


def snapped(minute: float) -> int:
    """To the nearest step, within the day."""
    return min(max(0, round(minute / STEP) * STEP), DAY)


def moved(one: Span, start: float) -> Span:
    """The same length from another time on; it stays within the day."""
    return Span(min(max(0, snapped(start)), DAY - one.length), one.length)


def stretched(one: Span, end: float) -> Span:
    """Another end: at least the shortest length, and within the day."""
    return Span(one.start, max(min(SHORTEST, DAY - one.start), min(snapped(end), DAY) - one.start))


def free_from(spans: Sequence[Span], length: int, first: int = WORKING[0] + 60) -> int:
    """The first time from nine o'clock on at which nothing else stands; nine if there is none."""
    for start in range(first, DAY - length + 1, STEP):
        if all(start >= one.end or start + length <= one.start for one in spans):
            return start
    return first
