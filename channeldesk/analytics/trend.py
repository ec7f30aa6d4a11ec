"""Sales over time: against target and last year."""

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


class PeriodSales(Protocol):
    """One fiscal period, as ``queries.performance.PeriodFigures`` has it; amounts in minor units."""

    @property
    def code(self) -> str: ...
    @property
    def middle(self) -> str: ...
    @property
    def net(self) -> int | None: ...
    @property
    def pending(self) -> int: ...
    @property
    def target(self) -> int | None: ...
    @property
    def last_year(self) -> int | None: ...


class SalesOverTime(Protocol):
    """The answer of ``queries.performance.against_target``."""

    @property
    def periods(self) -> Sequence[PeriodSales]: ...
    @property
    def currency(self) -> str: ...
    @property
    def running(self) -> bool: ...
    @property
    def as_of(self) -> int | None: ...


def against_target(sales: SalesOverTime) -> ChartData:
    """Bars of net sales with a target tick each, and last year's line."""
    return _chart(sales, Label(N_("Net sales against target")), ChartShape.BARS)


def trend(sales: SalesOverTime) -> ChartData:
    """Net sales as a line over many periods, with the target dashed."""
    count = len(sales.periods)
    return _chart(sales, Label(N_("Net sales, {count} months"), {"count": count}), ChartShape.LINES)


def _chart(sales: SalesOverTime, title: Label, shape: ChartShape) -> ChartData:
    periods = sales.periods
    fact = Series(
        N_("Fact"),
        SeriesRole.FACT,
        tuple(one.net for one in periods),
        provisional=tuple(one.pending or None for one in periods)
        if any(one.pending for one in periods)
        else (),
    )
    others = (
        Series(N_("Target"), SeriesRole.TARGET, tuple(one.target for one in periods)),
        Series(N_("Last year"), SeriesRole.LAST_YEAR, tuple(one.last_year for one in periods)),
    )
    kept = tuple(one for one in others if any(value is not None for value in one.values))
    return ChartData(
        title=title,
        shape=shape,
        unit=ChartUnit.MONEY,
        categories=tuple(one.middle for one in periods),
        series=(fact, *kept),
        category_kind=CategoryKind.PERIOD,
        keys=tuple(one.code for one in periods),
        currency=sales.currency,
        as_of=sales.as_of,
        open_category=len(periods) - 1 if sales.running and periods else None,
    )


def sparkline(values: Sequence[int | None]) -> tuple[float | None, ...]:
    """A small line in a table: the values as fractions of the largest, None where unknown."""
    known = [abs(value) for value in values if value is not None]
    top = max(known, default=0)
    return tuple(None if value is None else (value / top if top else 0.0) for value in values)
