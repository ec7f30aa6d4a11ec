"""When to try again: exponential delays with jitter, so that a thousand laptops do not knock together."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

MOST_ASKED = 3_600.0
"""Seconds: a longer wait than that is taken for a mistake of whatever stands before headquarters."""


@dataclass
class Backoff:
    """Counts failures in a row. ``first`` and ``longest`` in seconds; the injected randomness replays."""

    rng: random.Random = field(default_factory=random.Random)
    first: float = 2.0
    longest: float = 300.0
    failures: int = 0

    def succeeded(self) -> None:
        self.failures = 0

    def failed(self, retry_after: float | None = None) -> float:
        """Seconds to wait: what headquarters asked for is the least, and the jitter comes on top of it."""
        ceiling = min(self.longest, self.first * 2 ** min(self.failures, 30))
        self.failures += 1
        jitter = self.rng.uniform(ceiling / 2, ceiling)
        return jitter if retry_after is None else min(retry_after, MOST_ASKED) + jitter / 2
