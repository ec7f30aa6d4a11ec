"""How much hangs on few: the largest share on its scale, and the indices beside it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from channeldesk.analytics.mix import GROUP_NAMES, Concentration, gauge
from ui.charts.frame import ChartFrame
from ui.i18n import formats, t
from ui.tasks import Tasks
from ui.viewmodels.performance import Answer
from ui.widgets.label import Label, Line


class ConcentrationPane(QWidget):
    told = Signal(str, str)

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.chart = ChartFrame(tasks)
        self.chart.setMinimumHeight(164)
        self.chart.told.connect(self.told)
        self._heads = (Label("", "caption"), Label("", "caption"))
        self._cells = [(Label("–", "body"), Label("–", "strong")) for _ in range(3)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        for at, head in enumerate(self._heads, 1):
            grid.addWidget(head, 0, at, right)
        for row, name in enumerate((t("Largest share"), t("Herfindahl index"), t("Effective number")), 1):
            grid.addWidget(Label(name, "caption"), row, 0)
            for at, cell in enumerate(self._cells[row - 1], 1):
                grid.addWidget(cell, row, at, right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.chart)
        column.addWidget(Line())
        column.addLayout(grid)
        column.addStretch(1)

    def show_answer(self, answer: Answer) -> None:
        shown = answer.groups()
        name = GROUP_NAMES.get(shown.name)
        shown = replace(shown, name=t(name) if name else shown.name or t("No category"))
        self.chart.show_data(gauge(shown, answer.sales.as_of))
        first, second = answer.concentrations()
        heads = (t("Categories"), "") if answer.of_partner else (t("Partners"), t("Channels"))
        for head, text in zip(self._heads, heads, strict=True):
            head.setText(text)
        for at, found in enumerate((first, second)):
            for cell, text in zip((row[at] for row in self._cells), _texts(found), strict=True):
                cell.setText(text)
                cell.setVisible(bool(heads[at]))


def _texts(found: Concentration) -> tuple[str, str, str]:
    form = formats()
    if found.largest is None or found.herfindahl is None or found.effective is None:
        return "–", "–", "–"
    return form.percent(found.largest), form.number(found.herfindahl, 3), form.number(found.effective, 1)
