"""Interleaved runs: what is compared is measured in turns, so that a busy minute hits both sides alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.say import say

FEWEST_RUNS = 3


def interleave(
    sides: Mapping[str, Callable[[], dict[str, Any]]], runs: int, *, figure: str
) -> dict[str, list[dict[str, Any]]]:
    """One warm-up of every side, then ``runs`` turns; every other turn goes backwards.

    ``figure`` is the key of a sample that is told while it runs.
    """
    if runs < FEWEST_RUNS:
        raise ValueError(f"at least {FEWEST_RUNS} runs")
    samples: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
    for turn in range(runs + 1):
        for name in list(sides) if turn % 2 else reversed(list(sides)):
            sample = sides[name]()
            say(f"{'warm-up' if turn == 0 else f'run {turn} of {runs}'}: {name} {sample[figure]:.4g}")
            if turn:
                samples[name].append(sample)
    return samples


def median(samples: Sequence[Mapping[str, Any]], figure: str) -> float:
    return float(statistics.median(sample[figure] for sample in samples))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that ``percent`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]
