"""The fiscal calendar as figures need it: which period is the current one, and which stand before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock
from channeldesk.queries.once import once
from channeldesk.rules.calendar import FiscalCalendar, Period, elapsed_share

_PERIODS = "SELECT id, code, name, year, number, quarter, starts_on, ends_on, trading_days FROM fiscal_period"
_NEWEST_SOLD = """
SELECT f.code FROM fiscal_period f
WHERE f.starts_on <= :today AND EXISTS (SELECT 1 FROM sales_by_period s WHERE s.period = f.code)
ORDER BY f.starts_on DESC LIMIT 1
"""
_QUIET = 12
"""Periods without any sale after which the newest period with sales is shown instead of an empty one."""


@once
def calendar(connection: sa.Connection) -> FiscalCalendar:
    return _calendar(tuple(tuple(row) for row in connection.execute(sa.text(_PERIODS)).all()))


@lru_cache(4)
def _calendar(rows: tuple[tuple[Any, ...], ...]) -> FiscalCalendar:
    """Every figure of a page asks for it, and it moves once a year."""
    return FiscalCalendar.of(
        Period(
            bytes(key),
            code,
            name,
            year,
            number,
            date.fromisoformat(first),
            date.fromisoformat(last),
            days,
            quarter,
        )
        for key, code, name, year, number, quarter, first, last, days in rows
    )


@dataclass(frozen=True)
class Window:
    """Successive periods that end with ``current``, and each one's counterpart a fiscal year before.

    ``pace`` is how much of the current period's trading time has passed, in basis points.
    """

    periods: tuple[Period, ...]
    last_year: tuple[Period | None, ...]
    today: date
    pace: int

    @property
    def current(self) -> Period | None:
        return self.periods[-1] if self.periods else None

    @property
    def running(self) -> bool:
        """The current period has not ended: its figures are 'so far'."""
        return self.current is not None and self.today <= self.current.ends_on

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.periods)


@once
def window(
    connection: sa.Connection, count: int, today: str | None = None, until: str | None = None
) -> Window:
    """The last ``count`` periods up to ``until`` (a period's code), or up to the current one.

    Where nothing was sold for a year (loaded history), the newest period with sales is the current one. Empty
    before the calendar has arrived.
    """
    day = date.fromisoformat(today or clock.today(connection))
    every = calendar(connection)
    last = _last(connection, every, day, until)
    if last is None:
        return Window((), (), day, 0)
    at = every.periods.index(last)
    chosen = every.periods[max(0, at + 1 - count) : at + 1]
    return Window(chosen, tuple(every.year_before(one) for one in chosen), day, elapsed_share(last, day))


def _last(connection: sa.Connection, every: FiscalCalendar, day: date, until: str | None) -> Period | None:
    if until is not None:
        return next((one for one in every if one.code == until), None)
    started = [one for one in every if one.starts_on <= day]
    if not started:
        return None
    sold = _newest_sold(connection, day.isoformat())
    newest = next((one for one in started if one.code == sold), None)
    if newest is not None and started.index(newest) < len(started) - _QUIET:
        return newest
    return started[-1]


@once
def _newest_sold(connection: sa.Connection, today: str) -> str | None:
    found: str | None = connection.execute(sa.text(_NEWEST_SOLD), {"today": today}).scalar()
    return found
