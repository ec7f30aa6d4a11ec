"""The key figures of a partner with its sub-dealers; each tells where it comes from."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from channeldesk.queries.sell import Part
from channeldesk.rules.sell import WEEKS
from ui.i18n import formats, t, unit_name
from ui.widgets.figure import KeyFigure, KeyFigures
from ui.widgets.sell import words


class SellFigures(KeyFigures):
    def __init__(self, parent: QWidget | None = None) -> None:
        self.sell_in = KeyFigure(t("Sell-in"))
        self.sell_out = KeyFigure(t("Sell-out"))
        self.through = KeyFigure(t("Sell-through"))
        self.pipeline = KeyFigure(t("Pipeline stock"))
        self.weeks = KeyFigure(t("Weeks of pipeline"))
        super().__init__(self.sell_in, self.sell_out, self.through, self.pipeline, self.weeks, parent=parent)

    def show_part(self, part: Part) -> None:
        unit = unit_name(part.unit) if part.unit else ""
        flow, form = part.flow, formats()
        self.sell_in.set(form.quantity(flow.sell_in), t("delivered in 12 months"), unit=unit)
        self.sell_out.set(form.quantity(flow.sold), t("sold to end customers"), unit=unit)
        rate = part.sell_through
        shown = "–" if rate is None else form.percent(rate / 10_000)
        known = flow.at_start is not None
        note = t("of opening stock and sell-in") if known else t("of sell-in; no opening stock is known")
        self.through.set(shown, note, tip=words.through(part))
        lies = flow.pipeline
        self.pipeline.set(
            "–" if lies is None else form.quantity(lies),
            _counted(part),
            unit=unit if lies is not None else "",
            tone="warning" if part.difference else "secondary",
            tip=words.pipeline(part),
        )
        tenths = part.weeks
        pace = t("at the pace of {weeks} weeks", weeks=WEEKS)
        self.weeks.set("–" if tenths is None else form.number(tenths / 10, 1), pace)


def _counted(part: Part) -> str:
    difference = part.difference
    if part.flow.pipeline is None:
        return t("never counted or reported")
    if difference is None:
        return t("since the first count")
    if not difference:
        return t("agrees with the last count")
    amount = formats().quantity(abs(difference))
    if difference > 0:
        return t("the last count found {amount} more", amount=amount)
    return t("the last count found {amount} less", amount=amount)
