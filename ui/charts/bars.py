"""Bars against target: solid bars from zero, a tick across for the target, last year as a cased line."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from channeldesk.analytics.chart import Series, SeriesRole
from ui.charts.legend import BAR, group_colour, pen_of
from ui.charts.pens import steady
from ui.charts.plot import CategoryPlot, numbers
from ui.theme import colour

_WIDTH = 0.56
_TICK = 0.40
_NO_PEN = QPen(Qt.PenStyle.NoPen)


class BarsPlot(CategoryPlot):
    """Fact, target, last year, forecast with its P10 to P90; the running period stands inside its
    forecast.
    """

    form = BAR

    def draw_series(self, at: int, series: Series) -> None:
        match series.role:
            case SeriesRole.TARGET:
                self._target(at, series)
            case SeriesRole.LAST_YEAR:
                self._last_year(at, series)
            case SeriesRole.FORECAST:
                self._forecast(at, series)
            case _:
                self._bars(at, series)

    def _bars(self, at: int, series: Series) -> None:
        places, figures = numbers(series.values, self.scale_used.divisor)
        left, width = self._slot(at)
        fill = colour("fact_bar") if series.role is SeriesRole.FACT else colour(group_colour(at))
        running = self.chart.open_category if self.chart is not None else None
        item = pg.BarGraphItem(
            x=[x + left for x in places],
            height=figures,
            width=width,
            brushes=[_so_far(fill) if x == running else fill for x in places],
            pens=[steady(fill, 1.5) if x == running else _NO_PEN for x in places],
        )
        self.add_part(at, item, 2)
        if any(series.provisional):
            self._provisional(at, series, left, width)

    def _slot(self, at: int) -> tuple[float, float]:
        """(offset, width) of a bar: groups share the place of their category."""
        data = self.chart
        groups = [i for i, one in enumerate(data.series) if one.role is SeriesRole.GROUP] if data else []
        if at not in groups or len(groups) < 2:
            return 0.0, _WIDTH
        width = 0.8 / len(groups)
        return (groups.index(at) - (len(groups) - 1) / 2) * width, width * 0.9

    def _provisional(self, at: int, series: Series, left: float, width: float) -> None:
        """The part that is not confirmed, hatched in violet at the top of the bar."""
        pairs = [
            (place, value, part)
            for place, (value, part) in enumerate(zip(series.values, series.provisional, strict=True))
            if value is not None and part
        ]
        divisor = self.scale_used.divisor
        for colour_name, style in (
            ("window", Qt.BrushStyle.SolidPattern),
            ("provisional", Qt.BrushStyle.BDiagPattern),
        ):
            item = pg.BarGraphItem(
                x=[place + left for place, _, _ in pairs],
                y0=[(value - part) / divisor for _, value, part in pairs],
                height=[part / divisor for _, _, part in pairs],
                width=width,
                brush=QBrush(colour(colour_name), style),
                pen=_NO_PEN,
            )
            self.add_part(at, item, 2.5)

    def _target(self, at: int, series: Series) -> None:
        places, figures = numbers(series.values, self.scale_used.divisor)
        xs = [x + side for x in places for side in (-_TICK, _TICK)]
        ys = [y for y in figures for _ in range(2)]
        pen = pen_of(series.role, at, dashed=False)
        self.add_part(at, pg.PlotCurveItem(x=xs, y=ys, connect="pairs", pen=pen), 4)

    def _last_year(self, at: int, series: Series) -> None:
        """A thin line with hollow markers; the casing keeps it apart from the bars it crosses."""
        figures = [
            float("nan") if value is None else value / self.scale_used.divisor for value in series.values
        ]
        places = [float(place) for place in range(len(figures))]
        casing = steady(colour("window"), 4)
        self.add_part(at, pg.PlotCurveItem(x=places, y=figures, pen=casing, connect="finite"), 5)
        pen = pen_of(series.role, at, dashed=False)
        self.add_part(at, pg.PlotCurveItem(x=places, y=figures, pen=pen, connect="finite"), 6)
        known_x, known_y = numbers(series.values, self.scale_used.divisor)
        marks = pg.ScatterPlotItem(x=known_x, y=known_y, size=6, pen=pen, brush=colour("window"))
        self.add_part(at, marks, 7)

    def _forecast(self, at: int, series: Series) -> None:
        places, figures = numbers(series.values, self.scale_used.divisor)
        edge = steady(colour("fact_line"), 1, Qt.PenStyle.DotLine)
        item = pg.BarGraphItem(x=places, height=figures, width=_WIDTH, brush=colour("forecast"), pen=edge)
        self.add_part(at, item, 1)
        if series.low and series.high:
            pairs = [
                (float(place), low, high)
                for place, (low, high) in enumerate(zip(series.low, series.high, strict=True))
                if low is not None and high is not None
            ]
            pen = steady(colour("target"), 1.5)
            self.add_part(
                at,
                pg.PlotCurveItem(
                    x=[place for place, _, _ in pairs for _ in range(2)],
                    y=[bound / self.scale_used.divisor for _, low, high in pairs for bound in (low, high)],
                    connect="pairs",
                    pen=pen,
                ),
                3,
            )


def _so_far(fill: QColor) -> QColor:
    """Of a period that still runs: the same hue, so light that nobody takes it for a whole period."""
    light = QColor(fill)
    light.setAlphaF(0.35)
    return light
