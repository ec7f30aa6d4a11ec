"""How old what a partner owes is: not due yet, and in bands of days past due."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from channeldesk.rules.credit import OpenItem

LAST_DAYS = (0, 30, 60, 90)
"""The last day past due of each band but the open one: not due, 1 to 30, 31 to 60, 61 to 90, over 90."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open invoices of one currency by band, and open credit notes (negative) beside them: they are not set
    against an invoice before somebody says against which.
    """

    currency: str
    bands: tuple[int, ...]
    credits: int = 0

    @property
    def owed(self) -> int:
        return sum(self.bands) + self.credits

    @property
    def late(self) -> int:
        """Past due, before credit notes."""
        return sum(self.bands[1:])


def band(due_on: date, today: date) -> int:
    """The band of one invoice. What is due today is not overdue."""
    return bisect_left(LAST_DAYS, max(0, (today - due_on).days))


def ageing(items: Iterable[OpenItem], today: date) -> tuple[Ageing, ...]:
    """By currency, the largest debt first."""
    bands: dict[str, list[int]] = {}
    credits: dict[str, int] = {}
    for one in items:
        here = bands.setdefault(one.currency, [0] * (len(LAST_DAYS) + 1))
        if one.open_amount < 0:
            credits[one.currency] = credits.get(one.currency, 0) + one.open_amount
        else:
            here[band(one.due_on, today)] += one.open_amount
    found = [Ageing(currency, tuple(here), credits.get(currency, 0)) for currency, here in bands.items()]
    return tuple(sorted(found, key=lambda one: (-one.owed, one.currency)))
