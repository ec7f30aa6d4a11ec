"""Performance: from the network down to the order lines, against target, last year and plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from channeldesk.model.changes import Topic
from channeldesk.queries.sales import Scope
from ui.charts.frame import ChartFrame
from ui.context import Context
from ui.i18n import language, n, t
from ui.page import Page, PageHeader
from ui.theme.tokens import CONTROL, MARGIN
from ui.viewmodels.performance import Answer, LinesView, Part, View, is_bottom, load
from ui.widgets.button import IconButton
from ui.widgets.crumbs import Crumbs
from ui.widgets.label import Line
from ui.widgets.performance import words
from ui.widgets.performance.concentration_pane import ConcentrationPane
from ui.widgets.performance.figures import Figures
from ui.widgets.performance.filters import FilterBar
from ui.widgets.performance.mix_pane import MixPane
from ui.widgets.performance.ranking import Ranking
from ui.widgets.performance.split import Split


class PerformancePage(Page):
    """Its subject is a :class:`View`, so that Alt+Left goes back to what was seen before."""

    topics = frozenset({Topic.ORDERS, Topic.PARTNERS, Topic.TARGETS, Topic.RECEIVABLES, Topic.PRODUCTS})
    provisional = True
    home = View()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.subject = View()
        self.answer: Answer | None = None
        self.crumbs = Crumbs()
        self.crumbs.setMinimumHeight(CONTROL - 4)
        self.up = IconButton("arrow-up", t("Up one level"), keys="Alt+Up")
        self.header = PageHeader(t("Performance"), self.up, crumbs=self.crumbs)
        self.filters = FilterBar()
        self.figures = Figures()
        for figure in (self.figures.sales, self.figures.growth, self.figures.overdue):
            figure.setCursor(Qt.CursorShape.PointingHandCursor)
        self.chart = ChartFrame(context.tasks)
        self.chart.setMinimumHeight(240)
        self.mix = MixPane(context.tasks)
        self.ranking = Ranking(context.tasks)
        self.concentration = ConcentrationPane(context.tasks)
        self.top_row = Split(self.chart, self.mix, (9, 7))
        self.bottom_row = Split(self.ranking, self.concentration, (1, 0))
        self.concentration.setMinimumWidth(280)
        self._lay_out()
        self._connect()
        self.show_loading()

    def refresh(self) -> None:
        self.ask(load, self.view, language=language(), then=self._show)

    @property
    def view(self) -> View:
        return self.subject if isinstance(self.subject, View) else View()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 12, MARGIN, 12)
        column.setSpacing(10)
        for part in (self.header, self.filters, self.figures, Line()):
            column.addWidget(part)
        column.addWidget(self.top_row, 2)
        column.addWidget(Line())
        column.addWidget(self.bottom_row, 3)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.addWidget(scroll)

    def _connect(self) -> None:
        self.crumbs.chosen.connect(self.show_scope)
        self.filters.wanted.connect(self.show_view)
        self.filters.lines.clicked.connect(self.show_lines)
        self.filters.partner.clicked.connect(self.show_partner)
        self.figures.sales.clicked.connect(self.show_lines)
        self.figures.overdue.clicked.connect(self.show_overdue)
        self.figures.growth.clicked.connect(self.show_growth)
        self.chart.picked.connect(self.show_period)
        self.mix.picked.connect(self.show_channels)
        self.ranking.opened.connect(self.open_part)
        self.ranking.lines_wanted.connect(self.show_lines_of)
        self.ranking.level_chosen.connect(self.show_level)
        for part in (self.chart, self.mix, self.ranking, self.concentration):
            part.told.connect(self.context.say)
        self.up.clicked.connect(self.go_up)

    # what is shown

    def _show(self, answer: Answer) -> None:
        self.answer = answer
        self.set_as_of(answer.sales.as_of)
        if not answer.sales.periods or not answer.territories:
            self.show_empty(
                t("No figures yet"),
                t("They appear as soon as the sales of your territory are on this laptop: synchronise."),
                t("Look again"),
                "chart-line-up",
            )
            return
        self.crumbs.set([(one.scope, words.step(one)) for one in answer.path])
        self.up.setEnabled(len(answer.path) > 1)
        self.header.note.set_text(self._covers(answer))
        self.filters.show_answer(answer)
        self.figures.show_answer(answer)
        self.chart.show_data(answer.chart())
        self.top_row.show_right(not answer.of_partner)
        if not answer.of_partner:
            self.mix.show_answer(answer)
        self.ranking.show_answer(answer)
        self.concentration.show_answer(answer)
        self.show_content()
        if self.focusProxy() is None:
            waited = self.hasFocus()
            self.setFocusProxy(self.ranking)
            if waited:
                self.ranking.setFocus()

    @staticmethod
    def _covers(answer: Answer) -> str:
        facts = []
        if not answer.of_partner:
            facts.append(n("{count} partner", "{count} partners", answer.partners))
        if answer.sales.running:
            facts.append(t("{pace} of the trading days passed", pace=words.share(answer.pace)))
        else:
            facts.append(t("closed period"))
        facts.append(t("{currency} at constant rates", currency=answer.currency))
        if answer.sales.not_comparable:
            facts.append(t("sales without an exchange rate are not in these figures"))
        return words.BETWEEN.join(facts)

    # where to go

    def show_view(self, view: View) -> None:
        """Another view of the same page; the one before is a step back."""
        self.go("performance", view)

    def show_scope(self, scope: Scope) -> None:
        self.show_view(self.view.into(scope))

    def show_level(self, level: Any) -> None:
        self.show_view(replace(self.view, level=level))

    def show_channels(self, _group: object) -> None:
        self.show_level("channel_type")

    def show_period(self, code: object) -> None:
        """A bar was picked: all figures of that period; picked again, its order lines."""
        answer = self.answer
        if answer is None or not isinstance(code, str):
            return
        if answer.sales.current is not None and answer.sales.current.code == code:
            self.show_lines()
        else:
            self.show_view(replace(self.view, until=None if code == answer.current else code))

    def show_overdue(self) -> None:
        self._sort_partners("overdue")

    def show_growth(self) -> None:
        self._sort_partners("growth")

    def _sort_partners(self, column: str) -> None:
        answer = self.answer
        if answer is not None and answer.level == "partner":
            self.ranking.sort_by(column)
            self.ranking.setFocus()

    def open_part(self, part: Part) -> None:
        """One level down; below a category of a partner are the order lines."""
        if is_bottom(part.scope):
            self.show_lines_of(part)
        else:
            self.show_scope(part.scope)

    def go_up(self) -> None:
        if self.answer is not None and len(self.answer.path) > 1:
            self.show_scope(self.answer.path[-2].scope)

    def show_partner(self) -> None:
        if self.answer is not None and self.answer.scope.partner_id is not None:
            self.go("partner", self.answer.scope.partner_id)

    def show_lines(self) -> None:
        """The order lines whose sum is net sales of what is shown."""
        answer = self.answer
        if answer is not None and answer.sales.current is not None:
            self._go_to_lines(answer, answer.scope, answer.sales.current.net or 0)

    def show_lines_of(self, part: Part) -> None:
        if self.answer is not None:
            self._go_to_lines(self.answer, part.scope, part.net)

    def _go_to_lines(self, answer: Answer, scope: Scope, figure: int) -> None:
        now = answer.sales.current
        if now is not None:
            view = LinesView(self.view, scope, now.code, now.middle, figure, answer.currency)
            self.go("order_lines", view)
