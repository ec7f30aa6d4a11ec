"""The day on which something is wanted or promised: not past, and not years ahead by a slip of the hand."""

from __future__ import annotations

from datetime import date, timedelta

from channeldesk.model.notice import Day, Notice, notice

FAR = timedelta(days=731)
"""Two years: nobody orders for later, but 2062 is soon typed for 2026."""


def refuse_day(day: date, today: date, earliest: date | None = None) -> Notice | None:
    """Why nothing can be wanted or promised for this day; None if it can. ``earliest``: where what
    is kept already may stay as it is, else today.
    """
    if day < (earliest or today):
        return notice("value.day_past", day=Day(day.isoformat()))
    if day > today + FAR:
        return notice("value.day_far", day=Day(day.isoformat()))
    return None
