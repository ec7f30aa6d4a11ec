"""Small graphics: sparkline, level with a mark, share against plan, signed gap, hatched part."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen

from ui.theme import colour

_NO_PEN = Qt.PenStyle.NoPen


def sparkline(
    painter: QPainter,
    rect: QRectF,
    values: Sequence[float | None],
    *,
    target: float | None = None,
    tint: str = "fact_line",
    dot: bool = True,
) -> None:
    """A line over its own range with a dot on the last value; a gap where a value is missing.

    ``target`` is drawn as a dashed level and counts into the range.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return
    low, high = min(known), max(known)
    if target is not None:
        low, high = min(low, target), max(high, target)
    span = (high - low) or 1.0
    box = rect.adjusted(3, 3, -3, -3)
    step = box.width() / (len(values) - 1)

    def point(at: int, value: float) -> QPointF:
        return QPointF(box.left() + at * step, box.bottom() - (value - low) / span * box.height())

    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if target is not None:
        pen = QPen(colour("tertiary"), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        y = point(0, target).y()
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
    path = QPainterPath()
    joined, last = False, QPointF()
    for at, value in enumerate(values):
        if value is None:
            joined = False
            continue
        last = point(at, value)
        if joined:
            path.lineTo(last)
        else:
            path.moveTo(last)
        joined = True
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(tint), 1.5, j=Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(path)
    if dot:
        painter.setPen(_NO_PEN)
        painter.setBrush(colour(tint))
        painter.drawEllipse(last, 2.5, 2.5)


def level_bar(
    painter: QPainter, rect: QRectF, share: float, *, mark: float | None = None, tint: str = "fact_line"
) -> None:
    """How far something is, 1.0 = full; beyond that the end is cut square and a notch shows the overflow.

    ``mark`` is where it should be today (the pace), a short line across the bar.
    """
    high = 5.0
    box = QRectF(rect.left(), rect.center().y() - high / 2, rect.width(), high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(colour("track"))
    painter.drawRoundedRect(box, 2, 2)
    filled = QRectF(box.left(), box.top(), box.width() * min(1.0, max(0.0, share)), high)
    painter.setBrush(colour(tint))
    painter.drawRoundedRect(filled, 2, 2)
    if share > 1:
        painter.setBrush(colour("window"))
        painter.drawRect(QRectF(box.right() - 4, box.top(), 1.5, high))
    if mark is not None:
        painter.setPen(QPen(colour("target"), 2, c=Qt.PenCapStyle.FlatCap))
        x = box.left() + box.width() * min(1.0, max(0.0, mark))
        painter.drawLine(QPointF(x, box.center().y() - 5), QPointF(x, box.center().y() + 5))


def share_bar(painter: QPainter, rect: QRectF, share: float, plan: float | None, tint: str) -> None:
    """A part of the whole, 0 to 1, with the plan as a line across it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(rect, colour("hover"))
    painter.fillRect(
        QRectF(rect.left(), rect.top(), rect.width() * min(1.0, max(0.0, share)), rect.height()), colour(tint)
    )
    if plan is not None:
        x = rect.left() + rect.width() * min(1.0, max(0.0, plan))
        painter.fillRect(QRectF(round(x) - 1, rect.top() - 4, 2, rect.height() + 8), colour("target"))


def gap_bar(painter: QPainter, rect: QRectF, gap: float, largest: float, tint: str) -> None:
    """A signed bar from the middle line; ``largest`` is the size of the longest bar of the list."""
    middle = rect.center().x()
    half = rect.width() / 2
    length = half * min(1.0, abs(gap) / largest) if largest else 0.0
    left = middle if gap >= 0 else middle - length
    painter.fillRect(QRectF(left, rect.top(), length, rect.height()), colour(tint))


def hatched(painter: QPainter, rect: QRectF, tint: str = "provisional") -> None:
    """The part of a bar that is not confirmed."""
    painter.fillRect(rect, QBrush(colour(tint), Qt.BrushStyle.BDiagPattern))
