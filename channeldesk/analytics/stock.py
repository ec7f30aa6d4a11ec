"""Stock over time: what was there, what is expected to be left, within which band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


class Day(Protocol):
    """A day to come, as ``rules.stock_history`` has it; scale 3."""

    @property
    def expected(self) -> int: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...


class Course(Protocol):
    """The answer of ``queries.stock_detail``."""

    @property
    def days(self) -> Sequence[str]: ...
    @property
    def past(self) -> Sequence[int]: ...
    @property
    def marks(self) -> Mapping[str, int]: ...
    @property
    def to_come(self) -> Sequence[Day]: ...
    @property
    def daily(self) -> int: ...
    @property
    def as_of(self) -> int | None: ...


def projection(course: Course) -> ChartData:
    """The level by day, joined to what is expected of it; marks where somebody counted or reported."""
    days, behind, before = tuple(course.days), len(course.past), (None,) * (len(course.past) - 1)
    now = float(course.past[-1])
    to_come = course.to_come if course.daily > 0 else ()
    rest = (None,) * (len(days) - behind - len(to_come))
    expected = (*before, now, *(float(one.expected) for one in to_come), *rest)
    known = behind + len(to_come)
    return ChartData(
        Label(N_("Projection")),
        ChartShape.LINES,
        ChartUnit.QUANTITY,
        days,
        (
            Series(
                N_("In stock"), SeriesRole.FACT, (*map(float, course.past), *(None,) * (len(days) - behind))
            ),
            Series(
                N_("Projected"),
                SeriesRole.FORECAST,
                expected,
                low=(*before, now, *(float(one.low) for one in to_come), *(None,) * (len(days) - known)),
                high=(*before, now, *(float(one.high) for one in to_come), *(None,) * (len(days) - known)),
            ),
            Series(
                N_("Known"),
                SeriesRole.LAST_YEAR,
                tuple(float(course.marks[day]) if day in course.marks else None for day in days),
            ),
        ),
        category_kind=CategoryKind.DAY,
        as_of=course.as_of,
        footnote=Label(
            N_("Eight of ten cases lie in the band. What is on its way arrives when it is expected.")
        ),
    )
