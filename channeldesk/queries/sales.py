"""Net sales: confirmed lines from the summaries, plus the lines that wait for headquarters.

Every figure of sales in the program comes through here, so that two pages never disagree. Amounts are net of
tax, returns negative, in the period of the order's date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from channeldesk.model.notice import Money
from channeldesk.queries import pending
from channeldesk.queries.currency import Rates

By = Literal["total", "period", "partner", "territory", "channel_type", "mix_group", "category"]
_KEYS: dict[By, str] = {
    "total": "''",
    "period": "x.period",
    "partner": "x.partner_id",
    "territory": "p.territory_id",
    "channel_type": "p.channel_type_id",
    "mix_group": "coalesce((SELECT c.mix_group FROM channel_type c WHERE c.id = p.channel_type_id), '')",
    "category": "x.category",
}

_ATOM = "CASE WHEN x.currency <> :target THEN x.partner_id END"
"""What is converted in one piece, a partner's period: so all totals are sums of the same numbers."""


@dataclass(frozen=True)
class Scope:
    """Whose sales: everything by default. A territory includes all below it, unless ``direct``."""

    territory_id: bytes | None = None
    channel_type_id: bytes | None = None
    partner_id: bytes | None = None
    category: str | None = None
    direct: bool = False


@dataclass(frozen=True)
class Sales:
    """A sum in one currency. ``pending`` is the part of ``net`` that headquarters has not confirmed."""

    net: int = 0
    pending: int = 0


@dataclass(frozen=True)
class Sums:
    """Sales by key and period in one currency; ``not_comparable`` has no rate and is not in them."""

    currency: str
    cells: Mapping[tuple[Any, str], Sales]
    not_comparable: tuple[Money, ...] = ()

    def of(self, key: Any, periods: Iterable[str]) -> Sales:
        found = [self.cells.get((key, period)) for period in periods]
        return Sales(sum(one.net for one in found if one), sum(one.pending for one in found if one))

    def keys(self) -> list[Any]:
        return list(dict.fromkeys(key for key, _ in self.cells))


def where(scope: Scope, binds: dict[str, Any], *, partner: str = "p", category: str = "x.category") -> str:
    """SQL that keeps the rows of a scope, over a partner alias and a category column."""
    parts = []
    if scope.partner_id is not None:
        parts.append(f"{partner}.id = :scope_partner")
        binds["scope_partner"] = scope.partner_id
    if scope.channel_type_id is not None:
        parts.append(f"{partner}.channel_type_id = :scope_channel")
        binds["scope_channel"] = scope.channel_type_id
    if scope.territory_id is not None:
        below = ":scope_territory" if scope.direct else BELOW
        parts.append(f"{partner}.territory_id IN ({below})")
        binds["scope_territory"] = scope.territory_id
    if scope.category is not None:
        parts.append(f"{category} = :scope_category")
        binds["scope_category"] = scope.category
    return " AND ".join(parts) or "1"


BELOW = """
SELECT b.id FROM territory a JOIN territory b ON substr(b.path, 1, length(a.path)) = a.path
WHERE a.id = :scope_territory
"""


def sums(connection: sa.Connection, scope: Scope, by: By, periods: Iterable[str], rates: Rates) -> Sums:
    """Net sales of ``scope`` by ``by`` and period, converted to the currency of ``rates``."""
    codes = tuple(dict.fromkeys(periods))
    binds: dict[str, Any] = {f"c{at}": code for at, code in enumerate(codes)}
    listed = ", ".join(f":{name}" for name in binds) or "NULL"
    grain = "sales_by_category" if scope.category is not None or by == "category" else "sales_by_period"
    kept = where(scope, binds)
    binds["target"] = rates.target
    key = _KEYS[by]
    sql = f"""
    SELECT key, period, currency, sum(net) AS net, sum(pending) AS pending FROM (
        SELECT {key} AS key, x.period, x.currency, {_ATOM} AS atom, x.net, 0 AS pending
        FROM {grain} x JOIN partner p ON p.id = x.partner_id
        WHERE x.period IN ({listed}) AND {kept}
        UNION ALL
        SELECT {key}, x.period, x.currency, {_ATOM}, x.net, x.net
        FROM ({pending.LINES}) x JOIN partner p ON p.id = x.partner_id
        WHERE x.period IN ({listed}) AND {kept})
    GROUP BY key, period, currency, atom
    """
    left: dict[str, int] = {}
    found: dict[tuple[Any, str], list[int]] = {}
    for its_key, period, currency, amount, unconfirmed in connection.execute(sa.text(sql), binds).all():
        net = rates.convert(amount, currency)
        if net is None:
            left[currency] = left.get(currency, 0) + amount
            continue
        cell = found.setdefault((its_key, period), [0, 0])
        cell[0] += net
        if unconfirmed:
            cell[1] += rates.convert(unconfirmed, currency) or 0
    cells = {cell: Sales(*amounts) for cell, amounts in found.items()}
    return Sums(rates.target, cells, tuple(Money(amount, currency) for currency, amount in left.items()))


def own_currency(connection: sa.Connection, periods: Iterable[str]) -> dict[bytes, int]:
    """Net sales of every partner over these periods, each in its own currency."""
    binds: dict[str, Any] = {f"c{at}": code for at, code in enumerate(periods)}
    listed = ", ".join(f":{name}" for name in binds) or "NULL"
    sql = f"""
    SELECT x.partner_id, sum(x.net) AS net FROM (
        SELECT partner_id, currency, period, net FROM sales_by_period WHERE period IN ({listed})
        UNION ALL
        SELECT partner_id, currency, period, net FROM ({pending.LINES}) WHERE period IN ({listed})) x
    JOIN partner p ON p.id = x.partner_id AND p.currency = x.currency GROUP BY 1
    """
    return {row.partner_id: row.net for row in connection.execute(sa.text(sql), binds)}
