"""The legend: a sample of each series and its name; pressing one hides or shows the series."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from channeldesk.analytics.chart import Series, SeriesRole
from ui import paint
from ui.charts.pens import steady
from ui.i18n import t
from ui.theme import colour, tokens
from ui.theme.fonts import CAPTION

_SAMPLE = 18
BAR, LINE = "bar", "line"


class Legend(QWidget):
    """``toggled`` carries the place of a series and whether it is shown."""

    toggled = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._row.addStretch(1)
        self.items: list[LegendItem] = []

    def fill(self, series: Sequence[Series], form: str) -> None:
        """``form`` says whether facts are bars or lines."""
        for item in self.items:
            item.hide()
            item.deleteLater()
        self.items = []
        for at, one in enumerate(series):
            item = LegendItem(at, one, form)
            item.toggled.connect(self._toggled)
            self._row.insertWidget(at, item)
            self.items.append(item)

    def _toggled(self, on: bool) -> None:
        sender = self.sender()
        if isinstance(sender, LegendItem):
            self.toggled.emit(sender.at, on)


class LegendItem(QAbstractButton):
    def __init__(self, at: int, series: Series, form: str) -> None:
        super().__init__()
        self.at = at
        self._role, self._form = series.role, form
        self.setCheckable(True)
        self.setChecked(True)
        self.setText(t(series.name))
        self.setAccessibleName(t("Show {series}", series=self.text()))
        self.setToolTip(t("Press to hide or show"))

    def sizeHint(self) -> QSize:
        return QSize(_SAMPLE + 6 + paint.width(self.text(), CAPTION) + 2, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SAMPLE + 6 + 20, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setOpacity(1.0 if self.isChecked() else 0.4)
            self._sample(painter)
            room = QRectF(_SAMPLE + 6, 0, self.width() - _SAMPLE - 6, self.height())
            paint.text(painter, room, self.text(), tint="secondary", size=CAPTION)

    def _sample(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if self._role is SeriesRole.FORECAST:
            painter.fillRect(QRectF(0, middle - 4, _SAMPLE, 8), colour("forecast"))
            return
        if self._role in (SeriesRole.FACT, SeriesRole.GROUP) and self._form == BAR:
            fill = colour("fact_bar") if self._role is SeriesRole.FACT else colour(group_colour(self.at))
            painter.fillRect(QRectF(4, middle - 5, 10, 10), fill)
            return
        painter.setPen(pen_of(self._role, self.at, dashed=self._form == LINE))
        painter.drawLine(QPointF(0, middle), QPointF(_SAMPLE, middle))


def group_colour(at: int) -> str:
    """The colour of a group by its place."""
    groups = tokens().groups
    return groups[at % len(groups)]


def pen_of(role: SeriesRole, at: int, *, dashed: bool) -> QPen:
    """The pen of a role: fact solid and strong, target dashed in a line chart, last year thin."""
    if role is SeriesRole.TARGET:
        pen = steady(colour("target"), 1.5 if dashed else 2)
        if dashed:
            pen.setDashPattern([4, 3])
    elif role is SeriesRole.LAST_YEAR:
        pen = steady(colour("last_year"), 1.5)
    elif role is SeriesRole.GROUP:
        pen = steady(colour(group_colour(at)), 2)
    elif role is SeriesRole.FORECAST:
        pen = steady(colour("fact_line"), 2, Qt.PenStyle.DotLine)
    else:
        pen = steady(colour("fact_line"), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
