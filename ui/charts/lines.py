"""Trends: the fact solid with small markers, the target dashed, the forecast dotted in its band."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from channeldesk.analytics.chart import Series, SeriesRole
from ui.charts.legend import LINE, group_colour, pen_of
from ui.charts.pens import steady
from ui.charts.plot import CategoryPlot, numbers
from ui.theme import colour

_MANY = 2_000
_MARKERS = 60


class LinesPlot(CategoryPlot):
    """Above 2,000 points lines are one pixel wide and thinned to their peaks: wide ones take 100 times as
    long.
    """

    form = LINE

    def draw_series(self, at: int, series: Series) -> None:
        divisor = self.scale_used.divisor
        figures = [float("nan") if value is None else value / divisor for value in series.values]
        places = [float(place) for place in range(len(figures))]
        if series.low and series.high:
            self._band(at, series)
        pen = pen_of(series.role, at, dashed=True)
        if len(figures) > _MANY:
            pen.setWidth(1)
            places, figures = peaks(figures, max(200, self.width()))
            item = pg.PlotCurveItem(x=places, y=figures, pen=pen, connect="finite")
            self.add_part(at, item, _order(series.role))
            return
        closed = self._without_open(figures, series)
        self.add_part(
            at, pg.PlotCurveItem(x=places, y=closed, pen=pen, connect="finite"), _order(series.role)
        )
        if (
            series.role is not SeriesRole.TARGET
            and len(series.values) - series.values.count(None) <= _MARKERS
        ):
            self._markers(at, series, pen)

    def _without_open(self, figures: list[float], series: Series) -> list[float]:
        """The running period is a point of its own: joined to the line it would look like a fall."""
        data = self.chart
        if data is None or data.open_category is None or series.role is not SeriesRole.FACT:
            return figures
        return [float("nan") if at == data.open_category else figure for at, figure in enumerate(figures)]

    def _markers(self, at: int, series: Series, pen: QPen) -> None:
        places, figures = numbers(series.values, self.scale_used.divisor)
        hollow_all = series.role is SeriesRole.LAST_YEAR
        fact = series.role in (SeriesRole.FACT, SeriesRole.GROUP)
        if not hollow_all and not fact:
            return
        open_at = self.chart.open_category if self.chart else None
        ink = (
            colour(group_colour(at))
            if series.role is SeriesRole.GROUP
            else colour("last_year" if hollow_all else "fact_line")
        )
        hollow = [hollow_all or place == open_at for place in places]
        item = pg.ScatterPlotItem(
            x=places,
            y=figures,
            size=[8 if place == open_at and fact else 6 if hollow_all else 5 for place in places],
            pen=_marker_pen(ink),
            brush=[colour("window") if one else ink for one in hollow],
        )
        self.add_part(at, item, _order(series.role) + 0.5)

    def _band(self, at: int, series: Series) -> None:
        divisor = self.scale_used.divisor
        known = [
            (float(place), low / divisor, high / divisor)
            for place, (low, high) in enumerate(zip(series.low, series.high, strict=True))
            if low is not None and high is not None
        ]
        places = [place for place, _, _ in known]
        edges = [pg.PlotCurveItem(x=places, y=[one[side] for one in known], pen=None) for side in (1, 2)]
        self.add_part(at, pg.FillBetweenItem(*edges, brush=colour("forecast")), 0)


def peaks(figures: list[float], bins: int) -> tuple[list[float], list[float]]:
    """Lowest and highest of each bin: at one bin a pixel the line looks the same."""
    size = -(-len(figures) // bins)
    places: list[float] = []
    shown: list[float] = []
    for first in range(0, len(figures), size):
        known = [figure for figure in figures[first : first + size] if figure == figure]
        for figure in (min(known), max(known)) if known else (float("nan"),):
            places.append(float(first))
            shown.append(figure)
    return places, shown


def _marker_pen(ink: QColor) -> QPen:
    pen = steady(ink, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _order(role: SeriesRole) -> float:
    return {SeriesRole.FORECAST: 2, SeriesRole.LAST_YEAR: 3, SeriesRole.TARGET: 4}.get(role, 5)
