"""A health score from 0 to 100 as a ring, with the score in it and a tick where it ought to be."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint
from ui.i18n import formats, t
from ui.models.columns import MISSING
from ui.paint.marks import health
from ui.paint.text import CENTRE
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, STRONG

SMALL, LARGE = 40, 72
_BEYOND = 2
"""How far the tick reaches out of the ring."""


class HealthRing(QWidget):
    """``set`` fills it; until then, and where nothing is known, it is an empty dashed ring, never 0.

    The ring of a provisional score is violet and dashed, and the reason stands in the tooltip.
    """

    def __init__(self, size: int = SMALL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._size = size
        self.set(None)

    def set(
        self, score: int | None, *, target: int | None = None, provisional: str = "", why: str = ""
    ) -> None:
        """``why``: what the score rests on, or why there is none."""
        self._score = None if score is None else min(100, max(0, score))
        self._target, self._provisional = target, provisional if score is not None else ""
        if self._score is None:
            said = t("Health: not known")
        elif target is None:
            said = t("Health: {score} of 100", score=self._score)
        else:
            said = t("Health: {score} of 100, target {target}", score=self._score, target=target)
        self.setAccessibleName(said)
        self.setAccessibleDescription(" ".join(filter(None, (self._provisional, why))))
        self.setToolTip("\n".join(filter(None, (said, self._provisional, why))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    @property
    def thickness(self) -> float:
        return self._size / 10

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(0, 0, self._size, self._size).adjusted(_BEYOND, _BEYOND, -_BEYOND, -_BEYOND)
            if self._score is None or self._provisional:
                self._dashed(painter, box)
            else:
                paint.ring(painter, box, self._score, thickness=self.thickness)
            if self._target is not None:
                self._tick(painter, box, self._target)
            told = MISSING if self._score is None else formats().integer(self._score)
            tint = "provisional" if self._provisional else "text" if self._score is not None else "tertiary"
            size = BODY if self._size <= SMALL else 2 * CAPTION - 4
            paint.text(painter, box, told, tint=tint, size=size, weight=STRONG, align=CENTRE, figures=True)

    def _dashed(self, painter: QPainter, box: QRectF) -> None:
        """Empty, or filled as far as a score that is not settled."""
        half = self.thickness / 2
        inside = box.adjusted(half, half, -half, -half)
        pen = QPen(colour("track"), self.thickness, c=Qt.PenCapStyle.FlatCap)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._score is None:
            pen.setDashPattern([0.8, 0.8])
        painter.setPen(pen)
        painter.drawEllipse(inside)
        if self._score is not None:
            pen.setColor(colour("provisional"))
            pen.setDashPattern([0.8, 0.4])
            painter.setPen(pen)
            painter.drawArc(inside, 90 * 16, -round(self._score * 3.6 * 16))

    def _tick(self, painter: QPainter, box: QRectF, target: int) -> None:
        angle = math.radians(90 - 3.6 * min(100, max(0, target)))
        middle, outer = box.center(), box.width() / 2 + _BEYOND
        inner = box.width() / 2 - self.thickness
        way = QPointF(math.cos(angle), -math.sin(angle))
        painter.setPen(QPen(colour("text"), 2, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(middle + way * inner, middle + way * outer)

    @property
    def tone(self) -> str:
        """Of its colour: good, warning or bad; provisional; "" without a score."""
        if self._score is None:
            return ""
        return "provisional" if self._provisional else health(self._score)
