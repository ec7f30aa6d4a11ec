"""A half circle for one share with its named limits: concentration, attainment."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from channeldesk.analytics.chart import ChartData
from ui import paint
from ui.charts import texts
from ui.charts.legend import BAR
from ui.i18n import t
from ui.paint.text import CENTRE
from ui.theme import colour
from ui.theme.fonts import CAPTION, DISPLAY, STRONG

_THICK = 14


class GaugePlot(QWidget):
    """Shows the largest value of the first series and the name of its category."""

    picked = Signal(int)
    form = BAR

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: ChartData | None = None
        self.setMinimumHeight(130)

    def sizeHint(self) -> QSize:
        return QSize(240, 136)

    def show_data(self, data: ChartData) -> None:
        self.chart = data
        value, name = self._largest(data)
        self.setAccessibleDescription(f"{texts.value(data, value)} {name}")
        self.update()

    def draw(self) -> None:
        self.update()

    def set_series_shown(self, at: int, shown: bool) -> None:
        """A gauge has one series, which stays."""

    @staticmethod
    def _largest(data: ChartData) -> tuple[float | None, str]:
        known = [(value, at) for at, value in enumerate(data.series[0].values) if value is not None]
        if not known:
            return None, ""
        value, at = max(known)
        return value, texts.category(data, at)

    def paintEvent(self, event: QPaintEvent) -> None:
        data = self.chart
        if data is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            radius = min((self.width() - 110) / 2, self.height() - 44.0)
            centre = QPointF(self.width() / 2, radius + 20)
            box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
            inner = box.adjusted(_THICK / 2, _THICK / 2, -_THICK / 2, -_THICK / 2)
            value, name = self._largest(data)
            self._arc(painter, inner, 0.0, 1.0, "track")
            limits = sorted(data.limits, key=_level)
            if value is not None:
                self._arc(painter, inner, 0.0, min(1.0, value), _tint(value, [one for _, one in limits]))
            for at, (named, level) in enumerate(limits):
                self._limit(
                    painter, centre, radius, level, t(named), "bad_graphic" if at else "warning_graphic"
                )
            middle = QRectF(box.left(), centre.y() - 44, box.width(), 28)
            paint.text(
                painter,
                middle,
                texts.value(data, value),
                size=DISPLAY,
                weight=STRONG,
                align=CENTRE,
                figures=True,
            )
            paint.text(painter, middle.translated(0, 25), name, tint="secondary", size=CAPTION, align=CENTRE)
            ends = QRectF(box.left() - 8, centre.y() + 2, 30, 18)
            paint.text(painter, ends, "0", tint="secondary", size=CAPTION, align=CENTRE)
            paint.text(
                painter,
                ends.translated(2 * radius - 14, 0),
                "100",
                tint="secondary",
                size=CAPTION,
                align=CENTRE,
            )

    @staticmethod
    def _arc(painter: QPainter, box: QRectF, low: float, high: float, tint: str) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(tint), _THICK, c=Qt.PenCapStyle.FlatCap))
        painter.drawArc(box, round((180 - 180 * low) * 16), -round(180 * (high - low) * 16))

    @staticmethod
    def _limit(painter: QPainter, centre: QPointF, radius: float, level: float, name: str, tint: str) -> None:
        angle = math.pi * (1 - level)
        way = QPointF(math.cos(angle), -math.sin(angle))
        painter.setPen(QPen(colour(tint), 2.5))
        painter.drawLine(centre + way * (radius - _THICK - 2), centre + way * (radius + 4))
        text = f"{name} {round(level * 100)}"
        spot = centre + way * (radius + 10)
        wide = paint.width(text, CAPTION) + 2
        left = spot.x() if way.x() >= 0 else spot.x() - wide
        paint.text(painter, QRectF(left, spot.y() - 12, wide, 18), text, tint="secondary", size=CAPTION)


def _level(limit: tuple[str, float]) -> float:
    return limit[1]


def _tint(value: float, levels: list[float]) -> str:
    """The colour of the groups until the last limit, then the status of danger."""
    return (
        "bad_graphic"
        if levels and value >= levels[-1]
        else "distribution"
        if levels and value >= min(levels) * 0.5
        else "fact_bar"
    )
