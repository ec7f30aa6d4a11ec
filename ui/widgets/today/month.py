"""The month so far against its target: one figure, how it stands, and the months before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.analytics.chart import ChartData, SeriesRole
from channeldesk.analytics.trend import against_target
from channeldesk.queries.performance import AgainstTarget
from ui import paint
from ui.charts.frame import ChartFrame
from ui.i18n import formats, t
from ui.paint.marks import PROVISIONAL_WIDTH, provisional_line
from ui.tasks import Tasks
from ui.theme.fonts import DISPLAY, STRONG
from ui.widgets.label import Label


class Month(QWidget):
    """``picked`` carries the code of a fiscal period."""

    picked = Signal(object)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._title = Label("", "section")
        self.figure = MonthFigure()
        self._stand = Label("", "caption", wrap=True)
        self.chart = ChartFrame(tasks)
        self.chart.setFixedHeight(244)
        self.chart.picked.connect(self.picked)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.figure)
        column.addWidget(self._stand)
        column.addSpacing(8)
        column.addWidget(self.chart)

    def show_sales(self, sales: AgainstTarget, *, arriving: bool = False) -> None:
        """Fill everything; without a running period the figure is missing, not 0. ``arriving``: targets may
        not be here yet.
        """
        now = sales.current
        if now is None:
            self._title.setText(t("This month"))
            self.figure.set("–", "")
            self._stand.setText(t("There is no fiscal calendar yet."))
        else:
            month = formats().month(date.fromisoformat(now.middle))
            self._title.setText(t("{month} so far", month=month) if sales.running else month)
            reason = ""
            if now.pending:
                amount = formats().money(now.pending, sales.currency, whole=True)
                reason = t("{amount} of it is not confirmed by headquarters yet.", amount=amount)
            text = "–" if now.net is None else formats().compact_money(now.net, sales.currency)
            self.figure.set(text, reason)
            self._stand.setText(t("Still arriving") if arriving else stand(sales))
        self.chart.show_data(_without_last_year(against_target(sales)))


class MonthFigure(QWidget):
    """One large figure, with the mark where a part of it is provisional."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(34)
        self._text, self._reason = "–", ""
        self.setAccessibleName(self._text)

    def set(self, text: str, reason: str) -> None:
        if (text, reason) == (self._text, self._reason):
            return
        self._text, self._reason = text, reason
        self.setToolTip(reason)
        self.setAccessibleName(text)
        self.setAccessibleDescription(reason)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            left = 0.0
            if self._reason:
                paint.provisional(painter, 0, self.height() / 2)
                left = PROVISIONAL_WIDTH + 2
            room = QRectF(left, 0, self.width() - left, self.height())
            taken = paint.text(painter, room, self._text, size=DISPLAY, weight=STRONG, figures=True)
            if self._reason:
                provisional_line(painter, left, left + taken, self.height() - 2)


def _without_last_year(data: ChartData) -> ChartData:
    """The page Performance compares years; here there is room for one thing."""
    return replace(data, series=tuple(one for one in data.series if one.role is not SeriesRole.LAST_YEAR))


def stand(sales: AgainstTarget) -> str:
    """Attainment and the pace it should have; "" where no target was agreed."""
    progress = sales.progress
    if progress is None or progress.attainment is None:
        return t("No target was agreed for this month.")
    target = formats().compact_money(progress.target, sales.currency)
    return t(
        "{share} of {target}; pace is {pace}",
        share=formats().percent(progress.attainment / 10_000),
        target=target,
        pace=formats().percent(progress.pace / 10_000),
    )
