"""Charts of prices and promotions: the effect over time, the way to a price, channels beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from channeldesk.analytics.chart import (
    CategoryKind,
    ChartData,
    ChartShape,
    ChartUnit,
    Label,
    Series,
    SeriesRole,
)
from channeldesk.model.messages import N_
from channeldesk.model.notice import Day
from channeldesk.rules.deviation import Deviation
from channeldesk.rules.promotions.effect import DAYS_OF_WEEK, Effect, Group, baseline, expected_on
from channeldesk.rules.waterfall import Waterfall

_DAILY = 21
"""Up to so many days of a promotion are shown day by day, with two weeks before; more by weeks."""


def over_time(effect: Effect, touched: Group, as_of: int | None, *, running: bool = False) -> ChartData:
    """Net of promoted products in bars, before and during; a mark across is what was usual on these days.

    ``running``: the promotion goes on, so that its last week is not over.
    """
    length = (effect.last - effect.first).days + 1
    by_day = length <= _DAILY
    step = 1 if by_day else DAYS_OF_WEEK
    before = min(2, effect.weeks) if by_day else effect.weeks
    begin = effect.first - timedelta(days=before * DAYS_OF_WEEK)
    starts = [begin + timedelta(days=at) for at in range(0, (effect.last - begin).days + 1, step)]
    spans = [(start, min(start + timedelta(days=step - 1), effect.last)) for start in starts]
    usual = baseline(touched.daily, effect.first, effect.weeks)
    marks = [
        float(round(expected_on(usual, *span))) if effect.weeks and span[0] >= effect.first else None
        for span in spans
    ]
    cut = not by_day and running and (spans[-1][1] - spans[-1][0]).days < DAYS_OF_WEEK - 1
    return ChartData(
        title=Label(N_("Net sales by day") if by_day else N_("Net sales by week")),
        shape=ChartShape.BARS,
        unit=ChartUnit.MONEY,
        categories=tuple(start.isoformat() for start in starts),
        series=(
            Series(N_("Sold"), SeriesRole.FACT, tuple(_sums(touched.daily, spans))),
            Series(N_("Usual"), SeriesRole.TARGET, tuple(marks)),
        ),
        category_kind=CategoryKind.DAY,
        currency=effect.currency,
        as_of=as_of,
        open_category=len(starts) - 1 if cut else None,
        footnote=Label(
            N_("Promoted products only. It began on {day}; the marks are what was usual before."),
            {"day": Day(effect.first.isoformat())},
        )
        if effect.weeks
        else Label(N_("Promoted products only.")),
    )


def _sums(daily: Mapping[date, int], spans: Sequence[tuple[date, date]]) -> list[float]:
    found = [0.0] * len(spans)
    first, step = spans[0][0], (spans[1][0] - spans[0][0]).days if len(spans) > 1 else DAYS_OF_WEEK
    for day, net in daily.items():
        at = (day - first).days // step
        if 0 <= at < len(spans) and day <= spans[-1][1]:
            found[at] += net
    return found


def price_way(made: Waterfall, labels: Sequence[str], title: Label) -> ChartData:
    """From list price to what is paid; ``labels`` name the bars in the reader's language."""
    return ChartData(
        title=title,
        shape=ChartShape.WATERFALL,
        unit=ChartUnit.MONEY,
        categories=tuple(labels),
        series=(
            Series(N_("Comes to"), SeriesRole.FACT, tuple(b.amount if b.is_sum else None for b in made.bars)),
            Series(N_("Change"), SeriesRole.GROUP, tuple(None if b.is_sum else b.amount for b in made.bars)),
        ),
        keys=tuple(bar.part for bar in made.bars),
        currency=made.currency,
    )


def channels(found: Deviation, names: Sequence[str], currency: str, as_of: int | None) -> ChartData:
    """The price of each channel, the cheapest first, with the lowest that is allowed below the dearest."""
    dearest = found.dearest
    lowest = None
    if dearest is not None and found.spread is not None:
        lowest = dearest.price * (10_000 - found.allowed) / 10_000
    allowed = tuple(lowest if one.counts else None for one in found.channels)
    series = [Series(N_("Price"), SeriesRole.FACT, tuple(one.price for one in found.channels))]
    if lowest is not None:
        series.append(Series(N_("Lowest allowed"), SeriesRole.TARGET, allowed))
    return ChartData(
        title=Label(N_("Price by channel")),
        shape=ChartShape.BARS,
        unit=ChartUnit.PRICE,
        categories=tuple(names),
        series=tuple(series),
        keys=tuple(one.channel or b"" for one in found.channels),
        currency=currency,
        as_of=as_of,
    )
