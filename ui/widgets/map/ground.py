"""Draws land and water under the points: only the tiles in sight, in the colours in force."""

from __future__ import annotations

from collections.abc import Sequence
from math import radians

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QTransform

from channeldesk.rules.mercator import Projection
from ui.theme import colour
from ui.widgets.map.camera import Camera
from ui.widgets.map.outlines import LAKES, LAND, RIVERS, Level

_COARSE_FROM = 3_000.0
"""Metres a pixel from which the coarse outlines are enough."""


class Ground:
    """Paths in metres, made when a tile is first in sight."""

    def __init__(self, projection: Projection, levels: Sequence[Level]) -> None:
        self._projection, self._levels = projection, levels
        self._tiles: dict[tuple[int, tuple[int, int]], _Paths] = {}
        self._boxes = [[(tile, self._box(level, tile)) for tile in level.tiles] for level in levels]

    def paint(self, painter: QPainter, camera: Camera) -> None:
        painter.fillRect(QRectF(0, 0, camera.wide, camera.high), colour("water"))
        if not self._levels:
            return
        parts = self._in_sight(camera)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corner = camera.pixel((0.0, 0.0))
        painter.setTransform(QTransform(camera.scale, 0, 0, -camera.scale, *corner), combine=True)
        land, lakes, coast, rivers = QPainterPath(), QPainterPath(), QPainterPath(), QPainterPath()
        for one in parts:
            land.addPath(one.land)
            lakes.addPath(one.lakes)
            coast.addPath(one.coast)
            rivers.addPath(one.rivers)
        painter.fillPath(land, colour("land"))
        painter.strokePath(rivers, _pen("river"))
        painter.fillPath(lakes, colour("water"))
        painter.strokePath(coast, _pen("coast"))
        painter.restore()

    def _in_sight(self, camera: Camera) -> list[_Paths]:
        at = 0 if 1 / camera.scale > _COARSE_FROM else len(self._levels) - 1
        level, seen = self._levels[at], camera.seen
        room = QRectF(seen.left, seen.below, seen.right - seen.left, seen.above - seen.below)
        found = []
        for tile, box in self._boxes[at]:
            if box.intersects(room):
                made = self._tiles.get((at, tile))
                if made is None:
                    made = self._tiles[at, tile] = _Paths(self._projection, level, tile)
                found.append(made)
        return found

    def _box(self, level: Level, tile: tuple[int, int]) -> QRectF:
        west, south = tile[0] * level.degrees - 180, tile[1] * level.degrees - 90
        middle = self._projection.spot(0, west + level.degrees / 2)[0]
        half = radians(level.degrees / 2) * self._projection.radius
        below = self._projection.spot(south, 0)[1]
        above = self._projection.spot(south + level.degrees, 0)[1]
        return QRectF(middle - half, below, 2 * half, above - below)


class _Paths:
    """One tile. Its pieces keep together where the map is cut on the far side of the earth."""

    def __init__(self, projection: Projection, level: Level, tile: tuple[int, int]) -> None:
        self._projection, self._level, self._tile = projection, level, tile
        middle = (tile[0] + 0.5) * level.degrees - 180
        self._turn = (middle - projection.longitude + 180) % 360 - 180 - middle + projection.longitude
        self.land, self.coast = self._filled(LAND)
        self.lakes, shore = self._filled(LAKES)
        self.coast.addPath(shore)
        self.rivers = QPainterPath()
        for xs, ys in level.lines(tile, RIVERS):
            self.rivers.addPolygon(QPolygonF(self._points(xs, ys)))

    def _points(self, xs: Sequence[float], ys: Sequence[float]) -> list[QPointF]:
        first = self._projection.longitude - self._turn
        factor = radians(1) * self._projection.radius
        norths = {y: self._projection.spot(y, first)[1] for y in set(ys)}
        return [QPointF((x - first) * factor, norths[y]) for x, y in zip(xs, ys, strict=True)]

    def _filled(self, layer: str) -> tuple[QPainterPath, QPainterPath]:
        """The rings to fill, and of their lines those that are no cut."""
        inside, line = QPainterPath(), QPainterPath()
        for xs, ys in self._level.lines(self._tile, layer):
            points = self._points(xs, ys)
            inside.addPolygon(QPolygonF([*points, points[0]]))
            drawn = False
            for at in range(-1, len(points) - 1):
                cut = self._cut(xs[at], xs[at + 1], 0) or self._cut(ys[at], ys[at + 1], 1)
                if not cut:
                    if not drawn:
                        line.moveTo(points[at])
                    line.lineTo(points[at + 1])
                drawn = not cut
        return inside, line

    def _cut(self, one: float, other: float, way: int) -> bool:
        return self._level.at_edge(self._tile, one, other, way)


def _pen(tint: str) -> QPen:
    """One pixel: a wider line takes ten times as long, which shows while one drags a continent."""
    pen = QPen(colour(tint), 1)
    pen.setCosmetic(True)
    return pen
