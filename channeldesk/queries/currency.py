"""Amounts of several currencies in one figure: at one day's rates, so that growth is at constant currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import sqlalchemy as sa

from channeldesk.model.notice import Money
from channeldesk.model.values import exchange_ratio, round_half_up
from channeldesk.queries import clock
from channeldesk.queries.once import once

RATE_SCALE = 6

_RATES = """
SELECT currency, base_currency, rate FROM exchange_rate WHERE valid_from <= :day ORDER BY valid_from
"""
_COMMON = "SELECT currency FROM partner GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1"


@once
def reporting(connection: sa.Connection) -> str:
    """The currency of figures over several partners: the company's, else the one most partners have."""
    stated = clock.state(connection, "company_currency")
    return stated or str(connection.execute(sa.text(_COMMON)).scalar() or "")


@dataclass(frozen=True)
class Rates:
    """Rates of one day into ``target``."""

    target: str
    factors: Mapping[str, Fraction]
    _minor: dict[str, tuple[int, int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The exchange ratios used so far: a page converts thousands of amounts."""

    def convert(self, amount: int, currency: str) -> int | None:
        """Minor units of the target currency; None where no rate is known."""
        if currency == self.target:
            return amount
        known = self._minor.get(currency)
        if known is None:
            factor = self.factors.get(currency)
            if factor is None:
                return None
            known = self._minor[currency] = exchange_ratio(currency, self.target, factor)
        above, below = known
        return round_half_up(amount * above, below)

    def total(self, amounts: Iterable[Money]) -> tuple[int, tuple[Money, ...]]:
        """The sum, and what could not be converted and is not in it."""
        total, left = 0, []
        for one in amounts:
            converted = self.convert(one.amount, one.currency)
            if converted is not None:
                total += converted
            elif one.amount:
                left.append(one)
        return total, tuple(left)


@once
def rates(connection: sa.Connection, target: str, day: str) -> Rates:
    """The rates valid on ``day``, also turned round and crossed over the base currency."""
    direct: dict[str, Fraction] = {}
    base = target
    for row in connection.execute(sa.text(_RATES), {"day": day}):
        direct[row.currency] = Fraction(row.rate, 10**RATE_SCALE)
        base = row.base_currency
    if base == target:
        return Rates(target, direct)
    own = direct.get(target)
    if not own:
        return Rates(target, {})
    crossed = {currency: factor / own for currency, factor in direct.items() if currency != target}
    return Rates(target, {**crossed, base: 1 / own})
