"""How figures of performance are said: levels, growth with its sign, periods, what waits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from channeldesk.model.messages import N_
from channeldesk.model.notice import Money
from channeldesk.queries.drill import Level, Step
from channeldesk.queries.reference import PeriodChoice
from channeldesk.queries.sales import Scope
from ui.i18n import formats, n, t, two_names

if TYPE_CHECKING:
    from ui.viewmodels.performance import Answer

BETWEEN = "  ·  "

LEVELS: dict[Level, str] = {
    "territory": N_("By territory"),
    "partner": N_("By partner"),
    "channel_type": N_("By channel"),
    "category": N_("By category"),
}
ONE_OF: dict[Level, str] = {
    "territory": N_("Territory"),
    "partner": N_("Partner"),
    "channel_type": N_("Channel"),
    "category": N_("Category"),
}


def signed(basis_points: float | None, decimals: int = 1) -> str:
    """'+6.4%' or '−2.1%'; an en dash where there is nothing to compare with."""
    if basis_points is None:
        return "–"
    text = formats().percent(basis_points / 10_000, decimals)
    return f"+{text}" if basis_points > 0 else text.replace("-", "\N{MINUS SIGN}")


def share(basis_points: int | None, decimals: int = 1) -> str:
    return "–" if basis_points is None else formats().percent(basis_points / 10_000, decimals)


def points(basis_points: int) -> str:
    return formats().number(basis_points / 100, 1)


def period(one: PeriodChoice) -> str:
    """'Nov 2026, P11': the month in its middle and its place in the fiscal year."""
    starts, ends = date.fromisoformat(one.starts_on), date.fromisoformat(one.ends_on)
    middle = date.fromordinal((starts.toordinal() + ends.toordinal()) // 2)
    return t("{month}, {period}", month=formats().month(middle), period=one.code.rpartition("-")[2])


def step(one: Step) -> str:
    """A step of the way down, in the reader's script."""
    return crumb(two_names(one.name, one.name_local)[0] if one.name else "", one.scope)


def crumb(name: str, scope: Scope) -> str:
    """The name of a part; the network and a missing category have none of their own."""
    if scope == Scope():
        return t("All territories")
    if scope.direct and scope.channel_type_id is None and scope.partner_id is None and scope.category is None:
        return t("{territory}, own partners", territory=name)
    return name or t("No category")


def how_many(level: Level, count: int) -> str:
    """Of what the ranking holds."""
    match level:
        case "territory":
            return n("{count} territory", "{count} territories", count)
        case "partner":
            return n("{count} partner", "{count} partners", count)
        case "channel_type":
            return n("{count} channel", "{count} channels", count)
        case "category":
            return n("{count} category", "{count} categories", count)


def compared(answer: Answer) -> str:
    """Which months growth compares; "" before a month is over."""
    if not answer.closed:
        return ""
    month = date.fromisoformat(answer.closed[-1].middle)
    before = month.replace(year=month.year - 1)
    return t("{month} on {before}", month=formats().month(month), before=formats().month(before))


def waiting(pending: int, currency: str) -> str:
    """Why a figure is provisional, or "" when all of it is confirmed."""
    if not pending:
        return ""
    return t(
        "{amount} of this is provisional: orders that headquarters has not confirmed.",
        amount=Money(pending, currency),
    )
