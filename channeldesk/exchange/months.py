"""Fiscal periods by calendar month, for sources that bring dates and no calendar of their own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from channeldesk.rules.calendar import weekdays


def periods(months: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(month, fields of fiscal_period) for every month of the years in which ``months`` ('2011-06') lie."""
    years = sorted({int(month[:4]) for month in months})
    for year in range(years[0], years[-1] + 1) if years else ():
        for number in range(1, 13):
            first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
            yield (
                f"{year}-{number:02d}",
                {
                    "code": f"{year}-P{number:02d}",
                    "name": f"{year}-{number:02d}",
                    "year": year,
                    "number": number,
                    "quarter": (number + 2) // 3,
                    "starts_on": first.isoformat(),
                    "ends_on": last.isoformat(),
                    "trading_days": weekdays(first, last),
                },
            )
