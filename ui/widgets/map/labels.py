"""Names of towns and the bar of the scale: where they stand, so that none covers another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from math import floor, log10

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from channeldesk.rules.mercator import Projection
from ui import paint
from ui.i18n import formats, t
from ui.paint.text import CENTRE
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, font, metrics
from ui.widgets.map.camera import Camera
from ui.widgets.map.shapes import Mark

Town = tuple[str, tuple[int, ...]]
"""Its name and which marks stand in it."""

_MOST = 40
"""Towns that are considered, those with the most partners first."""
_BAR = 110
_HIGH = 16


def towns(marks: Sequence[Mark]) -> list[Town]:
    """The towns with most marks first."""
    counted = Counter(one.town for one in marks if one.town)
    return [
        (name, tuple(at for at, one in enumerate(marks) if one.town == name))
        for name, _ in counted.most_common(_MOST)
    ]


def paint_towns(painter: QPainter, sight: QRectF, named: Sequence[Town], taken: Mapping[int, QRectF]) -> None:
    """Above, below or beside what stands in the town; left out where there is no room. ``taken``: where each
    mark stands.
    """
    full = list(taken.values())
    for name, members in named:
        own = [taken[one] for one in members if one in taken and sight.intersects(taken[one])]
        if not own:
            continue
        box = reduce(QRectF.united, own)
        wide = paint.width(name, CAPTION, MEDIUM) + 4
        x, y = box.center().x(), box.center().y()
        for room in (
            QRectF(x - wide / 2, box.top() - _HIGH - 2, wide, _HIGH),
            QRectF(x - wide / 2, box.bottom() + 2, wide, _HIGH),
            QRectF(box.right() + 3, y - _HIGH / 2, wide, _HIGH),
            QRectF(box.left() - 3 - wide, y - _HIGH / 2, wide, _HIGH),
        ):
            if sight.contains(room) and not any(room.intersects(one) for one in full):
                _haloed(painter, room, name)
                full.append(room)
                break


def _haloed(painter: QPainter, room: QRectF, name: str) -> None:
    """With a rim in the colour of the land, so that no coast runs through the letters."""
    face = font(CAPTION, MEDIUM)
    path = QPainterPath()
    ascent = metrics(CAPTION, MEDIUM).ascent()
    path.addText(QPointF(room.left() + 2, room.center().y() + ascent / 2 - 1), face, name)
    painter.strokePath(path, QPen(colour("land"), 3))
    painter.fillPath(path, colour("secondary"))


def bar(camera: Camera, projection: Projection) -> tuple[int, int]:
    """Metres on the ground that the bar stands for, and its pixels, at the middle of what is seen."""
    metre = camera.scale * projection.stretch(camera.middle[1])
    most = _BAR / metre
    power = 10 ** floor(log10(most))
    length = next(one * power for one in (5, 2, 1) if one * power <= most)
    return round(length), round(length * metre)


def paint_bar(painter: QPainter, camera: Camera, projection: Projection) -> None:
    length, wide = bar(camera, projection)
    said = (
        t("{length} km", length=formats().integer(length // 1000))
        if length >= 1000
        else t("{length} m", length=formats().integer(length))
    )
    left, below = 12.0, camera.high - 12.0
    painter.setPen(QPen(colour("land"), 4))
    points = [QPointF(left, below - 4), QPointF(left, below), QPointF(left + wide, below)]
    points.append(QPointF(left + wide, below - 4))
    painter.drawPolyline(points)
    painter.setPen(QPen(colour("secondary"), 1.5))
    painter.drawPolyline(points)
    room = QRectF(left, below - 22, max(wide, paint.width(said, CAPTION) + 2), _HIGH)
    paint.text(painter, room, said, tint="secondary", size=CAPTION, align=CENTRE)
