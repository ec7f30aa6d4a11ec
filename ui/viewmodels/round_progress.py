"""How far a running round is: rows, bytes and time, and what of them is left. Free of Qt."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_WINDOW = 10.0
"""Seconds over which the speed is measured."""
_LEAST = 1.0


@dataclass(frozen=True)
class Left:
    """What is left; None where it cannot be told."""

    rows: int | None = None
    bytes: int | None = None
    seconds: float | None = None


class RoundProgress:
    """Fed with the status of the rounds; starts anew with every round."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._speed: deque[tuple[float, int]] = deque()
        self.clear()

    def clear(self) -> None:
        self.step = ""
        self.done = self.expected = self.sent = self.received = 0
        self._speed.clear()

    def report(self, step: str, done: int, expected: int, sent: int, received: int) -> None:
        if _phase(step) != _phase(self.step):
            self._speed.clear()
        self.step, self.done, self.expected = step, done, expected
        self.sent, self.received = sent, received
        self._speed.append((self._monotonic(), done))
        while self._speed[-1][0] - self._speed[0][0] > _WINDOW:
            self._speed.popleft()

    @property
    def phase(self) -> str:
        """connecting, sending, fetching or computing."""
        return _phase(self.step)

    @property
    def share(self) -> float | None:
        if self.phase not in ("sending", "fetching") or not self.expected:
            return None
        return min(1.0, self.done / self.expected)

    @property
    def left(self) -> Left:
        if self.share is None:
            return Left()
        rows = max(0, self.expected - self.done)
        still = None
        if self.phase == "fetching" and self.done:
            still = round(self.received / self.done * rows)
        return Left(rows, still, self._seconds(rows))

    def _seconds(self, rows: int) -> float | None:
        if len(self._speed) < 2:
            return None
        (start, before), (end, after) = self._speed[0], self._speed[-1]
        if end - start < _LEAST or after <= before:
            return None
        return rows * (end - start) / (after - before)


def _phase(step: str) -> str:
    match step:
        case "answered" | "settled":
            return "sending"
        case "pull started" | "marked":
            return "fetching"
        case "indexed" | "summarised":
            return "computing"
        case _:
            return "connecting"
