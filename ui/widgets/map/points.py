"""How points and bubbles are painted, and what their tooltip tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import paint
from ui.i18n import formats, n, t
from ui.paint.text import CENTRE
from ui.theme import colour
from ui.theme.fonts import CAPTION, STRONG
from ui.widgets.map.shapes import Mark

_RIM = 5.0
"""Of a bubble: its members' colours in their shares."""


def paint_shape(painter: QPainter, spot: QPointF, radius: float, marks: Sequence[Mark]) -> None:
    if len(marks) == 1:
        paint_point(painter, spot, radius, marks[0].tint, provisional=marks[0].provisional)
    else:
        _bubble(painter, spot, radius, marks)


def paint_point(
    painter: QPainter, spot: QPointF, radius: float, tint: str, *, provisional: bool = False
) -> None:
    """Filled in its colour; without a figure it is hollow and dashed; provisional has a violet rim."""
    if tint:
        painter.setBrush(colour(tint))
        painter.setPen(QPen(colour("outline"), 1))
    else:
        painter.setBrush(colour("land"))
        pen = QPen(colour("outline"), 1.5)
        pen.setDashPattern([2, 1.4])
        painter.setPen(pen)
    painter.drawEllipse(spot, radius, radius)
    if provisional:
        pen = QPen(colour("provisional"), 1.6)
        pen.setDashPattern([1.9, 1.45])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot, radius + 2.5, radius + 2.5)


def paint_ring(painter: QPainter, spot: QPointF, radius: float, tint: str) -> None:
    """Around the current point and the one under the mouse."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for wide, role in ((4.5, "land"), (2.5, tint)):
        painter.setPen(QPen(colour(role), wide))
        painter.drawEllipse(spot, radius + 4, radius + 4)


def _bubble(painter: QPainter, spot: QPointF, radius: float, marks: Sequence[Mark]) -> None:
    box = QRectF(spot.x() - radius, spot.y() - radius, 2 * radius, 2 * radius)
    painter.setPen(QPen(colour("outline"), 1))
    painter.setBrush(colour("land"))
    painter.drawEllipse(box)
    inner = box.adjusted(_RIM / 2, _RIM / 2, -_RIM / 2, -_RIM / 2)
    start = 90.0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tint, count in sorted(Counter(one.tint for one in marks).items()):
        span = 360 * count / len(marks)
        if tint:
            painter.setPen(QPen(colour(tint), _RIM, c=Qt.PenCapStyle.FlatCap))
            painter.drawArc(inner, round(start * 16), -round(span * 16))
        start -= span
    painter.setPen(QPen(colour("outline"), 1))
    painter.drawEllipse(box)
    painter.drawEllipse(box.adjusted(_RIM, _RIM, -_RIM, -_RIM))
    said = formats().integer(len(marks))
    paint.text(painter, box, said, size=CAPTION, weight=STRONG, align=CENTRE, figures=True)


def told(marks: Sequence[Mark], named: int) -> tuple[str, list[tuple[str, str]]]:
    """Title and lines of the tooltip."""
    if len(marks) == 1:
        return marks[0].name, list(marks[0].tip)
    title = n("{count} partner", "{count} partners", len(marks))
    lines = [(one.name, one.tip[0][1] if one.tip else "") for one in marks[:named]]
    if len(marks) > named:
        rest = len(marks) - named
        lines.append((n("and {count} more", "and {count} more", rest), ""))
    return title, [*lines, (t("Enter or a click goes nearer"), "")]
