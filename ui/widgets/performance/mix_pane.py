"""The channel mix against plan, and how far it is off in one figure."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from channeldesk.analytics.mix import channel_mix
from ui.charts.frame import ChartFrame
from ui.i18n import t, two_names
from ui.tasks import Tasks
from ui.viewmodels.performance import Answer
from ui.widgets.label import Label, Line
from ui.widgets.performance import words


class MixPane(QWidget):
    """``picked``: a group was clicked or entered."""

    picked = Signal(object)
    told = Signal(str, str)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.chart = ChartFrame(tasks)
        self.chart.setMinimumHeight(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._index = Label("", "strong", wrap=True)
        self._types = Label("", "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.chart, 1)
        column.addWidget(Line())
        column.addWidget(self._index)
        column.addWidget(self._types)
        self.chart.picked.connect(self.picked)
        self.chart.told.connect(self.told)

    def show_answer(self, answer: Answer) -> None:
        mix = answer.mix
        self.chart.show_data(channel_mix(mix.groups, mix.as_of))
        if mix.gap_index is None:
            planned = any(one.plan for one in mix.groups)
            why = t("Nothing sold yet in this period.") if planned else t("No plan to compare with.")
            self._index.setText(why)
        elif mix.gap_index_last_year is None:
            self._index.setText(t("Gap index {now} points.", now=words.points(mix.gap_index)))
        else:
            self._index.setText(
                t(
                    "Gap index {now} points, {before} a year ago.",
                    now=words.points(mix.gap_index),
                    before=words.points(mix.gap_index_last_year),
                )
            )
        sold = sorted((one for one in mix.types if one.share), key=lambda one: -(one.share or 0))
        said = (
            t(
                "{channel} {share}",
                channel=two_names(one.name, one.name_local)[0],
                share=words.share(one.share),
            )
            for one in sold
        )
        self._types.setText(words.BETWEEN.join(said))
