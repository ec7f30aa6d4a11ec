"""The outlines that come with the program (``resources/outlines``), read tile by tile. Free of Qt."""

from __future__ import annotations

import json
import lzma
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[3] / "resources" / "outlines" / "outlines.xz"
LAND, LAKES, RIVERS = "land", "lakes", "rivers"

Line = tuple[list[float], list[float]]
"""Longitudes and latitudes in degrees. Of land and lakes it is a ring, closed without naming its first point
twice.
"""


@dataclass(frozen=True)
class Level:
    """All outlines at one fineness, in tiles of so many degrees."""

    degrees: int
    steps: int
    tiles: dict[tuple[int, int], dict[str, Any]]
    points: array[int]

    def lines(self, tile: tuple[int, int], layer: str) -> Iterator[Line]:
        """The pieces of a layer that lie in a tile."""
        table = self.tiles[tile]
        order = [name for name in table if name != "at"]
        counts = {name: table[name] for name in order}
        total = sum(sum(one) for one in counts.values())
        before = sum(sum(counts[name]) for name in order[: order.index(layer)]) if layer in counts else 0
        ways = []
        for way, corner in enumerate((tile[0] * self.degrees - 180, tile[1] * self.degrees - 90)):
            first = table["at"] + way * total
            grid = accumulate(self.points[first : first + total])
            ways.append([corner + one / self.steps for one in grid])
        for count in counts.get(layer, ()):
            yield ways[0][before : before + count], ways[1][before : before + count]
            before += count

    def at_edge(self, tile: tuple[int, int], one: float, other: float, way: int) -> bool:
        """Whether a piece runs along the edge of its tile, where it was cut and nothing is in nature.

        ``way``: 0 for longitudes, 1 for latitudes.
        """
        low = tile[way] * self.degrees - (90 if way else 180)
        return one == other and one in (low, low + self.degrees)


@lru_cache(1)
def read() -> tuple[Level, ...]:
    """The levels, coarse to fine. Takes some 50 ms: off the window's thread."""
    content = lzma.decompress(FILE.read_bytes())
    levels, at = [], 0
    while at < len(content):
        end = content.index(b"\n", at)
        head = json.loads(content[at:end])
        size = 2 * head["points"]
        points = array("h")
        points.frombytes(content[end + 1 : end + 1 + size])
        if sys.byteorder == "big":
            points.byteswap()
        tiles = {_tile(name): table for name, table in head["tiles"].items()}
        levels.append(Level(head["degrees"], head["steps"], tiles, points))
        at = end + 1 + size
    return tuple(levels)


def _tile(name: str) -> tuple[int, int]:
    column, row = name.split(",")
    return int(column), int(row)
