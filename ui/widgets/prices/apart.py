"""Beside the report: the channels of one product side by side, and how the money at stake comes about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.analytics.promotion import channels
from channeldesk.queries.deviations import DeviationRow, Report
from channeldesk.rules.deviation import ChannelPrice, channel_steps, steps
from ui.charts.frame import ChartFrame
from ui.i18n import n, own_name, t
from ui.tasks import Tasks
from ui.widgets.button import Button
from ui.widgets.choice import Choice
from ui.widgets.face import Face
from ui.widgets.flow import Flow
from ui.widgets.label import Elided, Label, Line
from ui.widgets.notes import Notes
from ui.widgets.scroll import scrolling
from ui.widgets.steps import Steps


class ApartPane(QWidget):
    """``channel_wanted`` carries the price of the channel whose bar was chosen."""

    lines_wanted = Signal()
    floor_wanted = Signal()
    channel_wanted = Signal(object)
    told = Signal(str, str)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.row: DeviationRow | None = None
        self.name, self.second = Elided("", "section"), Elided("", "caption")
        self.chart = ChartFrame(tasks)
        self.chart.setMinimumHeight(220)
        self.steps = Steps(t("How the money at stake comes about"))
        self.channel = Choice(t("Price of"))
        self.channel_steps = Steps(t("How the price of a channel comes about"))
        self.notes = Notes()
        self.lines = Button(t("Order lines"), icon="rows", keys="L")
        self.floor_lines = Button(t("Below floor"), icon="warning", keys="B")
        self.face = Face()
        body = QWidget()
        bar = QWidget()
        buttons = Flow(bar)
        buttons.addWidget(self.lines)
        buttons.addWidget(self.floor_lines)
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 0, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self.second)
        column.addWidget(bar)
        for part in (self.chart, self.steps, self.notes, Line(), Label(t("One channel"), "section")):
            column.addWidget(part)
        column.addWidget(self.channel)
        column.addWidget(self.channel_steps)
        column.addStretch(1)
        self._area = scrolling(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        whole.addWidget(self.face)
        self.lines.clicked.connect(self.lines_wanted)
        self.floor_lines.clicked.connect(self.floor_wanted)
        self.channel.chosen.connect(self._channel_chosen)
        self.chart.picked.connect(self._picked)
        self.chart.told.connect(self.told)
        self.show_row(None, None)

    def show_row(self, row: DeviationRow | None, report: Report | None) -> None:
        self.row = row
        shown = row is not None and report is not None
        self._area.setVisible(shown)
        self.face.setVisible(not shown)
        if row is None or report is None:
            self.face.empty(
                t("No product chosen"), t("Choose one in the list to compare its channels."), icon="tag"
            )
            return
        self.name.set_text(own_name(row.name, row.name_local))
        counted = n("{count} line", "{count} lines", row.lines)
        self.second.set_text("  ·  ".join(filter(None, (row.sku, row.category, row.currency, counted))))
        names = []
        for one in row.found.channels:
            known = report.channels.get(one.channel or b"")
            names.append(own_name(known.name, known.name_local) if known is not None else t("No channel"))
        self.chart.show_data(channels(row.found, names, row.currency, report.as_of))
        self.steps.show_steps(steps(row.found, row.currency))
        self.floor_lines.setVisible(bool(row.found.below))
        self._tell(row)
        self.channel.set_options([(at, name) for at, name in enumerate(names)])
        self._channel_chosen(self.channel.key)

    def _tell(self, row: DeviationRow) -> None:
        notes = []
        few = [one for one in row.found.channels if not one.counts]
        if few:
            text = n(
                "{count} channel has fewer than three lines and makes no price level.",
                "{count} channels have fewer than three lines and make no price level.",
                len(few),
            )
            notes.append(("info", text))
        if promoted := len(row.found.below) - len(row.found.under_floor):
            text = n(
                "{count} line is below the floor by promotions only, which headquarters grants.",
                "{count} lines are below the floor by promotions only, which headquarters grants.",
                promoted,
            )
            notes.append(("tag", text))
        self.notes.fill(notes)
        self.notes.setVisible(bool(notes))

    def _channel_chosen(self, at: object) -> None:
        if self.row is not None and isinstance(at, int):
            self.channel_steps.show_steps(channel_steps(self.row.found.channels[at], self.row.currency))

    def _picked(self, key: object) -> None:
        """A bar of the chart: the lines of that channel."""
        one = self._by_key(key)
        if one is not None:
            self.channel_wanted.emit(one)

    def _by_key(self, key: object) -> ChannelPrice | None:
        every = self.row.found.channels if self.row is not None else ()
        return next((one for one in every if (one.channel or b"") == key), None)
