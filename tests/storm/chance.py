"""Chance, ids and clocks of a seed: the same again for the same seed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest import mock

from channeldesk.model.ids import IdFactory

START = 1_795_300_000_000
"""2026-11-21, ms UTC: when every storm begins."""
HOUR, YEAR = 3_600_000, 365 * 86_400_000


def dice(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed} {name}")


@dataclass
class Time:
    """The true time of a storm; clocks are it with their own error."""

    now: int = START

    def pass_by(self, milliseconds: int) -> None:
        self.now += milliseconds


@dataclass
class Clock:
    time: Time
    error: int = 0

    def __call__(self) -> int:
        return max(self.time.now + self.error, 1)


def ids(clock: Callable[[], int], seed: int, name: str) -> IdFactory:
    return IdFactory(clock, dice(seed, f"ids {name}").getrandbits)


@contextmanager
def headquarters_chance(clock: Callable[[], int], seed: int) -> Iterator[None]:
    """Headquarters' own code makes its ids, epochs and moments from the seed, wherever it takes them from."""
    from channeldesk.hq import admin, applying, rows
    from channeldesk.model import ids as model_ids

    factory, letters = ids(clock, seed, "headquarters"), dice(seed, "headquarters' secrets")

    def token_hex(size: int = 32) -> str:
        return letters.randbytes(size).hex()

    with ExitStack() as stack:
        for target, name, value in (
            (applying, "new_id", factory),
            (rows, "new_id", factory),
            (model_ids, "new_id", factory),
            (admin, "now_ms", clock),
            (secrets, "token_hex", token_hex),
            (secrets, "token_urlsafe", token_hex),
            (secrets, "choice", letters.choice),
        ):
            stack.enter_context(mock.patch.object(target, name, value))
        yield
