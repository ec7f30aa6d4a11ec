"""A fiscal calendar of twelve months, for companies that have no other one."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Any

from channeldesk.rules.calendar import weekdays


def fiscal_periods(year: int, first_month: int = 1) -> Iterator[dict[str, Any]]:
    """Rows of ``fiscal_period`` for the fiscal year that starts in ``first_month`` of ``year``.

    Trading days are Mondays to Fridays; a company with holidays or a 4-4-5 calendar loads its own rows.
    """
    for number in range(1, 13):
        month = (first_month + number - 2) % 12 + 1
        start = date(year + (first_month + number - 2) // 12, month, 1)
        end = start.replace(day=calendar.monthrange(start.year, month)[1])
        yield {
            "code": f"{year}-P{number:02}",
            "name": f"{start:%Y-%m}",
            "year": year,
            "number": number,
            "quarter": (number + 2) // 3,
            "starts_on": start.isoformat(),
            "ends_on": end.isoformat(),
            "trading_days": weekdays(start, end),
        }
