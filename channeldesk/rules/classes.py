"""Figures put into a few classes, each of which gets a colour: where one ends and the next begins."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from math import floor, log10


def class_of(value: float, edges: Sequence[float]) -> int:
    """0 below the first edge; a value on an edge belongs to the class that begins there."""
    return bisect_right(edges, value)


def round_edges(values: Iterable[float], count: int) -> tuple[float, ...]:
    """At most ``count`` - 1 round edges that put about as many values into each class.

    Fewer where values are equal or round to the same: a class that nothing falls into helps nobody.
    """
    known = sorted(values)
    if not known:
        return ()
    found: list[float] = []
    for at in range(1, count):
        edge = rounded(known[min(len(known) - 1, at * len(known) // count)])
        below = found[-1] if found else known[0]
        if edge <= known[-1] and any(below <= value < edge for value in known):
            found.append(edge)
    return tuple(found)


def rounded(value: float) -> float:
    """To one of 1, 2, 5 times a power of ten, the nearest one: borders that a person keeps in mind."""
    if not value:
        return 0.0
    size = abs(value)
    power = 10.0 ** floor(log10(size))
    near = min((1, 2, 5, 10), key=lambda one: abs(one * power - size))
    return near * power if value > 0 else -near * power
