"""Identifiers: UUIDv7 (RFC 9562), 16 bytes, made where the row is made.

Ordered ids keep index pages hot during a first sync; random ones touch most pages of every index.
Clock and randomness are injected, so that a seeded run makes the same ids again.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable


class IdFactory:
    """Makes UUIDv7 values that never go backwards within one factory, even when the clock does.

    Twelve bits after the millisecond count ids of the same millisecond (RFC 9562, method 1), and the
    millisecond is kept monotonic, so ids sort in the order in which they were made.
    """

    def __init__(
        self,
        now_ms: Callable[[], int] | None = None,
        random_bits: Callable[[int], int] = secrets.randbits,
    ) -> None:
        self._now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
        self._random_bits = random_bits
        self._last_ms = 0
        self._counter = 0
        self._lock = threading.Lock()

    def __call__(self) -> bytes:
        with self._lock:
            now = self._now_ms()
            if now > self._last_ms:
                self._last_ms, self._counter = now, 0
            else:
                self._counter += 1
                if self._counter > 0xFFF:
                    self._last_ms, self._counter = self._last_ms + 1, 0
            millisecond, counter = self._last_ms, self._counter
        value = (millisecond & (1 << 48) - 1) << 80 | 0x7 << 76 | counter << 64
        value |= 0b10 << 62 | self._random_bits(62)
        return value.to_bytes(16, "big")


new_id = IdFactory()
"""The process-wide factory, on the system's clock and randomness."""
