"""Shares against plan: a bar for each part with the plan as a line, and beside it the signed gap
in points.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from channeldesk.analytics.chart import ChartData, SeriesRole
from ui import paint
from ui.charts import texts
from ui.charts.legend import BAR, group_colour
from ui.i18n import formats, t
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM, STRONG

_ROW = 44
_HEAD = 28


class MixPlot(QWidget):
    """Painted, not plotted: a handful of bars with their values written beside them."""

    picked = Signal(int)
    form = BAR

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: ChartData | None = None
        self._hidden: set[int] = set()
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_data(self, data: ChartData) -> None:
        self.chart = data
        self.setMinimumHeight(_HEAD + _ROW * len(data.categories))
        said = (f"{texts.category(data, at)} {shares[0]}" for at, shares in enumerate(self._texts(data)))
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def draw(self) -> None:
        self.update()

    def set_series_shown(self, at: int, shown: bool) -> None:
        (self._hidden.discard if shown else self._hidden.add)(at)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = int((event.position().y() - _HEAD) // _ROW)
        if self.chart is not None and 0 <= at < len(self.chart.categories):
            self.picked.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if self.chart is not None and step is not None:
            self._at = max(0, min(len(self.chart.categories) - 1, self._at + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self.picked.emit(self._at)
        else:
            event.ignore()

    def _shares(self, data: ChartData) -> list[tuple[float | None, float | None]]:
        """(share, plan) of each category."""
        plan_at = next((at for at, one in enumerate(data.series) if one.role is SeriesRole.TARGET), None)
        fact_at = next((at for at, one in enumerate(data.series) if one.role is not SeriesRole.TARGET), None)
        shares = data.series[fact_at].values if fact_at is not None else (None,) * len(data.categories)
        none = (None,) * len(data.categories)
        plans = data.series[plan_at].values if plan_at is not None and plan_at not in self._hidden else none
        return list(zip(shares, plans, strict=True))

    def _texts(self, data: ChartData) -> list[tuple[str, str]]:
        form = formats()
        found = []
        for share, plan in self._shares(data):
            gap = "" if share is None or plan is None else _signed((share - plan) * 100)
            found.append(("–" if share is None else form.number(share * 100, 1), gap))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.chart is None:
            return
        with QPainter(self) as painter:
            self._paint(painter, self.chart)

    def _paint(self, painter: QPainter, data: ChartData) -> None:
        shares = self._shares(data)
        with_plan = any(plan is not None for _, plan in shares)
        names = [texts.category(data, at) for at in range(len(shares))]
        name_wide = min(140, max(paint.width(name, weight=MEDIUM) for name in names) + 16)
        wide = self.width()
        gap_wide = min(140.0, wide * 0.28) if with_plan else 0.0
        bar = QRectF(name_wide, 0, max(40.0, wide - name_wide - 64 - gap_wide), 16)
        largest = max(
            (abs(share - plan) for share, plan in shares if share is not None and plan is not None), default=0
        )
        known = [part for both in shares for part in both if part is not None]
        full = min(1.0, math.ceil((max(known, default=1.0) + 0.02) * 5) / 5)
        head = QRectF(bar.left(), 0, wide - bar.left(), 18)
        paint.text(painter, head, t("Share, %"), tint="secondary", size=CAPTION)
        if with_plan:
            paint.text(painter, head, t("Gap to plan, points"), tint="secondary", size=CAPTION, align=RIGHT)
        for at, ((share, plan), (value, gap)) in enumerate(zip(shares, self._texts(data), strict=True)):
            top = _HEAD + at * _ROW
            if at == self._at and self.hasFocus():
                painter.fillRect(QRectF(0, top - 4, wide, _ROW), colour("hover"))
            line = QRectF(0, top, wide, 16)
            paint.text(painter, QRectF(0, top - 2, name_wide - 8, 20), names[at], weight=MEDIUM)
            mark = None if plan is None else plan / full
            paint.share_bar(painter, bar.translated(0, top), (share or 0.0) / full, mark, group_colour(at))
            if plan is not None:
                centre = bar.left() + bar.width() * min(1.0, plan / full)
                note = t("plan {share}", share=formats().number(plan * 100, 0))
                half = paint.width(note, CAPTION) / 2 + 1
                room = QRectF(max(bar.left(), centre - half), top + 18, 2 * half, 16)
                paint.text(painter, room, note, tint="secondary", size=CAPTION)
            figure = QRectF(bar.right() + 4, top - 2, 52, 20)
            paint.text(painter, figure, value, weight=STRONG, align=RIGHT, figures=True)
            if share is not None and plan is not None:
                self._gap(
                    painter, QRectF(wide - gap_wide + 16, top, gap_wide - 72, 12), share - plan, largest
                )
                paint.text(painter, line.adjusted(0, -2, 0, 2), gap, weight=STRONG, align=RIGHT, figures=True)

    @staticmethod
    def _gap(painter: QPainter, room: QRectF, gap: float, largest: float) -> None:
        if room.width() < 24:
            return
        tint = "below" if largest and abs(gap) >= largest * 0.999 else "neutral"
        paint.gap_bar(painter, room.translated(0, 2), gap, largest, tint)
        painter.fillRect(QRectF(round(room.center().x()), room.top() - 8, 1, _ROW), colour("outline"))


def _signed(points: float) -> str:
    text = formats().number(points, 1)
    return f"+{text}" if points > 0 else text.replace("-", "\N{MINUS SIGN}")
