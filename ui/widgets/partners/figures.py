"""The key figures over a partner's page."""

from __future__ import annotations

from datetime import date

from channeldesk.queries.partner import PartnerDetail
from ui.i18n import formats, n, t, today_text
from ui.widgets.figure import KeyFigure, KeyFigures
from ui.widgets.partners import words

_BEHIND = 500
"""Basis points under the pace from which a figure is shown as bad."""


class PartnerFigures(KeyFigures):
    """Filled from a :class:`PartnerDetail`; ``today`` is the partner's business date. ``own``: for the
    partner's own people, who buy, and have no target.
    """

    def __init__(self, *, own: bool = False) -> None:
        self._own = own
        self.sales = KeyFigure(t("Bought, month to date") if own else t("Sales, month to date"))
        self.overdue = KeyFigure(t("Invoices overdue") if own else t("Receivables overdue"))
        self.stock = KeyFigure(t("Days of stock"))
        self.credit = KeyFigure(t("Credit left"))
        self.visit = KeyFigure(t("Last visit"))
        super().__init__(self.sales, self.overdue, self.stock, self.credit, self.visit)

    def fill(self, detail: PartnerDetail, today: date, *, limit_waits: bool = False) -> None:
        """``limit_waits``: the credit limit itself is an edit that headquarters has not confirmed."""
        if detail.as_of is None:
            self._unknown()
            return
        self._sales(detail)
        self._overdue(detail)
        self._stock(detail)
        self._credit(detail, limit_waits)
        self._visit(detail, today)

    def _unknown(self) -> None:
        """Before the first complete round: rows and totals are missing, so a 0 would be false."""
        for one in (self.sales, self.overdue, self.stock, self.credit, self.visit):
            one.set("–", t("still arriving"), tip=words.arriving())

    def _sales(self, detail: PartnerDetail) -> None:
        form, sales = formats(), detail.figures.sales
        current, progress = sales.current, sales.progress
        if current is None or current.net is None:
            self.sales.set("–", t("nothing bought yet") if self._own else t("no sales yet"))
            return
        note, tone = "" if self._own else t("no target"), "secondary"
        if progress is not None and progress.attainment is not None:
            note = t(
                "{share} of {target}; pace is {pace}",
                share=form.percent(progress.attainment / 10_000, 0),
                target=form.compact_money(progress.target, sales.currency),
                pace=form.percent(progress.pace / 10_000, 0),
            )
            tone = "bad" if progress.attainment < progress.pace - _BEHIND else "secondary"
        reason = ""
        if current.pending:
            waiting = form.money(current.pending, sales.currency, whole=True)
            reason = t("{amount} of it are orders that headquarters has not confirmed.", amount=waiting)
        self.sales.set(
            form.money(current.net, sales.currency, whole=True),
            note,
            tone=tone,
            line=detail.figures.series,
            target=current.target,
            provisional=reason,
        )

    def _overdue(self, detail: PartnerDetail) -> None:
        form, late = formats(), detail.figures.credit.overdue
        if not late:
            self.overdue.set(form.money(0, detail.currency, whole=True), t("nothing is past due"))
            return
        oldest = max(one.days for one in late)
        figure = " + ".join(form.money(one.amount, one.currency, whole=True) for one in late)
        self.overdue.set(figure, n("oldest {count} day", "oldest {count} days", oldest), tone="bad")

    def _stock(self, detail: PartnerDetail) -> None:
        form, figures = formats(), detail.figures
        known = ""
        if figures.stock_as_of is not None:
            known = t("known on {day}", day=form.day_short(form.local(figures.stock_as_of).date()))
        if figures.stock_days is None:
            self.stock.set("–", known or t("no stock known"))
        else:
            self.stock.set(form.integer(figures.stock_days), known, unit=t("days"))

    def _credit(self, detail: PartnerDetail, limit_waits: bool) -> None:
        form, credit = formats(), detail.figures.credit
        place = credit.position
        if place.left is None:
            hidden = t("not shown to your role") if not credit.visible else t("no limit agreed")
            self.credit.set("–", hidden)
            return
        note = t("of {limit}", limit=form.money(place.limit or 0, place.currency, whole=True))
        reason = ""
        if place.pending:
            waiting = form.money(place.pending, place.currency, whole=True)
            note = t(
                "of {limit} · {amount} not confirmed",
                limit=form.compact_money(place.limit or 0, place.currency),
                amount=waiting,
            )
            reason = t("{amount} are taken by orders that headquarters has not confirmed.", amount=waiting)
        if limit_waits:
            reason = " ".join(filter(None, (t("Headquarters has not confirmed the limit."), reason)))
        if place.exceeded_by:
            note = t("over by {amount}", amount=form.money(place.exceeded_by, place.currency, whole=True))
        tone = "bad" if place.exceeded_by or not place.left else "secondary"
        self.credit.set(
            form.money(place.left, place.currency, whole=True), note, tone=tone, provisional=reason
        )

    def _visit(self, detail: PartnerDetail, today: date) -> None:
        form, figures = formats(), detail.figures
        coming = t("none planned")
        if figures.next_visit is not None:
            day = today_text(date.fromisoformat(figures.next_visit), today)
            at = words.minute(figures.next_visit_minute)
            coming = t("next: {day} {time}", day=day, time=at).rstrip()
        if figures.last_visit is None:
            self.visit.set(t("never"), coming)
            return
        last = date.fromisoformat(figures.last_visit)
        days = (today - last).days
        note = t("{day} · {coming}", day=today_text(last, today), coming=coming)
        self.visit.set(form.integer(days), note, unit=n("day ago", "days ago", days))
