"""The key figures of a scope: what each says, and why it may still change."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from channeldesk.model.notice import Money
from ui.i18n import formats, n, t
from ui.viewmodels.performance import Answer
from ui.widgets.figure import KeyFigure, KeyFigures
from ui.widgets.performance import words


class Figures(KeyFigures):
    """Net sales, growth, what the period comes to, overdue, selling partners."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.sales = KeyFigure(t("Net sales"))
        self.growth = KeyFigure(t("Growth on last year"))
        self.projection = KeyFigure(t("End at this pace"))
        self.overdue = KeyFigure(t("Receivables overdue"))
        self.selling = KeyFigure(t("Active partners"))
        super().__init__(self.sales, self.growth, self.projection, self.overdue, self.selling, parent=parent)

    def show_answer(self, answer: Answer) -> None:
        self._show_sales(answer)
        self._show_growth(answer)
        self._show_projection(answer)
        self._show_overdue(answer)
        self._show_selling(answer)
        self.selling.setVisible(not answer.of_partner)

    def _show_sales(self, answer: Answer) -> None:
        sales, now = answer.sales, answer.sales.current
        if now is None or now.net is None:
            self.sales.set("–", t("no sales yet"))
            return
        if sales.progress is None:
            note = t("no target agreed")
        elif sales.running:
            note = t(
                "{share} of {target}; pace is {pace}",
                share=words.share(sales.progress.attainment),
                target=formats().compact_money(sales.progress.target, sales.currency),
                pace=words.share(sales.progress.pace),
            )
        else:
            note = t(
                "{share} of {target}",
                share=words.share(sales.progress.attainment),
                target=formats().compact_money(sales.progress.target, sales.currency),
            )
        self.sales.set(
            formats().compact_money(now.net, sales.currency),
            note,
            line=[one.net for one in sales.periods],
            provisional=words.waiting(now.pending, sales.currency),
        )

    def _show_growth(self, answer: Answer) -> None:
        sales = answer.sales
        note = ""
        if answer.closed:
            note = t(
                "{months}; {count} months {growth}",
                months=words.compared(answer),
                count=len(answer.closed),
                growth=words.signed(answer.growth_of_year()),
            )
        self.growth.set(words.signed(sales.growth), note, line=answer.growth_series())

    def _show_projection(self, answer: Answer) -> None:
        sales = answer.sales
        if not sales.running or sales.progress is None or sales.progress.projection is None:
            closed = sales.progress if not sales.running else None
            if closed is None:
                self.projection.set("–", t("needs a target and sales"))
                return
            gap = Money(abs(closed.gap), sales.currency)
            said = t("{gap} short", gap=gap) if closed.gap > 0 else t("{gap} above target", gap=gap)
            self.projection.set(words.share(closed.attainment), said)
            return
        if sales.current is None or not sales.current.net:
            self.projection.set("–", t("nothing sold yet"))
            return
        short = sales.progress.target - sales.progress.projection
        gap_text = formats().compact_money(abs(short), sales.currency)
        said = (
            t("{gap} short of target", gap=gap_text) if short > 0 else t("{gap} above target", gap=gap_text)
        )
        self.projection.set(
            formats().compact_money(sales.progress.projection, sales.currency),
            said,
            tone="bad" if short > 0 else "secondary",
            provisional=words.waiting(sales.current.pending, sales.currency),
        )

    def _show_overdue(self, answer: Answer) -> None:
        late = answer.overdue
        if not late.amount:
            self.overdue.set(formats().compact_money(0, late.currency), t("nothing is overdue"))
            return
        partners = n("{count} partner", "{count} partners", late.partners)
        note = partners
        if late.partners > late.largest_partners:
            note = t(
                "{partners}; {few} hold {share}",
                partners=partners,
                few=late.largest_partners,
                share=formats().percent(late.largest / late.amount, 0),
            )
        self.overdue.set(formats().compact_money(late.amount, late.currency), note, tone="bad")

    def _show_selling(self, answer: Answer) -> None:
        line = answer.selling
        now = line[-1] if line else None
        if now is None:
            self.selling.set("–")
            return
        note = t("of {count} bought in this period", count=answer.partners)
        self.selling.set(formats().integer(now), note, line=line)
