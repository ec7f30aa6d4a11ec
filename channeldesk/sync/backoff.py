"""When to try again: exponential delays with jitter, so that a thousand laptops do not knock together."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


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
        """Seconds to wait: at least what headquarters asked for."""
        ceiling = min(self.longest, self.first * 2**self.failures)
        self.failures += 1
        return max(retry_after or 0.0, self.rng.uniform(ceiling / 2, ceiling))
