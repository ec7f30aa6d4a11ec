"""What every part of the demo network shares: size, seed, today, random sources, ids, moments, batches."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from channeldesk.model.ids import IdFactory

if TYPE_CHECKING:
    import numpy as np

MONTHS_OF_HISTORY = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Batch(NamedTuple):
    """Rows of one entity: column names and one tuple per row, ids as 16 bytes, dates as ISO text."""

    entity: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Size:
    """How much is generated. ``lines`` is exact; ``stocked``: products with stock figures per partner."""

    name: str
    partners: int
    products: int
    lines: int
    stocked: int


SIZES = {
    "small": Size("small", 60, 800, 40_000, 26),
    "large": Size("large", 500, 5_000, 1_000_000, 26),
}


@dataclass
class World:
    """The inputs of a generation. Everything made from equal worlds is equal to the byte."""

    size: Size
    seed: int
    today: date
    start: date = field(init=False)
    _ids: dict[str, Callable[[int], bytes]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        month = self.today.year * 12 + self.today.month - 1 - MONTHS_OF_HISTORY
        self.start = date(month // 12, month % 12 + 1, 1)

    def _key(self, area: str) -> str:
        return f"{self.seed}/{self.size.name}/{self.today.isoformat()}/{area}"

    def random(self, area: str) -> random.Random:
        """The source of an area, so that a change in one leaves the others as they were."""
        return random.Random(self._key(area))

    def numbers(self, area: str) -> np.random.Generator:
        """The same for arrays."""
        import numpy as np

        return np.random.default_rng(
            int.from_bytes(hashlib.sha256(self._key(area).encode()).digest()[:16], "big")
        )

    def id(self, entity: str, at: int) -> bytes:
        """The next id of an entity, carrying the moment its row was made as far as ids stay ascending."""
        make = self._ids.get(entity)
        if make is None:
            make = self._ids[entity] = _seeded_ids(self.random(f"ids/{entity}"))
        return make(at)


def _seeded_ids(source: random.Random) -> Callable[[int], bytes]:
    moment = [0]
    factory = IdFactory(lambda: moment[0], source.getrandbits)

    def make(at: int) -> bytes:
        moment[0] = at
        return factory()

    return make


@cache
def _offset_ms(day: date, zone: str) -> int:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    shift = noon.utcoffset() or timedelta()
    return int((midnight - _EPOCH).total_seconds() * 1000) - int(shift.total_seconds() * 1000)


def moment(day: date, minute: int, zone: str) -> int:
    """Milliseconds since the epoch of ``minute`` minutes after midnight in ``zone``."""
    return _offset_ms(day, zone) + minute * 60_000


def batch(entity: str, rows: Sequence[dict[str, Any]]) -> Batch:
    """A batch from dictionaries with equal keys."""
    columns = tuple(rows[0]) if rows else ("id",)
    return Batch(entity, columns, [tuple(row[column] for column in columns) for row in rows])
