"""Sell-in beside sell-out, and the stock that lies between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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


class MonthFlow(Protocol):
    """One month, as ``queries.sell.Month`` has it; quantities at scale 3."""

    @property
    def middle(self) -> str: ...
    @property
    def sell_in(self) -> int: ...
    @property
    def sell_out(self) -> int: ...
    @property
    def pipeline(self) -> int | None: ...


def sell_in_and_out(months: Sequence[MonthFlow], as_of: int | None) -> ChartData:
    """Three lines: what came in, what went out, what lay there at the end of each month."""
    series = [
        Series(N_("Sell-in"), SeriesRole.GROUP, tuple(one.sell_in for one in months)),
        Series(N_("Sell-out"), SeriesRole.GROUP, tuple(one.sell_out for one in months)),
    ]
    if any(one.pipeline is not None for one in months):
        series.append(Series(N_("Pipeline stock"), SeriesRole.GROUP, tuple(one.pipeline for one in months)))
    return ChartData(
        title=Label(N_("Sell-in, sell-out and pipeline stock")),
        shape=ChartShape.LINES,
        unit=ChartUnit.QUANTITY,
        categories=tuple(one.middle for one in months),
        series=tuple(series),
        category_kind=CategoryKind.PERIOD,
        as_of=as_of,
        open_category=len(months) - 1 if months else None,
    )
