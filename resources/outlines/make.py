"""Make ``outlines.xz``, the coasts, lakes and rivers of the territory map, from Natural Earth.

    npm pack world-atlas@2.0.2 plotly.js@3.1.0      (and unpack both)
    python resources/outlines/make.py world-atlas/land-10m.json plotly.js/dist/topojson/world_50m.json

Both hold Natural Earth (public domain) as TopoJSON: the land at 1:10 million, lakes and rivers at 1:50
million. Only what nature made is taken: no country, no province, no disputed line (README.md says why). Every
line is simplified, then cut at the edges of tiles, so that a map reads only the tiles it shows.
"""

from __future__ import annotations

import json
import lzma
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import cos, radians
from pathlib import Path

FILE = Path(__file__).with_name("outlines.xz")
SOUTH, NORTH = -60.0, 84.0
"""Nobody sells further out."""
LEVELS = (
    # degrees a tile, steps a degree, tolerance and smallest island in degrees
    (60, 100, 0.06, 0.25),
    (10, 1000, 0.012, 0.04),
)

Point = tuple[float, float]
Line = list[Point]


def arcs(topology: dict[str, object]) -> list[Line]:
    """The lines of a topology in degrees; the TopoJSON specification, 2.1.3 and 2.1.4."""
    transform = topology["transform"]
    (scale_x, scale_y), (left, below) = transform["scale"], transform["translate"]  # type: ignore[index]
    made = []
    for arc in topology["arcs"]:  # type: ignore[attr-defined]
        xs, ys = ([*accumulate(step[way] for step in arc)] for way in (0, 1))
        made.append([(x * scale_x + left, y * scale_y + below) for x, y in zip(xs, ys, strict=True)])
    return made


def lines(topology: dict[str, object], layer: str) -> list[Line]:
    """Every line or ring of a layer."""
    known, found = arcs(topology), []
    for geometry in topology["objects"][layer]["geometries"]:  # type: ignore[index]
        for chain in _chains(geometry["type"], geometry["arcs"]):
            line: Line = []
            for at in chain:
                part = known[at] if at >= 0 else known[~at][::-1]
                line += part[1:] if line else part
            found.append(unrolled(line))
    return found


def unrolled(line: Line) -> Line:
    """Across the date line longitudes go on beyond 180 degrees: a step is never longer than half the way
    round.
    """
    made, turn = line[:1], 0.0
    for (before, _), (x, y) in pairwise(line):
        turn -= 360.0 * round((x - before) / 360)
        made.append((x + turn, y))
    return made


def _chains(kind: str, nested: list[object]) -> Iterator[list[int]]:
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[kind]
    level: list[object] = [nested]
    for _ in range(depth):
        level = [inner for outer in level for inner in outer]  # type: ignore[attr-defined]
    yield from level  # type: ignore[misc]


def simplified(line: Line, tolerance: float) -> Line:
    """Douglas and Peucker, 1973: what stays is never further than ``tolerance`` from what was."""
    keep = {0, len(line) - 1}
    if line[0] == line[-1] and len(line) > 3:
        far = max(range(len(line)), key=lambda at: _apart(line[at], line[0]))
        keep.add(far)
    ends = sorted(keep)
    rest = list(pairwise(ends))
    while rest:
        first, last = rest.pop()
        if last - first < 2:
            continue
        at = max(range(first + 1, last), key=lambda one: _off(line[one], line[first], line[last]))
        if _off(line[at], line[first], line[last]) > tolerance**2:
            keep.add(at)
            rest += [(first, at), (at, last)]
    return [line[at] for at in sorted(keep)]


def _apart(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _off(point: Point, start: Point, end: Point) -> float:
    """Square of the distance of a point from a piece of a line, in degrees of latitude."""
    narrow = cos(radians(point[1]))
    along = ((end[0] - start[0]) * narrow, end[1] - start[1])
    aside = ((point[0] - start[0]) * narrow, point[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = (aside[0] * along[0] + aside[1] * along[1]) / length if length else 0.0
    share = max(0.0, min(1.0, share))
    return _apart(aside, (share * along[0], share * along[1]))


def size(line: Line) -> float:
    """The longer side of its box."""
    return max(max(one[way] for one in line) - min(one[way] for one in line) for way in (0, 1))


def halves(line: Line, way: int, edge: float, ring: bool) -> tuple[list[Line], list[Line]]:
    """What lies below and above an edge: rings stay rings (Sutherland and Hodgman, 1974), lines may fall into
    several.
    """
    sides: tuple[list[Line], list[Line]] = ([[]], [[]])
    for one, other in pairwise([*line, None] if not ring else [*line[:-1], line[0], None]):
        above = one[way] >= edge if one else False  # type: ignore[index]
        sides[above][-1].append(one)  # type: ignore[arg-type]
        if other is None:
            break
        if above != (other[way] >= edge):
            share = (edge - one[way]) / (other[way] - one[way])  # type: ignore[index]
            cut = [one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])]  # type: ignore[index]
            cut[way] = edge
            for side in (above, not above):
                sides[side][-1].append((cut[0], cut[1]))
            if not ring:
                sides[above].append([])
    least = 3 if ring else 2
    return tuple([part for part in side if len(part) >= least] for side in sides)  # type: ignore[return-value]


def tiled(line: Line, degrees: int, ring: bool) -> Iterator[tuple[tuple[int, int], Line]]:
    """A line cut at the edges of the tiles, each piece with its tile."""
    rest, around = [line], 360 // degrees
    while rest:
        part = rest.pop()
        tile = []
        for way, first in ((0, -180), (1, -90)):
            low, high = min(one[way] for one in part), max(one[way] for one in part)
            at, last = int((low - first) // degrees), int((high - first - 1e-9) // degrees)
            tile.append(at)
            if last > at:
                middle = (at + last + 1) // 2
                below, above = halves(_closed(part) if ring else part, way, first + middle * degrees, ring)
                rest += [*below, *above]
                break
        else:
            turn = tile[0] // around * 360.0
            yield (tile[0] % around, tile[1]), [(x - turn, y) for x, y in part]


def _closed(part: Line) -> Line:
    return part if part[0] == part[-1] else [*part, part[0]]


def level(layers: dict[str, list[Line]], degrees: int, steps: int, tolerance: float, least: float) -> bytes:
    """One level: a table of its tiles, then their points as steps from one to the next."""
    tiles: dict[tuple[int, int], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for name, found in layers.items():
        for line in found:
            if size(line) >= least and SOUTH < line[0][1] < NORTH:
                for tile, part in tiled(simplified(line, tolerance), degrees, name != "rivers"):
                    tiles[tile][name].append(part)
    table, points = {}, array("h")
    for (column, row), named in sorted(tiles.items()):
        corner = (column * degrees - 180, row * degrees - 90)
        counts, flat = {}, []
        for name, parts in named.items():
            grid = [_on_grid(part, corner, steps, name != "rivers") for part in parts]
            grid = [part for part in grid if len(part) >= (3 if name != "rivers" else 2)]
            counts[name] = [len(part) for part in grid]
            flat += [point for part in grid for point in part]
        table[f"{column},{row}"] = {"at": len(points), **counts}
        for way in (0, 1):
            values = [point[way] for point in flat]
            points.extend(now - before for before, now in pairwise([0, *values]))
    if sys.byteorder == "big":
        points.byteswap()
    head = {"degrees": degrees, "steps": steps, "points": len(points), "tiles": table}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + points.tobytes()


def _on_grid(part: Line, corner: Sequence[int], steps: int, ring: bool) -> list[tuple[int, int]]:
    grid = [(round((x - corner[0]) * steps), round((y - corner[1]) * steps)) for x, y in part]
    short = [point for before, point in pairwise([None, *grid]) if point != before]
    return short[:-1] if ring and len(short) > 1 and short[0] == short[-1] else short


def main() -> None:
    land, water = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    layers = {
        "land": lines(land, "land"),
        "lakes": lines(water, "lakes"),
        "rivers": lines(water, "rivers"),
    }
    coarse = {name: layers[name] for name in ("land", "lakes")}  # from afar rivers look like borders
    made = level(coarse, *LEVELS[0]) + level(layers, *LEVELS[1])
    FILE.write_bytes(lzma.compress(made, preset=9 | lzma.PRESET_EXTREME))
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes, {len(made):,} unpacked")


if __name__ == "__main__":
    main()
