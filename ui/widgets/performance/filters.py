"""The bar that says what the figures cover: territory, period, channel type, comparison."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from channeldesk.queries.sales import Scope
from ui.i18n import t, two_names
from ui.viewmodels.performance import Answer, Compare, View
from ui.widgets.button import Button
from ui.widgets.choice import Choice
from ui.widgets.flow import Flow
from ui.widgets.performance import words

_INDENT = "\N{EM SPACE}"


class FilterBar(QWidget):
    """``wanted`` carries the view that a choice leads to."""

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self.territory = Choice(t("Territory"))
        self.period = Choice(t("Period"))
        self.channel = Choice(t("Channel"))
        self.compare = Choice(
            t("Compare"),
            [
                ("both", t("Target and last year")),
                ("target", t("Target")),
                ("last_year", t("Last year")),
                ("none", t("Nothing")),
            ],
        )
        self.partner = Button(t("Partner page"), icon="storefront", keys="P")
        self.lines = Button(t("Order lines"), icon="rows", keys="L", tip=t("The rows behind net sales"))
        row = Flow(self)
        for choice in (self.territory, self.period, self.channel, self.compare):
            row.addWidget(choice)
        row.push(self.partner)
        row.push(self.lines)
        self.territory.chosen.connect(self._territory)
        self.period.chosen.connect(self._period)
        self.channel.chosen.connect(self._channel)
        self.compare.chosen.connect(self._compare)

    def show_answer(self, answer: Answer) -> None:
        self._answer = answer
        scope = answer.scope
        above = min((one.depth for one in answer.territories), default=0)
        self.territory.set_options(
            [
                (None, t("All territories")),
                *((one.id, _INDENT * (one.depth - above) + one.name) for one in answer.territories),
            ],
            scope.territory_id,
        )
        shown = answer.sales.current.code if answer.sales.current else None
        self.period.set_options([(one.code, words.period(one)) for one in answer.periods], shown)
        names = ((one.id, two_names(one.name, one.name_local)[0]) for one in answer.channels)
        self.channel.set_options([(None, t("All types")), *names], scope.channel_type_id)
        self.compare.set_options(self.compare.options, answer.view.compare)
        self.channel.setVisible(not answer.of_partner)
        self.partner.setVisible(answer.of_partner)

    def _territory(self, key: bytes | None) -> None:
        if self._answer is not None:
            scope = Scope(territory_id=key, channel_type_id=self._answer.scope.channel_type_id)
            self.wanted.emit(self._view().into(scope))

    def _period(self, code: str) -> None:
        if self._answer is not None:
            self.wanted.emit(replace(self._view(), until=None if code == self._answer.current else code))

    def _channel(self, key: bytes | None) -> None:
        if self._answer is not None:
            scope = replace(self._answer.scope, channel_type_id=key, partner_id=None)
            self.wanted.emit(self._view().into(scope))

    def _compare(self, key: Compare) -> None:
        self.wanted.emit(replace(self._view(), compare=key))

    def _view(self) -> View:
        return self._answer.view if self._answer is not None else View()
