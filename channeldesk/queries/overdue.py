"""What partners owe past its due date, of any scope in one figure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from channeldesk.queries import clock, credit
from channeldesk.queries.currency import Rates
from channeldesk.queries.sales import Scope, where

_LARGEST = 3


@dataclass(frozen=True)
class OverdueSum:
    """Minor units of ``currency``. ``largest`` is what the three partners that owe most owe together."""

    amount: int
    currency: str
    partners: int
    largest: int
    largest_partners: int


def overdue(connection: sa.Connection, scope: Scope, rates: Rates, today: str | None = None) -> OverdueSum:
    """Now, whatever the period: receivables have no history here. A category is not looked at."""
    late = credit.late(connection, today or clock.today(connection))
    binds: dict[str, object] = {}
    sql = f"SELECT p.id, p.currency FROM partner p WHERE {where(replace(scope, category=None), binds)}"
    partners = ((row[0], row[1]) for row in connection.execute(sa.text(sql), binds))
    found = [rates.convert(late[one].amount, one[1]) for one in partners if one in late]
    amounts = sorted((one for one in found if one), reverse=True)
    top = amounts[:_LARGEST]
    return OverdueSum(sum(amounts), rates.target, len(amounts), sum(top), len(top))
