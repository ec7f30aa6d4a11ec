"""The ranking's columns; those that a level does not have are hidden."""

from __future__ import annotations

from collections.abc import Callable

from ui.i18n import own_name, t, two_names
from ui.models.columns import Column, Kind
from ui.viewmodels.performance import Answer, Part
from ui.widgets.performance import words

LINK_COLUMNS = frozenset({"name", "net"})
"""A click on these opens: the name goes one level down, the amount to its order lines."""


def columns(answer: Callable[[], Answer | None]) -> list[Column]:
    """``answer`` gives what is on screen: its currency, and the pace that the attainment is marked with."""
    look = _Look(answer)
    return [
        Column("place", "", lambda part: part.place, Kind.INTEGER, width=36, tone=_quiet, filterable=False),
        Column("name", t("Name"), look.name, width=132, stretch=True, second=look.second, tip=look.hint),
        Column("channel", t("Channel"), _channel, width=110),
        Column(
            "net",
            t("Net sales"),
            lambda part: part.net,
            Kind.MONEY,
            width=104,
            currency=look.currency,
            whole=True,
            strong=True,
            provisional=look.provisional,
            tip=_to_lines,
        ),
        Column("attainment", t("Attainment"), look.attainment, Kind.LEVEL, width=120, tip=look.target),
        Column("growth", t("Growth"), _growth, width=88, right=True, tone=_growth_tone, tip=look.months),
        Column("share", t("Share"), _share, Kind.PERCENT, width=72, decimals=1),
        Column("line", t("12 months"), lambda part: part.series, Kind.SPARKLINE, width=82, sortable=False),
        Column(
            "overdue",
            t("Overdue"),
            lambda part: part.overdue,
            Kind.MONEY,
            width=84,
            currency=look.currency,
            whole=True,
        ),
    ]


def written(shown: list[Column]) -> list[Column]:
    """The same columns for a spreadsheet: growth as a number, and no picture."""
    plain = Column("growth", t("Growth"), _growth_share, Kind.PERCENT)
    return [plain if one.id == "growth" else one for one in shown if one.id != "line"]


class _Look:
    """Reads a row together with the answer it stands in."""

    def __init__(self, answer: Callable[[], Answer | None]) -> None:
        self._answer = answer

    def currency(self, part: Part) -> str:
        found = self._answer()
        return found.currency if found is not None else ""

    def name(self, part: Part) -> str:
        first, _ = two_names(part.name, part.name_local)
        return words.crumb("" if first == "–" else first, part.scope)

    def second(self, part: Part) -> str:
        return two_names(part.name, part.name_local)[1]

    def hint(self, part: Part) -> str:
        return t("Click or Enter: one level down")

    def provisional(self, part: Part) -> str:
        return words.waiting(part.pending, self.currency(part))

    def attainment(self, part: Part) -> tuple[float, float | None] | None:
        found = self._answer()
        if part.attainment is None or found is None:
            return None
        return part.attainment / 10_000, (found.pace / 10_000 if found.sales.running else 1.0)

    def months(self, part: Part) -> str:
        found = self._answer()
        return words.compared(found) if found is not None else ""

    def target(self, part: Part) -> str:
        from channeldesk.model.notice import Money

        if part.target is None:
            return t("No target agreed")
        return t("Target {amount}", amount=Money(part.target, self.currency(part)))


def _channel(part: Part) -> str | None:
    return own_name(part.channel, part.channel_local) or None


def _to_lines(part: Part) -> str:
    return t("Click: the order lines behind this figure")


def _quiet(part: Part) -> str:
    return "secondary"


def _growth(part: Part) -> str | None:
    return None if part.growth is None else words.signed(part.growth)


def _growth_share(part: Part) -> float | None:
    return None if part.growth is None else part.growth / 10_000


def _growth_tone(part: Part) -> str:
    return "bad" if part.growth is not None and part.growth <= -2_000 else ""


def _share(part: Part) -> float | None:
    return None if part.share is None else part.share / 10_000
