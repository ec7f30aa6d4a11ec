"""Text in a rectangle: measured once, broken or elided where it does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText, QTextLayout

from ui.theme import colour
from ui.theme.fonts import BODY, REGULAR, current_language, font, metrics

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_SHIFTS = {RIGHT: 1.0, CENTRE: 0.5}
"""How much of the room that is left stands before the text."""


@lru_cache(8192)
def _width(content: str, size: int, weight: QFont.Weight, figures: bool, language: str) -> int:
    return metrics(size, weight, figures=figures).horizontalAdvance(content)


def width(content: str, size: int = BODY, weight: QFont.Weight = REGULAR, *, figures: bool = False) -> int:
    """How wide a text will be, in logical pixels."""
    return _width(content, size, weight, figures, current_language())


def elided(
    content: str, room: float, size: int = BODY, weight: QFont.Weight = REGULAR, *, figures: bool = False
) -> str:
    """The text itself, or as much of it as fits with an ellipsis; line breaks become spaces."""
    flat = content.replace("\n", " ") if "\n" in content else content
    if width(flat, size, weight, figures=figures) <= room:
        return flat
    return _shortened(flat, int(room), size, weight, figures, current_language())


@lru_cache(2048)
def _shortened(content: str, room: int, size: int, weight: QFont.Weight, figures: bool, language: str) -> str:
    return metrics(size, weight, figures=figures).elidedText(content, Qt.TextElideMode.ElideRight, room)


def lines(content: str, room: float, size: int = BODY, most: int = 2) -> list[str]:
    """The text broken where its language breaks it, in at most so many lines; the last one is elided."""
    found: list[str] = []
    rest = content.replace("\n", " ")
    while rest and len(found) < most - 1 and width(rest, size) > room:
        layout = QTextLayout(rest, font(size))
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(room)
        layout.endLayout()
        found.append(rest[: line.textLength()].rstrip())
        rest = rest[line.textLength() :].lstrip()
    return [*found, elided(rest, room, size)] if rest else found


def text(
    painter: QPainter,
    rect: QRectF,
    content: str,
    *,
    tint: str = "text",
    size: int = BODY,
    weight: QFont.Weight = REGULAR,
    align: Qt.AlignmentFlag = LEFT,
    figures: bool = False,
) -> float:
    """Draw one line; returns the width it took."""
    room = rect.width()
    shown = elided(content, room, size, weight, figures=figures)
    laid, wide, high = _laid(shown, size, weight, figures, current_language())
    left = rect.left() + (room - wide) * _SHIFTS.get(align, 0)
    painter.setFont(font(size, weight, figures=figures))
    painter.setPen(colour(tint))
    painter.drawStaticText(QPointF(left, rect.top() + (rect.height() - high) / 2), laid)
    return min(room, width(shown, size, weight, figures=figures))


@lru_cache(2048)
def _laid(
    content: str, size: int, weight: QFont.Weight, figures: bool, language: str
) -> tuple[QStaticText, float, float]:
    """A line with its glyphs found and placed, which is two thirds of drawing it; its width and height."""
    made = QStaticText(content)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font(size, weight, figures=figures))
    return made, made.size().width(), made.size().height()


def runs(
    painter: QPainter,
    rect: QRectF,
    pieces: Iterable[tuple[str, str, QFont.Weight]],
    *,
    size: int = BODY,
    gap: float = 0,
) -> float:
    """Draw (text, tint, weight) pieces one after the other; returns the width of all."""
    left = rect.left()
    for content, tint, weight in pieces:
        room = rect.right() - left
        if room < size:
            break
        part = QRectF(left, rect.top(), room, rect.height())
        left += text(painter, part, content, tint=tint, size=size, weight=weight) + gap
    return left - rect.left()
