"""Fiscal periods, which are rows and not months, and the business date of an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channeldesk.model import values
from channeldesk.model.notice import Problem


@dataclass(frozen=True, slots=True)
class Period:
    """One fiscal period; both days belong to it. ``trading_days`` as published, not counted."""

    id: bytes
    code: str
    name: str
    year: int
    number: int
    starts_on: date
    ends_on: date
    trading_days: int
    quarter: int = 0


@dataclass(frozen=True)
class FiscalCalendar:
    """Periods in order of time. A gap is allowed (its days have no period), an overlap is a Problem."""

    periods: tuple[Period, ...]
    _starts: list[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.periods, key=lambda one: one.starts_on))
        for before, after in pairwise(ordered):
            if after.starts_on <= before.ends_on:
                raise Problem.of("calendar.overlap", before=before.code, after=after.code)
        object.__setattr__(self, "periods", ordered)
        object.__setattr__(self, "_starts", [one.starts_on for one in ordered])

    @classmethod
    def of(cls, periods: Iterable[Period]) -> FiscalCalendar:
        return cls(tuple(periods))

    def __iter__(self) -> Iterator[Period]:
        return iter(self.periods)

    def on(self, day: date) -> Period | None:
        """The period that holds ``day``."""
        at = bisect_right(self._starts, day) - 1
        return self.periods[at] if at >= 0 and day <= self.periods[at].ends_on else None

    def before(self, period: Period, count: int = 1) -> Period | None:
        """The period ``count`` places earlier (later, if negative)."""
        at = self.periods.index(period) - count
        return self.periods[at] if 0 <= at < len(self.periods) else None

    def year_before(self, period: Period) -> Period | None:
        """The same period of the fiscal year before."""
        wanted = (period.year - 1, period.number)
        return next((one for one in self.periods if (one.year, one.number) == wanted), None)


def elapsed_share(period: Period, today: date) -> int:
    """How much of the period's trading time has passed at the end of ``today``, in basis points.

    Trading days are published per period and not dated, so they are spread evenly over its Mondays to
    Fridays (over all days in a period that has none).
    """
    if today < period.starts_on:
        return 0
    if today >= period.ends_on:
        return values.WHOLE
    total = weekdays(period.starts_on, period.ends_on)
    if total:
        passed = weekdays(period.starts_on, today)
    else:
        total = (period.ends_on - period.starts_on).days + 1
        passed = (today - period.starts_on).days + 1
    return values.round_half_up(passed * values.WHOLE, total)


def weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from ``first`` to ``last``, both included."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum((first + timedelta(days=at)).weekday() < 5 for at in range(rest))


def business_date(at_ms: int, zone: str) -> date:
    """The date on the wall in an IANA time zone at an instant (ms UTC); raises :class:`Problem`."""
    return _on_the_wall(at_ms, zone).date()


def local_minute(at_ms: int, zone: str) -> int:
    """Minutes after midnight on the wall there and then; raises :class:`Problem`."""
    there = _on_the_wall(at_ms, zone)
    return there.hour * 60 + there.minute


def instant(day: date, minute: int, zone: str) -> datetime:
    """When it is that minute after midnight of ``day`` there, UTC; raises :class:`Problem`."""
    there = datetime(day.year, day.month, day.day, tzinfo=_zone(zone)) + timedelta(minutes=minute)
    return there.astimezone(UTC)


def _on_the_wall(at_ms: int, zone: str) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(_zone(zone))


def day_bounds(day: date | str, zone: str) -> tuple[int, int]:
    """First instant of a business date in an IANA time zone, and of the next one (ms UTC)."""
    first = date.fromisoformat(day) if isinstance(day, str) else day
    midnights = (datetime.combine(one, time.min, _zone(zone)) for one in (first, first + timedelta(days=1)))
    start, end = (int(one.timestamp() * 1000) for one in midnights)
    return start, end


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Problem.of("calendar.unknown_zone", zone=name) from None
