"""What a promotion changed: the lift, the days in a chart, how it comes about, what it does not tell."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.analytics.promotion import over_time
from channeldesk.queries import promotion_effect
from channeldesk.queries.promotion_detail import PromotionDetail
from channeldesk.queries.promotion_effect import Found
from channeldesk.queries.promotion_list import RUNNING
from ui.charts.frame import ChartFrame
from ui.i18n import formats, t, tn
from ui.page import Page
from ui.widgets.chip import Chip
from ui.widgets.choice import Choice
from ui.widgets.face import Face
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.notes import Notes
from ui.widgets.promotions import words
from ui.widgets.scroll import scrolling
from ui.widgets.steps import Steps


class EffectPart(QWidget):
    """``show_promotion`` asks; the same partners are looked at until the person chooses others."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._detail: PromotionDetail | None = None
        self.found: Found | None = None
        self.who = Choice(
            t("Partners"), [("meant", t("All that it is for")), ("ordered", t("That ordered with it"))]
        )
        self.lift = Label("–", "figure")
        self.chip = Chip("")
        self.chart = ChartFrame(page.context.tasks)
        self.chart.setMinimumHeight(210)
        self.chart.told.connect(page.context.say)
        self.steps = Steps(t("How the lift comes about"))
        self.notes = Notes()
        self.face = Face()
        self._body = QWidget()
        self._lay_out()
        self.who.chosen.connect(self._ask)

    def _lay_out(self) -> None:
        bar = QWidget()
        head = Flow(bar)
        head.addWidget(self.lift)
        head.addWidget(self.chip)
        head.push(self.who)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(bar)
        column.addWidget(self.chart)
        column.addWidget(self.steps)
        column.addWidget(self.notes)
        column.addStretch(1)
        self._area = scrolling(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        whole.addWidget(self.face)
        self._show_face(True)
        self.face.loading()

    def show_promotion(self, detail: PromotionDetail) -> None:
        if self._detail is None or detail.id != self._detail.id:
            self._show_face(True)
            self.face.loading()
        self._detail = detail
        if detail.terms is None:
            self._show_face(True)
            self.face.empty(t("Not complete"), words.incomplete(), icon="tag")
        self._ask()

    def _ask(self, *_chosen: object) -> None:
        if self._detail is not None and self._detail.terms is not None:
            self._page.ask(
                promotion_effect.measured, self._detail.terms, self.who.key, key="effect", then=self._came
            )

    def _show_face(self, on: bool) -> None:
        self.face.setVisible(on)
        self._area.setVisible(not on)

    def _came(self, found: Found) -> None:
        if self._detail is None or self._detail.terms is None:
            return
        self.found = found
        effect = found.effect
        if effect is None:
            self._show_face(True)
            self.face.empty(
                t("Nothing to compare yet"),
                t("The effect is told from the day after its first day on."),
                icon="chart-bar",
            )
            return
        self._show_face(False)
        share = effect.share
        text = "–" if share is None else formats().percent(share / 10_000, 0)
        self.lift.setText(f"+{text}" if share is not None and share > 0 else text)
        self.lift.updateGeometry()
        self.lift.setAccessibleName(t("Lift {share}", share=self.lift.text()))
        tone = "outline" if not effect.certain else "good" if effect.lift > 0 else "bad"
        told = t("More than chance") if effect.certain else t("May be chance")
        self.chip.set(told, tone, tip=t("Compared with how much weeks differ anyway"))
        running = self._detail.state == RUNNING
        self.chart.show_data(over_time(effect, found.touched, found.as_of, running=running))
        self.steps.show_steps(effect.steps)
        self.notes.fill([("info", tn(one)) for one in effect.cautions])
        self.notes.setVisible(bool(effect.cautions))
