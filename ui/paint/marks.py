"""Marks: chips, key caps, the health ring, the trend arrow, and the violet dashed mark of a provisional
value.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ui import icons
from ui.paint.text import CENTRE, text, width
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, REGULAR, STRONG
from ui.theme.tokens import CHIP, RADIUS

TONES = ("plain", "outline", "good", "warning", "bad", "provisional", "accent")
_CHIP_PAD = 8
_CHIP_ICON = 14
_CAP_HEIGHT = 16
_NO_PEN = Qt.PenStyle.NoPen
_NO_BRUSH = Qt.BrushStyle.NoBrush
PROVISIONAL_WIDTH = 14
"""Room a provisional mark takes before its figure."""


def chip_width(content: str, icon: str = "") -> int:
    return width(content, CAPTION, MEDIUM) + 2 * _CHIP_PAD + (_CHIP_ICON + 4 if icon else 0)


def chip(painter: QPainter, rect: QRectF, content: str, tone: str = "plain", icon: str = "") -> float:
    """A chip at the left of ``rect``, centred in its height; elided if there is no room.

    Returns its width.
    """
    wide = min(float(chip_width(content, icon)), rect.width())
    box = QRectF(rect.left(), round(rect.center().y() - CHIP / 2 + 0.01), wide, CHIP)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = _chip_ground(painter, box, tone)
    left = box.left() + _CHIP_PAD
    if icon:
        icons.paint(painter, left, box.top() + 3, icon, ink, _CHIP_ICON)
        left += _CHIP_ICON + 4
    room = QRectF(left, box.top(), box.right() - left - _CHIP_PAD + 1, box.height())
    text(painter, room, content, tint=ink, size=CAPTION, weight=MEDIUM)
    return wide


def _chip_ground(painter: QPainter, box: QRectF, tone: str) -> str:
    """Fill or outline a chip; returns the role of its text."""
    line = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if tone == "provisional":
        painter.setPen(QPen(colour("provisional"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(_NO_BRUSH)
        painter.drawRoundedRect(line, RADIUS, RADIUS)
        return "provisional"
    if tone == "outline":
        painter.setPen(QPen(colour("border"), 1))
        painter.setBrush(_NO_BRUSH)
        painter.drawRoundedRect(line, RADIUS, RADIUS)
        return "secondary"
    fill, ink = {"plain": ("hover", "secondary"), "accent": ("selection", "accent")}.get(
        tone, (f"{tone}_fill", tone)
    )
    painter.setPen(_NO_PEN)
    painter.setBrush(colour(fill))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    return ink


def key_cap_width(keys: str) -> int:
    return max(_CAP_HEIGHT, width(keys, CAPTION) + 8)


def key_cap(
    painter: QPainter, rect: QRectF, keys: str, tint: str = "tertiary", border: str = "border"
) -> float:
    """A key as it is printed on the keyboard, at the right of ``rect``. Returns its width."""
    wide = key_cap_width(keys)
    box = QRectF(rect.right() - wide, round(rect.center().y() - _CAP_HEIGHT / 2), wide, _CAP_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(border), 1))
    painter.setBrush(_NO_BRUSH)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    text(painter, box, keys, tint=tint, size=CAPTION, align=CENTRE)
    return wide


def health(score: float) -> str:
    """The status of a health score or attainment: good from 75, warning from 60, else bad."""
    return "good" if score >= 75 else "warning" if score >= 60 else "bad"


def ring(
    painter: QPainter, rect: QRectF, score: float, *, thickness: float = 3, tone: str | None = None
) -> None:
    """A ring filled clockwise from the top, 100 = full; beyond 100 it stays full."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = thickness / 2
    box = rect.adjusted(half, half, -half, -half)
    painter.setBrush(_NO_BRUSH)
    painter.setPen(QPen(colour("track"), thickness))
    painter.drawEllipse(box)
    share = min(100.0, max(0.0, score)) / 100
    pen = QPen(colour(f"{tone or health(score)}_graphic"), thickness, c=Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawArc(box, 90 * 16, -round(share * 360 * 16))


def trend(
    painter: QPainter, rect: QRectF, change: int, *, good_up: bool = True, quiet_below: int = 5
) -> float:
    """A triangle and the amount; a small change stays grey. Returns the width."""
    if change == 0:
        return text(painter, rect, "–", tint="tertiary")
    better = (change > 0) == good_up
    big = abs(change) >= quiet_below
    tint = "good" if better else "bad" if big else "secondary"
    middle, left = rect.center().y(), rect.left()
    up = change > 0
    tip, base = (middle - 4, middle + 4) if up else (middle + 4, middle - 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(colour(tint))
    painter.drawPolygon(QPolygonF([QPointF(left, base), QPointF(left + 10, base), QPointF(left + 5, tip)]))
    room = rect.adjusted(11, 0, 0, 0)
    return 11 + text(painter, room, str(abs(change)), tint=tint, weight=REGULAR, figures=True)


def provisional(painter: QPainter, x: float, middle: float) -> None:
    """The dashed violet circle that stands before a figure headquarters has not confirmed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour("provisional"), 1.6)
    pen.setDashPattern([1.9, 1.45])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(_NO_BRUSH)
    painter.drawEllipse(QRectF(x + 0.8, middle - 4.7, 9.4, 9.4))


def provisional_line(painter: QPainter, left: float, right: float, y: float) -> None:
    """The dotted line under a provisional figure."""
    pen = QPen(colour("provisional"), 1)
    pen.setDashPattern([2, 2])
    painter.setPen(pen)
    painter.drawLine(QPointF(left, y), QPointF(right, y))


def badge(painter: QPainter, rect: QRectF, content: str, tone: str = "accent") -> None:
    """A filled round number, as of a stop on a route."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(colour("accent_fill" if tone == "accent" else "hover"))
    painter.drawEllipse(rect)
    ink = "on_accent" if tone == "accent" else "secondary"
    text(painter, rect, content, tint=ink, size=CAPTION, weight=STRONG, align=CENTRE)
